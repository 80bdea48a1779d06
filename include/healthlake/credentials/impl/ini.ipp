// The parser of credentials/ini.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/result.hpp"
#include "healthlake/credentials/ini.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/sign/credentials.hpp"
#include "healthlake/sign/hash.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/utf8.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL IniProperty const* IniSection::find(std::string_view property) const noexcept {
  auto const found = std::find_if(properties.rbegin(), properties.rend(),
                                  [property](IniProperty const& each) { return each.name == property; });
  return found == properties.rend() ? nullptr : &*found;
}

namespace detail {

// Where a comment begins behind the first character, or the size of the line. In a property, a comment needs white
// space before it.
constexpr std::size_t comment_begin(std::string_view line, bool after_blank) noexcept {
  for (std::size_t i = 1; i < line.size(); ++i)
    if ((line[i] == '#' || line[i] == ';') && (!after_blank || is_blank(line[i - 1]))) return i;
  return line.size();
}

// The state of parse_ini: what was parsed, and the value that the next line may continue.
class IniParser {
 public:
  // Returns what is wrong with the line, or null. `text` outlives the parser.
  char const* take(std::string_view line, std::size_t number);
  std::vector<IniSection> finish();

 private:
  char const* take_section(std::string_view line, std::size_t number);
  char const* take_property(std::string_view line, std::size_t number);
  char const* take_continuation(std::string_view line, std::size_t number);
  // Joins the lines of the last value, once all of them are known.
  void close_value();

  std::vector<IniSection> sections_;
  // The lines of the last property's value; views into the file.
  std::vector<std::string_view> value_;
};

// Splits `name = value`. Returns what is wrong, or null.
inline char const* split_property(std::string_view line, std::string& name, std::string_view& value,
                                  bool& has_comment) {
  std::size_t const end = comment_begin(line, true);
  has_comment = end != line.size();
  line = line.substr(0, end);
  std::size_t const equals = line.find('=');
  if (equals == std::string_view::npos) return "expected `name = value`; the line has no `=`";
  auto const spelled = trim_blanks(line.substr(0, equals));
  if (spelled.empty()) return "expected `name = value`; there is no name before the `=`";
  append_lower(name, spelled);
  value = trim_blanks(line.substr(equals + 1));
  return nullptr;
}

HEALTHLAKE_DECL char const* IniParser::take(std::string_view line, std::size_t number) {
  if (all_are(is_blank, line) || line[0] == '#' || line[0] == ';') return nullptr;
  if (is_blank(line[0])) return take_continuation(trim_blanks(line), number);
  close_value();
  return line[0] == '[' ? take_section(line, number) : take_property(line, number);
}

HEALTHLAKE_DECL char const* IniParser::take_section(std::string_view line, std::size_t number) {
  line = trim_blanks(line.substr(0, comment_begin(line, false)));
  if (line.back() != ']') return "expected a section `[name]`; only a comment may follow the `]`";
  auto const name = trim_blanks(line.substr(1, line.size() - 2));
  if (name.empty()) return "expected a section `[name]`; there is no name between the brackets";
  sections_.push_back({std::string{name}, number, {}});
  return nullptr;
}

HEALTHLAKE_DECL char const* IniParser::take_property(std::string_view line, std::size_t number) {
  if (sections_.empty()) return "expected a section such as `[default]` before the first property";
  IniProperty property;
  std::string_view value;
  if (auto const* wrong = split_property(line, property.name, value, property.has_comment)) return wrong;
  property.line = number;
  sections_.back().properties.push_back(std::move(property));
  value_.push_back(value);
  return nullptr;
}

HEALTHLAKE_DECL char const* IniParser::take_continuation(std::string_view line, std::size_t number) {
  if (value_.empty())
    return "the line is indented, so it continues a property, but no property precedes it in this section; remove the "
           "white space at its beginning";
  if (!value_[0].empty()) {
    value_.push_back(line);
    return nullptr;
  }
  IniProperty nested;
  std::string_view value;
  if (auto const* wrong = split_property(line, nested.name, value, nested.has_comment)) return wrong;
  nested.line = number;
  nested.value = Secret{value};
  sections_.back().properties.back().nested.push_back(std::move(nested));
  return nullptr;
}

HEALTHLAKE_DECL void IniParser::close_value() {
  if (value_.empty()) return;
  // Room for all of it, so that no part of a secret is left in memory that was too little.
  std::size_t size = value_.size();
  for (auto const& line : value_) size += line.size();
  std::string joined;
  joined.reserve(size);
  for (auto const& line : value_) {
    if (!joined.empty()) joined += '\n';
    joined += line;
  }
  sections_.back().properties.back().value = Secret{joined};
  wipe(joined.data(), joined.size());
  value_.clear();
}

HEALTHLAKE_DECL std::vector<IniSection> IniParser::finish() {
  close_value();
  return std::move(sections_);
}

}  // namespace detail

HEALTHLAKE_DECL Result<std::vector<IniSection>, IniFault> parse_ini(std::string_view text) {
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
    return Unexpected{IniFault{"the file is in UTF-16; save it as UTF-8", 1}};
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  detail::IniParser parser;
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::size_t const end = (std::min)(text.find_first_of("\r\n"), text.size());
    auto const line = text.substr(0, end);
    auto const* wrong = valid_utf8(line) ? parser.take(line, number) : "invalid UTF-8";
    if (wrong != nullptr) return Unexpected{IniFault{wrong, number}};
    text.remove_prefix(end);
    text.remove_prefix(text.starts_with("\r\n") ? 2 : text.empty() ? 0 : 1);
  }
  return parser.finish();
}

}  // namespace HEALTHLAKE_NAMESPACE

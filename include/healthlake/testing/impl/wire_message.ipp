// The functions of testing/wire_message.hpp.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "healthlake/http/message.hpp"
#include "healthlake/testing/wire_message.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// Removes the first line from the front and returns it with its line end.
HEALTHLAKE_DECL std::string_view take_wire_line(std::string_view& bytes) {
  std::size_t const end = bytes.find('\n');
  std::string_view const line = bytes.substr(0, end == nowhere ? nowhere : end + 1);
  bytes.remove_prefix(line.size());
  return line;
}

HEALTHLAKE_DECL bool is_empty_line(std::string_view line) { return line == "\r\n" || line == "\n"; }

// The size of the interim responses at the front.
HEALTHLAKE_DECL std::size_t interim_size(std::string_view bytes) {
  std::string_view rest = bytes;
  while (rest.starts_with("HTTP/1.1 1")) {
    std::string_view after = rest;
    std::string_view line = take_wire_line(after);
    while (!line.empty() && !is_empty_line(line)) line = take_wire_line(after);
    // The last response of all is the message.
    if (after.empty()) break;
    rest = after;
  }
  return bytes.size() - rest.size();
}

HEALTHLAKE_DECL WireMessage::WireMessage(std::string_view bytes) {
  interim = bytes.substr(0, interim_size(bytes));
  bytes.remove_prefix(interim.size());
  start = take_wire_line(bytes);
  while (!bytes.empty() && end.empty()) {
    std::string_view const line = take_wire_line(bytes);
    if (is_empty_line(line)) end = line;
    else if (is_folded(line) && !fields.empty()) fields.back() += line;
    else fields.emplace_back(line);
  }
  body = bytes;
}

HEALTHLAKE_DECL std::string WireMessage::bytes() const {
  std::string out = interim + start;
  for (auto const& field : fields) out += field;
  return out += end + body;
}

HEALTHLAKE_DECL std::size_t WireMessage::find(std::string_view name) const {
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (equal_ignoring_case(name_of(fields[i]), name)) return i;
  return nowhere;
}

HEALTHLAKE_DECL void WireMessage::remove(std::string_view name) {
  std::erase_if(fields, [name](std::string const& line) { return equal_ignoring_case(name_of(line), name); });
}

HEALTHLAKE_DECL void WireMessage::set(std::string_view name, std::string_view value) {
  remove(name);
  add(name, value);
}

HEALTHLAKE_DECL void WireMessage::add(std::string_view name, std::string_view value) {
  fields.push_back(concat({name, ": ", value, "\r\n"}));
}

HEALTHLAKE_DECL bool WireMessage::chunked() const {
  std::size_t const at = find("transfer-encoding");
  return at != nowhere && equal_ignoring_case(value_of(fields[at]), "chunked");
}

HEALTHLAKE_DECL std::string WireMessage::content() const {
  if (!chunked()) return body;
  std::string content;
  for (std::string_view rest = body;;) {
    std::uint64_t size = 0;
    auto const [digits, error] = std::from_chars(rest.data(), rest.data() + rest.size(), size, 16);
    if (error != std::errc{} || digits == rest.data()) return body;
    take_wire_line(rest);
    if (size == 0) return content;
    if (size > rest.size()) return body;
    content += rest.substr(0, static_cast<std::size_t>(size));
    rest.remove_prefix(static_cast<std::size_t>(size));
    take_wire_line(rest);
  }
}

HEALTHLAKE_DECL void WireMessage::set_content(std::string_view content) {
  if (!chunked()) {
    body = content;
    std::size_t const at = find("content-length");
    if (at != nowhere) fields[at] = concat({name_of(fields[at]), ": ", Decimal{content.size()}, "\r\n"});
    return;
  }
  char size[16];
  auto const [stop, error] = std::to_chars(size, size + sizeof size, content.size(), 16);
  static_cast<void>(error);
  body.clear();
  if (!content.empty()) body = concat({{size, static_cast<std::size_t>(stop - size)}, "\r\n", content, "\r\n"});
  body += "0\r\n\r\n";
}

HEALTHLAKE_DECL std::string_view name_of(std::string_view line) { return line.substr(0, line.find(':')); }

HEALTHLAKE_DECL std::string_view value_of(std::string_view line) {
  std::size_t const colon = line.find(':');
  return colon == nowhere ? std::string_view{} : trim_white_space(line.substr(colon + 1));
}

HEALTHLAKE_DECL bool is_folded(std::string_view line) { return !line.empty() && is_blank(line.front()); }

// Where the string that begins with the quotation mark at `at` ends.
HEALTHLAKE_DECL std::size_t end_of_json_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at)
    if (text[at] == '\\') ++at;
  return (std::min)(at + 1, text.size());
}

HEALTHLAKE_DECL std::size_t end_of_json_word(std::string_view text, std::size_t at) {
  constexpr AsciiSet ends{"[],:{}\""};
  while (at < text.size() && !ends.has(text[at]) && !is_white_space(text[at])) ++at;
  return at;
}

// Whether a string that ends there is the name of a member. What is behind the whitespace is not looked at, or many
// names before much whitespace would take long.
HEALTHLAKE_DECL bool is_before_colon(std::string_view text, std::size_t at) {
  while (at < text.size() && is_white_space(text[at])) ++at;
  return at < text.size() && text[at] == ':';
}

HEALTHLAKE_DECL std::vector<JsonPart> json_parts(std::string_view text) {
  constexpr AsciiSet first{"{[\"tfn0-9-"};
  std::vector<JsonPart> parts;
  std::vector<std::size_t> open;
  JsonPart next;
  std::string_view const begin = trim_white_space(text);
  if (begin.empty() || !first.has(begin.front())) return parts;
  for (std::size_t at = 0; at < text.size() && parts.size() < max_json_parts;) {
    char const c = text[at];
    if (is_white_space(c) || c == ',' || c == ':') {
      ++at;
      continue;
    }
    if (c == '}' || c == ']') {
      ++at;
      if (open.empty()) continue;
      parts[open.back()].end = at;
      open.pop_back();
      continue;
    }
    std::size_t const end = c == '"' ? end_of_json_string(text, at) : end_of_json_word(text, at);
    if (c == '"' && is_before_colon(text, end)) {
      next.name_begin = at;
      next.name_end = end;
      at = end;
      continue;
    }
    bool const nests = c == '{' || c == '[';
    if (nests) open.push_back(parts.size());
    next.begin = at;
    next.end = nests ? text.size() : end;
    parts.push_back(std::exchange(next, {}));
    at = nests ? at + 1 : end;
  }
  return parts;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

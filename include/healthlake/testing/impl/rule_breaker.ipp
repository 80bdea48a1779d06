// The functions of testing/rule_breaker.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/core/path.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/core/type.hpp"
#include "healthlake/testing/byte_source.hpp"
#include "healthlake/testing/rule_breaker.hpp"
#include "healthlake/testing/samples.hpp"
#include "healthlake/text/utf8.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL bool RuleBreaker::breaks(Rule rule) {
  if (met_++ != target_) return false;
  broken_ = BrokenRule{at_->text(), rule};
  return true;
}

HEALTHLAKE_DECL void RuleBreaker::string(std::string& text, Rules const* bounds) {
  if (breaks(Rule::utf8)) return text.push_back('\xFF');
  if (!bounds) return;
  if (bounds->min > 0 && breaks(Rule::length)) text = of_size(*bounds, static_cast<std::size_t>(bounds->min - 1));
  if (bounds->max != Rules::no_max && breaks(Rule::length))
    text = of_size(*bounds, static_cast<std::size_t>(bounds->max + 1));
  if (!bounds->pattern) return;
  auto odd = not_matching(text, *bounds);
  if (odd && breaks(Rule::pattern)) text = *std::move(odd);
}

HEALTHLAKE_DECL void RuleBreaker::key(std::string& key, Rules const* bounds, bool sensitive) {
  bool const before = broken_.has_value();
  string(key, bounds);
  if (before || !broken_) return;
  // The path contains the key as it is now.
  bool const secret = sensitive || at_->sensitive();
  broken_->path = Path::entry(*at_, key, secret, secret).text();
}

HEALTHLAKE_DECL void RuleBreaker::size(std::size_t& count, Rules const* bounds) {
  if (!bounds) return;
  if (bounds->min > 0 && breaks(Rule::length)) count = static_cast<std::size_t>(bounds->min - 1);
  if (bounds->max != Rules::no_max && breaks(Rule::length)) count = static_cast<std::size_t>(bounds->max + 1);
}

HEALTHLAKE_DECL void RuleBreaker::time(std::int64_t& milliseconds) {
  if (breaks(Rule::range)) milliseconds = Timestamp::min_milliseconds - 1;
  if (breaks(Rule::range)) milliseconds = Timestamp::max_milliseconds + 1;
}

// Matches the pattern if a string of that size can.
HEALTHLAKE_DECL std::string RuleBreaker::of_size(Rules const& bounds, std::size_t size) const {
  ByteSource source = ByteSource::from_seed(target_);
  std::string text = bounds.pattern ? sample(*bounds.pattern, source, size, size) : sample_text(source, size, size);
  std::size_t end = 0;
  for (std::size_t i = 0; i < size && end < text.size(); ++i) end += decode_utf8(text, end).length;
  text.resize(end);
  text.append(size - count_code_points(text), 'a');
  return text;
}

// The string with its last code point replaced or removed, so that it is as long as the rules allow but does not match.
HEALTHLAKE_DECL std::optional<std::string> RuleBreaker::not_matching(std::string const& text,
                                                                     Rules const& bounds) const {
  std::size_t last = 0;
  for (std::size_t next = 0; next < text.size(); next += decode_utf8(text, next).length) last = next;
  std::vector<std::string> found;
  for (std::string_view const end : {"\n", "!", ":", "_", "A", "/", "\xC3\xA9", ""}) {
    std::string changed = text.substr(0, last).append(end);
    auto const size = static_cast<std::int64_t>(count_code_points(changed));
    if (size >= bounds.min && size <= bounds.max && !bounds.pattern->matches(changed))
      found.push_back(std::move(changed));
  }
  if (found.empty()) return std::nullopt;
  return std::move(found[target_ % found.size()]);
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

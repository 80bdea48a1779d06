// The functions of transport/response_head.hpp.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "healthlake/http/message.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/transport/response_head.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_COLD HEALTHLAKE_DECL char const* ResponseHead::take_line(std::string_view line) {
  if (!line.ends_with("\r\n")) return "a header line does not end with CR LF (RFC 9112, 2.2)";
  line.remove_suffix(2);
  if (!in_fields_) return take_status(line);
  if (line.empty()) return end_head();
  if (starts_with_blank(line)) return take_fold(line);
  keep_field();
  auto const field = parse_field_line(line);
  if (!field) return not_a_field;
  name_ = field->name;
  value_ = field->value;
  // At once, since these must not be folded.
  return equal_ignoring_case(name_, "content-length")      ? take_length()
         : equal_ignoring_case(name_, "transfer-encoding") ? take_coding()
                                                           : nullptr;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL bool ResponseHead::keeps_alive() const noexcept {
  return body_end_ != BodyEnd::by_connection && !close_ && (version_1_1_ || keep_alive_);
}

HEALTHLAKE_COLD HEALTHLAKE_DECL char const* ResponseHead::take_status(std::string_view line) {
  constexpr char const* wrong = "the first line is not a status line of HTTP/1.1 or HTTP/1.0 (RFC 9112, 4)";
  *this = ResponseHead{rules_};
  version_1_1_ = line.starts_with("HTTP/1.1 ") || (rules_.http_2 && line.starts_with("HTTP/2 "));
  if (!version_1_1_ && !line.starts_with("HTTP/1.0 ")) return wrong;
  line.remove_prefix(line.find(' ') + 1);
  if (line.size() < 3 || (line.size() > 3 && line[3] != ' ') || !is_field_content(line)) return wrong;
  for (char const c : line.substr(0, 3)) {
    if (!is_digit(c)) return wrong;
    status_ = status_ * 10 + digit_value(c);
  }
  if (status_ < 100) return "the status is below 100 (RFC 9110, 15)";
  if (status_ == 101) return "the status is 101, but the request did not ask for an upgrade (RFC 9110, 15.2.2)";
  in_fields_ = true;
  return nullptr;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL char const* ResponseHead::take_fold(std::string_view line) {
  if (name_.empty()) return not_a_field;
  if (frames(name_)) return "Content-Length or Transfer-Encoding is folded (RFC 9112, 5.2)";
  std::string_view const more = trim_blanks(line);
  if (!is_field_content(more)) return not_a_field;
  if (!value_.empty() && !more.empty()) value_ += ' ';
  value_ += more;
  return nullptr;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void ResponseHead::keep_field() {
  if (name_.empty()) return;
  headers_.add(name_, value_);
  if (equal_ignoring_case(name_, "connection")) take_connection();
  name_.clear();
}

HEALTHLAKE_COLD HEALTHLAKE_DECL bool ResponseHead::frames(std::string_view name) noexcept {
  return equal_ignoring_case(name, "content-length") || equal_ignoring_case(name, "transfer-encoding");
}

HEALTHLAKE_COLD HEALTHLAKE_DECL char const* ResponseHead::take_length() {
  char const* wrong = nullptr;
  any_in_list(value_, [&](std::string_view digits) {
    std::uint64_t number = 0;
    auto const [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    bool const huge = error == std::errc::result_out_of_range;
    if (digits.empty() || stop != digits.data() + digits.size() || (error != std::errc{} && !huge))
      wrong = "the Content-Length is not a number (RFC 9112, 6.3)";
    if (huge) number = (std::numeric_limits<std::uint64_t>::max)();
    if (length_ && (*length_ != number || huge)) wrong = "the values of Content-Length differ (RFC 9112, 6.3)";
    length_ = number;
    return wrong != nullptr;
  });
  return wrong;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL char const* ResponseHead::take_coding() {
  if (std::exchange(chunked_, true) || !equal_ignoring_case(value_, "chunked"))
    return "the Transfer-Encoding is not `chunked` (RFC 9112, 6.1)";
  return nullptr;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void ResponseHead::take_connection() {
  any_in_list(value_, [&](std::string_view option) {
    close_ = close_ || equal_ignoring_case(option, "close");
    keep_alive_ = keep_alive_ || equal_ignoring_case(option, "keep-alive");
    return false;
  });
}

HEALTHLAKE_COLD HEALTHLAKE_DECL char const* ResponseHead::end_head() {
  keep_field();
  in_fields_ = false;
  if (status_ < 200) return nullptr;
  complete_ = true;
  if (chunked_ && length_) return "the response has both Content-Length and Transfer-Encoding (RFC 9112, 6.3)";
  if (chunked_ && !version_1_1_) return "the response has a Transfer-Encoding in HTTP/1.0 (RFC 9112, 6.1)";
  if (rules_.to_head || status_ == 204 || status_ == 304) body_end_ = BodyEnd::at_once;
  else if (chunked_) body_end_ = BodyEnd::by_chunks;
  else body_end_ = length_ ? BodyEnd::by_length : BodyEnd::by_connection;
  return nullptr;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

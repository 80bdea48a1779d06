// Parses the head of a response, line by line: whether it is accepted, and where its body ends. One parser for all
// adapters, so that they decide alike, whatever their HTTP stacks would accept. Sections are those of RFC 9112.
//
// Rules: strict where two parsers could disagree on where a message ends. Lines end with CR LF, never with LF alone
// (2.2); differing lengths, unknown codings, and both a length and a coding are refused (6.1, 6.3). Lenient where
// nothing depends on it: a reason phrase may be absent, with or without its space (4), and values may be folded (5.2),
// except those that frame the message. No sockets; the caller limits the length of lines.
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

namespace HEALTHLAKE_NAMESPACE::detail {

// Where the body of a response ends.
enum class BodyEnd : std::uint8_t { at_once, by_length, by_chunks, by_connection };

// What the parser has to know about the request.
struct HeadRules {
  // A response to HEAD has no body.
  bool to_head = false;
  // Accepts the status line that an HTTP/2 stack writes for its responses: `HTTP/2 200`.
  bool http_2 = false;
};

// Whitespace, visible characters and obs-text: what a field value or a reason phrase may contain (RFC 9110, 5.5).
constexpr bool is_field_content(std::string_view text) noexcept {
  for (char const c : text)
    if (is_control(c) && c != '\t') return false;
  return true;
}

constexpr bool starts_with_blank(std::string_view text) noexcept { return !text.empty() && is_blank(text.front()); }

// `name: value`, with whitespace around the value; nothing if the line is not a field line.
constexpr std::optional<Header> parse_field_line(std::string_view line) noexcept {
  std::size_t const colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return std::nullopt;
  std::string_view const value = trim_blanks(line.substr(colon + 1));
  if (!is_field_content(value)) return std::nullopt;
  return Header{line.substr(0, colon), value};
}

// Calls `each` with the elements of a comma-separated list, without whitespace around them, until it returns true.
// Returns whether it did.
template <class F>
constexpr bool any_in_list(std::string_view list, F&& each) {
  for (;;) {
    std::size_t const comma = (std::min)(list.find(','), list.size());
    if (each(trim_blanks(list.substr(0, comma)))) return true;
    if (comma == list.size()) return false;
    list.remove_prefix(comma + 1);
  }
}

// Parses interim responses and the final response. Call `take_line` for every line up to `complete()`.
class ResponseHead {
 public:
  ResponseHead() = default;
  explicit ResponseHead(HeadRules rules) noexcept : rules_(rules) {}

  // Parses a line, line end included. Returns null, or why the response is not valid HTTP.
  [[nodiscard]] char const* take_line(std::string_view line) {
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

  // Whether these first bytes can be those of a status line.
  [[nodiscard]] static constexpr bool may_begin(std::string_view bytes) noexcept {
    constexpr std::string_view begin = "HTTP/1.";
    return begin.starts_with(bytes.substr(0, begin.size()));
  }

  // Whether the empty line after the final header was received.
  [[nodiscard]] bool complete() const noexcept { return complete_; }
  // Whether the last line ended an interim response, or nothing was received yet.
  [[nodiscard]] bool awaits_status() const noexcept { return !in_fields_ && !complete_; }

  // The following are valid once the head is complete.
  [[nodiscard]] int status() const noexcept { return status_; }
  [[nodiscard]] Headers& headers() noexcept { return headers_; }
  [[nodiscard]] BodyEnd body_end() const noexcept { return body_end_; }
  // Valid if the body ends by length. A length above 64 bits is the largest number.
  [[nodiscard]] std::uint64_t length() const noexcept { return *length_; }
  // Whether the connection outlives the response (9.3).
  [[nodiscard]] bool keeps_alive() const noexcept {
    return body_end_ != BodyEnd::by_connection && !close_ && (version_1_1_ || keep_alive_);
  }

  static constexpr char const* not_a_field = "a header line is not `name: value` (RFC 9112, 5)";

 private:
  // HTTP-version SP 3DIGIT [ SP reason-phrase ]
  char const* take_status(std::string_view line) {
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

  char const* take_fold(std::string_view line) {
    if (name_.empty()) return not_a_field;
    if (frames(name_)) return "Content-Length or Transfer-Encoding is folded (RFC 9112, 5.2)";
    std::string_view const more = trim_blanks(line);
    if (!is_field_content(more)) return not_a_field;
    if (!value_.empty() && !more.empty()) value_ += ' ';
    value_ += more;
    return nullptr;
  }

  void keep_field() {
    if (name_.empty()) return;
    headers_.add(name_, value_);
    if (equal_ignoring_case(name_, "connection")) take_connection();
    name_.clear();
  }

  static bool frames(std::string_view name) noexcept {
    return equal_ignoring_case(name, "content-length") || equal_ignoring_case(name, "transfer-encoding");
  }

  // 6.3: a list, or several fields, are valid if all values are the same.
  char const* take_length() {
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

  // 6.1: the one coding that every recipient must support; our requests do not ask for another.
  char const* take_coding() {
    if (std::exchange(chunked_, true) || !equal_ignoring_case(value_, "chunked"))
      return "the Transfer-Encoding is not `chunked` (RFC 9112, 6.1)";
    return nullptr;
  }

  void take_connection() {
    any_in_list(value_, [&](std::string_view option) {
      close_ = close_ || equal_ignoring_case(option, "close");
      keep_alive_ = keep_alive_ || equal_ignoring_case(option, "keep-alive");
      return false;
    });
  }

  char const* end_head() {
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

  HeadRules rules_;
  bool in_fields_ = false;
  bool complete_ = false;
  bool version_1_1_ = false;
  bool chunked_ = false;
  bool close_ = false;
  bool keep_alive_ = false;
  BodyEnd body_end_ = BodyEnd::at_once;
  int status_ = 0;
  std::optional<std::uint64_t> length_{};
  Headers headers_{};
  // A field line waits here for its continuation.
  std::string name_{};
  std::string value_{};
};

}  // namespace HEALTHLAKE_NAMESPACE::detail

// Parses the head of a response, line by line: whether it is accepted, and where its body ends. One parser for all
// adapters, so that they decide alike, whatever their HTTP stacks would accept. Sections are those of RFC 9112.
//
// Rules: strict where two parsers could disagree on where a message ends. Lines end with CR LF, never with LF alone
// (2.2); differing lengths, unknown codings, and both a length and a coding are refused (6.1, 6.3). Lenient where
// nothing depends on it: a reason phrase may be absent, with or without its space (4), and values may be folded (5.2),
// except those that frame the message. No sockets; the caller limits the length of lines.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

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
  [[nodiscard]] char const* take_line(std::string_view line);

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
  [[nodiscard]] bool keeps_alive() const noexcept;

  static constexpr char const* not_a_field = "a header line is not `name: value` (RFC 9112, 5)";

 private:
  // HTTP-version SP 3DIGIT [ SP reason-phrase ]
  char const* take_status(std::string_view line);
  char const* take_fold(std::string_view line);
  void keep_field();
  static bool frames(std::string_view name) noexcept;

  // 6.3: a list, or several fields, are valid if all values are the same.
  char const* take_length();

  // 6.1: the one coding that every recipient must support; our requests do not ask for another.
  char const* take_coding();
  void take_connection();
  char const* end_head();

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

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/transport/impl/response_head.ipp"
#endif

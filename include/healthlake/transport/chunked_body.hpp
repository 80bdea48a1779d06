// An incremental decoder of the chunked coding (RFC 9112, 7.1), which a transport feeds with the raw body of a
// response.
//
// Rules: strict about where a chunk ends: lines end with CR LF, sizes consist of hexadecimal digits only, and a chunk
// is as long as its size. Extensions and trailer fields are checked for line ends and control characters, and dropped.
// The body has its limit; everything that a chunk does not need (leading zeros of a size, extensions, trailer lines)
// counts towards the limit of the header. No sockets.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "healthlake/text/ascii.hpp"
#include "healthlake/text/hex.hpp"
#include "healthlake/transport/response_head.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// The result of feeding bytes.
enum class Fed : std::uint8_t { more, done, not_http, header_too_large, body_too_large };

class ChunkedBody {
 public:
  // The limits, in bytes, of the body and of everything around it that is not needed.
  ChunkedBody(std::size_t max_body, std::size_t max_extra) noexcept : max_body_(max_body), max_extra_(max_extra) {}

  // Consumes bytes from the front and appends those of the body to `body`, which contains nothing else, until the
  // coding ends or is invalid: what is left in `bytes` then does not belong to it.
  Fed feed(std::string_view& bytes, std::string& body) {
    Fed fed = Fed::more;
    while (fed == Fed::more && !bytes.empty()) {
      if (part_ == Part::data) take_data(bytes, body);
      else fed = take_byte_of_line(bytes, body.size());
    }
    return fed;
  }

 private:
  enum class Part : std::uint8_t { size, extension, size_lf, data, data_cr, data_lf, trailer };

  void take_data(std::string_view& bytes, std::string& body) {
    std::size_t const count = (std::min)(bytes.size(), size_);
    body.append(bytes.substr(0, count));
    bytes.remove_prefix(count);
    size_ -= count;
    if (size_ == 0) part_ = Part::data_cr;
  }

  Fed take_byte_of_line(std::string_view& bytes, std::size_t body_size) {
    char const c = bytes.front();
    bytes.remove_prefix(1);
    switch (part_) {
      case Part::size: return take_size(c, body_size);
      case Part::extension:
        if (c == '\r') return next(Part::size_lf);
        // RFC 9112, 7.1.1: whitespace, and then a semicolon.
        if (!extended_ && !is_blank(c) && c != ';') return Fed::not_http;
        extended_ = extended_ || c == ';';
        return is_field_content({&c, 1}) ? extra() : Fed::not_http;
      case Part::size_lf:
        if (c != '\n') return Fed::not_http;
        return next(size_ == 0 ? Part::trailer : Part::data);
      case Part::data_cr: return c == '\r' ? next(Part::data_lf) : Fed::not_http;
      case Part::data_lf:
        has_digit_ = false;
        extended_ = false;
        return c == '\n' ? next(Part::size) : Fed::not_http;
      case Part::trailer: return take_trailer(c);
      case Part::data: break;
    }
    return Fed::not_http;
  }

  Fed take_size(char c, std::size_t body_size) {
    int const value = hex_value(c);
    if (value < 0) {
      part_ = c == '\r' ? Part::size_lf : Part::extension;
      if (!has_digit_ || (c != '\r' && !is_blank(c) && c != ';')) return Fed::not_http;
      extended_ = c == ';';
      return c == '\r' ? Fed::more : extra();
    }
    auto const digit = static_cast<std::size_t>(value);
    // A leading zero is more than the size needs.
    bool const needless = has_digit_ && size_ == 0;
    has_digit_ = true;
    std::size_t const room = max_body_ - body_size;
    if (digit > room || size_ > (room - digit) / 16) return Fed::body_too_large;
    size_ = size_ * 16 + digit;
    return needless ? extra() : Fed::more;
  }

  Fed take_trailer(char c) {
    if (line_.ends_with('\r') && c != '\n') return Fed::not_http;
    line_ += c;
    if (extra() != Fed::more) return Fed::header_too_large;
    if (c != '\n') return Fed::more;
    std::string_view line = line_;
    if (!line.ends_with("\r\n")) return Fed::not_http;
    line.remove_suffix(2);
    if (line.empty()) return Fed::done;
    // A folded line continues the value of the line before it.
    if (starts_with_blank(line) ? !in_trailer_ || !is_field_content(line) : !parse_field_line(line))
      return Fed::not_http;
    in_trailer_ = true;
    line_.clear();
    return Fed::more;
  }

  Fed next(Part part) noexcept {
    part_ = part;
    return Fed::more;
  }
  Fed extra() noexcept { return ++extra_ > max_extra_ ? Fed::header_too_large : Fed::more; }

  std::size_t max_body_;
  std::size_t max_extra_;
  std::size_t extra_ = 0;
  Part part_ = Part::size;
  // Whether the size has a digit yet, and the line a semicolon.
  bool has_digit_ = false;
  bool extended_ = false;
  bool in_trailer_ = false;
  // What is left of the chunk.
  std::size_t size_ = 0;
  // The trailer's line so far.
  std::string line_{};
};

}  // namespace HEALTHLAKE_NAMESPACE::detail

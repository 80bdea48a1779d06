// The functions of transport/chunked_body.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "healthlake/text/ascii.hpp"
#include "healthlake/text/hex.hpp"
#include "healthlake/transport/chunked_body.hpp"
#include "healthlake/transport/response_head.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL Fed ChunkedBody::feed(std::string_view& bytes, std::string& body) {
  Fed fed = Fed::more;
  while (fed == Fed::more && !bytes.empty()) {
    if (part_ == Part::data) take_data(bytes, body);
    else fed = take_byte_of_line(bytes, body.size());
  }
  return fed;
}

HEALTHLAKE_DECL void ChunkedBody::take_data(std::string_view& bytes, std::string& body) {
  std::size_t const count = (std::min)(bytes.size(), size_);
  body.append(bytes.substr(0, count));
  bytes.remove_prefix(count);
  size_ -= count;
  if (size_ == 0) part_ = Part::data_cr;
}

HEALTHLAKE_DECL Fed ChunkedBody::take_byte_of_line(std::string_view& bytes, std::size_t body_size) {
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

HEALTHLAKE_DECL Fed ChunkedBody::take_size(char c, std::size_t body_size) {
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

HEALTHLAKE_DECL Fed ChunkedBody::take_trailer(char c) {
  if (line_.ends_with('\r') && c != '\n') return Fed::not_http;
  line_ += c;
  if (extra() != Fed::more) return Fed::header_too_large;
  if (c != '\n') return Fed::more;
  std::string_view line = line_;
  if (!line.ends_with("\r\n")) return Fed::not_http;
  line.remove_suffix(2);
  if (line.empty()) return Fed::done;
  // A folded line continues the value of the line before it.
  if (starts_with_blank(line) ? !in_trailer_ || !is_field_content(line) : !parse_field_line(line)) return Fed::not_http;
  in_trailer_ = true;
  line_.clear();
  return Fed::more;
}

HEALTHLAKE_DECL Fed ChunkedBody::next(Part part) noexcept {
  part_ = part;
  return Fed::more;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

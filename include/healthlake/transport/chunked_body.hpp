// An incremental decoder of the chunked coding (RFC 9112, 7.1), which a transport feeds with the raw body of a
// response.
//
// Rules: strict about where a chunk ends: lines end with CR LF, sizes consist of hexadecimal digits only, and a chunk
// is as long as its size. Extensions and trailer fields are checked for line ends and control characters, and dropped.
// The body has its limit; everything that a chunk does not need (leading zeros of a size, extensions, trailer lines)
// counts towards the limit of the header. No sockets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "healthlake/version.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// The result of feeding bytes.
enum class Fed : std::uint8_t { more, done, not_http, header_too_large, body_too_large };

class ChunkedBody {
 public:
  // The limits, in bytes, of the body and of everything around it that is not needed.
  ChunkedBody(std::size_t max_body, std::size_t max_extra) noexcept : max_body_(max_body), max_extra_(max_extra) {}

  // Consumes bytes from the front and appends those of the body to `body`, which contains nothing else, until the
  // coding ends or is invalid: what is left in `bytes` then does not belong to it.
  Fed feed(std::string_view& bytes, std::string& body);

 private:
  enum class Part : std::uint8_t { size, extension, size_lf, data, data_cr, data_lf, trailer };

  void take_data(std::string_view& bytes, std::string& body);

  Fed take_byte_of_line(std::string_view& bytes, std::size_t body_size);

  Fed take_size(char c, std::size_t body_size);

  Fed take_trailer(char c);
  Fed next(Part part) noexcept;
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

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/transport/impl/chunked_body.ipp"
#endif

// gzip with zlib, as a caller of this library would provide it.
#pragma once

#include <zlib.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "healthlake/protocol/content_coding.hpp"

namespace gzip {

/// zlib's code for a gzip header and trailer around the data (zlib.h, deflateInit2 and inflateInit2).
inline constexpr int window_bits = 15 + 16;

inline z_stream stream_over(std::string const& input) {
  z_stream stream{};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
  stream.avail_in = static_cast<uInt>(input.size());
  return stream;
}

inline bool compress(std::string_view body, std::string& out) {
  std::string const input{body};
  z_stream stream = stream_over(input);
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    return false;
  out.resize(deflateBound(&stream, stream.avail_in));
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  bool const done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return done;
}

inline healthlake::Gunzip decompress(std::string_view body, std::size_t max_bytes, std::string& out) {
  std::string const input{body};
  z_stream stream = stream_over(input);
  if (inflateInit2(&stream, window_bits) != Z_OK) return healthlake::Gunzip::corrupt;
  out.resize(max_bytes + 1);
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  int const result = inflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  bool const whole = result == Z_STREAM_END && stream.avail_in == 0;
  inflateEnd(&stream);
  if (out.size() > max_bytes) return healthlake::Gunzip::too_large;
  return whole ? healthlake::Gunzip::done : healthlake::Gunzip::corrupt;
}

}  // namespace gzip

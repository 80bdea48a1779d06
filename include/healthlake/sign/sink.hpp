// The destination of the strings that Signature Version 4 hashes: a string, or a hash.
//
// Rules: each of those strings has one writer, to a Sink, so that what a test reads (TextSink) and what is hashed
// (HashSink) cannot differ. The creator of a sink flushes it at the end.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "healthlake/sign/hash.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

/// Takes a string and forwards it in pieces of up to 256 bytes, since a call into an engine costs more than hashing a
/// byte. `flush()` ends the string. One class for all destinations, so that each writer is compiled once.
class Sink {
 public:
  void put(char c);
  void put(std::string_view text);
  void flush();

 protected:
  Sink(void* target, void (*take)(void* target, Bytes piece)) : target_(target), take_(take) {}
  ~Sink() = default;

 private:
  void append(std::string_view text);

  void* target_;
  void (*take_)(void*, Bytes);
  std::size_t used_ = 0;
  std::array<std::uint8_t, 256> buffer_;
};

/// Appends to a string.
class TextSink : public Sink {
 public:
  explicit TextSink(std::string& out)
      : Sink(&out, [](void* target, Bytes piece) {
          static_cast<std::string*>(target)->append(reinterpret_cast<char const*>(piece.data()), piece.size());
        }) {}
};

/// Feeds a Hash or an Hmac.
template <class Engine>
class HashSink : public Sink {
 public:
  explicit HashSink(Engine& engine)
      : Sink(&engine, [](void* target, Bytes piece) { static_cast<Engine*>(target)->update(piece); }) {}
};

/// The string that `write(sink)` writes.
template <class Write>
std::string written(Write&& write) {
  std::string out;
  TextSink sink{out};
  write(sink);
  sink.flush();
  return out;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/sign/impl/sink.ipp"
#endif

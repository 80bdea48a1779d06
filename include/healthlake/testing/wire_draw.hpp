// What all changes of the wire mutator share (wire_mutator.hpp).
//
// Rules: a change is a function that modifies only the message and returns a description of what it did. An empty
// string means that the change does not apply to this message, which is then unmodified. No change adds much more than
// `room` bytes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "healthlake/testing/byte_source.hpp"
#include "healthlake/testing/wire_message.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

struct WireDraw {
  ByteSource& source;
  // In bytes.
  std::size_t room = 0;

  // A number from 0 to `end - 1`.
  [[nodiscard]] std::size_t below(std::size_t end) const { return static_cast<std::size_t>(source.below(end)); }
  // One of a list.
  template <class T, std::size_t N>
  [[nodiscard]] T const& one(T const (&list)[N]) const {
    return list[below(N)];
  }
  // One of a list of sizes, or the room if that is less.
  template <std::size_t N>
  [[nodiscard]] std::size_t size(std::size_t const (&list)[N]) const {
    return (std::min)(one(list), room);
  }
};

using WireChanger = std::string (*)(WireMessage& message, WireDraw draw);

// A string for a description, in quotation marks.
inline std::string in_quotes(std::string_view text) { return quoted(text, 24); }

// A string of several copies of another.
inline std::string copies(std::size_t count, std::string_view text) {
  std::string out;
  out.reserve(count * text.size());
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

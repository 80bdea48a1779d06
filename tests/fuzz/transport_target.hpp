// What the targets of the transports share: one exchange and the next one, and a mutator that knows HTTP.
//
// Input: a line of flags, then the bytes of the server; see WireCase in tests/support/wire_exchange.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "healthlake/testing/byte_source.hpp"
#include "healthlake/testing/wire_mutator.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/support/stepped_peer.hpp"
#include "tests/support/wire_exchange.hpp"

// libFuzzer's own mutator, and ours, by the names that it uses. A program without libFuzzer has neither.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" __attribute__((weak)) std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size,
                                                              std::size_t max_size);
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  using namespace healthlake;
  auto source = ByteSource::from_seed(seed);
  // Also of the flags.
  if (source.one_in(3) && LLVMFuzzerMutate != nullptr) return LLVMFuzzerMutate(data, size, max_size);
  std::string_view const input = fuzz::as_text(data, size);
  std::size_t const line = (std::min)(input.find('\n') + 1, input.size());
  auto const mutation = mutate_wire(input.substr(line), source, {.max_bytes = max_size - (std::min)(line, max_size)});
  std::copy(mutation.bytes.begin(), mutation.bytes.end(), data + line);
  return line + mutation.bytes.size();
}

namespace transport_target {

template <class Stack>
int run(std::uint8_t const* data, std::size_t size) {
  using namespace healthlake;
  static testing::SteppedPeer peer;
  std::string const found = testing::disagreement<Stack>(peer, fuzz::as_text(data, size));
  FUZZ_REQUIRE(found.empty(), found.c_str(), printable_ascii(fuzz::as_text(data, size), 4096));
  return 0;
}

}  // namespace transport_target

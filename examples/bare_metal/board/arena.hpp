// A fixed piece of memory in place of a heap: operator new and delete take from it, and nothing else does.
//
// First fit over a list of blocks in the order of their addresses; neighbours that are free become one block. Each
// block has a header of eight bytes, and sizes are multiples of eight. Not for interrupts or several threads.
#pragma once

#include <cstddef>

namespace arena {

/// Bytes up to the highest address that was ever in use, headers included: an arena of this size would have done.
std::size_t peak();
/// What it was built with (ARENA_BYTES).
std::size_t capacity();

}  // namespace arena

// A fixed array instead of a heap, used only by operator new and delete.
//
// First fit over a list of blocks in the order of their addresses; adjacent free blocks are merged. Each block has a
// header of eight bytes, and sizes are multiples of eight. Not for interrupts or several threads.
#pragma once

#include <cstddef>

namespace arena {

/// Bytes up to the highest address that was ever in use, headers included: an arena of this size would have sufficed.
std::size_t peak();
/// The size of the arena (ARENA_BYTES).
std::size_t capacity();

}  // namespace arena

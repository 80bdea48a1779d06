// The arena, the operators that use it, and what happens where the C++ library would throw.
//
// Out of memory, and a string or list beyond its limits, end the program with board::fail and a reason. Neither happens
// to a program that limits what it reads (DecodeOptions, Gateway::max_body) and whose arena was measured with that.
#include "arena.hpp"

#include <cstdint>
#include <new>

#include "board.hpp"

#ifndef ARENA_BYTES
#define ARENA_BYTES 6144
#endif

namespace {

struct Block {
  std::uint32_t size;  // of the memory after this header
  std::uint32_t used;
};
constexpr std::size_t unit = sizeof(Block);
static_assert(unit == 8 && ARENA_BYTES % unit == 0);

[[gnu::section(".arena"), gnu::aligned(8)]] std::byte memory[ARENA_BYTES];
std::size_t highest = 0;

Block* first() { return reinterpret_cast<Block*>(memory); }
Block* end() { return reinterpret_cast<Block*>(memory + sizeof memory); }
Block* after(Block* block) { return block + 1 + block->size / unit; }

void* take(std::size_t wanted) {
  if (highest == 0) *first() = {sizeof memory - unit, 0};
  std::size_t const size = (wanted + unit - 1) / unit * unit;
  for (Block* block = first(); block != end(); block = after(block)) {
    if (block->used != 0) continue;
    for (Block* next = after(block); next != end() && next->used == 0; next = after(block))
      block->size += unit + next->size;
    if (block->size < size) continue;
    if (block->size > size) {
      Block* const rest = block + 1 + size / unit;
      *rest = {block->size - size - unit, 0};
      block->size = size;
    }
    block->used = 1;
    auto const top = static_cast<std::size_t>(reinterpret_cast<std::byte*>(after(block)) - memory);
    if (top > highest) highest = top;
    return block + 1;
  }
  board::fail("the arena is full");
}

}  // namespace

std::size_t arena::peak() { return highest; }
std::size_t arena::capacity() { return sizeof memory; }

void* operator new(std::size_t size) { return take(size); }
void* operator new[](std::size_t size) { return take(size); }
void operator delete(void* memory) noexcept {
  if (memory != nullptr) (static_cast<Block*>(memory) - 1)->used = 0;
}
void operator delete[](void* memory) noexcept { operator delete(memory); }
void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }
void operator delete[](void* memory, std::size_t) noexcept { operator delete(memory); }

// The C++ library throws with these functions. Its own definitions would link the exception classes, their messages and
// the demangler, whether or not exceptions are enabled.
namespace {
[[noreturn]] void thrown() { board::fail("the C++ library throws: a string or list is too long"); }
}  // namespace

namespace std {
void __throw_bad_alloc() { thrown(); }
void __throw_bad_array_new_length() { thrown(); }
void __throw_length_error(char const*) { thrown(); }
void __throw_logic_error(char const*) { thrown(); }
void __throw_out_of_range_fmt(char const*, ...) { thrown(); }
}  // namespace std

extern "C" void abort() { board::fail("abort"); }

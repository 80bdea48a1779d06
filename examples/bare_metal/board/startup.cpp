// What runs before main: the vector table, the reset, the faults.
#include <cstdint>

#include "board.hpp"

// The program's main; [basic.start.main] forbids calling it by name from C++.
extern "C" int run_main() asm("main");

extern "C" {
// From mps2.ld; only their addresses are meaningful.
extern std::uint32_t stack_bottom, stack_top, data_begin, data_end, bss_begin, bss_end;
extern std::uint32_t const data_in_flash;
using Initializer = void (*)();
extern Initializer const init_array_begin, init_array_end;

void tick();
[[noreturn]] void reset();
[[noreturn]] void fault();
}

namespace {
constexpr std::uint32_t paint = 0x57AC57AC;

struct VectorTable {
  std::uint32_t* stack_top;
  void (*handlers[15])();
};
}  // namespace

// ARMv7-M Architecture Reference Manual, B1.5.3, and ARMv6-M, which reserves some of these: the stack pointer, then the
// handlers from Reset to SysTick.
extern VectorTable const vectors;
[[gnu::section(".vectors"), gnu::used]] VectorTable const vectors{
    &stack_top,
    {reset, fault, fault, fault, fault, fault, nullptr, nullptr, nullptr, nullptr, fault, fault, nullptr, fault, tick}};

void reset() {
  // Below the frame of this function, so that nothing in use is painted over.
  auto* const frame = static_cast<std::uint32_t*>(__builtin_frame_address(0)) - 8;
  for (std::uint32_t* word = &stack_bottom; word < frame; ++word) *word = paint;
  std::uint32_t const* from = &data_in_flash;
  for (std::uint32_t* to = &data_begin; to < &data_end;) *to++ = *from++;
  for (std::uint32_t* to = &bss_begin; to < &bss_end;) *to++ = 0;
  for (Initializer const* init = &init_array_begin; init < &init_array_end; ++init) (*init)();
  board::exit(run_main());
}

[[gnu::used]] static void end_of_fault() { board::fail("a fault: an invalid address, or the stack is too small"); }

// A stack that has overflowed cannot be used to report it: start again at its top.
[[gnu::naked]] void fault() {
  asm volatile("ldr r0, =stack_top\n mov sp, r0\n ldr r0, =%c0\n bx r0" : : "i"(end_of_fault));
}

std::size_t board::peak_stack() {
  std::uint32_t const* word = &stack_bottom;
  while (word < &stack_top && *word == paint) ++word;
  return static_cast<std::size_t>(&stack_top - word) * sizeof *word;
}

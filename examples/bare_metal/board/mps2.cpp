// The board that qemu calls mps2-an386: an Arm MPS2 with the FPGA image AN386, a Cortex-M4 at 25 MHz.
#include "board.hpp"

namespace board {
namespace {

// CMSDK UART 0 and SysTick, as in the manuals of the board and the core.
struct Uart {
  std::uint32_t volatile data;
  std::uint32_t volatile state;  // 1: no room to send; 2: a byte came in
  std::uint32_t volatile control;
  std::uint32_t volatile interrupt;
  std::uint32_t volatile divider;
};
struct SysTick {
  std::uint32_t volatile control;
  std::uint32_t volatile reload;
  std::uint32_t volatile value;
};
auto* const uart = reinterpret_cast<Uart*>(0x4000'4000);
auto* const systick = reinterpret_cast<SysTick*>(0xE000'E010);
constexpr std::uint32_t clock_hz = 25'000'000;

std::uint32_t volatile ticks = 0;
std::uint64_t entropy = 0;

void start_clock() {
  systick->reload = clock_hz / 1000 - 1;
  systick->value = 0;
  systick->control = 7;  // on, with interrupts, from the core's clock
}

void start_line() {
  uart->divider = clock_hz / 115'200;
  uart->control = 3;  // both directions
}

// Runs before main, so that no program can forget it.
[[gnu::constructor]] void start() {
  start_clock();
  start_line();
}

}  // namespace

healthlake::Timestamp now() { return {ticks}; }

void sleep_until(healthlake::Timestamp time) {
  while (now() < time) asm volatile("wfi");
}

std::uint64_t random() {
  // splitmix64, seeded from the timing of the line.
  entropy += 0x9E37'79B9'7F4A'7C15 + systick->value;
  std::uint64_t z = entropy;
  z = (z ^ (z >> 30)) * 0xBF58'476D'1CE4'E5B9;
  z = (z ^ (z >> 27)) * 0x94D0'49BB'1331'11EB;
  return z ^ (z >> 31);
}

void line_put(std::string_view bytes) {
  for (char const c : bytes) {
    while ((uart->state & 1) != 0) {
    }
    uart->data = static_cast<unsigned char>(c);
  }
}

int line_get(healthlake::Timestamp deadline) {
  while ((uart->state & 2) == 0)
    if (now() >= deadline) return -1;
  entropy = entropy * 31 + systick->value;
  return static_cast<int>(uart->data & 0xFF);
}

}  // namespace board

extern "C" void tick() { board::ticks = board::ticks + 1; }

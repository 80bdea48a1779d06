// The board that qemu calls microbit: a BBC micro:bit with an nRF51822, a Cortex-M0 with 16 KiB of RAM.
#include "board.hpp"

namespace board {
namespace {

// The nRF51 Series Reference Manual: a peripheral is an array of registers, by their offsets.
template <std::uintptr_t base>
std::uint32_t volatile& at(std::uintptr_t offset) {
  return *reinterpret_cast<std::uint32_t volatile*>(base + offset);
}
auto& uart = at<0x4000'2000>;
auto& timer = at<0x4000'8000>;
auto& generator = at<0x4000'D000>;

// Runs before main, so that no program can forget it.
[[gnu::constructor]] void start() {
  timer(0x508) = 3;      // BITMODE: 32 bits
  timer(0x510) = 4;      // PRESCALER: 16 MHz / 2^4
  timer(0x000) = 1;      // START
  uart(0x500) = 4;       // ENABLE
  uart(0x000) = 1;       // STARTRX
  uart(0x008) = 1;       // STARTTX
  generator(0x000) = 1;  // START
}

// Microseconds since the reset; they wrap after 71 minutes.
std::uint32_t microseconds() {
  timer(0x040) = 1;  // CAPTURE[0]
  return timer(0x540);
}

}  // namespace

// Called often enough to see every wrap: no wait of the programs is that long.
healthlake::Timestamp now() {
  static std::uint32_t last = 0;
  static std::uint64_t total = 0;
  std::uint32_t const read = microseconds();
  total += read - last;
  last = read;
  return {static_cast<std::int64_t>(total / 1000)};
}

void sleep_until(healthlake::Timestamp time) {
  while (now() < time) {
  }
}

std::uint64_t random() {
  std::uint64_t bits = 0;
  for (int byte = 0; byte < 8; ++byte) {
    while (generator(0x100) == 0) {  // VALRDY
    }
    generator(0x100) = 0;
    bits = bits << 8 | (generator(0x508) & 0xFF);  // VALUE
  }
  return bits;
}

void line_put(std::string_view bytes) {
  for (char const c : bytes) {
    uart(0x11C) = 0;                              // TXDRDY
    uart(0x51C) = static_cast<unsigned char>(c);  // TXD
    while (uart(0x11C) == 0) {
    }
  }
}

int line_get(healthlake::Timestamp deadline) {
  while (uart(0x108) == 0)  // RXDRDY
    if (now() >= deadline) return -1;
  uart(0x108) = 0;
  return static_cast<int>(uart(0x518) & 0xFF);  // RXD
}

}  // namespace board

// The timer counts by itself.
extern "C" void tick() {}

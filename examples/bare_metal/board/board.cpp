// What the boards share: the console and the end of the program, through the debugger (semihosting).
#include "board.hpp"

#include <algorithm>

#include "arena.hpp"

namespace board {
namespace {

// Semihosting: operation in r0, argument in r1, then this breakpoint; the debugger, here qemu, does the rest.
void semihost(std::uint32_t operation, void const* argument) {
  register std::uint32_t r0 asm("r0") = operation;
  register void const* r1 asm("r1") = argument;
  asm volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
}

}  // namespace

void print(std::string_view text) {
  char buffer[65];
  while (!text.empty()) {
    std::size_t const size = std::min(text.size(), sizeof buffer - 1);
    *std::copy_n(text.begin(), size, buffer) = '\0';
    semihost(0x04, buffer);  // SYS_WRITE0
    text.remove_prefix(size);
  }
}

void print(std::size_t number) {
  char digits[20];
  char* at = digits + sizeof digits;
  do *--at = static_cast<char>('0' + number % 10);
  while ((number /= 10) != 0);
  print({at, static_cast<std::size_t>(digits + sizeof digits - at)});
}

void exit(int status) {
  print("peak heap ");
  print(arena::peak());
  print(" of ");
  print(arena::capacity());
  print(" bytes, peak stack ");
  print(peak_stack());
  print(" bytes\n");
  std::uint32_t const reason[] = {0x20026, static_cast<std::uint32_t>(status)};  // ADP_Stopped_ApplicationExit
  semihost(0x20, reason);                                                        // SYS_EXIT_EXTENDED
  for (;;) {
  }
}

void fail(char const* reason) {
  print("stopped: ");
  print(std::string_view{reason});
  print("\n");
  exit(70);
}

}  // namespace board

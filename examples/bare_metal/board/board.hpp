// The interface of the board: a console, a clock, random numbers, a serial line, and exit.
//
// This is what changes on another board; the programs, the driver and the transport stay the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "healthlake/core/timestamp.hpp"

namespace board {

/// Prints text for the developer, through the debugger (semihosting).
void print(std::string_view text);
/// Prints a decimal number, without the C library's printf.
void print(std::size_t number);

/// Prints the peaks of heap and stack and ends the program, with this exit status of the emulator.
[[noreturn]] void exit(int status);
/// Ends the program with a reason and status 70. A product would log the reason and reset.
[[noreturn]] void fail(char const* reason);

/// Milliseconds since the reset, as a time since 1970: a board without a real-time clock starts in 1970, and the
/// library learns the difference from the service's first refusal.
healthlake::Timestamp now();
/// Sleeps until this time. A battery-powered product would power down what it can here.
void sleep_until(healthlake::Timestamp time);

/// 64 random bits. The emulated board has no generator, so these come from a counter that is seeded from the timing of
/// the first bytes on the line. A product uses its hardware generator: two devices with the same sequence send the same
/// idempotency tokens.
std::uint64_t random();

/// The serial line to the gateway or modem.
void line_put(std::string_view bytes);
/// The next byte; negative if none was received by then.
int line_get(healthlake::Timestamp deadline);

/// The peak use of the stack in bytes, interrupts included.
std::size_t peak_stack();

}  // namespace board

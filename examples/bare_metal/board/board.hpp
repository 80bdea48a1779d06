// The board as the programs see it: a console, a clock, random numbers, a serial line, and an end.
//
// This is what changes on another board; the programs, the driver and the transport stay as they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "healthlake/core/timestamp.hpp"

namespace board {

/// Text for the developer, through the debugger (semihosting).
void print(std::string_view text);
/// A number in decimal, without the C library's printf.
void print(std::size_t number);

/// Ends the program, with this status for whoever started the emulator; prints the peaks of heap and stack first.
[[noreturn]] void exit(int status);
/// Ends the program with a reason and status 70. A product would note the reason and reset itself.
[[noreturn]] void fail(char const* reason);

/// Milliseconds since the reset, as a time since 1970: a board without a clock of its own starts in 1970, and the
/// library learns the difference from the service's first refusal.
healthlake::Timestamp now();
/// Sleeps until then. A battery-powered product would switch off what it can here.
void sleep_until(healthlake::Timestamp time);

/// 64 random bits. The emulated board has no generator, so these come from a counter that the first bytes on the line
/// stir; a product asks its hardware, for two devices that draw alike send the same idempotency tokens.
std::uint64_t random();

/// The serial line to the gateway or modem.
void line_put(std::string_view bytes);
/// The next byte; negative if none came by then.
int line_get(healthlake::Timestamp deadline);

/// How many bytes of the stack were in use at most, interrupts included.
std::size_t peak_stack();

}  // namespace board

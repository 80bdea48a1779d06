// Invariants of CurlTransport, for any bytes of a server in any pieces, after which the server closes the connection,
// resets it or waits: those of tests/support/wire_exchange.hpp. The exchange ends by its deadline; its reply is what
// transport/response_reader.hpp makes of the bytes, or an error for the same reason; the request is sent once; the next
// exchange gets its own answer.
#include "tests/fuzz/transport_target.hpp"
#include "tests/support/curl_stack.hpp"

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  return transport_target::run<healthlake::testing::CurlStack>(data, size);
}

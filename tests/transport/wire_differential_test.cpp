// Both transports and the parser that they share, on the same bytes in the same pieces: the invariants of
// tests/support/wire_exchange.hpp, for messages that the wire mutator changed, and for messages that are cut at every
// byte. The fuzz targets of the transports look for more.
#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/testing/byte_source.hpp"
#include "healthlake/testing/wire_mutator.hpp"
#include "tests/support/beast_stack.hpp"
#include "tests/support/curl_stack.hpp"
#include "tests/support/stepped_peer.hpp"
#include "tests/support/wire_exchange.hpp"

namespace healthlake::testing {
namespace {

std::vector<std::string> messages() {
  std::string const fields = "Content-Type: application/x-amz-json-1.0\r\nx-amzn-RequestId: 0123\r\n";
  return {"HTTP/1.1 200 OK\r\n" + fields + "Content-Length: 14\r\n\r\n{\"JobId\":\"j1\"}",
          "HTTP/1.1 200 OK\r\n" + fields +
              "Transfer-Encoding: chunked\r\n\r\n9;a=b\r\n{\"JobId\":\r\n5\r\n\"j1\"}\r\n0\r\nX: y\r\n\r\n",
          "HTTP/1.1 400 Bad Request\r\nx-amzn-errortype: ValidationException\r\n\r\n{\"message\":\"m\"}",
          "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"};
}

// Each flag with some probability, and the sizes of the first pieces.
std::string flags_from(ByteSource& source) {
  std::string flags{source.one_in(4) ? "" : source.one_in(4) ? "r" : "c"};
  if (source.one_in(8)) flags += 'h';
  if (source.one_in(8)) flags += 'e';
  if (source.one_in(16)) flags += 'l';
  for (auto pieces = source.below(8); pieces > 0; --pieces) flags += "123456789*"[source.below(10)];
  return flags + "\n";
}

void check(SteppedPeer& peer, std::string const& input) {
  std::string const of_curl = disagreement<CurlStack>(peer, input);
  CHECK_MESSAGE(of_curl.empty(), "curl, " << printable_ascii(input, 2000) << ": " << of_curl);
  std::string const of_beast = disagreement<BeastStack>(peer, input);
  CHECK_MESSAGE(of_beast.empty(), "Beast, " << printable_ascii(input, 2000) << ": " << of_beast);
}

}  // namespace

TEST_CASE("wire: both transports make of a changed response what the shared parser does") {
  SteppedPeer peer;
  for (auto const& message : messages())
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
      auto source = ByteSource::from_seed(seed);
      std::string const flags = flags_from(source);
      auto const mutation = mutate_wire(message, source, {.max_bytes = 8192});
      CAPTURE(seed);
      CAPTURE(to_string(mutation.notes));
      check(peer, flags + mutation.bytes);
    }
}

TEST_CASE("wire: a response that is cut at any byte is never taken for a whole one, by either transport") {
  SteppedPeer peer;
  for (auto const& message : messages())
    for (std::size_t size = 0; size <= message.size(); ++size)
      for (std::string const flags : {"c\n", "*r\n", "\n"}) check(peer, flags + message.substr(0, size));
}

TEST_CASE("wire: of a chunk size of more than 16 digits, libcurl says at most that it is too large") {
  SteppedPeer peer;
  for (std::size_t const digits : {15U, 16U, 17U, 18U, 200U})
    for (std::string const last : {"1", "a", "F"})
      for (std::string const rest : {"\r\n0123456789abcde\r\n0\r\n\r\n", ";a=b\r\n0", "\r\n0\r\n", "x", ""})
        for (std::string const flags : {"c\n", "*r\n", "\n", "999999\n"})
          check(peer, flags + "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(digits - 1, '0') +
                          last + rest);
}

TEST_CASE("wire: libcurl accepts a chunk size of 16 digits in a response that comes in pieces, and refuses one of 17") {
  SteppedPeer peer;
  for (std::size_t const digits : {16U, 17U}) {
    CAPTURE(digits);
    std::string const input = "c9999999999\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" +
                              std::string(digits - 1, '0') + "1\r\nx\r\n0\r\n\r\n";
    WireCase const wire{input};
    auto const reply_of = [&]<class Stack>(Stack stack) {
      peer.begin(wire.script);
      HttpReply const reply = stack.send(wire.request(peer.authority()), {});
      peer.finish();
      return reply;
    };
    HttpReply const of_beast = reply_of(BeastStack{peer, true});
    CHECK_MESSAGE((of_beast && of_beast->body == "x"), in_words(of_beast));
    HttpReply const of_curl = reply_of(CurlStack{peer, true});
    CHECK_MESSAGE((digits == 16 ? of_curl && of_curl->body == "x"
                                : !of_curl && of_curl.error().reason == TransportReason::response_too_large),
                  in_words(of_curl));
  }
}

}  // namespace healthlake::testing

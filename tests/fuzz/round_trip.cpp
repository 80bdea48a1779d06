// Invariants of values generated from any bytes (the first byte, or a line with its name, selects the shape; the next
// byte the mode):
// - a valid value has no violations;
// - every value can be encoded, and decodes to the same value with nothing missing, from JSON text and from a DOM;
// - what is printed is one line of ASCII;
// - a valid input can be written as a request, which the server side reads as the same input; the same applies to an
//   output and its response.
#include <algorithm>

#include "healthlake/core/print.hpp"
#include "healthlake/core/validate.hpp"
#include "healthlake/json/dom.hpp"
#include "healthlake/protocol/aws_json.hpp"
#include "healthlake/testing/arbitrary.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {
using namespace healthlake;

Endpoint const endpoint{.authority = "healthlake.us-east-1.amazonaws.com"};

// The requests and responses of the operations that the shape belongs to.
template <class T>
struct MessageTest {
  T const& value;
  bool valid;

  template <class Op>
  void operator()() const {
    if constexpr (std::is_same_v<T, typename Op::Input>) {
      auto const request = write_request<Op>(value, endpoint);
      FUZZ_REQUIRE(request || !valid, "a valid input can be sent", to_string(value));
      if (!request) return;
      auto const back = read_request<Op>(*request);
      FUZZ_REQUIRE(back && back->missing.empty(), "a request reads back whole", request->body);
      FUZZ_REQUIRE(back->value == value, "a request reads back the same", request->body);
    }
    if constexpr (std::is_same_v<T, typename Op::Output>) {
      auto const response = write_response<Op>(value, {.request_id = "id-1"});
      FUZZ_REQUIRE(response, "any output of a server can be sent", to_string(value));
      auto const back = read_response<Op>(*response, {.missing = MissingMembers::fail_all});
      FUZZ_REQUIRE(back, "a response reads back whole", response->body);
      FUZZ_REQUIRE(back->output == value, "a response reads back the same", response->body);
      FUZZ_REQUIRE(back->metadata.request_id == "id-1", "so does the request id", response->body);
    }
  }
};

template <class T>
struct RoundTripTest {
  static void run(ByteSource& source) {
    ArbitraryOptions options;
    bool const valid = !source.one_in(2);
    options.mode = valid ? ArbitraryMode::valid : ArbitraryMode::wild;
    T const value = arbitrary<T>(source, options);
    std::string const shown = to_string(value);
    FUZZ_REQUIRE(std::all_of(shown.begin(), shown.end(), [](char c) { return c >= ' ' && c <= '~'; }),
                 "what is printed is one line of ASCII", shown);
    auto const broken = violations(value);
    FUZZ_REQUIRE(!valid || broken.empty(), "a valid value has no violation", to_string(broken.front()));

    auto const text = encode(value);
    FUZZ_REQUIRE(text, "every value can be encoded", shown);
    auto const back = decode<T>(*text);
    FUZZ_REQUIRE(back && back->missing.empty(), "it reads back whole", *text);
    FUZZ_REQUIRE(back->value == value, "it reads back the same", *text);

    auto const dom = to_dom(value);
    FUZZ_REQUIRE(dom && !dom->is_discarded(), "every value has a DOM", *text);
    auto const from = from_dom<T>(*dom);
    FUZZ_REQUIRE(from && from->missing.empty() && from->value == value, "a DOM reads back the same", *text);

    if constexpr (ErrorShape<T>) {
      auto const response = write_error(value);
      FUZZ_REQUIRE(response, "every error can be sent", *text);
      auto const error = read_error_as<T>(*response);
      FUZZ_REQUIRE(error && error->value == value, "an error reads back the same", response->body);
    }
    AllOperations::for_each(MessageTest<T>{value, valid});
  }
};
}  // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view input = fuzz::as_text(data, size);
  auto const& row = fuzz::ShapeTable<RoundTripTest, ByteSource&>::take(input);
  auto source = ByteSource::from_bytes(input);
  row.run(source);
  return 0;
}

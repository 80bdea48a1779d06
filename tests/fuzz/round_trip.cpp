// Invariants of values generated from any bytes (the first byte, or a line with its name, selects the shape; the next
// byte the mode):
// - a valid value has no violations;
// - every value can be encoded, and decodes to the same value with nothing missing, from JSON text and from a DOM;
// - what is printed is one line of ASCII;
// - a valid input can be written as a request, which the server side reads as the same input; the same applies to an
//   output and its response.
#include <algorithm>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "healthlake/json/dom.hpp"
#include "healthlake/model/all.hpp"
#include "healthlake/protocol/aws_json.hpp"
#include "healthlake/testing/arbitrary.hpp"
#include "tests/fuzz/any_value.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {
using namespace healthlake;

Endpoint const endpoint{.authority = "healthlake.us-east-1.amazonaws.com"};

// The requests and responses of the operations that the shape belongs to.
// The messages of an operation, with an input or an output of it.
template <class Op>
void check_request(void const* input, bool valid) {
  auto const& value = *static_cast<typename Op::Input const*>(input);
  auto const request = write_request<Op>(value, endpoint);
  FUZZ_REQUIRE(request || !valid, "a valid input can be sent", to_string(value));
  if (!request) return;
  auto const back = read_request<Op>(*request);
  FUZZ_REQUIRE(back && back->missing.empty(), "a request reads back whole", request->body);
  FUZZ_REQUIRE(back->value == value, "a request reads back the same", request->body);
}
template <class Op>
void check_response(void const* output, bool) {
  auto const& value = *static_cast<typename Op::Output const*>(output);
  auto const response = write_response<Op>(value, {.request_id = "id-1"});
  FUZZ_REQUIRE(response, "any output of a server can be sent", to_string(value));
  auto const back = read_response<Op>(*response, {.missing = MissingMembers::fail_all});
  FUZZ_REQUIRE(back, "a response reads back whole", response->body);
  FUZZ_REQUIRE(back->output == value, "a response reads back the same", response->body);
  FUZZ_REQUIRE(back->metadata.request_id == "id-1", "so does the request id", response->body);
}

struct Message {
  Type const* type;
  void (*check)(void const* value, bool valid);
};
std::vector<Message> const& messages() {
  static std::vector<Message> const all = [] {
    std::vector<Message> made;
    AllOperations::for_each([&]<class Op>() {
      made.push_back({&type_of<typename Op::Input>(), &check_request<Op>});
      made.push_back({&type_of<typename Op::Output>(), &check_response<Op>});
    });
    return made;
  }();
  return all;
}

bool take_mode(ByteSource& source, ArbitraryOptions& options) {
  bool const valid = !source.one_in(2);
  // Larger ones take much longer and reach little else.
  if (source.below(8) != 7) options = {.max_depth = 4, .max_elements = 6, .max_text = 16};
  options.mode = valid ? ArbitraryMode::valid : ArbitraryMode::wild;
  return valid;
}

// Returns the value.
AnyValue check_value(AnyShape const& shape, ByteSource& source) {
  ArbitraryOptions options;
  bool const valid = take_mode(source, options);
  AnyValue value{shape};
  detail::Filler{source, options}.fill(value.type(), value.get(), nullptr, 0);
  std::string const shown = value.to_string();
  FUZZ_REQUIRE(std::all_of(shown.begin(), shown.end(), [](char c) { return c >= ' ' && c <= '~'; }),
               "what is printed is one line of ASCII", shown);
  auto const broken = value.violations();
  FUZZ_REQUIRE(!valid || broken.empty(), "a valid value has no violation", to_string(broken.front()));

  Violation failure;
  auto const text = value.encode(failure);
  FUZZ_REQUIRE(text, "every value can be encoded", shown);
  auto const back = decode_any(shape, *text);
  FUZZ_REQUIRE(back.value && back.missing.empty(), "it reads back whole", *text);
  FUZZ_REQUIRE(*back.value == value, "it reads back the same", *text);

  auto const dom = nlohmann::json::parse(*text, nullptr, false);
  FUZZ_REQUIRE(!dom.is_discarded(), "every value has a DOM", *text);
  AnyValue from{shape};
  DecodeOptions const defaults;
  ShapeBuilder builder{shape.type(), from.get(), defaults};
  detail::feed(dom, builder);
  FUZZ_REQUIRE(!builder.failed() && builder.missing().empty() && from == value, "a DOM reads back the same", *text);

  for (auto const& message : messages())
    if (message.type == &value.type()) message.check(value.get(), valid);
  return value;
}

template <class T>
struct RoundTripTest {
  static void run(ByteSource& source) {
    auto const any = check_value(any_shape<T>, source);
    if constexpr (ErrorShape<T>) {
      auto const& value = *static_cast<T const*>(any.get());
      auto const response = write_error(value);
      FUZZ_REQUIRE(response, "every error can be sent", to_string(value));
      auto const error = read_error_as<T>(*response);
      FUZZ_REQUIRE(error && error->value == value, "an error reads back the same", response->body);
    }
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

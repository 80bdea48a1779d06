// Invariants of decoding any bytes as the body of any message (the first byte, or a line with its name, selects the
// shape; the rest is the body):
// - decoding returns a value or a fault;
// - both tokenizers, the library's own and nlohmann/json's, produce the same value and the same missing members, or
//   both fail;
// - a fault is at an offset in the body; its path, message and excerpt are bounded and printable;
// - a value with nothing missing can be encoded, and the JSON text decodes to the same value; one that cannot be
//   encoded lacked a required member or a union's member, and the encoder reports it as missing;
// - any value, complete or not, can be validated and printed, and what is printed is one line of ASCII.
#include <algorithm>

#include "healthlake/json/nlohmann_tokenizer.hpp"
#include "tests/fuzz/any_value.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {
using namespace healthlake;

bool printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

void check_fault(Malformed const& fault, std::string_view body) {
  FUZZ_REQUIRE(!fault.message.empty() && fault.message.size() < 256, "a fault says what is wrong", fault.message);
  FUZZ_REQUIRE(fault.offset <= body.size(), "a fault lies within the body", fault.message);
  // 64 levels, each at most a key of 64 bytes in quotes and brackets, or the longest member name.
  FUZZ_REQUIRE(fault.path.size() <= 64 * 80, "a path is bounded", fault.path);
  FUZZ_REQUIRE(fault.excerpt.size() <= 4 * Malformed::excerpt_limit, "an excerpt is bounded", fault.excerpt);
  FUZZ_REQUIRE(printable(fault.path) && printable(fault.excerpt), "nothing raw is shown", fault.path);
  FUZZ_REQUIRE(!to_string(Error{fault}).empty(), "an error can be shown", "");
}

void check_value(AnyShape const& shape, AnyDecoded const& decoded) {
  AnyValue const& value = *decoded.value;
  std::string const shown = value.to_string();
  FUZZ_REQUIRE(printable(shown), "what is printed is one line of ASCII", shown);
  auto const broken = value.violations();
  FUZZ_REQUIRE(broken.size() <= ValidateOptions{}.max_violations, "the list of violations is bounded", shown);
  for (auto const& violation : broken)
    FUZZ_REQUIRE(printable(violation.path) && violation.found.size() < 1024, "a violation can be shown", shown);

  Violation failure;
  auto const text = value.encode(failure);
  if (!text) {
    FUZZ_REQUIRE(failure.rule == Rule::missing && !decoded.missing.empty(), "only what was missing cannot be written",
                 to_string(failure));
    return;
  }
  auto const again = decode_any(shape, *text);
  FUZZ_REQUIRE(again.value, "what was encoded reads back", *text);
  FUZZ_REQUIRE(again.missing.empty(), "what was encoded lacks nothing", *text);
  FUZZ_REQUIRE(*again.value == value, "what was encoded reads back the same", *text);
}

void check_body(AnyShape const& shape, std::string_view body) {
  auto const decoded = decode_any(shape, body);
  auto const other = decode_any(shape, body, {.tokenizer = &nlohmann_tokenizer});
  FUZZ_REQUIRE(decoded.value.has_value() == other.value.has_value(), "both tokenizers agree",
               to_string(Error{decoded.value ? other.fault : decoded.fault}));
  if (!decoded.value) return check_fault(decoded.fault, body), check_fault(other.fault, body);
  FUZZ_REQUIRE(*decoded.value == *other.value, "both tokenizers give the same value", body);
  FUZZ_REQUIRE(decoded.missing == other.missing, "both tokenizers miss the same members", body);
  check_value(shape, decoded);
}

template <class T>
struct DecodeTest {
  static void run(std::string_view body) { check_body(any_shape<T>, body); }
};
}  // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view input = fuzz::as_text(data, size);
  auto const& row = fuzz::ShapeTable<DecodeTest, std::string_view>::take(input);
  row.run(input);
  return 0;
}

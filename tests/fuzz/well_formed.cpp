// Invariants of checking whether any input is JSON text:
// - well_formed_json, with either tokenizer, agrees with nlohmann::json::accept, except for what it rejects by its own
//   rules: nesting deeper than DecodeOptions::max_depth, and a byte order mark or a NUL byte, which that parser skips
//   or takes for the end;
// - well-formed JSON text can be decoded as a document, the text that is kept is well-formed, and decoding that again
//   changes nothing.
#include <nlohmann/json.hpp>

#include "healthlake/json/decode.hpp"
#include "healthlake/json/nlohmann_tokenizer.hpp"
#include "healthlake/json/tokenize.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {
using namespace healthlake;

struct Holder {
  Document content{};
  static consteval auto shape() { return structure("Holder", field<&Holder::content>("Content", required)); }
};

// How deep the brackets outside strings nest, provided that the text is JSON.
std::size_t depth_of(std::string_view text) {
  std::size_t depth = 0;
  std::size_t deepest = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') ++i;
    else if (text[i] == '"') quoted = !quoted;
    else if (!quoted && (text[i] == '{' || text[i] == '[')) deepest = deepest > ++depth ? deepest : depth;
    else if (!quoted && (text[i] == '}' || text[i] == ']')) --depth;
  }
  return deepest;
}
}  // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string const text{fuzz::as_text(data, size)};
  bool const ours = well_formed_json(text);
  FUZZ_REQUIRE(well_formed_json(text, {.tokenizer = &nlohmann_tokenizer}) == ours, "both tokenizers agree", text);
  bool theirs = nlohmann::json::accept(text);
  if (theirs && depth_of(text) > DecodeOptions{}.max_depth) theirs = false;
  if (text.find('\0') != std::string::npos || text.starts_with("\xEF\xBB\xBF")) theirs = false;
  FUZZ_REQUIRE(ours == theirs, "both agree on what is JSON", text);
  if (!ours) return 0;

  // Inside a member the text is nested one level deeper.
  DecodeOptions const options{.max_depth = DecodeOptions{}.max_depth + 1};
  auto const once = decode<Holder>("{\"Content\":" + text + "}", options);
  FUZZ_REQUIRE(once && once->missing.empty(), "JSON reads as open content", text);
  std::string const& kept = once->value.content.json;
  FUZZ_REQUIRE(well_formed_json(kept), "what is kept is JSON", kept);
  auto const twice = decode<Holder>("{\"Content\":" + kept + "}", options);
  FUZZ_REQUIRE(twice && twice->value.content == once->value.content, "reading again changes nothing", kept);
  return 0;
}

// Compares every matcher of model/patterns.hpp with PCRE2 and the matcher's expression, on random strings.
//
// PCRE2's options are those that patterns.hpp promises: UTF-8 checked, both ends anchored, `.` matches all but U+000A,
// `\d` and ranges are ASCII (so no PCRE2_UCP; `\p{...}` works without it). `\p{ASCII}`, which PCRE2 lacks, is replaced
// by its range. PCRE2's Unicode version may differ from that of model/unicode_table.hpp: strings with a code point that
// only one of them has assigned are not compared.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <doctest/doctest.h>
#include <pcre2.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/model/patterns.hpp"

namespace {
namespace patterns = healthlake::patterns;
using namespace std::string_literals;

constexpr std::size_t strings_per_pattern = 100'000;

// One compiled expression that must match the whole subject.
class Engine {
 public:
  explicit Engine(std::string regex) {
    std::string const lacking = "\\p{ASCII}";
    if (auto const at = regex.find(lacking); at != std::string::npos)
      regex.replace(at, lacking.size(), "[\\x00-\\x7F]");
    std::unique_ptr<pcre2_compile_context, decltype(&pcre2_compile_context_free)> context{
        pcre2_compile_context_create(nullptr), &pcre2_compile_context_free};
    pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
    int error = 0;
    PCRE2_SIZE offset = 0;
    code_.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(regex.data()), regex.size(),
                              PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED, &error, &offset, context.get()));
    REQUIRE_MESSAGE(code_ != nullptr, regex << ": error " << error << " at " << offset);
    // Without JIT support the interpreter is used; the results are the same.
    pcre2_jit_compile(code_.get(), PCRE2_JIT_COMPLETE);
    data_.reset(pcre2_match_data_create_from_pattern(code_.get(), nullptr));
  }

  // Subjects that are not UTF-8 do not match; any other failure fails the test.
  [[nodiscard]] bool matches(std::string_view subject) const {
    int const result = pcre2_match(code_.get(), reinterpret_cast<PCRE2_SPTR>(subject.data()), subject.size(), 0, 0,
                                   data_.get(), nullptr);
    bool const ill_formed = result <= PCRE2_ERROR_UTF8_ERR1 && result >= PCRE2_ERROR_UTF8_ERR21;
    if (result < 0 && result != PCRE2_ERROR_NOMATCH && !ill_formed) FAIL("PCRE2 gave up with error " << result);
    return result > 0;
  }

 private:
  std::unique_ptr<pcre2_code, decltype(&pcre2_code_free)> code_{nullptr, &pcre2_code_free};
  std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> data_{nullptr, &pcre2_match_data_free};
};

// A fixed sequence (SplitMix64), the same on every platform.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    state_ += 0x9E37'79B9'7F4A'7C15;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58'476D'1CE4'E5B9;
    z = (z ^ (z >> 27)) * 0x94D0'49BB'1331'11EB;
    return z ^ (z >> 31);
  }
  // Less than `end`, which is not 0.
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(next() % end); }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <class Container>
  auto const& pick(Container const& items) {
    return items[below(items.size())];
  }

 private:
  std::uint64_t state_;
};

void append_utf8(std::string& out, char32_t c) {
  auto const put = [&out](char32_t byte) { out.push_back(static_cast<char>(static_cast<unsigned char>(byte))); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xC0 | (c >> 6));
  } else {
    if (c < 0x10000) {
      put(0xE0 | (c >> 12));
    } else {
      put(0xF0 | (c >> 18));
      put(0x80 | ((c >> 12) & 0x3F));
    }
    put(0x80 | ((c >> 6) & 0x3F));
  }
  put(0x80 | (c & 0x3F));
}

constexpr bool is_surrogate(char32_t c) { return c >= 0xD800 && c <= 0xDFFF; }

// By code point: whether the table and PCRE2 disagree if it is a letter, a separator or a number.
std::vector<bool> const& disputed() {
  static std::vector<bool> const result = [] {
    Engine const member("[\\p{L}\\p{Z}\\p{N}]");
    std::vector<bool> flags(0x110000, false);
    for (char32_t c = 0; c < flags.size(); ++c) {
      if (is_surrogate(c)) continue;
      std::string text;
      append_utf8(text, c);
      flags[c] = member.matches(text) != healthlake::unicode::letter_separator_or_number(c);
    }
    return flags;
  }();
  return result;
}

bool has_disputed(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    auto const c = healthlake::decode_utf8(text, at);
    if (c.length == 0) return false;  // not UTF-8, so no match on either side
    if (disputed()[c.value]) return true;
    at += c.length;
  }
  return false;
}

// What the strings for one pattern consist of: a sample takes one choice of each slot, a mutation inserts characters of
// the alphabet. All samples match. `limit` is the highest count of a quantifier over the entire string.
struct Material {
  healthlake::Pattern const* pattern;
  std::vector<std::vector<std::string>> slots;
  std::vector<std::string> alphabet;
  std::size_t limit = 0;
};

std::vector<std::string> const hostile = {
    "\0"s,    "\n",       "\r",     "\r\n",       "\t",           "\x7F",       " ",
    "%",      "$",        "\\",     "\u0085",     "\u00A0",       "é",          "ß",
    "\u0301", "\u0663",   "\u0966", "\u1680",     "\u200B",       "\u2028",     "\u2029",
    "\uFF11", "\uFEFF",   "\uFFFF", "\U0001D7FF", "\U0001F600",   "\U0010FFFF", "\x80",
    "\xBF",   "\xC0\x80", "\xC3",   "\xE2\x82",   "\xED\xA0\x80", "\xF0\x9F",   "\xF4\x90\x80\x80",
    "\xFF"};

std::vector<std::string> const partitions = {"", "-us-gov", "-iso", "-iso-b", "-cn"};
std::vector<std::string> const accounts = {"123456789012", "000000000000", "999999999999"};
std::vector<std::string> const hex = {"0123456789abcdef0123456789abcdef", "ffffffffffffffffffffffffffffffff",
                                      "00000000000000000000000000000000", "1f2f459836ac6c513ce899f9e4f66a59"};
std::vector<std::string> const buckets = {"abc",
                                          "a.b",
                                          "a-b",
                                          "0-.9",
                                          "my-bucket.example",
                                          std::string(62, 'a'),
                                          std::string(63, 'z'),
                                          "a" + std::string(61, '-') + "0"};
std::vector<std::string> const uri_alphabet = {"a", "z", "0", "9", "-", ".", "/", ":", "A", "_", "s3://", "b/", "//"};
std::vector<std::string> const arn_alphabet = {":", "-", "a",    "z",   "Z",  "0",  "9", "/",    "_",    "f",
                                               "g", ".", "-iso", "-cn", "-b", "::", "$", "arn:", "key/", "alias/"};

std::vector<Material> const& materials() {
  std::vector<std::string> const words = {"a", "Z", "0", "-", "xyz-09", "EXAMPLE-TOKEN-1", std::string(64, 'q')};
  std::vector<std::string> const text = {
      "",       "a",          "name 1",     "_.:/=+-@",     "Ä", "病院", "مستشفى", "½",        "Ⅷ",
      "\u3000", "\U00010000", "\U0001D7FF", "\u00A0\u2029", "9", "data", "x/y",    "k=v+w:z@", "ünï cödé",
      "한국어", "٣"};
  std::vector<std::string> const any = {"",       "a",         "\n", "\0"s, "e\u0301", "\U0001F600", "\u2028\u0085",
                                        "\uFFFF", "plain text"};
  std::vector<std::string> const keys = {"a",   "prefix/", "\u00E9\U0001F600", "a b", "/", "\r", "k:e:y",
                                         "\0"s, "\u2028"};
  std::vector<std::string> const word_alphabet = {"a", "Z", "0", "-", "_", ".", "/", "@", "`", "{", "["};
  std::vector<std::string> const text_alphabet = {"a", "Z", "0", " ", "_", ".",  ":", "/", "=", "+",
                                                  "-", "%", "@", ",", ";", "病", "é", "½", "٣", "\u3000"};
  std::vector<std::string> keys_or_none = {"", "/"};
  for (auto const& key : keys) keys_or_none.push_back("/" + key);
  std::vector<std::string> some_key_or_none = keys_or_none;
  some_key_or_none.erase(some_key_or_none.begin() + 1);

  static std::vector<Material> const all = {
      {&patterns::identifier, {text, text, {"", "%", "100 %"}}, text_alphabet},
      {&patterns::tag, {text, text, text}, text_alphabet},
      {&patterns::client_token, {words, words}, word_alphabet},
      {&patterns::profile_id, {hex}, {"0", "9", "a", "f", "g", "A", "F", "-", "/", ":", "`"}},
      {&patterns::ascii,
       {{"", "\0"s, "\x7F", "AAMA-EFRS=="}, {"", "a", "\n\r\t", "{\"k\":1}"}},
       {"a", "~", "\x01"},
       8192},
      {&patterns::any_text, {any, any, any}, {"a", "\u0301", "é", "\U0001F600"}, 10'000},
      {&patterns::bounded_text, {{"a", "\u0301", "\n"}, any, any}, {"a", "\u0301", "é", "\U0001F600"}, 5000},
      {&patterns::s3_uri, {{"s3://"}, buckets, keys_or_none}, uri_alphabet},
      {&patterns::sample_data_s3_uri, {{"s3://"}, buckets, keys_or_none}, uri_alphabet},
      {&patterns::transformation_s3_uri, {{"s3://"}, buckets, some_key_or_none}, uri_alphabet},
      {&patterns::iam_role_arn,
       {{"arn:aws"}, {"", "-cn", "-us-gov", "--", "-\n", "-é"}, {":iam::"}, accounts, {":role/"}, keys},
       arn_alphabet},
      {&patterns::datastore_arn,
       {{"arn:aws"}, partitions, {":healthlake:"}, {"us-east-1", "-", "A9"}, {":"}, accounts, {":datastore/"}, keys},
       arn_alphabet},
      {&patterns::resource_arn,
       {{"arn:aws"},
        partitions,
        {":healthlake:"},
        {"us-east-1", "-", "a9"},
        {":"},
        accounts,
        {":datastore/fhir/", ":dataTransformationProfile/"},
        hex},
       arn_alphabet},
      {&patterns::kms_key_id,
       {{"", "arn:aws:kms:", "arn:aws-cn:kms:", "arn:aws-us-gov:kms:", "arn:aws-iso:kms:", "arn:aws-iso-b:kms:"},
        {"", "us-east-1:", "us-gov-west-1:", "ap-southeast-2:", "xx-y-0:"},
        {"", "123456789012:", "000000000000:"},
        {"", "key/", "alias/"},
        {"a", "-", "_", "1234abcd-12ab-34cd-56ef-1234567890ab", "key", "alias", "us-east-1", "123456789012", "arn"}},
       arn_alphabet},
      {&patterns::lambda_arn,
       {{"arn:aws:lambda:"},
        {"us-east-1:", "ap-southeast-2:", "xx-y-0:"},
        accounts,
        {":function:"},
        {"f", "a.b_c-D9", "LATEST"},
        {"", ":$LATEST", ":1", ":prod_1-a", ":LATEST"}},
       arn_alphabet}};
  return all;
}

std::string sample(Material const& material, Random& random) {
  std::string text;
  if (material.limit != 0 && random.one_in(200)) {
    std::size_t const count = material.limit - 1 + random.below(3);
    std::string const unit = random.pick(std::array<std::string, 4>{"a", "a", "\u0301", "\U0001F600"});
    for (std::size_t i = 0; i < count; ++i) text += unit;
    return text;
  }
  for (auto const& slot : material.slots) text += random.pick(slot);
  return text;
}

// One change at a random byte, which may be inside a code point.
void mutate(std::string& text, Material const& material, Random& random) {
  std::size_t const at = random.below(text.size() + 1);
  std::size_t const length = std::min(text.size() - at, 1 + random.below(random.one_in(4) ? 12 : 1));
  switch (random.below(8)) {
    case 0: text.erase(at, length); break;
    case 1: text.insert(at, random.pick(hostile)); break;
    case 2: text.replace(at, length, random.pick(hostile)); break;
    case 3: text.insert(at, text.substr(at, length)); break;
    case 4: {  // Another sample's tail behind this one's head.
      std::string const other = sample(material, random);
      text = text.substr(0, at) + other.substr(std::min(at, other.size()));
      break;
    }
    case 5: {
      auto const c = static_cast<char32_t>(random.below(random.one_in(2) ? 0x3000 : 0x110000));
      std::string encoded;
      append_utf8(encoded, c);  // surrogates included: a hostile three bytes
      text.insert(at, encoded);
      break;
    }
    case 6: text.replace(at, length, random.pick(material.alphabet)); break;
    default: text.insert(at, random.pick(material.alphabet)); break;
  }
}

std::string escaped(std::string_view text) {
  std::string out;
  for (char const c : text.substr(0, 300)) {
    if (c >= ' ' && c <= '~' && c != '\\') {
      out.push_back(c);
    } else {
      std::array<char, 5> hex_byte{};
      std::snprintf(hex_byte.data(), hex_byte.size(), "\\x%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
      out += hex_byte.data();
    }
  }
  return out;
}

struct Tally {
  std::size_t accepted = 0;
  std::size_t rejected = 0;
  std::size_t ill_formed = 0;
  std::size_t different = 0;
};

Tally compare(Material const& material, std::uint64_t seed) {
  Engine const engine{std::string(material.pattern->regex)};
  bool const asks_unicode = material.pattern->regex.find("\\p{L}") != std::string_view::npos;
  Random random(seed);
  Tally tally;
  while (tally.accepted + tally.rejected < strings_per_pattern) {
    std::string text = sample(material, random);
    for (std::size_t changes = random.below(4); changes > 0; --changes) mutate(text, material, random);
    if (asks_unicode && has_disputed(text)) continue;
    bool const expected = engine.matches(text);
    ++(expected ? tally.accepted : tally.rejected);
    if (!healthlake::valid_utf8(text)) ++tally.ill_formed;
    if (material.pattern->matches(text) != expected && ++tally.different <= 5) {
      MESSAGE(material.pattern->name << ": PCRE2 " << (expected ? "matches " : "does not match ") << escaped(text));
    }
  }
  return tally;
}

std::string pcre2_unicode_version() {
  std::array<char, 64> text{};
  pcre2_config(PCRE2_CONFIG_UNICODE_VERSION, text.data());
  return text.data();
}
}  // namespace

TEST_CASE("the table and PCRE2 agree on every code point that both have assigned") {
  int const theirs = std::stoi(pcre2_unicode_version());
  int const ours = std::stoi(healthlake::unicode::version);
  Engine const unassigned("\\p{Cn}");
  std::size_t count = 0;
  std::size_t unexplained = 0;
  for (char32_t c = 0; c < 0x110000; ++c) {
    if (is_surrogate(c) || !disputed()[c]) continue;
    ++count;
    std::string text;
    append_utf8(text, c);
    bool const new_to_them = theirs < ours && unassigned.matches(text);
    bool const new_to_us = theirs > ours && !healthlake::unicode::letter_separator_or_number(c);
    if (!new_to_them && !new_to_us) ++unexplained;
  }
  MESSAGE("Unicode " << healthlake::unicode::version << " here, " << pcre2_unicode_version() << " in PCRE2: " << count
                     << " code points are not compared");
  CHECK(unexplained == 0);
  CHECK(count < 20'000);
}

TEST_CASE("PCRE2 interprets the expressions as patterns.hpp says") {
  CHECK(Engine(".").matches("\r"));
  CHECK(Engine(".").matches("\u2028"));
  CHECK(Engine(".").matches("\0"s));
  CHECK_FALSE(Engine(".").matches("\n"));
  CHECK(Engine("[^:]").matches("\n"));
  CHECK_FALSE(Engine("\\d").matches("\u0663"));
  CHECK_FALSE(Engine("a").matches("a\n"));
  CHECK_FALSE(Engine("a").matches("ba"));
  CHECK(Engine("\\p{ASCII}").matches("\x7F"));
  CHECK_FALSE(Engine("\\p{ASCII}").matches("\u0080"));
  CHECK(Engine("[0-9-_]+").matches("5-_"));
  CHECK_FALSE(Engine("[0-9-_]").matches("A"));
}

TEST_CASE("there is material for every pattern, and all of it matches") {
  REQUIRE(materials().size() == patterns::all.size());
  for (std::size_t i = 0; i < patterns::all.size(); ++i) {
    auto const& material = materials()[i];
    CHECK(material.pattern == patterns::all[i]);
    Engine const engine{std::string(material.pattern->regex)};
    Random random(i);
    std::size_t unmatched = 0;
    for (int n = 0; n < 1000; ++n) {
      std::string const text = sample(material, random);
      if (text.size() < 4000 && !engine.matches(text) && ++unmatched == 1) MESSAGE(escaped(text));
    }
    CHECK_MESSAGE(unmatched == 0, material.pattern->name);
  }
}

TEST_CASE("every matcher agrees with PCRE2") {
  std::uint64_t seed = 20'170'701;
  for (auto const& material : materials()) {
    Tally const tally = compare(material, ++seed);
    MESSAGE(material.pattern->name << ": " << tally.accepted << " accepted, " << tally.rejected << " rejected ("
                                   << tally.ill_formed << " not UTF-8), " << tally.different << " different");
    CHECK(tally.different == 0);
    CHECK(tally.accepted >= strings_per_pattern / 20);
    CHECK(tally.rejected >= strings_per_pattern / 20);
    CHECK(tally.ill_formed >= strings_per_pattern / 100);
    // Free text is rejected for its length or its encoding only.
    std::size_t const near_misses = tally.rejected - tally.ill_formed;
    CHECK(near_misses >= (material.limit > 0 ? 50 : strings_per_pattern / 20));
  }
}

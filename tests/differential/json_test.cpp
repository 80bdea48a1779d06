// Invariant: the library's tokenizer and nlohmann/json accept and reject the same JSON texts, with the same value. The
// texts are generated: valid ones, valid ones with a byte changed, and random pieces of JSON.
#include <doctest/doctest.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "healthlake/json/decode.hpp"
#include "healthlake/json/nlohmann_tokenizer.hpp"
#include "healthlake/json/shape_builder.hpp"
#include "healthlake/json/tokenize.hpp"
#include "healthlake/model/export_job.hpp"

using namespace healthlake;

namespace {

DecodeOptions const with_nlohmann{.tokenizer = nlohmann_tokenizer};

// Parses any JSON text with one of the tokenizers; nullopt if it is rejected.
std::optional<std::string> read(std::string_view text, DecodeOptions const& options) {
  Document document;
  ShapeBuilder builder{type_of<Document>(), &document, options};
  std::size_t const offset = tokenize(text, builder, options);
  REQUIRE(offset <= text.size());
  if (builder.failed()) return std::nullopt;
  return document.json;
}

// True if both agree; `accepted` counts.
void compare(std::string const& text, std::size_t& accepted, std::size_t& rejected) {
  auto const ours = read(text, {});
  auto const theirs = read(text, with_nlohmann);
  CAPTURE(text);
  REQUIRE(ours.has_value() == theirs.has_value());
  if (!ours) {
    ++rejected;
    return;
  }
  ++accepted;
  REQUIRE(nlohmann::json::parse(*ours) == nlohmann::json::parse(*theirs));
}

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t n) { return static_cast<std::size_t>(random_() % n); }

  std::string value(unsigned depth = 0) {
    switch (below(depth > 4 ? 5 : 7)) {
      case 0: return "null";
      case 1: return below(2) ? "true" : "false";
      case 2: return number();
      case 3:
      case 4: return string();
      case 5: {
        std::string out = "[" + space();
        for (std::size_t i = 0, n = below(4); i < n; ++i) out += (i ? "," : "") + value(depth + 1) + space();
        return out + "]";
      }
      default: {
        std::string out = "{" + space();
        for (std::size_t i = 0, n = below(4); i < n; ++i)
          out += (i ? "," : "") + space() + string() + space() + ":" + space() + value(depth + 1) + space();
        return out + "}";
      }
    }
  }

  // An array or object of that many values, some of which are nested.
  std::string large(std::size_t members) {
    bool const object = below(2) != 0;
    std::string out{object ? '{' : '['};
    for (std::size_t i = 0; i < members; ++i) {
      if (i != 0) out += ",";
      if (object) out += "\"" + std::to_string(i) + "\":" + space();
      if (members > 20 && below(20) == 0) {
        out += large(members / 4);
        continue;
      }
      // One number beyond the range of a double would make the whole text invalid.
      std::string one = value();
      while (!read(one, {})) one = value();
      out += one;
    }
    return out + (object ? "}" : "]");
  }

  std::string number() {
    std::string out = below(3) == 0 ? "-" : "";
    out += below(4) == 0 ? "0" : std::to_string(1 + below(99)) + digits(below(30));
    if (below(3) == 0) out += "." + digits(1 + below(25));
    if (below(3) == 0)
      out += std::string{"eE"[below(2)]} + (below(2) ? "-" : below(2) ? "+" : "") + digits(1 + below(3));
    return out;
  }

  std::string string() {
    static std::vector<std::string> const pieces{"a",
                                                 "SUBMITTED",
                                                 " ",
                                                 "\\n",
                                                 "\\\"",
                                                 "\\\\",
                                                 "\\/",
                                                 "\\u0041",
                                                 "\\u00e9",
                                                 "\\u20ac",
                                                 "\\ud83c\\udfe5",
                                                 "\xC3\xA9",
                                                 "\xE2\x82\xAC",
                                                 "\xF0\x9F\x8F\xA5",
                                                 "\x7F",
                                                 "longer than eight bytes",
                                                 "\\b\\f\\r\\t",
                                                 "\\u0000"};
    std::string out = "\"";
    for (std::size_t i = 0, n = below(6); i < n; ++i) out += pieces[below(pieces.size())];
    return out + "\"";
  }

  // One byte replaced, removed or doubled, or the rest cut off.
  std::string damaged(std::string text) {
    static constexpr char hostile[] =
        "{}[]\",:\\ \n\t0123456789.eE+-truefalsn/u\x01\x1F\x7F\x80\xBF\xC0\xED\xA0\xF4\x90\xFF";
    if (text.empty()) return text;
    std::size_t const at = below(text.size());
    switch (below(4)) {
      case 0: text[at] = hostile[below(sizeof hostile)]; break;
      case 1: text.erase(at, 1); break;
      case 2: text.insert(at, 1, hostile[below(sizeof hostile)]); break;
      default: text.resize(at); break;
    }
    return text;
  }

 private:
  std::string digits(std::size_t n) {
    std::string out;
    while (out.size() < n) out.push_back(static_cast<char>('0' + below(10)));
    return out;
  }
  std::string space() { return below(4) ? "" : std::string(1, " \n\r\t"[below(4)]); }

  std::mt19937_64 random_;
};

}  // namespace

TEST_CASE("both tokenizers agree on generated and damaged JSON texts") {
  Generator generator{20260807};
  std::size_t accepted = 0, rejected = 0;
  for (int i = 0; i < 30'000; ++i) {
    std::string const text = generator.value();
    compare(text, accepted, rejected);
    compare(generator.damaged(text), accepted, rejected);
    compare(generator.damaged(generator.damaged(text)), accepted, rejected);
  }
  CHECK(accepted > 20'000);
  CHECK(rejected > 20'000);
}

TEST_CASE("both tokenizers agree on large documents, and on those with a byte changed anywhere") {
  Generator generator{13};
  std::size_t accepted = 0, rejected = 0, bytes = 0;
  for (int i = 0; i < 20; ++i) {
    std::string const text = generator.large(150 + generator.below(250));
    bytes += text.size();
    compare(text, accepted, rejected);
    for (int damage = 0; damage < 3; ++damage) compare(generator.damaged(text), accepted, rejected);
  }
  CHECK(bytes > 500'000);
  CHECK(accepted > 20);
  CHECK(rejected > 20);
}

TEST_CASE("both tokenizers agree on every text of one and two bytes, and on unusual ones") {
  std::size_t accepted = 0, rejected = 0;
  for (int a = 0; a < 256; ++a) {
    compare(std::string(1, static_cast<char>(a)), accepted, rejected);
    for (int b = 0; b < 256; ++b) compare({static_cast<char>(a), static_cast<char>(b)}, accepted, rejected);
    for (int b = 0; b < 256; ++b) compare({'"', static_cast<char>(a), static_cast<char>(b), '"'}, accepted, rejected);
    compare({'"', '\\', static_cast<char>(a), '"'}, accepted, rejected);
  }
  for (std::string const text : {"",
                                 " ",
                                 "\xEF\xBB\xBF{}",
                                 "\xEF\xBB\xBF",
                                 "\xEF\xBB{}",
                                 "{}\xEF\xBB\xBF",
                                 "{} {}",
                                 "[1,]",
                                 "{\"a\":1,}",
                                 "{,}",
                                 "[,1]",
                                 "{\"a\"}",
                                 "{\"a\":}",
                                 "{1:2}",
                                 "01",
                                 "-",
                                 "-a",
                                 "+1",
                                 ".5",
                                 "1.",
                                 "1e",
                                 "1e+",
                                 "0x1",
                                 "1_0",
                                 "NaN",
                                 "Infinity",
                                 "nul",
                                 "nulll",
                                 "truefalse",
                                 "\"\\u12\"",
                                 "\"\\ud800\"",
                                 "\"\\ud800\\u0041\"",
                                 "\"\\udc00\"",
                                 "\"\\ud83c\\udfe5\"",
                                 "\"\\ud800\\ud800\"",
                                 "'a'",
                                 "/**/1",
                                 "//\n1",
                                 "[1 2]",
                                 "[",
                                 "{",
                                 "]",
                                 "}",
                                 "\"",
                                 "\\"})
    compare(text, accepted, rejected);
  CHECK(accepted > 10);
  CHECK(rejected > 60'000);
}

TEST_CASE("both tokenizers agree on the range of a double") {
  std::size_t accepted = 0, rejected = 0;
  // 2^1024 - 2^970, the smallest number that rounds to infinity.
  std::string const edge =
      "1797693134862315807937289714053034150799341327100378269361737789804449682927647509466490179775872070963302864166"
      "9288791094655554785194040263065748867150582068190890200070838367627385484581771153176447573027006985557136695962"
      "2842914819860834936475292719074168444365510704342711559699508093042880177904174497792";
  std::string below_edge = edge;
  --below_edge[edge.size() - 2];
  for (std::string const& integer : {edge, below_edge, edge + "0", edge.substr(0, 308), "1" + std::string(308, '0'),
                                     "9" + std::string(308, '0'), "1" + std::string(400, '0')})
    for (std::string const sign : {"", "-"})
      for (std::string const tail : {"", ".0", ".9", "e0", "e1", "e-1", "E+1", ".5e-2"})
        compare(sign + integer + tail, accepted, rejected);
  for (std::string const text :
       {"1e308", "1e309", "1.7976931348623157e308", "1.7976931348623159e308", "0e999", "0.0e99999", "0.00001e313",
        "0.00001e314", "1e-400", "179.76931348623159e306", "1e99999999999999999999", "1e-99999999999999999999",
        "0.000000000000000000001e329", "0.000000000000000000001e330"})
    compare(text, accepted, rejected);
  CHECK(accepted > 30);
  CHECK(rejected > 30);
}

TEST_CASE("both tokenizers fill in a shape alike, and reject the same texts") {
  std::string const body =
      R"({"ExportJobProperties":{"JobId":"0123456789abcdef0123456789abcdef","JobName":"n\u00e4ch\"tlich","JobStatus":"COMPLETED",)"
      R"("SubmitTime":1786145687.25,"EndTime":1.786145999E9,"DatastoreId":"c0ffee","OutputDataConfig":{"S3Configuration":)"
      R"({"S3Uri":"s3://bucket/prefix","KmsKeyId":"alias/k"}},"Later":[{"a":[1,2.5e3,{}]},null],"Message":"done"}})";
  auto const ours = decode<DescribeFHIRExportJobResponse>(body);
  auto const theirs = decode<DescribeFHIRExportJobResponse>(body, with_nlohmann);
  REQUIRE(ours);
  REQUIRE(theirs);
  CHECK(ours->value == theirs->value);
  CHECK(ours->value.export_job_properties.job_name == "näch\"tlich");
  Generator generator{7};
  std::size_t refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string const text = generator.damaged(body);
    auto const a = decode<DescribeFHIRExportJobResponse>(text);
    auto const b = decode<DescribeFHIRExportJobResponse>(text, with_nlohmann);
    CAPTURE(text);
    REQUIRE(a.has_value() == b.has_value());
    if (a) {
      REQUIRE(a->value == b->value);
      REQUIRE(a->missing == b->missing);
    } else {
      ++refused;
      REQUIRE(a.error().path == b.error().path);
    }
  }
  CHECK(refused > 5'000);
}

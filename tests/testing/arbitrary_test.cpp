#include "healthlake/testing/arbitrary.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/core/print.hpp"
#include "healthlake/core/validate.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/json/dom.hpp"
#include "healthlake/json/encode.hpp"
#include "healthlake/testing/all_shapes.hpp"

namespace {
using namespace healthlake;
using healthlake::fuzz::AllShapes;
using healthlake::fuzz::for_each_type;

constexpr std::uint64_t values_per_shape = 1000;

enum class Mood : std::uint8_t { good, bad };
consteval auto enumeration(Mood) { return spelled("Mood", "GOOD", "BAD"); }

namespace bounds {
constexpr Rules name{.shape = "Name", .min = 1, .max = 8, .pattern = &patterns::tag};
constexpr Rules pin{.shape = "Pin", .sensitive = true};
constexpr Rules level{.shape = "Level", .kind = Kind::byte, .min = -3, .max = 5};
constexpr Rules ratio{.shape = "Ratio", .kind = Kind::double_, .min = 0, .max = 1};
constexpr Rules bytes{.shape = "Bytes", .kind = Kind::blob, .min = 2, .max = 5};
constexpr Rules names{.shape = "Names", .kind = Kind::list, .min = 1, .max = 3, .member = &name};
constexpr Rules scores{.shape = "Scores", .kind = Kind::map, .min = 2, .max = 3, .member = &level, .key = &name};
constexpr Rules letter{.shape = "Letter", .min = 1, .max = 1, .pattern = &patterns::client_token};
constexpr Rules letters{.shape = "Letters", .kind = Kind::map, .min = 5, .max = 5, .key = &letter};
}  // namespace bounds

struct OneLetter {
  std::map<std::string, bool> map{};
  static consteval auto shape() {
    return structure("OneLetter", field<&OneLetter::map>("Map", bounds::letters, required));
  }
};

struct Hidden {
  std::string word{};
  static consteval auto shape() {
    return structure("Hidden", field<&Hidden::word>("Word", required)).marked_sensitive();
  }
  friend bool operator==(Hidden const&, Hidden const&) = default;
};

struct Node;
struct Choice {
  Union<std::string, std::vector<Node>, Hidden> value;
  static consteval auto shape();
  friend bool operator==(Choice const&, Choice const&);
};
struct Node {
  std::vector<Node> children{};
  std::map<std::string, Node> named{};
  std::optional<Choice> choice{};
  static consteval auto shape() {
    return structure("Node", field<&Node::children>("Children", required), field<&Node::named>("Named", required),
                     field<&Node::choice>("Choice"));
  }
  friend bool operator==(Node const& a, Node const& b) {
    return a.children == b.children && a.named == b.named && a.choice == b.choice;
  }
};
consteval auto Choice::shape() {
  return union_of("Choice", alternative<&Choice::value, 2>("Hidden"), alternative<&Choice::value, 1>("Nodes"),
                  alternative<&Choice::value, 0>("Text", bounds::name));
}
bool operator==(Choice const& a, Choice const& b) { return a.value == b.value; }

struct NestedOnly {
  Union<Hidden> value;
  static consteval auto shape() { return union_of("NestedOnly", alternative<&NestedOnly::value, 0>("Hidden")); }
  friend bool operator==(NestedOnly const&, NestedOnly const&) = default;
};

// A member of each kind, with and without bounds.
struct Everything {
  bool flag = false;
  std::int8_t level{};
  std::int8_t tiny{};
  std::optional<std::int16_t> small{};
  std::optional<std::int64_t> large{};
  float single{};
  double ratio{};
  double any_real{};
  OpenEnum<Mood> mood{};
  Blob bytes{};
  std::optional<Blob> any_bytes{};
  Document open{};
  std::vector<std::string> names{};
  std::map<std::string, std::int8_t> scores{};
  std::vector<std::optional<std::int32_t>> sparse{};
  std::map<std::string, std::optional<std::string>> sparse_map{};
  std::vector<std::optional<Document>> documents{};
  std::map<std::string, std::optional<Document>> document_map{};
  Node tree{};
  NestedOnly nested{};
  std::int32_t defaulted_number = 7;
  std::optional<std::string> pin{};
  std::string shown{};

  static consteval auto shape() {
    return structure(
        "Everything", field<&Everything::flag>("Flag", required),
        field<&Everything::level>("Level", bounds::level, required), field<&Everything::tiny>("Tiny", required),
        field<&Everything::small>("Small"), field<&Everything::large>("Large"),
        field<&Everything::single>("Single", required), field<&Everything::ratio>("Ratio", bounds::ratio, required),
        field<&Everything::any_real>("AnyReal", required), field<&Everything::mood>("Mood", required),
        field<&Everything::bytes>("Bytes", bounds::bytes, required), field<&Everything::any_bytes>("AnyBytes"),
        field<&Everything::open>("Open", required), field<&Everything::names>("Names", bounds::names, required),
        field<&Everything::scores>("Scores", bounds::scores, required), field<&Everything::sparse>("Sparse", required),
        field<&Everything::sparse_map>("SparseMap", required), field<&Everything::documents>("Documents", required),
        field<&Everything::document_map>("DocumentMap", required), field<&Everything::tree>("Tree", required),
        field<&Everything::nested>("Nested", required),
        field<&Everything::defaulted_number>("DefaultedNumber", defaulted), field<&Everything::pin>("Pin", bounds::pin),
        field<&Everything::shown>("Shown", required));
  }
  friend bool operator==(Everything const&, Everything const&) = default;
};

constexpr ArbitraryOptions wild{.mode = ArbitraryMode::wild};

unsigned depth_of(Node const& node) {
  unsigned deepest = 0;
  for (auto const& child : node.children) deepest = std::max(deepest, depth_of(child));
  for (auto const& [key, child] : node.named) deepest = std::max(deepest, depth_of(child));
  if (node.choice)
    if (auto const* nodes = node.choice->value.get_if<1>())
      for (auto const& child : *nodes) deepest = std::max(deepest, depth_of(child) + 1);
  return deepest + 1;
}

// The JSON text decodes to the same value, and so does the DOM.
template <Shape T>
void check_round_trip(T const& value) {
  auto const text = encode(value);
  REQUIRE_MESSAGE(text.has_value(), to_string(text.error()));
  auto const back = decode<T>(*text);
  REQUIRE_MESSAGE(back.has_value(), to_string(Error{back.error()}), " in ", *text);
  CHECK(back->missing.empty());
  CHECK_MESSAGE(back->value == value, *text);

  auto const dom = to_dom(value);
  REQUIRE(dom.has_value());
  auto const from = from_dom<T>(*dom);
  REQUIRE_MESSAGE(from.has_value(), to_string(Error{from.error()}), " in ", *text);
  CHECK(from->missing.empty());
  CHECK_MESSAGE(from->value == value, *text);
}

template <Shape T>
void check_shape(std::uint64_t count) {
  CAPTURE(type_of<T>().shape);
  for (std::uint64_t seed = 0; seed < count; ++seed) {
    CAPTURE(seed);
    auto source = ByteSource::from_seed(seed);
    T const value = arbitrary<T>(source);
    auto const broken = violations(value);
    REQUIRE_MESSAGE(broken.empty(), to_string(broken.front()));
    check_round_trip(value);
    check_round_trip(arbitrary<T>(source, wild));
  }
}
}  // namespace

TEST_CASE("a source of bytes returns them in order, then zeros") {
  auto source = ByteSource::from_bytes("\x01\x02\x03");
  CHECK(source.byte() == 1);
  CHECK(source.number(2) == 0x0203);
  CHECK(source.exhausted());
  CHECK(source.number(8) == 0);
  CHECK(source.below(1000) == 0);
  CHECK_FALSE(source.one_in(2));
}

TEST_CASE("numbers take as few bytes as possible") {
  auto source = ByteSource::from_bytes("\x05\x07\x09\xff");
  CHECK(source.below(1) == 0);
  CHECK(source.below(256) == 5);
  CHECK(source.below(257) == 0x0709 % 257);
  CHECK(source.rest() == "\xff");
  CHECK(source.exhausted());
  auto eight = ByteSource::from_bytes("\xff\xff\xff\xff\xff\xff\xff\xfe");
  CHECK(eight.between(0, UINT64_MAX) == UINT64_MAX - 1);
}

TEST_CASE("a seed yields SplitMix64, endlessly") {
  // The first two numbers of the published generator for the seed 0, in little-endian order.
  auto source = ByteSource::from_seed(0);
  for (std::uint64_t const expected : {0xE220'A839'7B1D'CDAFU, 0x6E78'9E6A'A1B9'65F4U})
    for (unsigned i = 0; i < 8; ++i) CHECK(source.byte() == (expected >> (8 * i) & 0xFF));
  CHECK_FALSE(source.exhausted());
  CHECK(source.rest().empty());
}

TEST_CASE("the same bytes produce the same value") {
  auto one = ByteSource::from_seed(7);
  auto two = ByteSource::from_seed(7);
  CHECK(arbitrary<Everything>(one, wild) == arbitrary<Everything>(two, wild));
  auto const next = arbitrary<Everything>(one, wild);
  CHECK_FALSE(next == arbitrary<Everything>(one, wild));
}

TEST_CASE("no bytes at all produce a small valid value") {
  auto source = ByteSource::from_bytes({});
  auto const value = arbitrary<Everything>(source);
  CHECK(violations(value).empty());
  CHECK(value.names.size() == 1);
  CHECK(value.scores.size() == 2);
  CHECK_FALSE(value.small.has_value());
  CHECK_FALSE(value.pin.has_value());
  check_round_trip(value);
}

TEST_CASE("code points are encoded as UTF-8") {
  for (char32_t const c : {U'\0', U'\x7f', U'\x80', U'\u07ff', U'\u0800', U'\uffff', U'\U00010000', U'\U0010ffff'}) {
    std::string text;
    append_utf8(text, c);
    CHECK(decode_utf8(text) == DecodedCodePoint{c, static_cast<std::uint8_t>(text.size())});
  }
}

TEST_CASE("every pattern has samples that match, of every possible length") {
  for (auto const* pattern : patterns::all) {
    CAPTURE(pattern->name);
    std::set<std::string> different;
    for (std::uint64_t seed = 0; seed < 3000; ++seed) {
      auto source = ByteSource::from_seed(seed);
      bool const fixed = pattern == &patterns::profile_id;
      // 135: room for the longest form of each, with its optional parts.
      auto const least = fixed ? 32 : static_cast<std::size_t>(source.between(1, 135));
      auto const most = fixed ? 32 : std::max<std::size_t>(least, 135) + static_cast<std::size_t>(source.below(200));
      std::string const text = sample(*pattern, source, least, most);
      CAPTURE(text);
      REQUIRE(pattern->matches(text));
      std::size_t const size = count_code_points(text);
      REQUIRE(size >= least);
      REQUIRE(size <= most);
      different.insert(text);
    }
    CHECK(different.size() > 2500);
  }
}

TEST_CASE("a sample is plain if the limits leave no room for optional parts") {
  struct Tight {
    Pattern const& pattern;
    std::size_t size;
  };
  // The shortest strings that match their patterns.
  Tight const cases[] = {
      {patterns::identifier, 0},     {patterns::client_token, 1}, {patterns::bounded_text, 1},
      {patterns::ascii, 0},          {patterns::s3_uri, 8},       {patterns::transformation_s3_uri, 8},
      {patterns::iam_role_arn, 32},  {patterns::kms_key_id, 1},   {patterns::lambda_arn, 46},
      {patterns::datastore_arn, 45}, {patterns::profile_id, 32}};
  for (auto const& [pattern, size] : cases) {
    auto const& shown_pattern = pattern;
    CAPTURE(shown_pattern.name);
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      auto source = ByteSource::from_seed(seed);
      std::string const text = sample(pattern, source, size, size);
      CAPTURE(text);
      CHECK(pattern.matches(text));
      CHECK(count_code_points(text) == size);
    }
  }
}

TEST_CASE("limits that a pattern cannot meet yield to the pattern") {
  auto source = ByteSource::from_seed(1);
  CHECK(patterns::profile_id.matches(sample(patterns::profile_id, source, 1, 8)));
  CHECK(patterns::iam_role_arn.matches(sample(patterns::iam_role_arn, source, 1, 8)));
}

TEST_CASE("a pattern that is not in the model gets letters") {
  Pattern const own{"own", "[a-z]+", [](std::string_view) noexcept { return true; }};
  auto source = ByteSource::from_seed(1);
  std::string const text = sample(own, source, 3, 6);
  CHECK(text.size() >= 3);
  CHECK(text.size() <= 6);
  CHECK(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string::npos);
}

TEST_CASE("all shapes of the model: valid values are valid, and every value survives a round trip") {
  unsigned shapes = 0;
  for_each_type(AllShapes{}, [&]<class T>() {
    check_shape<T>(values_per_shape);
    ++shapes;
  });
  CHECK(shapes == AllShapes::size);
  // An input and an output for each operation, and the seven errors.
  CHECK(shapes >= 2 * AllOperations::size + 7);
}

TEST_CASE("a shape with every kind of member: valid values are valid, and every value survives a round trip") {
  check_shape<Everything>(values_per_shape);
}

// What a validator says first of a broken value is what was broken.
template <Shape T>
void check_broken(std::uint64_t count, ArbitraryOptions const& options, ValidateOptions const& strictness,
                  std::set<Rule>& rules) {
  CAPTURE(type_of<T>().shape);
  for (std::uint64_t seed = 0; seed < count; ++seed) {
    CAPTURE(seed);
    auto source = ByteSource::from_seed(seed);
    auto const broken = arbitrary_broken<T>(source, options);
    if (!broken) continue;
    auto const found = violations(broken->value, strictness);
    REQUIRE_FALSE(found.empty());
    CHECK(BrokenRule{found.front().path, found.front().rule} == broken->broken);
    // A string of a wrong length may not match its pattern either.
    for (auto const& other : found) CHECK(other.path == broken->broken.path);
    CHECK(found.size() <= (broken->broken.rule == Rule::length ? 2 : 1));
    rules.insert(broken->broken.rule);
  }
}

TEST_CASE("all shapes of the model: a broken value violates one rule, where it says") {
  std::set<Rule> rules;
  for_each_type(AllShapes{}, [&]<class T>() { check_broken<T>(200, {}, {}, rules); });
  CHECK(rules == std::set{Rule::missing, Rule::length, Rule::range, Rule::pattern, Rule::utf8});
}

TEST_CASE("a shape with every kind of member: each rule is broken in time, and only one at once") {
  std::set<Rule> rules;
  ArbitraryOptions const known{.unknown_enum_values = false, .unknown_union_members = false};
  ValidateOptions const strict{.unknown_enum_values = false, .unknown_union_members = false};
  check_broken<Everything>(5000, known, strict, rules);
  CHECK(rules == std::set{Rule::missing, Rule::length, Rule::range, Rule::pattern, Rule::utf8, Rule::enumeration});
}

// Maps have to be as large as the broken rule asks, although every key is the same at first.
TEST_CASE("an input that ends early, or repeats itself, is enough for a broken value") {
  using Request = UpdateDataTransformationProfileRequest;
  std::set<std::size_t> sizes;
  for (char const filler : {'\0', '\x01', 'a', '\xFF'})
    for (std::size_t const size : {0U, 30U, 3000U})
      for (char number = 0; number < 24; ++number) {
        CAPTURE(static_cast<int>(filler));
        CAPTURE(size);
        CAPTURE(static_cast<int>(number));
        std::string const bytes = std::string{'\0', '\0', '\0', number} + std::string(size, filler);
        auto source = ByteSource::from_bytes(bytes);
        auto const broken = arbitrary_broken<Request>(source, {.max_text = 12});
        REQUIRE(broken);
        auto const found = violations(broken->value);
        REQUIRE_FALSE(found.empty());
        CHECK(BrokenRule{found.front().path, found.front().rule} == broken->broken);
        sizes.insert(broken->value.profile_mapping.size());
      }
  CHECK(sizes.contains(501));
}

TEST_CASE("a broken value goes one beyond the edge, on both sides") {
  std::map<std::string, std::set<std::int64_t>> sizes;
  for (std::uint64_t seed = 0; seed < 5000; ++seed) {
    auto source = ByteSource::from_seed(seed);
    auto const broken = arbitrary_broken<Everything>(source);
    REQUIRE(broken);
    auto const& [value, rule] = *broken;
    if (rule == BrokenRule{"Level", Rule::range}) sizes["level"].insert(value.level);
    if (rule == BrokenRule{"Bytes", Rule::length})
      sizes["bytes"].insert(static_cast<std::int64_t>(value.bytes.bytes.size()));
    if (rule == BrokenRule{"Names", Rule::length}) sizes["names"].insert(static_cast<std::int64_t>(value.names.size()));
    if (rule == BrokenRule{"Names[0]", Rule::length})
      sizes["name"].insert(static_cast<std::int64_t>(count_code_points(value.names.front())));
    if (rule == BrokenRule{"Scores", Rule::length})
      sizes["scores"].insert(static_cast<std::int64_t>(value.scores.size()));
  }
  CHECK(sizes["level"] == std::set<std::int64_t>{-4, 6});
  CHECK(sizes["bytes"] == std::set<std::int64_t>{1, 6});
  CHECK(sizes["names"] == std::set<std::int64_t>{0, 4});
  CHECK(sizes["name"] == std::set<std::int64_t>{0, 9});
  CHECK(sizes["scores"] == std::set<std::int64_t>{1, 4});
}

TEST_CASE("the same bytes break the same rule, and a shape without rules has none to break") {
  auto one = ByteSource::from_seed(3), two = ByteSource::from_seed(3);
  auto const a = arbitrary_broken<Everything>(one), b = arbitrary_broken<Everything>(two);
  REQUIRE(a);
  REQUIRE(b);
  CHECK(a->broken == b->broken);
  CHECK(a->value == b->value);
  auto source = ByteSource::from_bytes({});
  CHECK_FALSE(arbitrary_broken<TagResourceResponse>(source).has_value());
}

TEST_CASE("strings reach both length limits") {
  std::set<std::size_t> lengths;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    auto source = ByteSource::from_seed(seed);
    auto const value = arbitrary<ListFHIRExportJobsRequest>(source, {.max_text = 10'000});
    if (value.job_name) lengths.insert(count_code_points(*value.job_name));
    if (value.next_token) lengths.insert(count_code_points(*value.next_token));
    CHECK(violations(value).empty());
  }
  for (std::size_t const length : {0U, 1U, 64U, 8192U}) CHECK_MESSAGE(lengths.count(length) == 1, length);
}

TEST_CASE("values of all forms are generated") {
  std::set<std::string> moods;
  std::set<std::int8_t> levels;
  std::size_t unknown_members = 0;
  std::size_t nulls = 0;
  std::size_t absent = 0;
  std::size_t out_of_range = 0;
  std::size_t not_whole_seconds = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    auto source = ByteSource::from_seed(seed);
    auto const value = arbitrary<Everything>(source);
    moods.emplace(value.mood.known() ? value.mood.text() : "?");
    levels.insert(value.level);
    unknown_members += value.nested.value.unknown() != nullptr ? 1U : 0U;
    for (auto const& number : value.sparse) nulls += number ? 0U : 1U;
    absent += value.small ? 0U : 1U;
    auto const loose = arbitrary<Everything>(source, wild);
    out_of_range += violations(loose).empty() ? 0U : 1U;
    auto const job = arbitrary<ExportJobProperties>(source, wild);
    not_whole_seconds += job.submit_time.milliseconds % 1000 != 0 ? 1U : 0U;
  }
  CHECK(moods == std::set<std::string>{"?", "BAD", "GOOD"});
  CHECK(levels == std::set<std::int8_t>{-3, -2, -1, 0, 1, 2, 3, 4, 5});
  CHECK(unknown_members > 500);
  CHECK(nulls > 500);
  CHECK(absent > 500);
  CHECK(out_of_range > 1500);
  CHECK(not_whole_seconds > 500);
}

TEST_CASE("unknown spellings and members are absent if the options say so") {
  ValidateOptions const strict{.unknown_enum_values = false, .unknown_union_members = false};
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    auto source = ByteSource::from_seed(seed);
    auto const value =
        arbitrary<Everything>(source, {.max_depth = 3, .unknown_enum_values = false, .unknown_union_members = false});
    CHECK(violations(value, strict).empty());
  }
}

TEST_CASE("NaN and the infinities are generated only if enabled, and not inside a range") {
  std::size_t nan = 0;
  std::size_t infinite = 0;
  for (std::uint64_t seed = 0; seed < 100'000; ++seed) {
    // One in 256 bit patterns of a float is not a number, so this uses floats only.
    struct Reals {
      float any = 0;
      double ratio = 0;
      static consteval auto shape() {
        return structure("Reals", field<&Reals::any>("Any", required),
                         field<&Reals::ratio>("Ratio", bounds::ratio, required));
      }
    };
    auto source = ByteSource::from_seed(seed);
    auto const value = arbitrary<Reals>(source, {.non_finite = true});
    nan += std::isnan(value.any) ? 1U : 0U;
    CHECK(std::isfinite(value.ratio));
    CHECK(std::isfinite(arbitrary<Reals>(source).any));
  }
  // All bits of the exponent set and the fraction zero: an infinity.
  struct One {
    float any = 0;
    static consteval auto shape() { return structure("One", field<&One::any>("Any", required)); }
  };
  auto source = ByteSource::from_bytes(std::string_view{"\x01\x7f\x80\x00\x00", 5});
  infinite += std::isinf(arbitrary<One>(source, {.non_finite = true}).any) ? 1U : 0U;
  CHECK(nan > 10);
  CHECK(infinite == 1);
}

TEST_CASE("depth and size are bounded") {
  std::size_t deep = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    auto source = ByteSource::from_seed(seed);
    auto const node = arbitrary<Node>(source, {.max_depth = 12, .max_elements = 30});
    unsigned const depth = depth_of(node);
    CHECK(depth <= 13);
    deep += depth > 4 ? 1U : 0U;
    auto const text = encode(node);
    REQUIRE(text.has_value());
    CHECK(text->size() < 30 * 4000);
  }
  CHECK(deep > 100);
}

TEST_CASE("what is printed does not depend on the values of sensitive members") {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    auto source = ByteSource::from_seed(seed);
    auto const mode = seed % 2 == 0 ? ArbitraryMode::valid : ArbitraryMode::wild;
    auto const value = arbitrary<Everything>(source, {.mode = mode});
    auto other = value;
    if (other.pin) *other.pin = sample_text(source, 0, 40);
    auto const hidden = arbitrary<Hidden>(source, wild);
    if (auto* member = other.nested.value.get_if<0>()) *member = hidden;
    if (auto const* unknown = other.nested.value.unknown())
      other.nested.value = UnknownMember{unknown->name, "\"other\""};
    if (other.tree.choice)
      if (auto* member = other.tree.choice->value.get_if<2>()) *member = hidden;
    CHECK(to_string(value) == to_string(other));
  }
}

TEST_CASE("a map with constrained keys gets its minimum number of entries for any bytes") {
  auto source = ByteSource::from_bytes({});
  CHECK(arbitrary<OneLetter>(source).map.size() == 5);
}

TEST_CASE("below the depth limit a union has a member that does not nest, if possible") {
  auto source = ByteSource::from_seed(3);
  auto const choice = arbitrary<Choice>(source, {.max_depth = 0});
  REQUIRE(choice.value.get_if<1>() != nullptr);
  CHECK(choice.value.get_if<1>()->empty());
  CHECK(arbitrary<NestedOnly>(source, {.max_depth = 0}).value.unknown() != nullptr);
  CHECK(arbitrary<NestedOnly>(source, {.max_depth = 0, .unknown_union_members = false}).value.get_if<0>() != nullptr);
}

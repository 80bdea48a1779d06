// Invariants of the small parsers, each fed the entire input as a string:
// - an endpoint that parses is http or https, has an authority without user info, and its URL parses to itself; a
//   region resolves only if it is a label of a host name in lower case, and does if its partition knows it; no error
//   quotes the input;
// - a date that parses is written as it was read; a generated time survives a round trip through each of its formats;
// - epoch seconds agree with strtod to the millisecond and round-trip exactly; a number is rejected only for its range;
// - base64 that parses is written as it was read, and any bytes round-trip;
// - valid UTF-8 is what decodes code point by code point; no pattern matches anything else.
#include <cmath>
#include <cstdlib>

#include "healthlake/core/iso8601.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/http/endpoint.hpp"
#include "healthlake/json/tokenize.hpp"
#include "healthlake/model/patterns.hpp"
#include "healthlake/text/base64.hpp"
#include "healthlake/text/utf8.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {
using namespace healthlake;

void check_refusal(Error const& error, std::string_view text) {
  auto const* setup = error.as<SetupError>();
  FUZZ_REQUIRE(setup && setup->phase == SetupPhase::endpoint, "a refusal is an endpoint's", text);
  // No message contains an at sign; in an input that has one, a password may precede it.
  bool const quoted = text.find('@') != text.npos && setup->message.find(text) != std::string::npos;
  FUZZ_REQUIRE(!quoted, "no refusal quotes", text);
}

void check_endpoint(std::string_view text) {
  auto const endpoint = parse_endpoint(text);
  if (!endpoint) return check_refusal(endpoint.error(), text);
  FUZZ_REQUIRE(endpoint->scheme == "http" || endpoint->scheme == "https", "two schemes", text);
  FUZZ_REQUIRE(!endpoint->authority.empty(), "a host is there", text);
  FUZZ_REQUIRE(endpoint->authority.find('@') == std::string::npos, "there is no user info", text);
  FUZZ_REQUIRE(endpoint->url().find_first_of("?# \t\r\n") == std::string::npos, "there is nothing else", text);
  FUZZ_REQUIRE(endpoint->target().starts_with('/') && endpoint->target().ends_with('/'), "a target is a path", text);
  auto const again = parse_endpoint(endpoint->url());
  FUZZ_REQUIRE(again && *again == *endpoint, "an endpoint's address parses to itself", endpoint->url());
  EndpointOptions const options{.endpoint = std::string{text}};
  auto const resolved = resolve_endpoint(options);
  FUZZ_REQUIRE(resolved && *resolved == *endpoint, "a custom endpoint is taken as it is", text);
}

void check_region(std::string_view text) {
  for (unsigned flags = 0; flags < 4; ++flags) {
    EndpointOptions const options{
        .region = std::string{text}, .use_fips = (flags & 1) != 0, .use_dual_stack = (flags & 2) != 0};
    auto const endpoint = resolve_endpoint(options);
    bool label = !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-';
    for (char const c : text) label = label && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-');
    FUZZ_REQUIRE(!endpoint || label, "a region is one label in lower case", text);
    FUZZ_REQUIRE(endpoint || !label || partition_of(text).id == "aws", "a partition's region resolves", text);
    if (!endpoint) {
      check_refusal(endpoint.error(), text);
      continue;
    }
    auto const parsed = parse_endpoint(endpoint->url());
    FUZZ_REQUIRE(parsed && *parsed == *endpoint, "a resolved endpoint parses", endpoint->url());
    FUZZ_REQUIRE(!partition_of(text).dns_suffix.empty(), "every region has a partition", text);
  }
}

void check_dates(std::string_view text) {
  if (auto const time = from_http_date(text)) FUZZ_REQUIRE(to_http_date(*time) == text, "written as it was read", text);
  auto const read = from_iso8601(text);
  if (read) FUZZ_REQUIRE(*from_iso8601(to_string(*read)) == *read, "reads back", text);
  else FUZZ_REQUIRE(read.error().offset <= text.size(), "a fault is in the string", text);
  if (auto const time = from_amz_date(text))
    FUZZ_REQUIRE(to_amz_date(*time) == text && *read == *time, "written as it was read", text);
}

void check_epoch_seconds(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789+-.eE") != text.npos || !well_formed_json(text)) return;
  double const expected = std::strtod(std::string{text}.c_str(), nullptr) * 1000;
  auto const time = from_epoch_seconds(text);
  if (!time) {
    bool const outside = !(expected > static_cast<double>(Timestamp::min_milliseconds) + 2 &&
                           expected < static_cast<double>(Timestamp::max_milliseconds) - 2);
    FUZZ_REQUIRE(outside, "a number is refused for its range only", text);
    return;
  }
  FUZZ_REQUIRE(std::fabs(static_cast<double>(time->milliseconds) - expected) < 1.5, "agrees with strtod", text);
  FUZZ_REQUIRE(from_epoch_seconds(to_epoch_seconds(*time)) == time, "reads back", text);
}

void check_time(std::string_view text) {
  auto source = ByteSource::from_bytes(text);
  constexpr auto span = static_cast<std::uint64_t>(Timestamp::max_milliseconds - Timestamp::min_milliseconds);
  Timestamp const time{Timestamp::min_milliseconds + static_cast<std::int64_t>(source.between(0, span))};
  FUZZ_REQUIRE(from_civil(to_civil(time)) == time, "reads back from its parts", to_iso8601(time));
  FUZZ_REQUIRE(from_epoch_seconds(to_epoch_seconds(time)) == time, "reads back from epoch seconds", to_iso8601(time));
  auto const part = ((time.milliseconds % 1000) + 1000) % 1000;
  Timestamp const whole{time.milliseconds - part};
  FUZZ_REQUIRE(from_http_date(to_http_date(time)) == whole, "reads back from an HTTP date", to_http_date(time));
  FUZZ_REQUIRE(from_amz_date(to_amz_date(time)) == whole, "reads back from a signature's date", to_amz_date(time));
}

void check_base64(std::string_view text) {
  std::string bytes;
  if (parse_base64(text, bytes)) {
    std::string again;
    append_base64(again, bytes);
    FUZZ_REQUIRE(again == text, "base64 is written as it was read", text);
  }
  std::string written;
  append_base64(written, text);
  FUZZ_REQUIRE(parse_base64(written, bytes) && bytes == text, "any bytes read back", written);
}

void check_utf8(std::string_view text) {
  std::size_t at = 0;
  std::size_t count = 0;
  std::string written;
  for (auto c = decode_utf8(text, at); c.length != 0; c = decode_utf8(text, at)) {
    append_utf8(written, c.value);
    at += c.length;
    ++count;
  }
  FUZZ_REQUIRE(valid_utf8_prefix(text) == at, "well-formed is what decodes", text);
  FUZZ_REQUIRE(written == text.substr(0, at), "each code point has one form", text);
  FUZZ_REQUIRE(count_code_points(text.substr(0, at)) == count, "every code point counts once", text);
  for (auto const* pattern : patterns::all)
    FUZZ_REQUIRE(!pattern->matches(text) || valid_utf8(text), "no pattern matches anything but UTF-8", text);
}
}  // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const text = fuzz::as_text(data, size);
  check_endpoint(text);
  check_region(text);
  check_dates(text);
  check_epoch_seconds(text);
  check_time(text);
  check_base64(text);
  check_utf8(text);
  return 0;
}

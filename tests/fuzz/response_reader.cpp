// Invariants of the reader of responses that all HTTP adapters share, for any bytes in any pieces:
// - the result (the response, or the reason and message of the error; what is left after a response) does not depend on
//   the pieces;
// - no more is read than a few times what the limits allow, however much is received, so memory is bounded; a response
//   within the limits is never "too large";
// - an accepted response has a status of 200 to 999, fields that can be sent on, and a body within its limit; what is
//   left over is the end of what was fed, untouched;
// - the end of the connection completes only a body that ends with it, and completes nothing if bytes may be missing;
// - a response written anew from its parts is read as the same response.
//
// Input: a line of flags (h: a response to HEAD, 2: HTTP/2, s: small limits, the larger the longer the line is, e: the
// connection ends, w: and everything was received), then the bytes from the server.
#include <algorithm>
#include <optional>
#include <string>

#include "healthlake/transport/response_reader.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {
using namespace healthlake;
using detail::HeadRules;
using detail::ResponseLimits;
using detail::ResponseReader;

struct Outcome {
  bool done = false;
  std::optional<TransportReason> reason{};
  std::string words{};
  std::size_t read = 0;
  std::size_t left = 0;
  HttpResponse response{};

  friend bool operator==(Outcome const& a, Outcome const& b) {
    return a.done == b.done && a.reason == b.reason && a.words == b.words && (!a.done || a.left == b.left) &&
           a.response == b.response;
  }
};

// How many bytes of the rest come in one piece.
enum class Pieces { whole, bytes, varied };

Outcome read(std::string_view bytes, ResponseLimits limits, HeadRules rules, Pieces pieces, std::optional<bool> ends) {
  ResponseReader reader{limits, rules};
  Outcome outcome;
  std::size_t const all = bytes.size();
  unsigned step = static_cast<unsigned>(bytes.size());
  while (!bytes.empty() && !reader.done() && !reader.fault()) {
    std::size_t size = bytes.size();
    if (pieces == Pieces::bytes) size = 1;
    if (pieces == Pieces::varied) {
      step = step * 1'103'515'245U + 12'345U;
      size = (std::min)(size, std::size_t{1} + (step >> 16U) % 37U);
    }
    std::string_view piece = bytes.substr(0, size);
    reader.feed(piece);
    bytes.remove_prefix(size - piece.size());
    FUZZ_REQUIRE(piece.empty() || reader.done() || reader.fault(), "everything is read until the end", piece);
    if (!piece.empty()) break;
  }
  if (ends) reader.end(*ends);
  outcome.done = reader.done();
  outcome.left = bytes.size();
  outcome.read = all - bytes.size();
  if (auto const& fault = reader.fault()) {
    FUZZ_REQUIRE(!outcome.done, "a response is complete or wrong", fault->message);
    FUZZ_REQUIRE(fault->may_have_reached_server, "whoever responds got the request", fault->message);
    outcome.reason = fault->reason;
    outcome.words = fault->message;
  }
  if (outcome.done) outcome.response = reader.take();
  return outcome;
}

void check_response(Outcome const& outcome, std::string_view bytes, ResponseLimits limits, HeadRules rules) {
  HttpResponse const& response = outcome.response;
  FUZZ_REQUIRE(response.status >= 200 && response.status <= 999, "a final status", bytes);
  FUZZ_REQUIRE(response.body.size() <= limits.body, "the limit of the body is obeyed", bytes);
  FUZZ_REQUIRE(!rules.to_head || response.body.empty(), "a response to HEAD has no body", bytes);
  std::string written = "HTTP/1.1 " + std::to_string(response.status) + "\r\n";
  for (auto const& [name, value] : response.headers) {
    FUZZ_REQUIRE(is_token(name) && !forbidden_field_value(value), "fields can be sent on", value);
    FUZZ_REQUIRE(trim_blanks(value) == value, "no whitespace is left around a value", value);
    if (equal_ignoring_case(name, "content-length") || equal_ignoring_case(name, "transfer-encoding")) continue;
    written.append(name).append(": ").append(value).append("\r\n");
  }
  bool const no_body = rules.to_head || response.status == 204 || response.status == 304;
  written += no_body ? "\r\n" : "Content-Length: " + std::to_string(response.body.size()) + "\r\n\r\n";
  written += response.body;
  Outcome const again = read(written, {limits.body, written.size()}, {.to_head = rules.to_head}, Pieces::whole, {});
  FUZZ_REQUIRE(again.done && again.left == 0, "a response written anew is a response", written);
  FUZZ_REQUIRE(again.response.status == response.status && again.response.body == response.body, "and the same",
               written);
}
}  // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view bytes = fuzz::as_text(data, size);
  std::string_view const flags = fuzz::take_line(bytes);
  auto const has = [flags](char flag) { return flags.find(flag) != std::string_view::npos; };
  ResponseLimits limits{.body = 4096, .header = 1024};
  if (has('s')) limits = {.body = flags.size() % 16, .header = 8 * flags.size()};
  HeadRules const rules{.to_head = has('h'), .http_2 = has('2')};
  std::optional<bool> ends;
  if (has('e')) ends = has('w');

  Outcome const whole = read(bytes, limits, rules, Pieces::whole, ends);
  Outcome const singly = read(bytes, limits, rules, Pieces::bytes, ends);
  Outcome const varied = read(bytes, limits, rules, Pieces::varied, ends);
  FUZZ_REQUIRE(whole == singly, "the pieces do not matter", bytes);
  FUZZ_REQUIRE(whole == varied, "the pieces do not matter", bytes);
  for (auto const* outcome : {&whole, &singly, &varied})
    // A chunk of one byte takes six.
    FUZZ_REQUIRE(outcome->read <= limits.header + 6 * limits.body + 64, "no more is read than the limits allow", bytes);
  if (whole.done) check_response(whole, bytes, limits, rules);
  if (ends) FUZZ_REQUIRE(whole.done || whole.reason, "after the end there is a result", bytes);
  if (whole.reason == TransportReason::response_too_large) {
    // With room for everything, it is not too large, unless an announced length is.
    Outcome const wide = read(bytes, {std::size_t{1} << 62U, bytes.size() + 1}, rules, Pieces::whole, ends);
    FUZZ_REQUIRE(wide.reason != TransportReason::response_too_large ||
                     wide.words.find("the body is larger") != std::string::npos,
                 "only what is too large is", bytes);
  }
  if (ends == false && whole.done) {
    Outcome const open = read(bytes, limits, rules, Pieces::whole, {});
    FUZZ_REQUIRE(open == whole, "a cut connection completes nothing", bytes);
  }
  return 0;
}

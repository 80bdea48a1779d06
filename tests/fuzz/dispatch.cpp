// Invariants of a Dispatcher with a handler for every operation. The first byte chooses the request:
// - a valid input reaches its handler as it was sent, is never refused, and the output comes back as it was returned;
// - an input that breaks one rule is a ValidationException that names the member, and reaches no handler;
// - a body with edited bytes, and any other request, is answered without an error of the server; what reaches a handler
//   is valid;
// - every response has the request's id, and a body that this library reads.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "healthlake/core/validate.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/model/all.hpp"
#include "healthlake/protocol/aws_json.hpp"
#include "healthlake/server/dispatch.hpp"
#include "healthlake/testing/arbitrary.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {
using namespace healthlake;

constexpr ArbitraryOptions options{
    .max_depth = 4, .max_elements = 6, .max_text = 12, .unknown_enum_values = false, .unknown_union_members = false};
Endpoint const endpoint{.authority = "localhost"};

// What happens in a run.
struct Run {
  ByteSource& source;
  // The input that a handler got, and the output that it returned, as JSON.
  std::optional<std::string> handled{};
  std::string returned{};
  bool failed = false;
};
Run* run = nullptr;

template <class Op>
Result<typename Op::Output, HandlerError> handle(typename Op::Input const& input, RequestContext const&) {
  FUZZ_REQUIRE(!run->handled, "a request is handled once", Op::name);
  FUZZ_REQUIRE(violations(input, {.unknown_enum_values = false, .unknown_union_members = false}).empty(),
               "what reaches a handler is valid", Op::name);
  run->handled = *encode(input);
  if (run->source.one_in(8)) {
    run->failed = true;
    return Unexpected{HandlerError{ResourceNotFoundException{.message = "not there"}}};
  }
  auto output = arbitrary<typename Op::Output>(run->source, options);
  run->returned = *encode(output);
  return output;
}

Dispatcher& dispatcher() {
  static Dispatcher one = [] {
    Dispatcher made;
    AllOperations::for_each([&]<class Op>() {
      made.on<Op>(
          [](typename Op::Input const& input, RequestContext const& context) { return handle<Op>(input, context); });
    });
    return made;
  }();
  return one;
}

HttpResponse exchange(HttpRequest const& request) {
  HttpResponse response = dispatcher().handle(request, RequestContext{.request_id = "id-1"});
  FUZZ_REQUIRE(response.status < 500, "no request is an error of the server", response.body);
  FUZZ_REQUIRE(response.headers.find("x-amzn-RequestId") == "id-1", "every response has the id", response.body);
  FUZZ_REQUIRE((response.status == 200) == (run->handled && !run->failed), "a success was handled", response.body);
  if (response.status != 200) {
    auto const error = read_error(response);
    FUZZ_REQUIRE(!error.code.empty() && !error.message.empty(), "an error says what is wrong", response.body);
  }
  return response;
}

template <class Op>
void send_valid() {
  auto const input = arbitrary<typename Op::Input>(run->source, options);
  auto const request = write_request<Op>(input, endpoint);
  FUZZ_REQUIRE(request, "a valid input can be sent", Op::name);
  auto const response = exchange(*request);
  FUZZ_REQUIRE(run->handled == encode(input).value(), "a valid input is handled as it was sent", request->body);
  if (run->failed) return;
  auto const output = decode<typename Op::Output>(response.body);
  FUZZ_REQUIRE(output && encode(output->value).value() == run->returned, "an output comes as it was returned",
               response.body);
}

template <class Op>
void send_broken() {
  auto const input = arbitrary_broken<typename Op::Input>(run->source, options);
  if (!input) return;
  auto body = encode(input->value);
  if (!body) return;
  auto request = make_request(operation_info<Op>, *std::move(body), endpoint);
  auto const response = exchange(request);
  FUZZ_REQUIRE(response.status == 400 && !run->handled, "a broken input is refused", request.body);
  auto const error = read_error(response);
  FUZZ_REQUIRE(error.code == "ValidationException", "a broken input is a ValidationException",
               error.code + " " + input->broken.path + "\n" + request.body);
  bool const plain = std::none_of(input->broken.path.begin(), input->broken.path.end(),
                                  [](char c) { return c == '"' || c == '\\' || c == '*'; });
  FUZZ_REQUIRE(!plain || error.message.find(input->broken.path) != std::string::npos, "the refusal names the member",
               input->broken.path + "\n" + error.message);
}

template <class Op>
void send_edited() {
  auto request = *write_request<Op>(arbitrary<typename Op::Input>(run->source, options), endpoint);
  std::string& body = request.body;
  constexpr std::string_view words[] = {"null", "{}", "[", "]", "\"", ",", "1e400", "true", "\\ud800", ":", "\xFF"};
  for (auto left = 1 + run->source.below(3); left > 0; --left) {
    std::size_t const at = run->source.below(body.size() + 1);
    switch (run->source.below(4)) {
      case 0: body.erase(at, run->source.below(8)); break;
      case 1: body.insert(at, words[run->source.below(std::size(words))]); break;
      case 2: body.insert(at, body.substr(run->source.below(body.size() + 1), run->source.below(32))); break;
      default:
        if (at < body.size()) body[at] = static_cast<char>(run->source.byte());
        break;
    }
  }
  static_cast<void>(exchange(request));
}

using Sender = void (*)();
struct Senders {
  Sender valid;
  Sender broken;
  Sender edited;
};
std::vector<Senders> const& senders() {
  static std::vector<Senders> const all = [] {
    std::vector<Senders> found;
    AllOperations::for_each([&]<class Op>() {
      found.push_back({&send_valid<Op>, &send_broken<Op>, &send_edited<Op>});
    });
    return found;
  }();
  return all;
}
}  // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const input = fuzz::as_text(data, size);
  if (input.empty()) return 0;
  auto source = ByteSource::from_bytes(input.substr(1));
  Run now{source};
  run = &now;
  switch (static_cast<unsigned char>(input[0]) % 4) {
    case 0: static_cast<void>(exchange(fuzz::take_request(input.substr(1)))); break;
    case 1: senders()[source.below(senders().size())].valid(); break;
    case 2: senders()[source.below(senders().size())].broken(); break;
    default: senders()[source.below(senders().size())].edited(); break;
  }
  run = nullptr;
  return 0;
}

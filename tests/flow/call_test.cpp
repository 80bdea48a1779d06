#include "healthlake/flow/call.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "../support/virtual_time.hpp"
#include "healthlake/model/export_job.hpp"

using namespace healthlake;
using namespace virtual_time;

namespace {
using Start = Call<StartFHIRExportJob>;
// Of a runtime without jitter, whose numbers are all ones.
constexpr char const* unknown =
    " may have been carried out: call again with ClientToken ffffffff-ffff-4fff-bfff-ffffffffffff";
constexpr auto int64_max = std::numeric_limits<std::int64_t>::max();

static_assert(std::is_move_constructible_v<Start> && std::is_move_assignable_v<Start>);

// A call with what it refers to.
struct Bench {
  explicit Bench(CallOptions call_options = {}, StartFHIRExportJobRequest start = start_input())
      : options(call_options), input(std::move(start)) {}

  CallOptions options;
  StartFHIRExportJobRequest input;
  Runtime runtime = without_jitter();
  Session session{};
  Start call{input, endpoint(), session, Entropy{runtime}, options};
};

Send send_of(Start& call, Timestamp now) {
  auto step = call.next(now);
  REQUIRE(std::holds_alternative<Send>(step));
  return std::get<Send>(std::move(step));
}
Start::Outcome done_of(Start& call, Timestamp now) {
  auto step = call.next(now);
  REQUIRE(std::holds_alternative<Done<Start::Outcome>>(step));
  return std::get<Done<Start::Outcome>>(std::move(step)).result;
}
// How long the call wants to wait, in milliseconds; -1 if it wants something else.
std::int64_t wait_of(Start& call, Timestamp now) {
  auto const step = call.next(now);
  auto const* wait = std::get_if<Wait>(&step);
  return wait ? (wait->until - now).count : -1;
}
// Sends and receives.
void exchange(Start& call, HttpReply const& reply, Timestamp now) {
  send_of(call, now);
  call.receive(reply, now);
}
HttpReply busy() { return service_error(429, "ThrottlingException"); }
// Why the call failed without another attempt; `no` if it succeeded. It takes the result.
GaveUp gave_up(Start& call) {
  REQUIRE(call.done());
  auto const outcome = done_of(call, noon);
  return outcome ? GaveUp::no : outcome.error().gave_up;
}

// An operation with a host prefix, whose error is retryable by its model alone.
struct FlakyException {
  std::optional<std::string> message{};
  static constexpr ErrorTraits error{.http_status = 418, .retry = RetryKind::throttling};
  static consteval auto shape() { return structure("FlakyException", field<&FlakyException::message>("Message")); }
};
struct Empty {
  static consteval auto shape() { return structure("Empty"); }
};
struct Prefixed {
  static constexpr std::string_view name = "Prefixed";
  using Input = Empty;
  using Output = Empty;
  using Errors = healthlake::Errors<FlakyException>;
  static constexpr OperationTraits traits{.host_prefix = "data-"};
};
}  // namespace

TEST_CASE("call: one attempt that succeeds") {
  Bench bench;
  CHECK_FALSE(bench.call.done());
  CHECK(bench.call.attempts() == 0);
  Send const send = send_of(bench.call, noon);
  CHECK(send.attempt == 1);
  CHECK(send.date == noon);
  CHECK(send.request().method == "POST");
  CHECK(send.request().url() == "https://healthlake.us-east-1.amazonaws.com/");
  CHECK(header(send.request(), "X-Amz-Target") == "HealthLake.StartFHIRExportJob");
  CHECK(header(send.request(), "Content-Type") == "application/x-amz-json-1.0");
  CHECK(header(send.request(), "amz-sdk-request") == "attempt=1; max=3");
  CHECK(header(send.request(), "amz-sdk-invocation-id").size() == 36);
  CHECK(send.request().headers.count("amz-sdk-request") == 1);
  CHECK_FALSE(bench.call.done());

  bench.call.receive(started("job-7"), noon + seconds(1));
  CHECK(bench.call.done());
  auto const outcome = done_of(bench.call, noon + seconds(1));
  REQUIRE(outcome);
  CHECK(outcome->output.job_id == "job-7");
  CHECK(outcome->output.job_status == JobStatus::submitted);
  CHECK(outcome->metadata.http_status == 200);
  CHECK(outcome->metadata.request_id == "r-1");
  CHECK(outcome->metadata.attempts == 1);
}

TEST_CASE("call: an invalid input is done at once, with every violation, and nothing is sent") {
  Bench bench{{}, {.job_name = std::string(65, 'x'), .datastore_id = "not!", .data_access_role_arn = "role"}};
  CHECK(bench.call.done());
  CHECK(bench.call.attempts() == 0);
  bench.call.receive(started(), noon);
  auto const outcome = done_of(bench.call, noon);
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().gave_up == GaveUp::not_retryable);
  CHECK(outcome.error().kind() == ErrorKind::invalid);
  auto const* invalid = outcome.error().as<InvalidInput>();
  REQUIRE(invalid != nullptr);
  std::vector<std::string> paths;
  for (auto const& violation : invalid->violations) paths.push_back(violation.path);
  CHECK(paths == std::vector<std::string>{"JobName", "OutputDataConfig", "DatastoreId", "DataAccessRoleArn",
                                          "DataAccessRoleArn"});
  CHECK(bench.session.quota.left() == 500);
}

TEST_CASE("call: the options of validation and of reading count") {
  Bench strict{{.validate = {.max_violations = 1}}, {}};
  auto const refused = done_of(strict.call, noon);
  REQUIRE_FALSE(refused);
  REQUIRE(refused.error().as<InvalidInput>() != nullptr);
  CHECK(refused.error().as<InvalidInput>()->violations.size() == 1);

  HttpReply const without_status = http(200, R"({"JobId":"job-1"})");
  Bench normal;
  exchange(normal.call, without_status, noon);
  auto const malformed = done_of(normal.call, noon);
  REQUIRE_FALSE(malformed);
  CHECK(malformed.error().kind() == ErrorKind::malformed);
  Bench lenient{{.read = {.missing = MissingMembers::report}}};
  exchange(lenient.call, without_status, noon);
  auto const reported = done_of(lenient.call, noon);
  REQUIRE(reported);
  REQUIRE(reported->metadata.missing.size() == 1);
  CHECK(reported->metadata.missing[0].path == "JobStatus");
}

TEST_CASE("call: the host prefix of an operation can be left off") {
  Runtime runtime;
  Session session;
  Call<Prefixed> with{{}, endpoint(), session, Entropy{runtime}};
  Call<Prefixed> without{{}, endpoint(), session, Entropy{runtime}, {.host_prefix = false}};
  CHECK(std::get<Send>(with.next(noon)).request().authority == "data-healthlake.us-east-1.amazonaws.com");
  CHECK(std::get<Send>(without.next(noon)).request().authority == "healthlake.us-east-1.amazonaws.com");
}

TEST_CASE("call: an error of the operation that is retryable by its model is retried") {
  Runtime runtime = without_jitter();
  Session session;
  Call<Prefixed> call{{}, endpoint(), session, Entropy{runtime}};
  CHECK(std::holds_alternative<Send>(call.next(noon)));
  call.receive(service_error(418, "FlakyException"), noon);
  auto const step = call.next(noon);
  REQUIRE(std::holds_alternative<Wait>(step));
  CHECK(std::get<Wait>(step).until == noon + seconds(1));
}

TEST_CASE("call: Send is repeated until there is a reply") {
  Bench bench;
  Send const first = send_of(bench.call, noon);
  Send const again = send_of(bench.call, noon + seconds(5));
  CHECK(again.attempt == 1);
  CHECK(again.request() == first.request());
  CHECK(again.date == noon + seconds(5));
  CHECK(bench.call.attempts() == 1);
  bench.call.receive(busy(), noon + seconds(6));
  CHECK(wait_of(bench.call, noon + seconds(6)) == 1000);
}

TEST_CASE("call: a Send that is repeated has the number of its attempt") {
  Bench bench;
  for (int i = 0; i < 3; ++i) {
    Send const send = send_of(bench.call, noon + seconds(i));
    CHECK(send.attempt == 1);
    CHECK(header(send.request(), "amz-sdk-request") == "attempt=1; max=3");
  }
}

TEST_CASE("call: the headers of a Send are the call's own, and those that a signer adds are not") {
  Bench bench;
  Send const send = send_of(bench.call, noon);
  send.headers().add("X-Amz-Date", "20260807T120000Z");
  for (std::string_view const own :
       {"Content-Type", "content-TYPE", "X-Amz-Target", "amz-sdk-invocation-id", "amz-sdk-request"}) {
    CAPTURE(own);
    CHECK(send.has_own(own));
  }
  for (std::string_view const other : {"X-Amz-Date", "Authorization", ""}) CHECK_FALSE(send.has_own(other));
}

TEST_CASE("call: an error of the driver gets the token, and whether an earlier attempt may have been carried out") {
  Bench bench;
  exchange(bench.call, transport_error(TransportReason::read_timeout), noon);
  Error error = SetupError{SetupPhase::signing, "no key"};
  bench.call.annotate(error);
  CHECK(error.effect == Effect::earlier);
  CHECK(error.client_token == "ffffffff-ffff-4fff-bfff-ffffffffffff");
  Bench nothing_sent;
  send_of(nothing_sent.call, noon);
  nothing_sent.call.annotate(error);
  CHECK(error.effect == Effect::none);
}

TEST_CASE("call: a success at the first attempt gives 1 back to the quota, a retried one what its retry cost") {
  Session session{.quota = RetryQuota{500, 100}};
  Runtime runtime = without_jitter();
  Start at_once{start_input(), endpoint(), session, Entropy{runtime}};
  exchange(at_once, started(), noon);
  CHECK(session.quota.left() == 101);
  Start retried{start_input(), endpoint(), session, Entropy{runtime}};
  exchange(retried, busy(), noon);
  CHECK(session.quota.left() == 96);
  exchange(retried, started(), noon + seconds(60));
  CHECK(session.quota.left() == 101);
}

namespace {
// A protocol whose reader fails while it has read half of a response, as long as it is told to.
struct FragileProtocol {
  static inline bool broken = false;
  template <class Op>
  static bool write(HttpRequest& request, OperationInfo const& operation, void const* input, Endpoint const& at,
                    detail::WriteOptions const& options, std::optional<Error>& error) {
    return detail::write_erased(request, operation, input, at, options, error);
  }
  template <class Op>
  static bool read(OperationInfo const& operation, HttpResponse const& response, void* output,
                   detail::Extras const& extras, ReadOptions const& options, ResponseMetadata& metadata,
                   Headers const& sent, std::optional<Error>& error) {
    if (broken) {
      static_cast<StartFHIRExportJobResponse*>(output)->job_id = "half";
      throw std::bad_alloc{};
    }
    return detail::read_erased(operation, response, output, extras, options, metadata, sent, error);
  }
  static std::optional<Milliseconds> retry_after(Headers const&, Timestamp) { return std::nullopt; }
};
struct Fragile : StartFHIRExportJob {
  using Protocol = FragileProtocol;
};
}  // namespace

TEST_CASE("call: a reply whose reading throws may be received again, or counts as lost") {
  Runtime runtime = without_jitter();
  Session session;
  for (bool const again : {true, false}) {
    CAPTURE(again);
    Call<Fragile> call{start_input(), endpoint(), session, Entropy{runtime}};
    REQUIRE(std::holds_alternative<Send>(call.next(noon)));
    FragileProtocol::broken = true;
    CHECK_THROWS_AS(call.receive(started(), noon), std::bad_alloc);
    FragileProtocol::broken = false;
    CHECK(call.state() == CallState::sent);
    CHECK(call.response().output == StartFHIRExportJobResponse{});
    if (again) {
      call.receive(started(), noon);
    } else {
      CHECK(std::holds_alternative<Wait>(call.next(noon)));
      REQUIRE(std::holds_alternative<Send>(call.next(noon + seconds(60))));
      REQUIRE(std::holds_alternative<Send>(call.next(noon + seconds(61))));
      call.receive(started(), noon + seconds(62));
    }
    auto const outcome = call.result();
    REQUIRE(outcome);
    CHECK(outcome->output.job_id == "job-1");
    CHECK(outcome->metadata.attempts == (again ? 1 : 2));
  }
}

TEST_CASE("call: without its types it does the same, a lost reply included") {
  Runtime runtime = without_jitter();
  Session session;
  using Op = StartFHIRExportJob;
  StartFHIRExportJobRequest const input = start_input();
  detail::CallMachine machine{operation_info<Op>, &input, endpoint(),    session,
                              Entropy{runtime},   {},     HttpRequest{}, detail::extras_of<Op>};
  StartFHIRExportJobResponse output;
  ResponseMetadata metadata;
  detail::AnyCall call{machine, &output, metadata};
  REQUIRE(std::holds_alternative<Send>(*call.ask(noon)));
  call.lose();
  REQUIRE(std::holds_alternative<Wait>(*call.ask(noon)));
  REQUIRE(std::holds_alternative<Send>(*call.ask(noon + seconds(1))));
  call.receive(started(), noon + seconds(1));
  CHECK_FALSE(call.ask(noon + seconds(1)).has_value());
  CHECK(output.job_id == "job-1");
  CHECK(metadata.attempts == 2);
}

TEST_CASE("call: Send is repeated even if the clock is set back while the reply is under way") {
  Bench bench;
  exchange(bench.call, busy(), noon);
  CHECK(send_of(bench.call, noon + seconds(1)).attempt == 2);
  Send const again = send_of(bench.call, noon - seconds(3600));
  CHECK(again.attempt == 2);
  CHECK(again.date == noon - seconds(3600));
}

TEST_CASE("call: a reply that nobody waits for is ignored") {
  Bench bench;
  SUBCASE("before the first Send") {
    bench.call.receive(started("too-early"), noon);
    CHECK_FALSE(bench.call.done());
    exchange(bench.call, started(), noon);
  }
  SUBCASE("during a wait") {
    exchange(bench.call, busy(), noon);
    bench.call.receive(started("too-late"), noon);
    bench.call.receive(service_error(400, "ValidationException"), noon);
    CHECK(wait_of(bench.call, noon) == 1000);
    CHECK(bench.call.attempts() == 1);
    CHECK(bench.session.quota.left() == 495);
    exchange(bench.call, started(), noon + seconds(1));
  }
  SUBCASE("after a success, before it is asked for") {
    exchange(bench.call, started(), noon);
    bench.call.receive(started("again"), noon);
    bench.call.receive(busy(), noon);
  }
  auto const outcome = done_of(bench.call, noon + seconds(2));
  REQUIRE(outcome);
  CHECK(outcome->output.job_id == "job-1");
  CHECK(outcome->output.job_status == JobStatus::submitted);
}

TEST_CASE("call: a wait lasts until its end and not longer") {
  Bench bench;
  exchange(bench.call, busy(), noon + Milliseconds{250});
  Timestamp const decided = noon + Milliseconds{250};
  CHECK(wait_of(bench.call, decided) == 1000);
  CHECK(wait_of(bench.call, decided + Milliseconds{400}) == 600);
  CHECK(wait_of(bench.call, decided + Milliseconds{999}) == 1);
  CHECK(bench.call.attempts() == 1);
  Send const second = send_of(bench.call, decided + seconds(1));
  CHECK(second.attempt == 2);
  CHECK(header(second.request(), "amz-sdk-request") == "attempt=2; max=3");
}

TEST_CASE("call: what one attempt was signed with does not go out with the next one") {
  Bench bench;
  Send const first = send_of(bench.call, noon);
  first.headers().set("X-Amz-Security-Token", "of the first attempt");
  first.headers().set("Authorization", "of the first attempt");
  CHECK(header(first.request(), "Authorization") == "of the first attempt");
  HttpRequest const unsigned_request = send_of(bench.call, noon).request();
  CHECK(unsigned_request.headers.count("Authorization") == 0);
  bench.call.receive(busy(), noon);
  Send const second = send_of(bench.call, noon + seconds(1));
  CHECK(second.request().headers.count("X-Amz-Security-Token") == 0);
  CHECK(second.request().headers.count("Authorization") == 0);
  CHECK(second.request().headers.size() == unsigned_request.headers.size());
}

TEST_CASE("call: a wait is over if the clock is set forward, and is never longer than it was meant to be") {
  Bench bench;
  exchange(bench.call, busy(), noon);
  SUBCASE("forward") { CHECK(send_of(bench.call, noon + seconds(86'400)).attempt == 2); }
  SUBCASE("back by a day") {
    Timestamp const yesterday = noon - seconds(86'400);
    CHECK(wait_of(bench.call, yesterday) == 1000);
    CHECK(wait_of(bench.call, yesterday + Milliseconds{600}) == 400);
    CHECK(send_of(bench.call, yesterday + seconds(1)).attempt == 2);
  }
  SUBCASE("back by less than the wait") {
    CHECK(wait_of(bench.call, noon - Milliseconds{1}) == 1000);
    CHECK(send_of(bench.call, noon + seconds(1)).attempt == 2);
  }
}

TEST_CASE("call: a wait at the end of time does not overflow") {
  Bench bench;
  Timestamp const last{Timestamp::max_milliseconds - 10};
  exchange(bench.call, busy(), last);
  CHECK(wait_of(bench.call, last) == 10);
  CHECK(send_of(bench.call, {Timestamp::max_milliseconds}).attempt == 2);
}

TEST_CASE("call: without a back-off the next attempt follows at once") {
  Bench bench{{.retry = {.max_attempts = 3, .max_backoff = {0}}}};
  exchange(bench.call, busy(), noon);
  CHECK(send_of(bench.call, noon).attempt == 2);
}

TEST_CASE("call: every attempt has the same body, token and invocation id, and each its own number") {
  Bench bench;
  bench.runtime.constant.reset();
  Start call{start_input(), endpoint(), bench.session, Entropy{bench.runtime}};
  std::vector<HttpRequest> requests;
  Timestamp now = noon;
  for (int i = 0; i < 3; ++i) {
    requests.push_back(send_of(call, now).request());
    call.receive(busy(), now);
    if (auto const wait = wait_of(call, now); wait > 0) now = now + Milliseconds{wait};
  }
  CHECK(call.done());
  std::string const token = body_member(requests[0], "ClientToken");
  CHECK(token.size() == 36);
  CHECK(token[14] == '4');
  CHECK(header(requests[0], "amz-sdk-invocation-id") != token);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    CAPTURE(i);
    CHECK(header(requests[i], "amz-sdk-request") == "attempt=" + std::to_string(i + 1) + "; max=3");
    requests[i].headers.remove("amz-sdk-request");
    CHECK(requests[i] == requests[0]);
  }
}

TEST_CASE("call: two calls have different tokens and invocation ids") {
  Runtime runtime;
  Session session;
  Start first{start_input(), endpoint(), session, Entropy{runtime}};
  Start second{start_input(), endpoint(), session, Entropy{runtime}};
  HttpRequest const a = send_of(first, noon).request();
  HttpRequest const b = send_of(second, noon).request();
  CHECK(body_member(a, "ClientToken") != body_member(b, "ClientToken"));
  CHECK(header(a, "amz-sdk-invocation-id") != header(b, "amz-sdk-invocation-id"));
}

TEST_CASE("call: the caller's token is kept, and a wrong one refused") {
  auto input = start_input();
  input.client_token = "my-token-1";
  Bench kept{{}, input};
  CHECK(body_member(send_of(kept.call, noon).request(), "ClientToken") == "my-token-1");
  // An empty token may be one that was lost: a fresh one would start a second job.
  for (auto const* wrong : {"", "not a token"}) {
    CAPTURE(wrong);
    input.client_token = wrong;
    Bench refused{{}, input};
    auto const outcome = done_of(refused.call, noon);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().kind() == ErrorKind::invalid);
  }
}

TEST_CASE("call: an operation without a token gets none") {
  Runtime runtime;
  Session session;
  Call<DescribeFHIRExportJob> call{describe_input(), endpoint(), session, Entropy{runtime}};
  auto const step = call.next(noon);
  REQUIRE(std::holds_alternative<Send>(step));
  CHECK(nlohmann::json::parse(std::get<Send>(step).request().body) ==
        nlohmann::json{{"DatastoreId", "ds1"}, {"JobId", "job-1"}});
}

TEST_CASE("call: a success that cannot be read is not retried and keeps its status") {
  struct Case {
    int status;
    char const* body;
  };
  for (auto const& [status, body] : {Case{200, ""}, Case{200, "{}"}, Case{200, R"({"JobId":"j","JobStatus":"SUBM)"},
                                     Case{200, "<html>"}, Case{204, ""}, Case{200, R"({"JobId":1,"JobStatus":"X"})"}}) {
    auto const& shown_body = body;
    CAPTURE(shown_body);
    Bench bench;
    exchange(bench.call, http(status, body, {{"x-amzn-RequestId", "r-9"}}), noon);
    auto const outcome = done_of(bench.call, noon);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().gave_up == GaveUp::not_retryable);
    auto const* malformed = outcome.error().as<Malformed>();
    REQUIRE(malformed != nullptr);
    CHECK(malformed->http_status == status);
    CHECK(malformed->request_id == "r-9");
    CHECK(bench.call.attempts() == 1);
    CHECK(bench.session.quota.left() == 500);
  }
}

TEST_CASE("call: what an attempt left of an output does not show in the next one") {
  Bench bench{{.read = {.missing = MissingMembers::report}}};
  exchange(bench.call, http(503, R"({"JobId":"old","DatastoreId":"old"})"), noon);
  exchange(bench.call, started("new"), noon + seconds(1));
  auto const outcome = done_of(bench.call, noon + seconds(1));
  REQUIRE(outcome);
  CHECK(outcome->output.job_id == "new");
  CHECK_FALSE(outcome->output.datastore_id);
  CHECK(outcome->metadata.attempts == 2);
}

TEST_CASE("call: an error of the service that would come again ends the call") {
  Bench bench;
  exchange(bench.call, service_error(404, "ResourceNotFoundException", {{"x-amzn-RequestId", "r-2"}}), noon);
  auto const outcome = done_of(bench.call, noon);
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().gave_up == GaveUp::not_retryable);
  auto const* error = outcome.error().as<ServiceError>();
  REQUIRE(error != nullptr);
  CHECK(error->is("ResourceNotFoundException"));
  CHECK(error->http_status == 404);
  CHECK(error->request_id == "r-2");
  CHECK(error->retry == RetryKind::none);
  CHECK(bench.session.quota.left() == 500);
}

TEST_CASE("call: redirects, informational and odd statuses are errors, not successes") {
  for (int status : {0, 100, 199, 300, 307, 399, 408, 429, 600, -200}) {
    CAPTURE(status);
    Bench bench;
    exchange(bench.call, http(status, R"({"JobId":"job-1","JobStatus":"SUBMITTED"})"), noon);
    auto const outcome = done_of(bench.call, noon);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().kind() == ErrorKind::service);
    CHECK(outcome.error().http_status() == status);
  }
}

TEST_CASE("call: the last of several retryable errors is the result") {
  Bench bench;
  exchange(bench.call, service_error(429, "ThrottlingException"), noon);
  CHECK(wait_of(bench.call, noon) == 1000);
  exchange(bench.call, transport_error(TransportReason::connection_lost), noon + seconds(1));
  CHECK(wait_of(bench.call, noon + seconds(1)) == 100);
  exchange(bench.call, service_error(500, "InternalServerException"), noon + seconds(3));
  CHECK(bench.call.attempts() == 3);
  auto const outcome = done_of(bench.call, noon + seconds(3));
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().gave_up == GaveUp::max_attempts);
  REQUIRE(outcome.error().as<ServiceError>() != nullptr);
  CHECK(outcome.error().as<ServiceError>()->is("InternalServerException"));
  CHECK(to_string(outcome.error()) ==
        std::string{"InternalServerException (HTTP 500): no; no attempts left; the request"} + unknown);
  CHECK(bench.session.quota.left() == 500 - 5 - 14);
}

TEST_CASE("call: every reason of a transport, retried or not") {
  struct Case {
    TransportReason reason;
    std::int32_t quota;
  };
  for (auto const& [reason, quota] :
       {Case{TransportReason::connect_failed, 486}, Case{TransportReason::connection_lost, 486},
        Case{TransportReason::connect_timeout, 486}, Case{TransportReason::read_timeout, 486},
        Case{TransportReason::tls_verification, 500}, Case{TransportReason::response_too_large, 500},
        Case{TransportReason::not_http, 500}, Case{TransportReason::cancelled, 500}}) {
    std::string const name{to_string(reason)};
    CAPTURE(name);
    Bench bench;
    exchange(bench.call, transport_error(reason), noon);
    CHECK(bench.session.quota.left() == quota);
    if (quota < 500) {
      CHECK(wait_of(bench.call, noon) == 50);
      continue;
    }
    auto const outcome = done_of(bench.call, noon);
    REQUIRE_FALSE(outcome);
    bool const cancelled = reason == TransportReason::cancelled;
    CHECK(outcome.error().gave_up == (cancelled ? GaveUp::cancelled : GaveUp::not_retryable));
    CHECK(outcome.error().cancelled() == cancelled);
    REQUIRE(outcome.error().as<TransportError>() != nullptr);
    CHECK(*outcome.error().as<TransportError>() == TransportError{.reason = reason, .message = "scripted"});
  }
}

// An error that another attempt might have cured says why there was none.
TEST_CASE("call: an empty quota ends the call, and the error that came says so") {
  Runtime runtime = without_jitter();
  Session session{.quota = RetryQuota{500, 18}};
  Start call{start_input(), endpoint(), session, Entropy{runtime}};
  exchange(call, service_error(503, "InternalServerException"), noon);
  CHECK(wait_of(call, noon) == 50);
  CHECK(session.quota.left() == 4);
  SUBCASE("a service error") {
    exchange(call, service_error(503, "InternalServerException"), noon + seconds(1));
    auto const outcome = done_of(call, noon + seconds(1));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().gave_up == GaveUp::quota);
    CHECK(outcome.error().http_status() == 503);
    CHECK(to_string(outcome.error()) ==
          std::string{"InternalServerException (HTTP 503): no; retry quota empty; the request"} + unknown);
  }
  SUBCASE("a transport error") {
    exchange(call, transport_error(TransportReason::read_timeout), noon + seconds(1));
    auto const outcome = done_of(call, noon + seconds(1));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().gave_up == GaveUp::quota);
    CHECK(to_string(outcome.error()) ==
          std::string{"transport: read timeout: scripted; retry quota empty; the request"} + unknown);
  }
  SUBCASE("an error that would come again has another reason") {
    exchange(call, service_error(400, "ValidationException"), noon + seconds(1));
    auto const outcome = done_of(call, noon + seconds(1));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().gave_up == GaveUp::not_retryable);
    CHECK(to_string(outcome.error()) ==
          std::string{"ValidationException (HTTP 400): no; an earlier attempt"} + unknown);
  }
  CHECK(session.quota.left() == 4);
}

TEST_CASE("call: by default retries are those of the standard mode 2.1, and 2.0 is an option") {
  struct Case {
    HttpReply reply;
    std::int64_t wait;
    std::int32_t cost;
    std::int32_t cost_before;
  };
  for (auto const& test : {Case{service_error(503, "X"), 50, 14, 5}, Case{busy(), 1000, 5, 5},
                           Case{transport_error(TransportReason::read_timeout), 50, 14, 10}}) {
    Bench now;
    exchange(now.call, test.reply, noon);
    CHECK(wait_of(now.call, noon) == test.wait);
    CHECK(now.session.quota.left() == 500 - test.cost);
    Bench before{{.retry = {.spec = RetrySpec::v2_0}}};
    exchange(before.call, test.reply, noon);
    CHECK(wait_of(before.call, noon) == 1000);
    CHECK(before.session.quota.left() == 500 - test.cost_before);
  }
}

TEST_CASE("call: one attempt at most, and none at all counts as one") {
  for (unsigned max : {0U, 1U}) {
    CAPTURE(max);
    Bench bench{{.retry = {.max_attempts = max}}};
    CHECK(header(send_of(bench.call, noon).request(), "amz-sdk-request") == "attempt=1; max=1");
    bench.call.receive(busy(), noon);
    CHECK(gave_up(bench.call) == GaveUp::max_attempts);
    CHECK(bench.call.attempts() == 1);
    CHECK_FALSE(done_of(bench.call, noon));
  }
}

TEST_CASE("call: many attempts") {
  Runtime runtime = without_jitter();
  Session session{.quota = RetryQuota{std::numeric_limits<std::int32_t>::max()}};
  Start call{start_input(), endpoint(), session, Entropy{runtime}, {.retry = {.max_attempts = 200}}};
  Timestamp now = noon;
  for (unsigned attempt = 1; attempt < 200; ++attempt) {
    exchange(call, busy(), now);
    auto const wait = wait_of(call, now);
    REQUIRE(wait == (attempt < 6 ? 1000 << (attempt - 1) : 20'000));
    now = now + Milliseconds{wait};
  }
  exchange(call, busy(), now);
  CHECK(call.attempts() == 200);
  CHECK(gave_up(call) == GaveUp::max_attempts);
}

TEST_CASE("call: the hint of the server counts, and a hostile one does not stop the call for long") {
  Bench older{{.retry = {.spec = RetrySpec::v2_0}}};
  exchange(older.call, service_error(503, "X", {{"x-amz-retry-after", std::to_string(int64_max)}}), noon);
  CHECK(wait_of(older.call, noon) == 20'000);
  Bench newer;
  exchange(newer.call, service_error(503, "X", {{"x-amz-retry-after", std::to_string(int64_max)}}), noon);
  CHECK(wait_of(newer.call, noon) == 5050);
}

TEST_CASE("call: a clock that is off is corrected for the attempts and calls that follow") {
  Bench bench;
  Headers const ahead{{"Date", "Fri, 07 Aug 2026 12:10:00 GMT"}};
  CHECK(send_of(bench.call, noon).date == noon);
  bench.call.receive(service_error(403, "InvalidSignatureException", ahead), noon);
  CHECK(bench.session.skew.offset() == seconds(600));
  CHECK(bench.session.quota.left() == 486);
  CHECK(wait_of(bench.call, noon) == 50);
  CHECK(send_of(bench.call, noon + seconds(1)).date == noon + seconds(601));
  // The date is right now, so it is the signature that is not.
  bench.call.receive(service_error(403, "InvalidSignatureException", ahead), noon + seconds(1));
  CHECK(gave_up(bench.call) == GaveUp::not_retryable);
  Start next{start_input(), endpoint(), bench.session, Entropy{bench.runtime}};
  CHECK(send_of(next, noon + seconds(2)).date == noon + seconds(602));
}

TEST_CASE("call: a Date that cannot be is not believed, and the session goes on with the time it had") {
  for (char const* date :
       {"Fri, 07 Aug 2093 12:00:00 GMT", "Sun, 09 Aug 2026 12:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"}) {
    CAPTURE(date);
    Bench bench;
    send_of(bench.call, noon);
    bench.call.receive(service_error(403, "InvalidSignatureException", {{"Date", date}}), noon);
    CHECK(gave_up(bench.call) == GaveUp::not_retryable);
    Start next{start_input(), endpoint(), bench.session, Entropy{bench.runtime}};
    CHECK(send_of(next, noon).date == noon);
  }
}

TEST_CASE("call: the outcome says by how much the clock was corrected") {
  Headers const ahead{{"Date", "Fri, 07 Aug 2026 12:10:00 GMT"}};
  Bench bench;
  exchange(bench.call, service_error(403, "RequestExpired", ahead), noon);
  exchange(bench.call, started(), noon + seconds(1));
  auto const result = bench.call.result();
  REQUIRE(result);
  CHECK(result->metadata.clock_correction == seconds(600));

  Start next{start_input(), endpoint(), bench.session, Entropy{bench.runtime}};
  exchange(next, service_error(400, "ValidationException"), noon);
  auto const failed = next.result();
  REQUIRE_FALSE(failed);
  CHECK(failed.error().clock_correction == seconds(600));
  CHECK(to_string(failed.error()).ends_with("; clock corrected by 600000 ms"));
}

TEST_CASE("call: a device that began in 1970 is set to today, and a clock that is set later is left alone") {
  Bench bench;
  send_of(bench.call, Timestamp{});
  bench.call.receive(service_error(403, "InvalidSignatureException", {{"Date", "Tue, 31 Jul 2046 12:00:00 GMT"}}),
                     Timestamp{});
  REQUIRE(wait_of(bench.call, Timestamp{}) == 50);
  CHECK(send_of(bench.call, Timestamp::from_seconds(1)).date == Timestamp::from_seconds(2'416'651'201));
  Start next{start_input(), endpoint(), bench.session, Entropy{bench.runtime}};
  CHECK(send_of(next, noon).date == noon);
}

TEST_CASE("call: how long an answer took is counted from the first Send of its attempt") {
  Headers const ahead{{"Date", "Fri, 07 Aug 2026 13:00:00 GMT"}};
  Bench bench;
  send_of(bench.call, noon);
  send_of(bench.call, noon + seconds(900));
  bench.call.receive(service_error(403, "RequestExpired", ahead), noon + seconds(901));
  CHECK(gave_up(bench.call) == GaveUp::not_retryable);
  CHECK(bench.session.skew.offset() == Milliseconds{0});
}

TEST_CASE("call: a machine that is moved goes on") {
  Runtime runtime = without_jitter();
  Session session;
  Start first{start_input(), endpoint(), session, Entropy{runtime}};
  SUBCASE("before it began") {}
  SUBCASE("with a request under way") { send_of(first, noon); }
  Start second{std::move(first)};
  Send const send = send_of(second, noon);
  CHECK(send.attempt == 1);
  CHECK(body_member(send.request(), "ClientToken").size() == 36);
  second.receive(busy(), noon);
  Start third{std::move(second)};
  CHECK(wait_of(third, noon) == 1000);
  exchange(third, started("moved"), noon + seconds(1));
  Start fourth{start_input(), endpoint(), session, Entropy{runtime}};
  fourth = std::move(third);
  CHECK(fourth.attempts() == 2);
  auto const outcome = done_of(fourth, noon + seconds(1));
  REQUIRE(outcome);
  CHECK(outcome->output.job_id == "moved");
  CHECK(outcome->metadata.attempts == 2);
}

namespace {
struct Account {
  std::string account{};
  static consteval auto shape() { return structure("Account", field<&Account::account>("Account", required)); }
};
struct Labelled {
  static constexpr std::string_view name = "Labelled";
  using Input = Account;
  using Output = Empty;
  using Errors = healthlake::Errors<>;
  static constexpr OperationTraits traits{.host_prefix = "{Account}.data-", .gzip = true};
};
bool pack(std::string_view body, std::string& out) {
  out = "packed " + std::string{body};
  return true;
}
}  // namespace

TEST_CASE("call: a host label comes from the input, and a wrong one ends the call") {
  Runtime runtime;
  Session session;
  Call<Labelled> good{{"a-1"}, endpoint(), session, Entropy{runtime}};
  CHECK(std::get<Send>(good.next(noon)).request().authority == "a-1.data-healthlake.us-east-1.amazonaws.com");
  Call<Labelled> bad{{"evil.example/"}, endpoint(), session, Entropy{runtime}};
  CHECK(bad.done());
  auto const outcome = std::get<Done<Call<Labelled>::Outcome>>(bad.next(noon)).result;
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().gave_up == GaveUp::not_retryable);
  REQUIRE(outcome.error().as<InvalidInput>() != nullptr);
  CHECK(outcome.error().as<InvalidInput>()->violations[0].path == "Account");
  // Left off, the prefix asks nothing of the input.
  Call<Labelled> without{{"evil.example/"}, endpoint(), session, Entropy{runtime}, {.host_prefix = false}};
  CHECK(std::get<Send>(without.next(noon)).request().authority == "healthlake.us-east-1.amazonaws.com");
}

TEST_CASE("call: a request is compressed once, and each attempt sends the same") {
  Runtime runtime = without_jitter();
  Session session;
  CallOptions const options{.compression = {.gzip = &pack, .min_bytes = 1}};
  Call<Labelled> call{{"a"}, endpoint(), session, Entropy{runtime}, options};
  HttpRequest const first = std::get<Send>(call.next(noon)).request();
  CHECK(first.body == R"(packed {"Account":"a"})");
  CHECK(header(first, "Content-Encoding") == "gzip");
  call.receive(busy(), noon);
  HttpRequest const second = std::get<Send>(call.next(noon + seconds(30))).request();
  CHECK(second.body == first.body);
  CHECK(second.headers.count("Content-Encoding") == 1);
  Call<Labelled> plain{{"a"}, endpoint(), session, Entropy{runtime}};
  CHECK(header(std::get<Send>(plain.next(noon)).request(), "Content-Encoding").empty());
}

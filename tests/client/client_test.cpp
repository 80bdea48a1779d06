#include "healthlake/client.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "../support/virtual_time.hpp"
#include "healthlake/server/sigv4_verifier.hpp"
#include "healthlake/sign/sha256.hpp"
#include "healthlake/sign/sigv4.hpp"

using namespace healthlake;

namespace {
// One by one, since Runtime and Transport are also concepts of the library.
using virtual_time::described;
using virtual_time::header;
using virtual_time::http;
using virtual_time::page;
using virtual_time::seconds;
using virtual_time::service_error;
using virtual_time::started;
using virtual_time::transport_error;

Credentials key(std::string_view id) {
  return {.access_key_id = std::string{id}, .secret_access_key = Secret{"secret"}};
}

// Signs like NoSigner until it is told to fail, and records its arguments.
struct FussySigner {
  int signs_before_refusal = 0;
  std::vector<Timestamp> times{};
  std::vector<std::string> regions{};
  std::vector<std::string> services{};

  Result<Headers> sign(HttpRequest const&, Credentials const& credentials, SigningContext const& context) {
    if (signs_before_refusal-- <= 0) return Unexpected{SetupError{SetupPhase::signing, "the token is gone"}};
    times.push_back(context.time);
    regions.emplace_back(context.region);
    services.emplace_back(context.service);
    return Headers{{"Authorization", credentials.access_key_id}};
  }
};

template <Signer S>
struct Bench {
  explicit Bench(std::deque<virtual_time::Exchange> script,
                 ClientOptions client_options = {.region = "us-east-1", .credentials = key("AKID")}, S with = {})
      : transport{runtime, std::move(script)}, signer(std::move(with)), options(std::move(client_options)) {}

  virtual_time::Runtime runtime = virtual_time::without_jitter();
  virtual_time::Transport transport;
  S signer;
  ClientOptions options;
  Client<virtual_time::Transport, S, virtual_time::Runtime> client{transport, signer, runtime, options};
};
using Plain = Bench<NoSigner>;

static_assert(Transport<virtual_time::Transport>);
static_assert(Runtime<virtual_time::Runtime>);
static_assert(Signer<FussySigner>);
// It owns what its calls refer to, so it is not movable.
static_assert(!std::is_copy_constructible_v<decltype(Plain::client)>);
static_assert(!std::is_move_constructible_v<decltype(Plain::client)>);
}  // namespace

TEST_CASE("client: a call is sent to the region's endpoint and its response is returned") {
  Plain bench{{{started("job-9"), seconds(1)}}};
  auto const outcome = bench.client.start_fhir_export_job(virtual_time::start_input());
  REQUIRE(outcome);
  CHECK(outcome->output.job_id == "job-9");
  CHECK(outcome->metadata.attempts == 1);
  REQUIRE(bench.transport.requests.size() == 1);
  CHECK(bench.transport.requests[0].url() == "https://healthlake.us-east-1.amazonaws.com/");
  CHECK(header(bench.transport.requests[0], "X-Amz-Target") == "HealthLake.StartFHIRExportJob");
  CHECK(bench.runtime.sleeps.empty());
  CHECK(bench.client.options().endpoint.authority == "healthlake.us-east-1.amazonaws.com");
}

TEST_CASE("client: a given endpoint takes precedence over the region's") {
  Plain bench{{{started(), {}}},
              {.region = "us-east-1", .endpoint = {.scheme = "http", .authority = "127.0.0.1:8080", .path = "/local"}}};
  CHECK(bench.client.start_fhir_export_job(virtual_time::start_input()));
  REQUIRE(bench.transport.requests.size() == 1);
  CHECK(bench.transport.requests[0].url() == "http://127.0.0.1:8080/local/");
}

TEST_CASE("client: without an endpoint or a region that has one, nothing is sent") {
  for (char const* region : {"", "not a region"}) {
    CAPTURE(region);
    Plain bench{{}, {.region = region}};
    auto const call = bench.client.describe_fhir_export_job(virtual_time::describe_input());
    REQUIRE_FALSE(call);
    REQUIRE(call.error().as<SetupError>() != nullptr);
    CHECK(call.error().as<SetupError>()->phase == SetupPhase::endpoint);
    auto const wait = bench.client.wait<FHIRExportJobCompleted>(virtual_time::describe_input());
    CHECK(wait.end == WaitEnd::call_failed);
    REQUIRE(wait.error);
    CHECK(wait.error->kind() == ErrorKind::setup);
    auto const pages = bench.client.pages<ListFHIRExportJobs>(virtual_time::list_input(), [](auto&&) { return true; });
    REQUIRE_FALSE(pages);
    CHECK(pages.error().kind() == ErrorKind::setup);
    CHECK(bench.transport.requests.empty());
  }
}

TEST_CASE("client: an invalid input is rejected before anything is signed or sent") {
  Bench<FussySigner> bench{{}};
  auto const outcome = bench.client.describe_fhir_export_job({});
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().kind() == ErrorKind::invalid);
  CHECK(bench.transport.requests.empty());
}

TEST_CASE("client: sleeps between attempts and never without need") {
  Plain bench{{{service_error(503, "X"), seconds(2)},
               {transport_error(TransportReason::connection_lost), Milliseconds{30}},
               {described("QUEUED"), {}}}};
  auto const outcome = bench.client.describe_fhir_export_job(virtual_time::describe_input());
  REQUIRE(outcome);
  CHECK(outcome->metadata.attempts == 3);
  CHECK(bench.runtime.sleeps == std::vector<std::int64_t>{50, 100});
  CHECK(bench.transport.times == std::vector<std::int64_t>{0, 2050, 2180});
  CHECK(bench.client.session().quota.left() == 486);
}

TEST_CASE("client: a runtime whose clock advances between two readings is never asked to sleep for a negative time") {
  struct Hasty : virtual_time::Runtime {
    Timestamp now() {
      time = time + Milliseconds{700};
      return time;
    }
  };
  Hasty runtime;
  runtime.constant = ~std::uint64_t{0};
  virtual_time::Transport transport{runtime, {{service_error(503, "X"), {}}, {described("QUEUED"), {}}}};
  NoSigner signer;
  Client client{transport, signer, runtime,
                ClientOptions{.region = "us-east-1", .call = {.retry = {.max_backoff = {1400}}}}};
  CHECK(client.describe_fhir_export_job(virtual_time::describe_input()));
  for (auto const sleep : runtime.sleeps) CHECK(sleep > 0);
  CHECK(transport.requests.size() == 2);
}

TEST_CASE("client: the quota is shared by its calls") {
  std::deque<virtual_time::Exchange> script;
  for (int i = 0; i < 3; ++i) script.push_back({service_error(500, "X"), {}});
  script.push_back({described("QUEUED"), {}});
  Plain bench{std::move(script)};
  CHECK_FALSE(bench.client.describe_fhir_export_job(virtual_time::describe_input()));
  CHECK(bench.client.session().quota.left() == 472);
  CHECK(bench.client.describe_fhir_export_job(virtual_time::describe_input()));
  CHECK(bench.client.session().quota.left() == 473);
}

TEST_CASE("client: a signer that fails is a setup error, and nothing is sent") {
  Bench<FussySigner> bench{{}};
  auto const outcome = bench.client.describe_fhir_export_job(virtual_time::describe_input());
  REQUIRE_FALSE(outcome);
  REQUIRE(outcome.error().as<SetupError>() != nullptr);
  CHECK(outcome.error().as<SetupError>()->phase == SetupPhase::signing);
  CHECK(outcome.error().as<SetupError>()->message == "the token is gone");
  CHECK(bench.transport.requests.empty());
  CHECK(bench.runtime.sleeps.empty());

  auto const pages = bench.client.pages<ListFHIRExportJobs>(virtual_time::list_input(), [](auto&&) { return true; });
  REQUIRE_FALSE(pages);
  CHECK(pages.error().kind() == ErrorKind::setup);
}

TEST_CASE("client: a signer that fails during a wait leaves what was seen so far") {
  Bench<FussySigner> bench{{{described("SUBMITTED"), {}}, {described("IN_PROGRESS"), {}}},
                           {.region = "us-east-1", .credentials = key("AKID")},
                           {.signs_before_refusal = 2}};
  auto const outcome = bench.client.wait<FHIRExportJobCompleted>(virtual_time::describe_input());
  CHECK(outcome.end == WaitEnd::call_failed);
  REQUIRE(outcome.error);
  CHECK(outcome.error->kind() == ErrorKind::setup);
  CHECK(outcome.polls == 2);
  REQUIRE(outcome.last);
  CHECK(outcome.last->output.export_job_properties.job_status == JobStatus::in_progress);
}

TEST_CASE("client: every attempt is signed with its own time, corrected by the service's clock") {
  Headers const ahead{{"Date", "Fri, 07 Aug 2026 12:10:00 GMT"}};
  Bench<FussySigner> bench{{{service_error(403, "RequestExpired", ahead), {}}, {described("QUEUED"), {}}},
                           {.region = "us-gov-west-1", .credentials = key("AKID")},
                           {.signs_before_refusal = 2}};
  CHECK(bench.client.describe_fhir_export_job(virtual_time::describe_input()));
  CHECK(bench.signer.times ==
        std::vector<Timestamp>{virtual_time::noon, virtual_time::noon + seconds(600) + Milliseconds{50}});
  CHECK(bench.signer.regions == std::vector<std::string>(2, "us-gov-west-1"));
  CHECK(bench.signer.services == std::vector<std::string>(2, "healthlake"));
  // One Authorization header per request, not one for each attempt so far.
  for (auto const& request : bench.transport.requests) CHECK(request.headers.count("Authorization") == 1);
}

TEST_CASE("client: new credentials are used from the next request on") {
  Bench<FussySigner> bench{{{described("QUEUED"), {}}, {described("QUEUED"), {}}},
                           {.region = "us-east-1", .credentials = key("OLD")},
                           {.signs_before_refusal = 2}};
  CHECK(bench.client.describe_fhir_export_job(virtual_time::describe_input()));
  bench.client.set_credentials(key("NEW"));
  CHECK(bench.client.options().credentials.access_key_id == "NEW");
  CHECK(bench.client.describe_fhir_export_job(virtual_time::describe_input()));
  REQUIRE(bench.transport.requests.size() == 2);
  CHECK(header(bench.transport.requests[0], "Authorization") == "OLD");
  CHECK(header(bench.transport.requests[1], "Authorization") == "NEW");
}

TEST_CASE("client: what it signs, a verifier accepts, on every attempt") {
  Bench<SigV4<Sha256>> bench{{{service_error(429, "ThrottlingException"), {}}, {described("QUEUED"), {}}}};
  CHECK(bench.client.describe_fhir_export_job(virtual_time::describe_input()));
  REQUIRE(bench.transport.requests.size() == 2);
  SigV4Verifier<Sha256> verifier{{.region = "us-east-1"}};
  Credentials const known = key("AKID");
  auto const find = [&](std::string_view id) { return id == known.access_key_id ? &known : nullptr; };
  for (std::size_t i = 0; i < 2; ++i) {
    auto const& request = bench.transport.requests[i];
    CHECK(header(request, "X-Amz-Date") == (i == 0 ? "20260807T120000Z" : "20260807T120001Z"));
    auto const who = verifier.verify(request, virtual_time::noon + seconds(1), find);
    CHECK(who.has_value());
  }
  Bench<SigV4<Sha256>> keyless{{}, {.region = "us-east-1"}};
  auto const refused = keyless.client.describe_fhir_export_job(virtual_time::describe_input());
  REQUIRE_FALSE(refused);
  REQUIRE(refused.error().as<SetupError>() != nullptr);
  CHECK(refused.error().as<SetupError>()->phase == SetupPhase::credentials);
}

TEST_CASE("client: sign replaces what was signed before with the signer's headers of that name") {
  FussySigner signer{.signs_before_refusal = 1};
  HttpRequest request;
  Send const send{request, 1, virtual_time::noon};
  send.headers().add("authorization", "stale");
  CHECK(sign(send, signer, key("AKID"), "us-east-1"));
  CHECK(request.headers == Headers{{"Authorization", "AKID"}});
  CHECK_FALSE(sign(send, signer, key("AKID"), "us-east-1"));
}

TEST_CASE("client: wait reports each successful poll once") {
  Plain bench{{{described("SUBMITTED"), {}},
               {service_error(503, "X"), {}},
               {described("IN_PROGRESS"), {}},
               {described("COMPLETED"), {}}}};
  std::vector<std::string> seen;
  auto const outcome = bench.client.wait<FHIRExportJobCompleted>(
      virtual_time::describe_input(), {.delay = seconds(10)},
      [&](auto const& response) { seen.emplace_back(response.output.export_job_properties.job_status.text()); });
  CHECK(outcome.end == WaitEnd::success);
  CHECK(outcome.polls == 3);
  CHECK(seen == std::vector<std::string>{"SUBMITTED", "IN_PROGRESS", "COMPLETED"});
  CHECK(bench.transport.times == std::vector<std::int64_t>{0, 10'000, 10'050, 20'050});
}

TEST_CASE("client: wait does not report a poll that failed") {
  Plain bench{{{described("SUBMITTED"), {}}, {service_error(404, "ResourceNotFoundException"), {}}}};
  int calls = 0;
  auto const outcome =
      bench.client.wait<FHIRExportJobCompleted>(virtual_time::describe_input(), {}, [&](auto const&) { ++calls; });
  CHECK(outcome.end == WaitEnd::call_failed);
  CHECK(outcome.polls == 2);
  CHECK(outcome.last);
  CHECK(calls == 1);
}

TEST_CASE("client: wait without a callback, up to its timeout") {
  std::deque<virtual_time::Exchange> script;
  for (int i = 0; i < 4; ++i) script.push_back({described("IN_PROGRESS"), {}});
  Plain bench{std::move(script)};
  auto const outcome = bench.client.wait<FHIRExportJobCompleted>(
      virtual_time::describe_input(), {.delay = seconds(20), .max_attempts = 0U, .timeout = seconds(50)});
  CHECK(outcome.end == WaitEnd::timed_out);
  CHECK(outcome.polls == 4);
  CHECK(bench.transport.times == std::vector<std::int64_t>{0, 20'000, 40'000, 45'000});
}

TEST_CASE("client: pages reads all pages, or stops when told to") {
  auto const script = [] {
    return std::deque<virtual_time::Exchange>{{page("a", "t1"), {}}, {page("b", "t2"), {}}, {page("c"), {}}};
  };
  Plain all{script()};
  std::vector<std::string> seen;
  auto const count = all.client.pages<ListFHIRExportJobs>(virtual_time::list_input(), [&](auto&& response) {
    seen.push_back(response.output.export_job_properties_list.at(0).job_id);
    return true;
  });
  REQUIRE(count);
  CHECK(*count == 3);
  CHECK(seen == std::vector<std::string>{"a", "b", "c"});

  Plain some{script()};
  int left = 2;
  auto const stopped =
      some.client.pages<ListFHIRExportJobs>(virtual_time::list_input(), [&](auto&&) { return --left > 0; });
  REQUIRE(stopped);
  CHECK(*stopped == 2);
  CHECK(some.transport.requests.size() == 2);
}

TEST_CASE("client: pages passes each response by rvalue, to be kept") {
  Plain bench{{{page("a"), {}}}};
  std::unique_ptr<Response<ListFHIRExportJobsResponse>> kept;
  CHECK(bench.client.pages<ListFHIRExportJobs>(
      virtual_time::list_input(), [&](Response<ListFHIRExportJobsResponse>&& response) {
        kept = std::make_unique<Response<ListFHIRExportJobsResponse>>(std::move(response));
        return true;
      }));
  REQUIRE(kept);
  CHECK(kept->output.export_job_properties_list.size() == 1);
}

TEST_CASE("client: an error ends the pages, after those before it were seen") {
  Plain bench{{{page("a", "t1"), {}}, {service_error(503, "X"), {}}, {page("b", "t1"), {}}}};
  int seen = 0;
  auto const outcome = bench.client.pages<ListFHIRExportJobs>(virtual_time::list_input(), [&](auto&&) {
    ++seen;
    return true;
  });
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().kind() == ErrorKind::malformed);
  CHECK(seen == 2);
  CHECK(bench.runtime.sleeps == std::vector<std::int64_t>{50});
}

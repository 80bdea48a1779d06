// The invariant: nothing that the service may have done is asked for twice unless asking twice is harmless, whatever
// the reason for which an attempt ended; and whoever is left without an answer learns from the error that the request
// may have been carried out, and the token with which to ask again.
#include <doctest/doctest.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "../support/virtual_time.hpp"
#include "healthlake/client.hpp"

using namespace healthlake;
using virtual_time::described;
using virtual_time::http;
using virtual_time::noon;
using virtual_time::seconds;
using virtual_time::service_error;
using virtual_time::started;

namespace {
struct Nothing {
  static consteval auto shape() { return structure("Nothing"); }
};
struct Given {
  std::string token{};
  static consteval auto shape() { return structure("Given", field<&Given::token>("ClientToken", required)); }
};
// Neither required nor made by the library.
struct Optional {
  std::optional<std::string> token{};
  static consteval auto shape() { return structure("Optional", field<&Optional::token>("ClientToken")); }
};
template <class In, Repeat R = Repeat::derived, bool Readonly = false, bool Idempotent = false>
struct Declared {
  static constexpr std::string_view name = "Declared";
  static constexpr OperationTraits traits{.readonly = Readonly, .idempotent = Idempotent, .repeat = R};
  using Input = In;
  using Output = Nothing;
  using Errors = healthlake::Errors<>;
};
struct Undeclared {
  static constexpr std::string_view name = "Undeclared";
  using Input = Nothing;
  using Output = Nothing;
  using Errors = healthlake::Errors<>;
};
template <Repeat R>
using Of = Declared<Nothing, R>;

// One way for an attempt to end without a result, and what it says about the attempt.
struct Ending {
  char const* name;
  HttpReply reply;
  // The standard mode tries again.
  bool retryable;
  // The service may have acted.
  bool acted;
};
HttpReply lost(TransportReason reason, bool may_have_reached_server) {
  return Unexpected{TransportError{reason, "", may_have_reached_server}};
}
std::vector<Ending> endings() {
  using enum TransportReason;
  return {
      {"lost", lost(connection_lost, true), true, true},
      {"lost before it was sent", lost(connection_lost, false), true, false},
      {"read timeout", lost(read_timeout, true), true, true},
      {"read timeout before it was sent", lost(read_timeout, false), true, false},
      // The reason says more than the flag, which an adapter may have left as it was.
      {"no connection", lost(connect_failed, true), true, false},
      {"no connection in time", lost(connect_timeout, true), true, false},
      {"too large", lost(response_too_large, true), false, true},
      {"not HTTP", lost(not_http, true), false, true},
      {"not sendable", lost(not_http, false), false, false},
      {"certificate", lost(tls_verification, false), false, false},
      {"500", service_error(500, "InternalServerException"), true, true},
      {"502", http(502, "<html>"), true, true},
      {"503", http(503, ""), true, true},
      {"504", http(504, "upstream"), true, true},
      {"501", service_error(501, "NotImplemented"), false, true},
      {"408", http(408, ""), false, true},
      {"timeout of the service", service_error(400, "RequestTimeout"), true, true},
      {"throttled", service_error(429, "ThrottlingException"), true, false},
      {"throttled by a 503", service_error(503, "SlowDown"), true, false},
      {"wrong clock", service_error(403, "RequestExpired", {{"Date", "Fri, 07 Aug 2026 13:00:00 GMT"}}), true, false},
      {"wrong signature", service_error(403, "InvalidSignatureException"), false, false},
      {"refused", service_error(400, "ValidationException"), false, false},
      {"redirected", http(307, ""), false, false},
      {"unreadable", http(200, "<html>"), false, true},
  };
}

struct World {
  virtual_time::Runtime runtime = virtual_time::without_jitter();
  Session session{};
};

// The error after these replies, each an attempt; nothing if the call wants another one.
template <Operation Op>
std::optional<Error> error_after(typename Op::Input const& input, std::vector<HttpReply> const& replies,
                                 CallOptions const& options = {}) {
  World world;
  Call<Op> call{input, virtual_time::endpoint(), world.session, Entropy{world.runtime}, options};
  Timestamp now = noon;
  for (auto const& reply : replies) {
    REQUIRE_FALSE(call.done());
    now = now + seconds(30);
    REQUIRE(std::holds_alternative<Send>(call.next(now)));
    call.receive(reply, now);
  }
  if (!call.done()) return std::nullopt;
  auto outcome = call.result();
  REQUIRE_FALSE(outcome);
  return std::move(outcome.error());
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }
}  // namespace

TEST_CASE(
    "repeat: what is declared wins; else the traits of the model and the input decide, else it is the strictest") {
  CHECK(operation_info<Undeclared>.traits.repeat == Repeat::if_not_done);
  CHECK(operation_info<Declared<Nothing, Repeat::derived, true>>.traits.repeat == Repeat::reads);
  CHECK(operation_info<Declared<Nothing, Repeat::derived, false, true>>.traits.repeat == Repeat::with_note);
  CHECK(operation_info<Declared<Given, Repeat::derived, false, true>>.traits.repeat == Repeat::by_token);
  CHECK(operation_info<Declared<Given>>.traits.repeat == Repeat::by_token);
  CHECK(operation_info<Declared<Optional>>.traits.repeat == Repeat::if_not_done);
  CHECK(operation_info<Declared<Optional, Repeat::derived, false, true>>.traits.repeat == Repeat::with_note);
  CHECK(operation_info<Declared<Optional, Repeat::by_token>>.traits.repeat == Repeat::by_token);
  CHECK(operation_info<Declared<Given, Repeat::if_not_done>>.traits.repeat == Repeat::if_not_done);
}

TEST_CASE("repeat: each operation of the service") {
  std::map<std::string_view, Repeat> const not_by_name{
      {"CreateDataTransformationProfile", Repeat::by_token},
      {"CreateFHIRDatastore", Repeat::by_token},
      {"RestoreFHIRDatastore", Repeat::by_token},
      {"StartDataTransformationJob", Repeat::by_token},
      {"StartFHIRExportJob", Repeat::by_token},
      {"StartFHIRImportJob", Repeat::by_token},
      {"DeleteDataTransformationProfile", Repeat::with_note},
      {"DeleteFHIRDatastore", Repeat::with_note},
      {"TagResource", Repeat::with_note},
      {"UntagResource", Repeat::with_note},
      {"UpdateDataTransformationProfile", Repeat::with_note},
      {"UpdateFHIRDatastore", Repeat::with_note},
      {"PublishDataTransformationProfile", Repeat::if_not_done},
      {"UpdateProfileWithAgent", Repeat::if_not_done},
  };
  std::size_t reads = 0;
  AllOperations::for_each([&]<class Op>() {
    CAPTURE(Op::name);
    bool const is_read =
        Op::name.starts_with("Describe") || Op::name.starts_with("Get") || Op::name.starts_with("List");
    CHECK(operation_info<Op>.traits.repeat == (is_read ? Repeat::reads : not_by_name.at(Op::name)));
    reads += is_read ? 1 : 0;
  });
  CHECK(reads + not_by_name.size() == AllOperations::size);
}

TEST_CASE("repeat: what ends an attempt, and which operations are sent again then") {
  for (auto const& [name, reply, retryable, acted] : endings()) {
    auto const& shown_name = name;
    CAPTURE(shown_name);
    CHECK(error_after<Of<Repeat::reads>>({}, {reply}).has_value() == !retryable);
    CHECK(error_after<Of<Repeat::by_token>>({}, {reply}).has_value() == !retryable);
    CHECK(error_after<Of<Repeat::with_note>>({}, {reply}).has_value() == !retryable);
    auto const strict = error_after<Undeclared>({}, {reply});
    CHECK(strict.has_value() == (!retryable || acted));
    if (strict) {
      CHECK(strict->gave_up == (retryable ? GaveUp::may_have_acted : GaveUp::not_retryable));
      CHECK(strict->effect == (acted ? Effect::possible : Effect::none));
      CHECK(contains(to_string(*strict), "; not sent again") == retryable);
      CHECK(contains(to_string(*strict), "the request may have been carried out") == acted);
    }
    // The SDKs' way.
    CHECK(error_after<Undeclared>({}, {reply}, {.retry = {.repeat_any = true}}).has_value() == !retryable);
  }
}

TEST_CASE("repeat: an operation that must not run twice is sent again where it cannot have run, and only there") {
  auto const not_reached = lost(TransportReason::connect_failed, false);
  auto const busy = service_error(429, "ThrottlingException");
  CHECK_FALSE(error_after<Undeclared>({}, {not_reached, busy}));
  auto const given_up = error_after<Undeclared>({}, {not_reached, busy, not_reached});
  REQUIRE(given_up);
  CHECK(given_up->gave_up == GaveUp::max_attempts);
  CHECK(given_up->effect == Effect::none);
  auto const stopped = error_after<Undeclared>({}, {busy, http(503, "")});
  REQUIRE(stopped);
  CHECK(stopped->gave_up == GaveUp::may_have_acted);
  CHECK(stopped->effect == Effect::possible);
}

TEST_CASE("repeat: a call that is not sent again takes nothing from the quota") {
  World world;
  Call<Undeclared> call{{}, virtual_time::endpoint(), world.session, Entropy{world.runtime}};
  REQUIRE(std::holds_alternative<Send>(call.next(noon)));
  call.receive(http(503, ""), noon);
  CHECK(call.done());
  CHECK(world.session.quota.left() == RetryQuota::default_capacity);
}

TEST_CASE("repeat: a Conflict or NotFound after a lost reply says that an earlier attempt may have done it") {
  for (auto const* code : {"ConflictException", "ResourceNotFoundException"}) {
    CAPTURE(code);
    auto const refused = service_error(400, code);
    for (auto const& [name, reply, retryable, acted] : endings()) {
      if (!retryable) continue;
      auto const& shown_name = name;
      CAPTURE(shown_name);
      auto const error = error_after<DeleteFHIRDatastore>({.datastore_id = "c0ffee"}, {reply, refused});
      REQUIRE(error);
      CHECK(error->effect == (acted ? Effect::earlier : Effect::none));
      CHECK(contains(to_string(*error), "; an earlier attempt may have been carried out") == acted);
    }
    auto const first = error_after<DeleteFHIRDatastore>({.datastore_id = "c0ffee"}, {refused});
    REQUIRE(first);
    CHECK(first->effect == Effect::none);
    CHECK(to_string(*first) == std::string{code} + " (HTTP 400): no");
  }
}

TEST_CASE("repeat: a read has no effect, however it ends") {
  for (auto const& ending : endings()) {
    auto const error = error_after<DescribeFHIRExportJob>(virtual_time::describe_input(), {ending.reply},
                                                          {.retry = {.max_attempts = 1}});
    REQUIRE(error);
    CHECK(error->effect == Effect::none);
    CHECK(error->client_token.empty());
    CHECK_FALSE(contains(to_string(*error), "carried out"));
  }
}

// The token that the library made is the only one with which the caller can ask what became of the job.
TEST_CASE("token: every error of a call has the token it was sent with, whether it was given or made") {
  for (bool const given : {true, false})
    for (auto const& [name, reply, retryable, acted] : endings())
      for (unsigned const attempts : {1U, 2U}) {
        auto const& shown_name = name;
        CAPTURE(shown_name);
        CAPTURE(given);
        if (!retryable && attempts == 2) continue;
        World world;
        auto input = virtual_time::start_input();
        if (given) input.client_token = "my-token-1";
        Call<StartFHIRExportJob> call{input,
                                      virtual_time::endpoint(),
                                      world.session,
                                      Entropy{world.runtime},
                                      {.retry = {.max_attempts = attempts}}};
        std::string sent;
        Timestamp now = noon;
        for (unsigned i = 0; i < attempts; ++i, now = now + seconds(30)) {
          auto const step = call.next(now);
          REQUIRE(std::holds_alternative<Send>(step));
          sent = virtual_time::body_member(std::get<Send>(step).request(), "ClientToken");
          // The second refusal of a signature is none of the clock.
          call.receive(i == 0 ? reply : lost(TransportReason::read_timeout, true), now);
        }
        CHECK(sent.size() == (given ? 10 : 36));
        auto const outcome = call.result();
        REQUIRE_FALSE(outcome);
        auto const& error = outcome.error();
        CHECK(error.client_token == sent);
        bool const unknown = acted || attempts == 2;
        CHECK(error.effect == (unknown ? Effect::possible : Effect::none));
        std::string const advice = "; the request may have been carried out: call again with ClientToken " + sent;
        CHECK(to_string(error).ends_with(advice) == unknown);
      }
}

TEST_CASE("token: an empty quota, and a refusal after a lost reply, keep the token") {
  World world;
  Session poor{.quota = RetryQuota{500, 0}};
  Call<StartFHIRExportJob> call{virtual_time::start_input(), virtual_time::endpoint(), poor, Entropy{world.runtime}};
  REQUIRE(std::holds_alternative<Send>(call.next(noon)));
  call.receive(http(503, ""), noon);
  auto const poor_outcome = call.result();
  REQUIRE_FALSE(poor_outcome);
  CHECK(poor_outcome.error().gave_up == GaveUp::quota);
  CHECK(poor_outcome.error().client_token.size() == 36);
  CHECK(poor_outcome.error().effect == Effect::possible);

  auto const refused = error_after<StartFHIRExportJob>(virtual_time::start_input(),
                                                       {http(503, ""), service_error(403, "AccessDeniedException")});
  REQUIRE(refused);
  CHECK(refused->effect == Effect::earlier);
  CHECK(to_string(*refused) ==
        "AccessDeniedException (HTTP 403): no; an earlier attempt may have been carried out: call again with "
        "ClientToken " +
            refused->client_token);
}

TEST_CASE("token: a success has it in its metadata, and an operation without one has none") {
  World world;
  Call<StartFHIRExportJob> start{virtual_time::start_input(), virtual_time::endpoint(), world.session,
                                 Entropy{world.runtime}};
  auto const step = start.next(noon);
  auto const sent = virtual_time::body_member(std::get<Send>(step).request(), "ClientToken");
  start.receive(started(), noon);
  auto const response = start.result();
  REQUIRE(response);
  CHECK(response->metadata.client_token == sent);

  Call<DescribeFHIRExportJob> describe{virtual_time::describe_input(), virtual_time::endpoint(), world.session,
                                       Entropy{world.runtime}};
  REQUIRE(std::holds_alternative<Send>(describe.next(noon)));
  describe.receive(described("QUEUED"), noon);
  auto const without = describe.result();
  REQUIRE(without);
  CHECK(without->metadata.client_token.empty());
}

TEST_CASE("token: a required one, which is never made, is in the error too") {
  auto const error = error_after<Declared<Given>>({.token = "mine"}, {http(200, "{")});
  REQUIRE(error);
  CHECK(error->client_token == "mine");
  CHECK(contains(to_string(*error), "call again with ClientToken mine"));
}

TEST_CASE("token: a signer that refuses the second attempt does not take it away") {
  struct Once {
    bool used = false;
    Result<Headers> sign(HttpRequest const&, Credentials const&, SigningContext const&) {
      if (std::exchange(used, true)) return Unexpected{SetupError{SetupPhase::credentials, "the key is gone"}};
      return Headers{};
    }
  };
  virtual_time::Runtime runtime = virtual_time::without_jitter();
  virtual_time::Transport transport{runtime, {{http(503, ""), {}}}};
  Once signer;
  Client client{transport, signer, runtime, ClientOptions{.region = "us-east-1"}};
  auto const outcome = client.start_fhir_export_job(virtual_time::start_input());
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().kind() == ErrorKind::setup);
  CHECK(outcome.error().client_token == virtual_time::body_member(transport.requests.at(0), "ClientToken"));
  CHECK(outcome.error().effect == Effect::earlier);
}

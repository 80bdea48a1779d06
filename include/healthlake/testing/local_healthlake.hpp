// HealthLake in memory, built from the server's half of this library: a Transport for tests and examples that need no
// network, and what a server program serves.
//
// Rules: one object serves one thread at a time; nothing runs between requests. The clock is passed in, and what
// should have happened by now is done at the beginning of each request. Signatures, job times and rates are all read
// off that clock: to make jobs quicker, shorten the times in LocalOptions and leave the clock alone. Each family of
// operations has a header of its own in testing/local/; this one puts them together. May include testing/, server/,
// sign/ and all below.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/http/transport.hpp"
#include "healthlake/model/operation.hpp"
#include "healthlake/protocol/error_response.hpp"
#include "healthlake/server/dispatch.hpp"
#include "healthlake/server/sigv4_verifier.hpp"
#include "healthlake/sign/sha256.hpp"
#include "healthlake/testing/fault.hpp"
#include "healthlake/testing/local/exports.hpp"
#include "healthlake/testing/local/ndjson.hpp"
#include "healthlake/testing/local/rates.hpp"
#include "healthlake/testing/local/state.hpp"
#include "healthlake/testing/object_store.hpp"

namespace healthlake {

/// The service. Satisfies Transport; neither copied nor moved.
class LocalHealthLake {
 public:
  /// `clock` gives the current time and must be callable; a time beyond the years 0001 to 9999 counts as the nearest
  /// in them. `objects` is where results go, and outlives this object.
  LocalHealthLake(std::function<Timestamp()> clock, ObjectStore& objects, LocalOptions options = {})
      : clock_(std::move(clock)),
        state_(objects, std::move(options)),
        verifier_(VerifyOptions{.region = state_.options().region}),
        limiter_(state_.options().rates),
        dispatcher_(state_.options().dispatch),
        exports_(state_) {
    exports_.serve(dispatcher_);
  }
  LocalHealthLake(LocalHealthLake const&) = delete;
  LocalHealthLake& operator=(LocalHealthLake const&) = delete;

  /// Adds a data store, or replaces what is in one. `ndjson` holds FHIR resources, one a line, by resource type or by
  /// file name; which of the two does not matter, for each line says its type itself. Lines that are no resource make
  /// exports end COMPLETED_WITH_ERRORS. The error says what is wrong with the id (see LocalState::add_datastore).
  Result<Unit, std::string> add_datastore(std::string id, std::map<std::string, std::string> const& ndjson) {
    return state_.add_datastore(std::move(id), Ndjson{ndjson});
  }

  /// Adds a fault to the script. Each request takes the first one that is left.
  void script(Fault fault) { faults_.push_back(std::move(fault)); }
  /// How many faults no request has taken yet.
  [[nodiscard]] std::size_t faults_left() const noexcept { return faults_.size(); }
  /// The latency of the fault that the last request took; 0 if there was none.
  [[nodiscard]] Milliseconds last_latency() const noexcept { return last_latency_; }

  /// Does what should have happened by now, as each request does: a server that is asked nothing writes results too.
  void settle() { exports_.settle(now()); }

  /// The reply to a request, or what the script says instead. The request's target is a path, and its Host header or
  /// authority is what the client signed. Always an HTTP response unless a Fault::Broken is up.
  HttpReply send(HttpRequest const& request) {
    Fault fault;
    if (!faults_.empty()) {
      fault = std::move(faults_.front());
      faults_.pop_front();
    }
    last_latency_ = fault.latency;
    if (fault.latency.count > 0 && state_.options().on_latency) state_.options().on_latency(fault.latency);
    HttpReply reply = std::visit([&](auto const& what) { return play(what, request); }, fault.what);
    last_reply_ = reply;
    return reply;
  }

 private:
  HttpReply play(std::monostate, HttpRequest const& request) { return handle(request); }

  HttpReply play(Fault::Broken const& broken, HttpRequest const& request) {
    if (broken.handled) handle(request);
    return Unexpected{broken.error};
  }

  HttpReply play(Fault::Refused const& refused, HttpRequest const&) {
    if (!refused.code.empty()) return write_error(refused.code, refused.message, refused.http_status, meta());
    HttpResponse page{.status = refused.http_status};
    page.headers.add("Content-Type", "text/html");
    page.body = "<html><body><h1>" + std::to_string(refused.http_status) + "</h1>" + refused.message + "</body></html>";
    return page;
  }

  HttpReply play(Fault::CutBody const& cut, HttpRequest const& request) {
    HttpResponse response = handle(request);
    if (cut.bytes < response.body.size()) response.body.resize(cut.bytes);
    return response;
  }

  HttpReply play(Fault::WrongContent const& wrong, HttpRequest const& request) {
    HttpResponse response = handle(request);
    response.status = wrong.http_status;
    response.headers.set("Content-Type", wrong.content_type);
    response.body = wrong.body;
    return response;
  }

  HttpReply play(Fault::RepeatedReply, HttpRequest const& request) {
    return last_reply_ ? *last_reply_ : HttpReply{handle(request)};
  }

  HttpReply play(Fault::HandledTwice, HttpRequest const& request) {
    handle(request);
    return handle(request);
  }

  HttpResponse handle(HttpRequest const& request) {
    RequestContext context{.request_id = state_.next_request_id(), .now = now()};
    exports_.settle(context.now);
    auto refused = refuse(request, context);
    HttpResponse response = refused ? std::move(*refused) : dispatcher_.handle(request, context);
    response.headers.set("x-amzn-RequestId", context.request_id);
    response.headers.set("Date", to_http_date(context.now));
    return response;
  }

  // Why a request does not get to the dispatcher. A body that is too long is not worth hashing: that one does.
  std::optional<HttpResponse> refuse(HttpRequest const& request, RequestContext& context) {
    if (request.body.size() > dispatcher_.options().max_body_bytes) return std::nullopt;
    if (!state_.options().credentials.empty()) {
      auto caller = verifier_.verify(request, context.now, [&](std::string_view id) { return find_credentials(id); });
      if (!caller) return write_error(caller.error().code, caller.error().message, caller.error().http_status);
      context.access_key_id = *std::move(caller);
    }
    if (limiter_.admit(operation_of(request), context.now)) return std::nullopt;
    return HandlerError{ThrottlingException{.message = "The rate of this operation is exceeded."}}.response();
  }

  [[nodiscard]] Credentials const* find_credentials(std::string_view access_key_id) const {
    for (auto const& credentials : state_.options().credentials)
      if (credentials.access_key_id == access_key_id) return &credentials;
    return nullptr;
  }

  // The name behind the service's prefix; empty if X-Amz-Target is not of this service.
  static std::string_view operation_of(HttpRequest const& request) {
    auto const* const header = request.headers.find("X-Amz-Target");
    std::string_view const target = header ? std::string_view{*header} : std::string_view{};
    std::string_view const prefix = healthlake_service.target_prefix;
    bool const ours = target.starts_with(prefix) && target.substr(prefix.size()).starts_with('.');
    return ours ? target.substr(prefix.size() + 1) : std::string_view{};
  }

  [[nodiscard]] Timestamp now() const {
    return {std::clamp(clock_().milliseconds, Timestamp::min_milliseconds, Timestamp::max_milliseconds)};
  }
  ResponseMeta meta() { return {.request_id = state_.next_request_id()}; }

  std::function<Timestamp()> clock_;
  LocalState state_;
  SigV4Verifier<Sha256> verifier_;
  RateLimiter limiter_;
  Dispatcher dispatcher_;
  LocalExports exports_;
  std::deque<Fault> faults_;
  Milliseconds last_latency_{};
  std::optional<HttpReply> last_reply_;
};

static_assert(Transport<LocalHealthLake>);

}  // namespace healthlake

// HealthLake in memory with all its operations, built from the server half of this library: a Transport for tests and
// examples without a network, and the service of a server program.
//
// Rules: one object serves one thread at a time; nothing runs between requests. The clock is passed in, and each
// request first does what is due by then. Signatures, job times and rates all use that clock: to make jobs faster,
// shorten the times in LocalOptions. If the clock is set back, time stands still for jobs and data stores, so that what
// was reported stays true. With a journal, this also applies across restarts, and nothing that was acknowledged is lost
// if the process is killed; while the journal cannot be written, requests that change something are refused, and time
// stands still for the others. Each family of operations has its own header in local/; this one combines them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
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
#include "healthlake/local/datastores.hpp"
#include "healthlake/local/exports.hpp"
#include "healthlake/local/fault.hpp"
#include "healthlake/local/guard.hpp"
#include "healthlake/local/imports.hpp"
#include "healthlake/local/journal_records.hpp"
#include "healthlake/local/ndjson.hpp"
#include "healthlake/local/profile_agent.hpp"
#include "healthlake/local/rates.hpp"
#include "healthlake/local/replay.hpp"
#include "healthlake/local/state.hpp"
#include "healthlake/local/storage/object_store.hpp"
#include "healthlake/local/tags.hpp"
#include "healthlake/local/transformation_jobs.hpp"
#include "healthlake/local/transformation_profiles.hpp"
#include "healthlake/model/operation.hpp"
#include "healthlake/protocol/error_response.hpp"
#include "healthlake/server/dispatch.hpp"
#include "healthlake/server/sigv4_verifier.hpp"
#include "healthlake/sign/sha256.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The service. Satisfies Transport; neither copyable nor movable.
class LocalHealthLake {
 public:
  /// `clock` returns the current time and must not be empty; a time outside the years 0001 to 9999 is clamped to them.
  /// `objects` receives results, and must outlive this object.
  LocalHealthLake(std::function<Timestamp()> clock, ObjectStore& objects)
      : LocalHealthLake(std::move(clock), objects, LocalOptions{}) {}
  LocalHealthLake(std::function<Timestamp()> clock, ObjectStore& objects, LocalOptions options)
      : clock_(std::move(clock)),
        state_(objects, std::move(options)),
        verifier_(VerifyOptions{.region = state_.options().region}),
        limiter_(state_.options().rates),
        dispatcher_(state_.options().dispatch),
        datastores_(state_),
        tags_(state_),
        exports_(state_),
        imports_(state_),
        profiles_(state_),
        agent_(state_),
        transformations_(state_) {
    datastores_.serve(dispatcher_);
    tags_.serve(dispatcher_);
    exports_.serve(dispatcher_);
    imports_.serve(dispatcher_);
    profiles_.serve(dispatcher_);
    agent_.serve(dispatcher_);
    transformations_.serve(dispatcher_);
  }
  LocalHealthLake(LocalHealthLake const&) = delete;
  LocalHealthLake& operator=(LocalHealthLake const&) = delete;

  /// Adds a data store, or replaces the content of an existing one. `ndjson` contains FHIR resources, one per line, by
  /// resource type or file name; either will do, since each line states its type. Lines that are not resources make
  /// exports end as COMPLETED_WITH_ERRORS. The data store is ACTIVE at once. The error says what is wrong with the id
  /// (see LocalState::add_datastore), or that a journal is already open.
  Result<Unit, std::string> add_datastore(std::string id, std::map<std::string, std::string> const& ndjson) {
    if (state_.journal().attached())
      return Unexpected{std::string{"data stores must be added before the journal is opened"}};
    return state_.add_datastore(std::move(id), Ndjson{ndjson}, now());
  }

  /// Continues where the service that wrote `journal` stopped, or begins a new journal if it is empty; from now on,
  /// every change is in the journal before its response is returned. Call it before the first request, with the options
  /// of that service (except the seed, which is read from the journal) and with the data stores that were added to it.
  /// The journal must outlive this object. What jobs wrote must be in the ObjectStore. After an error, do not use this
  /// object.
  Result<JournalReplay, std::string> open_journal(Journal& journal, JournalOptions const& options = {}) {
    auto replayed = replay_journal(
        journal, state_, dispatcher_, options, now(), [this](Timestamp at) { return settle_at(at); },
        [this](Timestamp at) { set_back(at); });
    if (replayed) settled_ = (std::max)(settled_, replayed->latest);
    else broken_ = journal_failure_ = replayed.error();
    return replayed;
  }
  /// Recovers a service that once ran under a clock that was far ahead: everything in progress ends, as of then, and
  /// time continues at the current clock. What was reported keeps its times. Does nothing if the clock is not behind.
  /// The error says that the journal cannot be written.
  Result<Unit, std::string> reset_clock() {
    Timestamp const to = now();
    if (to >= settled_) return Unit{};
    // All transitions take the same time.
    Timestamp end = settled_ + state_.options().transition_time;
    for (auto const& last : {exports_.last_end(), imports_.last_end(), transformations_.last_end()})
      if (last) end = (std::max)(end, *last);
    if (auto settled = settle_at(end); !settled) return settled;
    if (auto written = noted(state_.journal().write(JournalReset{to})); !written) return written;
    set_back(to);
    return Unit{};
  }

  /// Why the last write to the journal failed; empty if it succeeded. Until it succeeds again, requests that change
  /// something are refused with an InternalServerException that says so.
  [[nodiscard]] std::string const& journal_failure() const noexcept { return journal_failure_; }

  /// Adds a fault to the script. Each request uses the first remaining one.
  void script(Fault fault) { faults_.push_back(std::move(fault)); }
  /// How many faults remain.
  [[nodiscard]] std::size_t faults_left() const noexcept { return faults_.size(); }
  /// The latency of the fault of the last request; 0 if there was none.
  [[nodiscard]] Milliseconds last_latency() const noexcept { return last_latency_; }

  /// Does what is due by now, as each request does, so that a server without requests writes results, too.
  void settle() {
    detail::guarded([&] { static_cast<void>(settle_at(now())); }, [&](std::string_view what) { state_.caught(what); });
  }

  /// The reply to a request, or the next fault of the script. The request's target is a path, and its Host header or
  /// authority is what the client signed. Always an HTTP response, except for a Fault::Broken: exceptions become an
  /// InternalServerException (see LocalOptions::on_exception).
  HttpReply send(HttpRequest const& request) {
    Fault fault;
    if (!faults_.empty()) {
      fault = std::move(faults_.front());
      faults_.pop_front();
    }
    last_latency_ = fault.latency;
    if (fault.latency.count > 0 && state_.options().on_latency) state_.options().on_latency(fault.latency);
    std::uint64_t const ids = state_.ids();
    HttpReply reply =
        detail::guarded([&] { return std::visit([&](auto const& what) { return play(what, request); }, fault.what); },
                        [&](std::string_view what) { return failed(what, ids); });
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
    if (!refused.code.empty()) return write_error(refused.code, refused.message, refused.http_status, headers());
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
    Timestamp const received = now();
    RequestContext context{.request_id = state_.next_request_id(), .now = received};
    HttpResponse response = answer(request, context);
    response.headers.set("x-amzn-RequestId", context.request_id);
    response.headers.set("Date", to_http_date(received));
    return response;
  }

  HttpResponse answer(HttpRequest const& request, RequestContext& context) {
    auto const settled = settle_at(context.now);
    // What is in memory but not in the journal must not be reported.
    if (!broken_.empty() || unwritten_) return refuse_write();
    if (auto refused = refuse(request, context)) return *std::move(refused);
    context.now = settled_;
    std::string_view const operation = operation_of(request);
    if (!state_.journal().writing() || !changes_state(operation)) return dispatcher_.handle(request, context);
    if (!settled || !noted(state_.journal().reserve(request.body.size() + room_for_answer))) return refuse_write();
    std::uint64_t const ids = state_.ids();
    HttpResponse response = dispatcher_.handle(request, context);
    bool const repeated = takes_id(operation) && state_.ids() == ids;
    if (response.status != 200 || repeated) return response;
    unwritten_ = JournalRequest{.time = context.now,
                                .operation = std::string{operation},
                                .input = {request.body.empty() ? std::string{"{}"} : request.body},
                                .output = {response.body}};
    return write_unwritten() ? response : refuse_write();
  }

  // Writes the handled request that is not in the journal, if there is one.
  Result<Unit, std::string> write_unwritten() {
    if (!unwritten_) return Unit{};
    auto written = noted(state_.journal().write(*unwritten_));
    if (written) unwritten_.reset();
    return written;
  }
  // Keeps the result of a write.
  Result<Unit, std::string> noted(Result<Unit, std::string> written) {
    journal_failure_ = written ? std::string{} : written.error();
    return written;
  }

  // The reply to a request that ended in an exception, after `ids` ids had been assigned.
  HttpReply failed(std::string_view what, std::uint64_t ids) {
    state_.caught(what);
    // An id that was used but is not in the journal would change the ids after it.
    if (state_.journal().writing() && state_.ids() != ids && !unwritten_)
      broken_ = journal_failure_ = "a request that failed left it incomplete; restart the service";
    return write_error("InternalServerException", "The local service failed while handling the request.", 500,
                       headers());
  }

  [[nodiscard]] HttpResponse refuse_write() const {
    return HandlerError{InternalServerException{.message = "The journal cannot be written: " + journal_failure_ + "."}}
        .response();
  }

  // Does what is due by then, ending the jobs of all families in order. The error says that the journal cannot be
  // written; time then stands still before what cannot be written.
  Result<Unit, std::string> settle_at(Timestamp time) {
    if (!broken_.empty()) return Unexpected{broken_};
    if (auto written = write_unwritten(); !written) return written;
    Timestamp const target = (std::max)(settled_, time);
    // After a restart, the clock may be set back, which must not make untrue what is reported from now on.
    if (state_.journal().writing() && next_change() <= target)
      if (auto written = noted(state_.journal().write(JournalPassed{target})); !written) return written;
    settled_ = target;
    datastores_.settle(settled_);
    exports_.settle(settled_);
    imports_.settle(settled_);
    transformations_.settle(settled_);
    for (;;) {
      auto const next = (std::min)({due(exports_), due(imports_), due(transformations_)});
      if (next > settled_) return Unit{};
      auto ended = due(imports_) == next   ? imports_.end_next(settled_)
                   : due(exports_) == next ? exports_.end_next(settled_)
                                           : transformations_.end_next(settled_);
      if (ended = noted(std::move(ended)); !ended) return ended;
    }
  }
  void set_back(Timestamp time) {
    settled_ = time;
    datastores_.reset(time);
    exports_.reset(time);
    imports_.reset(time);
    transformations_.reset(time);
    profiles_.reset(time);
  }
  // When what is reported next changes by time alone, except by the end of a job, which has its own record.
  [[nodiscard]] Timestamp next_change() {
    return (std::min)({or_never(datastores_.next_change()), or_never(exports_.next_phase()),
                       or_never(imports_.next_phase()), or_never(transformations_.next_phase())});
  }
  static Timestamp or_never(std::optional<Timestamp> time) {
    return time.value_or(Timestamp{(std::numeric_limits<std::int64_t>::max)()});
  }
  template <class Family>
  static Timestamp due(Family const& family) {
    return or_never(family.next_end());
  }

  // Why a request is not dispatched. One whose body is too long is, to be refused there without hashing the body.
  std::optional<HttpResponse> refuse(HttpRequest const& request, RequestContext& context) {
    if (request.body.size() > dispatcher_.options().max_body_bytes) return std::nullopt;
    if (!state_.options().credentials.empty()) {
      auto caller = verifier_.verify(request, context.now, [&](std::string_view id) { return find_credentials(id); });
      if (!caller) return write_error(caller.error().code, caller.error().message, caller.error().http_status);
      context.access_key_id = *std::move(caller);
    }
    if (limiter_.admit(operation_of(request), context.now)) return std::nullopt;
    return HandlerError{ThrottlingException{.message = "Rate exceeded for this operation."}}.response();
  }

  [[nodiscard]] Credentials const* find_credentials(std::string_view access_key_id) const {
    for (auto const& credentials : state_.options().credentials)
      if (credentials.access_key_id == access_key_id) return &credentials;
    return nullptr;
  }

  // The name after the service's prefix; empty if X-Amz-Target is not of this service.
  static std::string_view operation_of(HttpRequest const& request) {
    auto const target = request.headers.find("X-Amz-Target").value_or(std::string_view{});
    std::string_view const prefix = healthlake_service.target_prefix;
    bool const ours = target.starts_with(prefix) && target.substr(prefix.size()).starts_with('.');
    return ours ? target.substr(prefix.size() + 1) : std::string_view{};
  }

  [[nodiscard]] Timestamp now() const {
    return {std::clamp(clock_().milliseconds, Timestamp::min_milliseconds, Timestamp::max_milliseconds)};
  }
  ResponseHeaders headers() { return {.request_id = state_.next_request_id()}; }

  // Besides the request, a record contains the response: none of an operation that changes something is larger than
  // this.
  static constexpr std::size_t room_for_answer = std::size_t{64} << 10;

  std::function<Timestamp()> clock_;
  LocalState state_;
  SigV4Verifier<Sha256> verifier_;
  RateLimiter limiter_;
  Dispatcher dispatcher_;
  LocalDatastores datastores_;
  LocalTags tags_;
  LocalExports exports_;
  LocalImports imports_;
  LocalProfiles profiles_;
  LocalAgent agent_;
  LocalTransformations transformations_;
  Timestamp settled_{Timestamp::min_milliseconds};
  // Why the journal can no longer be written.
  std::string broken_;
  std::string journal_failure_;
  std::optional<JournalRequest> unwritten_;
  std::deque<Fault> faults_;
  Milliseconds last_latency_{};
  std::optional<HttpReply> last_reply_;
};

static_assert(Transport<LocalHealthLake>);

}  // namespace HEALTHLAKE_NAMESPACE

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

#include <cstddef>
#include <cstdint>
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
#include "healthlake/local/datastores.hpp"
#include "healthlake/local/exports.hpp"
#include "healthlake/local/fault.hpp"
#include "healthlake/local/imports.hpp"
#include "healthlake/local/journal_records.hpp"
#include "healthlake/local/overview.hpp"
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
  /// The same with other times, sizes, credentials and rates.
  LocalHealthLake(std::function<Timestamp()> clock, ObjectStore& objects, LocalOptions options);
  LocalHealthLake(LocalHealthLake const&) = delete;
  LocalHealthLake& operator=(LocalHealthLake const&) = delete;

  /// Adds a data store, or replaces the content of an existing one. `ndjson` contains FHIR resources, one per line, by
  /// resource type or file name; either will do, since each line states its type. Lines that are not resources make
  /// exports end as COMPLETED_WITH_ERRORS. The data store is ACTIVE at once. The error says what is wrong with the id
  /// (see LocalState::add_datastore), or that a journal is already open.
  Result<Unit, std::string> add_datastore(std::string id, std::map<std::string, std::string> const& ndjson);

  /// Continues where the service that wrote `journal` stopped, or begins a new journal if it is empty; from now on,
  /// every change is in the journal before its response is returned. Call it before the first request, with the options
  /// of that service (except the seed, which is read from the journal) and with the data stores that were added to it.
  /// The journal must outlive this object. What jobs wrote must be in the ObjectStore. After an error, do not use this
  /// object.
  Result<JournalReplay, std::string> open_journal(Journal& journal, JournalOptions const& options = {});
  /// Recovers a service that once ran under a clock that was far ahead: everything in progress ends, as of then, and
  /// time continues at the current clock. What was reported keeps its times. Does nothing if the clock is not behind.
  /// The error says that the journal cannot be written.
  Result<Unit, std::string> reset_clock();

  /// Why the last write to the journal failed; empty if it succeeded. Until it succeeds again, requests that change
  /// something are refused with an InternalServerException that says so.
  [[nodiscard]] std::string const& journal_failure() const noexcept { return journal_failure_; }

  /// Adds a fault to the script. Each request uses the first remaining one.
  void script(Fault fault) { faults_.push_back(std::move(fault)); }
  /// How many faults remain.
  [[nodiscard]] std::size_t faults_left() const noexcept { return faults_.size(); }
  /// What a page or a program may show of the service (local/overview.hpp); without the requests, which a RequestLog
  /// has. Costs time for each item, and lists the files of the newest jobs.
  [[nodiscard]] LocalOverview overview(OverviewLimits const& limits) const;
  /// The same with the default limits.
  [[nodiscard]] LocalOverview overview() const { return overview(OverviewLimits{}); }
  /// The latency of the fault of the last request; 0 if there was none.
  [[nodiscard]] Milliseconds last_latency() const noexcept { return last_latency_; }

  /// Does what is due by now, as each request does, so that a server without requests writes results, too.
  void settle();

  /// The reply to a request, or the next fault of the script. The request's target is `/`, or below the FHIR endpoint
  /// of a data store (local/rest_front.hpp), and its Host header or authority is what the client signed. Always an HTTP
  /// response, except for a Fault::Broken: exceptions become an InternalServerException (see
  /// LocalOptions::on_exception).
  HttpReply send(HttpRequest const& request);

 private:
  HttpReply play(std::monostate, HttpRequest const& request) { return handle(request); }

  HttpReply play(Fault::Broken const& broken, HttpRequest const& request);
  HttpReply play(Fault::Refused const& refused, HttpRequest const&);
  HttpReply play(Fault::CutBody const& cut, HttpRequest const& request);
  HttpReply play(Fault::WrongContent const& wrong, HttpRequest const& request);
  HttpReply play(Fault::RepeatedReply, HttpRequest const& request);
  HttpReply play(Fault::HandledTwice, HttpRequest const& request);
  HttpResponse handle(HttpRequest const& request);
  HttpResponse answer(HttpRequest const& request, RequestContext& context);
  // The response to a request that has a right to one, by FHIR REST or not.
  HttpResponse answer_fhir(HttpRequest const& request, RequestContext const& context, bool settled);
  HttpResponse dispatch(HttpRequest const& request, RequestContext const& context, bool settled);

  // Writes the handled request that is not in the journal, if there is one.
  Result<Unit, std::string> write_unwritten();
  // Keeps the result of a write.
  Result<Unit, std::string> noted(Result<Unit, std::string> written);

  // The reply to a request that ended in an exception, after `ids` ids had been assigned.
  HttpReply failed(std::string_view what, std::uint64_t ids);
  [[nodiscard]] HttpResponse refuse_write() const;

  // Does what is due by then, ending the jobs of all families in order. The error says that the journal cannot be
  // written; time then stands still before what cannot be written.
  Result<Unit, std::string> settle_at(Timestamp time);
  [[nodiscard]] bool idle() const;
  void set_back(Timestamp time);
  // When what is reported next changes by time alone, except by the end of a job, which has its own record.
  [[nodiscard]] Timestamp next_change();
  static Timestamp or_never(std::optional<Timestamp> time);
  template <class Family>
  static Timestamp due(Family const& family) {
    return or_never(family.next_end());
  }

  // Why a request is not dispatched. One whose body is too long is, to be refused there without hashing the body.
  std::optional<HttpResponse> refuse(HttpRequest const& request, RequestContext& context);
  [[nodiscard]] Credentials const* find_credentials(std::string_view access_key_id) const;

  template <JobFamily Family>
  [[nodiscard]] OverviewList overview_of(JobQueue<Family> const& jobs, OverviewLimits const& limits) const;

  // The name after the service's prefix; empty if X-Amz-Target is not of this service.
  static std::string_view operation_of(HttpRequest const& request);
  [[nodiscard]] Timestamp now() const;
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

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/local/impl/local_healthlake.ipp"
#endif

// The functions of local/local_healthlake.hpp.
#pragma once

#include <algorithm>
#include <cstdint>
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
#include "healthlake/local/local_healthlake.hpp"
#include "healthlake/local/ndjson.hpp"
#include "healthlake/local/overview.hpp"
#include "healthlake/local/profile_agent.hpp"
#include "healthlake/local/rates.hpp"
#include "healthlake/local/replay.hpp"
#include "healthlake/local/rest_front.hpp"
#include "healthlake/local/state.hpp"
#include "healthlake/local/storage/object_store.hpp"
#include "healthlake/local/tags.hpp"
#include "healthlake/local/transformation_jobs.hpp"
#include "healthlake/local/transformation_profiles.hpp"
#include "healthlake/model/operation.hpp"
#include "healthlake/protocol/error_response.hpp"
#include "healthlake/rest/outcome.hpp"
#include "healthlake/rest/requests.hpp"
#include "healthlake/server/dispatch.hpp"
#include "healthlake/server/sigv4_verifier.hpp"
#include "healthlake/sign/sha256.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL LocalHealthLake::LocalHealthLake(std::function<Timestamp()> clock, ObjectStore& objects,
                                                 LocalOptions options)
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

HEALTHLAKE_DECL Result<Unit, std::string> LocalHealthLake::add_datastore(
    std::string id, std::map<std::string, std::string> const& ndjson) {
  if (state_.journal().attached())
    return Unexpected{std::string{"data stores must be added before the journal is opened"}};
  return state_.add_datastore(std::move(id), Ndjson{ndjson}, now());
}

HEALTHLAKE_DECL Result<JournalReplay, std::string> LocalHealthLake::open_journal(Journal& journal,
                                                                                 JournalOptions const& options) {
  auto replayed = replay_journal(
      journal, state_, dispatcher_, options, now(), [this](Timestamp at) { return settle_at(at); },
      [this](Timestamp at) {
        if (!idle()) return false;
        set_back(at);
        return true;
      });
  if (replayed) settled_ = (std::max)(settled_, replayed->latest);
  else broken_ = journal_failure_ = replayed.error();
  return replayed;
}

HEALTHLAKE_DECL Result<Unit, std::string> LocalHealthLake::reset_clock() {
  Timestamp const to = now();
  if (to >= settled_) return Unit{};
  // All transitions take the same time.
  Timestamp end = detail::time_after(settled_, state_.options().transition_time);
  for (auto const& last : {exports_.last_end(), imports_.last_end(), transformations_.last_end()})
    if (last) end = (std::max)(end, *last);
  if (auto settled = settle_at(end); !settled) return settled;
  if (auto written = noted(state_.journal().write(JournalReset{to})); !written) return written;
  set_back(to);
  return Unit{};
}

HEALTHLAKE_DECL void LocalHealthLake::settle() {
  detail::guarded([&] { static_cast<void>(settle_at(now())); }, [&](std::string_view what) { state_.caught(what); });
}

template <JobFamily Family>
OverviewList LocalHealthLake::overview_of(JobQueue<Family> const& jobs, OverviewLimits const& limits) const {
  OverviewList list{.kind = std::string{Family::kind}, .total = static_cast<std::int64_t>(jobs.size())};
  std::size_t listed = 0;
  jobs.visit_newest(limits.max_items, settled_, [&](auto const& job) {
    OverviewItem& item = list.items.emplace_back(overview_item(job));
    if (!job.end_time || ++listed > limits.max_jobs_with_files) return;
    if (auto const folder = Family::results_of(job))
      detail::add_files(item, state_.objects(), *folder, limits.max_files);
  });
  return list;
}

HEALTHLAKE_DECL LocalOverview LocalHealthLake::overview(OverviewLimits const& limits) const {
  LocalOverview overview{.version = HEALTHLAKE_VERSION,
                         .region = detail::shown(state_.options().region),
                         .time = now(),
                         .settled = (std::max)(settled_, Timestamp{0}),
                         .verifies_signatures = !state_.options().credentials.empty(),
                         .journal = !state_.journal().attached() ? "none"
                                    : journal_failure_.empty()   ? "written"
                                                                 : "failing",
                         .journal_failure = detail::shown(journal_failure_)};
  for (std::size_t i = 0; i < (std::min)(faults_.size(), limits.max_items); ++i)
    overview.faults.push_back(describe(faults_[i]));
  overview.fault_count = static_cast<std::int64_t>(faults_.size());
  // What is in memory but not in the journal must not be reported.
  if (!broken_.empty() || unwritten_) return overview;
  auto const& datastores = state_.datastores();
  overview.datastores = {.kind = "data store", .total = static_cast<std::int64_t>(datastores.size())};
  for (std::size_t i = datastores.size(); i > 0 && overview.datastores.items.size() < limits.max_items; --i) {
    auto const& datastore = datastores[i - 1];
    OverviewItem& item = overview.datastores.items.emplace_back(overview_item(datastore.properties));
    std::size_t resources = 0;
    for (auto const& [type, lines] : datastore.resources.by_type()) resources += lines.size();
    item.members.insert_or_assign("Resources", std::to_string(resources));
  }
  overview.jobs = {overview_of(exports_, limits), overview_of(imports_, limits), overview_of(transformations_, limits)};
  return overview;
}

HEALTHLAKE_DECL HttpReply LocalHealthLake::send(HttpRequest const& request) {
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

HEALTHLAKE_DECL HttpReply LocalHealthLake::play(Fault::Broken const& broken, HttpRequest const& request) {
  if (broken.handled) handle(request);
  return Unexpected{broken.error};
}

HEALTHLAKE_DECL HttpReply LocalHealthLake::play(Fault::Refused const& refused, HttpRequest const&) {
  if (!refused.code.empty()) return write_error(refused.code, refused.message, refused.http_status, headers());
  HttpResponse page{.status = refused.http_status};
  page.headers.add("Content-Type", "text/html");
  page.body = "<html><body><h1>" + std::to_string(refused.http_status) + "</h1>" + refused.message + "</body></html>";
  return page;
}

HEALTHLAKE_DECL HttpReply LocalHealthLake::play(Fault::CutBody const& cut, HttpRequest const& request) {
  HttpResponse response = handle(request);
  if (cut.bytes < response.body.size()) response.body.resize(cut.bytes);
  return response;
}

HEALTHLAKE_DECL HttpReply LocalHealthLake::play(Fault::WrongContent const& wrong, HttpRequest const& request) {
  HttpResponse response = handle(request);
  response.status = wrong.http_status;
  response.headers.set("Content-Type", wrong.content_type);
  response.body = wrong.body;
  return response;
}

HEALTHLAKE_DECL HttpReply LocalHealthLake::play(Fault::RepeatedReply, HttpRequest const& request) {
  return last_reply_ ? *last_reply_ : HttpReply{handle(request)};
}

HEALTHLAKE_DECL HttpReply LocalHealthLake::play(Fault::HandledTwice, HttpRequest const& request) {
  handle(request);
  return handle(request);
}

HEALTHLAKE_DECL HttpResponse LocalHealthLake::handle(HttpRequest const& request) {
  Timestamp const received = now();
  RequestContext context{.request_id = state_.next_request_id(), .now = received};
  HttpResponse response = answer(request, context);
  response.headers.set("x-amzn-RequestId", context.request_id);
  response.headers.set("Date", to_http_date(received));
  return response;
}

HEALTHLAKE_DECL HttpResponse LocalHealthLake::answer(HttpRequest const& request, RequestContext& context) {
  bool const settled = settle_at(context.now).has_value();
  // What is in memory but not in the journal must not be reported.
  if (!broken_.empty() || unwritten_) return refuse_write();
  if (auto refused = refuse(request, context)) return *std::move(refused);
  context.now = settled_;
  if (rest::is_fhir_target(request.target)) return answer_fhir(request, context, settled);
  if (!is_rest_operation(operation_of(request))) return dispatch(request, context, settled);
  return write_error("UnknownOperationException", "The operation is one of the FHIR REST interface.", 404);
}

HEALTHLAKE_DECL HttpResponse LocalHealthLake::answer_fhir(HttpRequest const& request, RequestContext const& context,
                                                          bool settled) {
  // The signature of such a request was not verified.
  if (request.body.size() > dispatcher_.options().max_body_bytes)
    return rest::write_outcome(413, "too-long", "The body is too long.");
  auto const inner = from_rest(request);
  if (!inner) return inner.error();
  if (!limiter_.admit(operation_of(*inner), context.now))
    return rest::write_outcome(429, "throttled", "Rate exceeded for this operation.");
  return to_rest(request, dispatch(*inner, context, settled));
}

HEALTHLAKE_DECL HttpResponse LocalHealthLake::dispatch(HttpRequest const& request, RequestContext const& context,
                                                       bool settled) {
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

HEALTHLAKE_DECL Result<Unit, std::string> LocalHealthLake::write_unwritten() {
  if (!unwritten_) return Unit{};
  auto written = noted(state_.journal().write(*unwritten_));
  if (written) unwritten_.reset();
  return written;
}

HEALTHLAKE_DECL Result<Unit, std::string> LocalHealthLake::noted(Result<Unit, std::string> written) {
  journal_failure_ = written ? std::string{} : written.error();
  return written;
}

HEALTHLAKE_DECL HttpReply LocalHealthLake::failed(std::string_view what, std::uint64_t ids) {
  state_.caught(what);
  // An id that was used but is not in the journal would change the ids after it.
  if (state_.journal().writing() && state_.ids() != ids && !unwritten_)
    broken_ = journal_failure_ = "a request that failed left it incomplete; restart the service";
  return write_error("InternalServerException", "The local service failed while handling the request.", 500, headers());
}

HEALTHLAKE_DECL HttpResponse LocalHealthLake::refuse_write() const {
  return HandlerError{InternalServerException{.message = "The journal cannot be written: " + journal_failure_ + "."}}
      .response();
}

HEALTHLAKE_DECL Result<Unit, std::string> LocalHealthLake::settle_at(Timestamp time) {
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

HEALTHLAKE_DECL bool LocalHealthLake::idle() const {
  return exports_.idle() && imports_.idle() && transformations_.idle() && !datastores_.next_change();
}

HEALTHLAKE_DECL void LocalHealthLake::set_back(Timestamp time) {
  settled_ = time;
  datastores_.reset(time);
  exports_.reset(time);
  imports_.reset(time);
  transformations_.reset(time);
  profiles_.reset(time);
}

HEALTHLAKE_DECL Timestamp LocalHealthLake::next_change() {
  return (std::min)({or_never(datastores_.next_change()), or_never(exports_.next_phase()),
                     or_never(imports_.next_phase()), or_never(transformations_.next_phase())});
}

HEALTHLAKE_DECL Timestamp LocalHealthLake::or_never(std::optional<Timestamp> time) {
  return time.value_or(Timestamp{(std::numeric_limits<std::int64_t>::max)()});
}

HEALTHLAKE_DECL std::optional<HttpResponse> LocalHealthLake::refuse(HttpRequest const& request,
                                                                    RequestContext& context) {
  if (request.body.size() > dispatcher_.options().max_body_bytes) return std::nullopt;
  if (!state_.options().credentials.empty()) {
    auto caller = verifier_.verify(request, context.now, [&](std::string_view id) { return find_credentials(id); });
    if (!caller) return write_error(caller.error().code, caller.error().message, caller.error().http_status);
    context.access_key_id = *std::move(caller);
  }
  if (limiter_.admit(operation_of(request), context.now)) return std::nullopt;
  return HandlerError{ThrottlingException{.message = "Rate exceeded for this operation."}}.response();
}

HEALTHLAKE_DECL Credentials const* LocalHealthLake::find_credentials(std::string_view access_key_id) const {
  for (auto const& credentials : state_.options().credentials)
    if (credentials.access_key_id == access_key_id) return &credentials;
  return nullptr;
}

HEALTHLAKE_DECL std::string_view LocalHealthLake::operation_of(HttpRequest const& request) {
  auto const target = request.headers.find("X-Amz-Target").value_or(std::string_view{});
  std::string_view const prefix = healthlake_service.target_prefix;
  bool const ours = target.starts_with(prefix) && target.substr(prefix.size()).starts_with('.');
  return ours ? target.substr(prefix.size() + 1) : std::string_view{};
}

HEALTHLAKE_DECL Timestamp LocalHealthLake::now() const {
  return {std::clamp(clock_().milliseconds, Timestamp::min_milliseconds, Timestamp::max_milliseconds)};
}

}  // namespace HEALTHLAKE_NAMESPACE

// The queue of export, import and transformation jobs, what their Describe and List operations have in common, and the
// memory of client tokens.
//
// Rules: the times at which a job starts and ends are determined when it is submitted, so its status depends only on
// the time. Jobs run in the order of submission, also across data stores (AWS: "processed in a FIFO manner"; the quota
// of one running job applies to the account), each family in its own queue. What AWS does not document is decided here:
// - a job is SUBMITTED for LocalOptions::submitted_time, then QUEUED if it cannot start yet, then IN_PROGRESS;
// - lists begin with the newest job; SubmittedBefore and SubmittedAfter exclude the given time;
// - a ClientToken is valid for LocalOptions::client_token_lifetime, and is checked first: the same token with the same
//   input returns the same job, whatever has happened to its data store or profile since; with different input it is a
//   ValidationException, since no Start operation has a ConflictException.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/json/encode.hpp"
#include "healthlake/local/guard.hpp"
#include "healthlake/local/pages.hpp"
#include "healthlake/local/state.hpp"
#include "healthlake/model/errors.hpp"
#include "healthlake/server/dispatch.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Which token was used for which input, and the result.
template <Operation Op>
class TokenMemory {
 public:
  using Input = typename Op::Input;

  /// The result of the same input with this token; nothing if the token is absent or new. The error is an `E`: the
  /// token was used with different input.
  template <ErrorShape E>
  Result<std::optional<std::size_t>, HandlerError> find(std::optional<std::string> const& token, Input const& input,
                                                        Timestamp now) {
    forget(now);
    if (!token) return std::optional<std::size_t>{};
    auto const known = place_ = tokens_.lower_bound(*token);
    if (known == tokens_.end() || known->first != *token) return std::optional<std::size_t>{};
    if (known->second.input == input) return std::optional<std::size_t>{known->second.item};
    return Unexpected{E{.message = "The ClientToken was already used for a " + std::string{Op::name} +
                                   " request with different input."}};
  }

  /// Adds a token that `find` has just not found. All have the same lifetime, so `until` is not before that of an
  /// earlier one.
  void keep(std::optional<std::string> const& token, Input const& input, std::size_t item, Timestamp until) {
    if (token) expiries_.push_back(tokens_.emplace_hint(place_, *token, Remembered{input, item, until}));
  }

  /// Sets the time back: no token is remembered beyond `until`.
  void reset(Timestamp until) {
    for (auto& [token, remembered] : tokens_) remembered.until = (std::min)(remembered.until, until);
  }

  /// How many are remembered.
  [[nodiscard]] std::size_t size() const noexcept { return tokens_.size(); }

 private:
  // Visits each token only once, when it expires, not in every request.
  void forget(Timestamp now) {
    for (; !expiries_.empty() && expiries_.front()->second.until <= now; expiries_.pop_front())
      tokens_.erase(expiries_.front());
  }

  struct Remembered {
    Input input{};
    std::size_t item = 0;
    Timestamp until{};
  };

  using Tokens = std::map<std::string, Remembered, std::less<>>;
  Tokens tokens_;
  // Where `find` looked last: among many, a second search would cost as much as the rest of the request.
  typename Tokens::iterator place_ = tokens_.end();
  // In the order in which they are forgotten.
  std::deque<typename Tokens::iterator> expiries_;
};

/// The operations of a family of jobs (`Start`, `Describe`, `List`), what Describe returns (`Properties`), and the name
/// of the family in messages (`kind`), and where a job writes (`results_of(Properties)`). If List returns less than
/// Describe, `item(Properties)` creates its items.
template <class F>
concept JobFamily = Operation<typename F::Start> && Operation<typename F::Describe> && Operation<typename F::List> &&
                    requires(typename F::Properties job) {
                      std::string_view{F::kind};
                      F::results_of(job);
                      job.job_status;
                    };

/// The jobs of one family, and the handlers of its Describe and List operations: the base class of the families. The
/// class of a family adds the handler of its Start operation, and `end_next(now)`. Neither copyable nor movable, since
/// the handlers point to it.
template <JobFamily Family>
class JobQueue {
 public:
  /// The operation that starts a job.
  using Start = typename Family::Start;
  /// The operation that describes a job.
  using Describe = typename Family::Describe;
  /// The operation that lists jobs.
  using List = typename Family::List;
  /// What is known about a job.
  using Properties = typename Family::Properties;
  /// What a job is started with.
  using Input = typename Start::Input;
  /// The status of a job, which may be one that the model does not have.
  using JobStatusOf = decltype(Properties::job_status);
  /// The statuses that the model has.
  using KnownStatus = typename JobStatusOf::enum_type;

  JobQueue(JobQueue const&) = delete;
  JobQueue& operator=(JobQueue const&) = delete;

  /// When the last submitted job ends; nothing if there is none.
  [[nodiscard]] std::optional<Timestamp> last_end() const {
    return jobs_.empty() ? std::nullopt : std::optional{jobs_.back().end};
  }

  /// Whether every job has ended.
  [[nodiscard]] bool idle() const noexcept { return ended_ == jobs_.size(); }

  /// When the next job ends, if there is one. Jobs end in the order of submission, since all take the same time. During
  /// replay, only jobs end whose end is in the journal.
  [[nodiscard]] std::optional<Timestamp> next_end() const {
    if (idle()) return std::nullopt;
    if (state_.journal().replaying() && !state_.journal().find_end(jobs_[ended_].properties.job_id))
      return std::nullopt;
    return jobs_[ended_].end;
  }

  /// When the reported status of a job next changes by time alone, to QUEUED or IN_PROGRESS.
  [[nodiscard]] std::optional<Timestamp> next_phase() const {
    std::optional<Timestamp> next;
    if (queued_ < jobs_.size()) next = jobs_[queued_].queued;
    if (begun_ < jobs_.size() && (!next || jobs_[begun_].begin < *next)) next = jobs_[begun_].begin;
    return next;
  }
  /// Records the phases that have begun by now. Jobs enter each phase in the order of submission.
  void settle(Timestamp now) {
    while (queued_ < jobs_.size() && jobs_[queued_].queued <= now) ++queued_;
    while (begun_ < jobs_.size() && jobs_[begun_].begin <= now) ++begun_;
  }

  /// How many jobs there are.
  [[nodiscard]] std::size_t size() const noexcept { return jobs_.size(); }
  /// Calls `visit` with the properties of the newest jobs, at most `limit`, newest first, with their status at `now`.
  template <class Visit>
  void visit_newest(std::size_t limit, Timestamp now, Visit visit) const {
    for (auto job = jobs_.rbegin(); job != jobs_.rend() && limit > 0; ++job, --limit) visit(seen(*job, now));
  }

  /// Sets the time back, when no job is waiting: no time is after `now` any more, and tokens are remembered as if they
  /// had just been used.
  void reset(Timestamp now) {
    for (auto& job : jobs_) job.end = (std::min)(job.end, now);
    tokens_.reset(now + state_.options().client_token_lifetime);
  }

 protected:
  /// A job that has just ended, and the resources that it added (see JournalEnded::resources).
  struct Ended {
    /// The job as Describe returns it.
    Properties properties{};
    /// One per line; empty if the job added none.
    std::string resources{};
  };

  /// `state` must outlive the queue.
  explicit JobQueue(LocalState& state) : state_(state) {}
  ~JobQueue() = default;

  /// Sets the handlers of Describe and List.
  void serve_jobs(Dispatcher& dispatcher) {
    dispatcher.on<Describe>([this](auto const& input, auto const& at) { return describe(input, at.now); });
    dispatcher.on<List>([this](auto const& input, auto const& at) { return list(input, at.now); });
  }
  /// What the families share.
  [[nodiscard]] LocalState& state() const noexcept { return state_; }

  /// The job that the same request has already started. The error is a ValidationException.
  Result<std::optional<Properties>, HandlerError> earlier(Input const& input, Timestamp now) {
    auto const item = tokens_.template find<ValidationException>(input.client_token, input, now);
    if (!item) return Unexpected{item.error()};
    return *item ? std::optional<Properties>{seen(jobs_[**item], now)} : std::nullopt;
  }

  /// Puts a job in the queue. Its id, status and time are set here.
  Properties submit(Properties properties, Input const& input, Timestamp now) {
    tokens_.keep(input.client_token, input, jobs_.size(), now + state_.options().client_token_lifetime);
    Job job{.properties = std::move(properties), .queued = detail::time_after(now, state_.options().submitted_time)};
    job.properties.job_id = state_.next_id();
    job.properties.job_status = KnownStatus::submitted;
    job.properties.submit_time = now;
    job.begin = job.queued;
    // All take the same time, so a job can start when the one that many places ahead has ended.
    std::size_t const places = (std::max<std::size_t>)(state_.options().max_concurrent_jobs, 1);
    if (jobs_.size() >= places) job.begin = (std::max)(job.begin, jobs_[jobs_.size() - places].end);
    // The one that many places ahead may have been cancelled since the job before this one was submitted.
    if (!idle()) job.begin = (std::max)(job.begin, jobs_.back().begin);
    job.end = detail::time_after(job.begin, state_.options().running_time);
    places_.emplace(job.properties.job_id, jobs_.size());
    by_datastore_[std::string{datastore_of(job.properties)}].push_back(jobs_.size());
    jobs_.push_back(std::move(job));
    return seen(jobs_.back(), now);
  }

  /// The job of this id, if there is one.
  [[nodiscard]] std::optional<Properties> find(std::string_view job_id, Timestamp now) const {
    auto const place = places_.find(std::string{job_id});
    return place == places_.end() ? std::nullopt : std::optional{seen(jobs_[place->second], now)};
  }

  /// Asks for the end of a job that has not ended: it is CANCEL_SUBMITTED for LocalOptions::submitted_time, but not
  /// beyond its own end, nor before the end of the job ahead of it, and ends without running. The jobs behind it keep
  /// their times. Precondition: there is such a job.
  Properties cancel(std::string_view job_id, Timestamp now) {
    std::size_t const place = places_.find(std::string{job_id})->second;
    Job& job = jobs_[place];
    job.properties.job_status = KnownStatus::cancel_submitted;
    job.end = (std::min)(job.end, detail::time_after(now, state_.options().submitted_time));
    if (place != 0) job.end = (std::max)(job.end, jobs_[place - 1].end);
    return job.properties;
  }

  /// Ends the next job, with the result in the journal or, if there is none, with that of `run(Properties&)`, which
  /// sets status, message and other members, and may return the resources that the job adds. The error says that the
  /// journal cannot be read or written; then the job has not ended, and its result is kept, so that it does not run
  /// twice.
  template <class Run>
  Result<Ended, std::string> end_with(Timestamp now, Run run) {
    Job& job = jobs_[ended_];
    std::string const id = job.properties.job_id;
    if (unwritten_) return write_end(job, now);
    Ended ended;
    if (auto const* known = state_.journal().find_end(id)) {
      auto properties = decode<Properties>(known->properties.json);
      if (!properties || !properties->missing.empty() || properties->value.job_id != id)
        return Unexpected{"the journal's record of the end of the job " + id + " cannot be read"};
      ended = {std::move(properties->value), known->resources.value_or(std::string{})};
      state_.journal().forget_end(id);
    } else {
      ended.properties = job.properties;
      ended.properties.end_time = job.end;
      run_job(ended, run);
      unwritten_ = std::move(ended);
      return write_end(job, now);
    }
    job.properties = ended.properties;
    ++ended_;
    return ended;
  }

 private:
  struct Job {
    // With the status `submitted` until the job has ended.
    Properties properties{};
    Timestamp queued{};
    Timestamp begin{};
    Timestamp end{};
  };

  Result<typename Describe::Output, HandlerError> describe(typename Describe::Input const& input, Timestamp now) const {
    if constexpr (requires { input.datastore_id; })
      if (!state_.find_datastore(input.datastore_id)) return state_.no_datastore(input.datastore_id);
    auto const place = places_.find(input.job_id);
    if (place != places_.end() && same_datastore(jobs_[place->second].properties, input))
      return typename Describe::Output{seen(jobs_[place->second], now)};
    std::string message = "There is no " + std::string{Family::kind} + " job " + quoted(input.job_id, 64);
    if constexpr (requires { input.datastore_id; }) message += " in the data store " + quoted(input.datastore_id, 64);
    return Unexpected{ResourceNotFoundException{.message = message + "."}};
  }

  Result<Ended, std::string> write_end(Job& job, Timestamp now) {
    JournalEnded record{.time = now,
                        .job_id = job.properties.job_id,
                        .properties = {encode(unwritten_->properties).value_or(std::string{})}};
    if (!unwritten_->resources.empty()) record.resources = unwritten_->resources;
    if (auto written = state_.journal().write(std::move(record)); !written)
      return Unexpected{std::move(written).error()};
    Ended ended = *std::exchange(unwritten_, std::nullopt);
    job.properties = ended.properties;
    ++ended_;
    return ended;
  }

  // A job that throws ends as FAILED: retrying it would make every later request fail.
  template <class Run>
  void run_job(Ended& ended, Run& run) const {
    Properties const before = ended.properties;
    detail::guarded(
        [&] {
          if constexpr (std::is_void_v<std::invoke_result_t<Run&, Properties&>>) run(ended.properties);
          else ended.resources = run(ended.properties);
        },
        [&](std::string_view what) {
          state_.caught(what);
          ended = {.properties = before};
          ended.properties.job_status = KnownStatus::failed;
          ended.properties.message = "The local service failed while running the job";
        });
  }

  // The page of jobs that pass the filters of the request.
  Result<typename List::Output, HandlerError> list(typename List::Input const& input, Timestamp now) const {
    if constexpr (requires { input.datastore_id; })
      if (!state_.find_datastore(input.datastore_id)) return state_.no_datastore(input.datastore_id);
    auto const found = by_datastore_.find(datastore_of(input));
    std::span<std::size_t const> const places =
        found == by_datastore_.end() ? std::span<std::size_t const>{} : std::span{found->second};
    auto page = page_of<List>(state_, input, places.size(), [&](std::size_t index) {
      Job const& job = jobs_[places[index]];
      return passes(job, now, input) ? std::optional{item(seen(job, now))} : std::nullopt;
    });
    if (!page) return Unexpected{std::move(page).error()};
    return typename List::Output{std::move(page->items), std::move(page->next_token)};
  }

  // What List returns for a job.
  static auto item(Properties properties) {
    if constexpr (requires { Family::item(properties); }) return Family::item(std::move(properties));
    else return properties;
  }

  static bool same_datastore(Properties const& job, typename Describe::Input const& input) {
    return datastore_of(job) == datastore_of(input);
  }

  static JobStatusOf status(Job const& job, Timestamp now) {
    if (job.properties.job_status != KnownStatus::submitted) return job.properties.job_status;
    if (now >= job.begin) return KnownStatus::in_progress;
    return now >= job.queued ? KnownStatus::queued : KnownStatus::submitted;
  }
  static Properties seen(Job const& job, Timestamp now) {
    Properties properties = job.properties;
    properties.job_status = status(job, now);
    return properties;
  }

  // Empty in a family whose jobs do not belong to a data store.
  template <class Some>
  static std::string_view datastore_of(Some const& some) {
    if constexpr (requires { some.datastore_id; }) return some.datastore_id;
    else return {};
  }

  static bool passes(Job const& job, Timestamp now, typename List::Input const& input) {
    Properties const& properties = job.properties;
    return (!input.job_name || properties.job_name == input.job_name) &&
           (!input.job_status || status(job, now) == *input.job_status) &&
           (!input.submitted_before || properties.submit_time < *input.submitted_before) &&
           (!input.submitted_after || properties.submit_time > *input.submitted_after);
  }

  LocalState& state_;
  // A deque: adding a job never moves the others.
  std::deque<Job> jobs_;
  // The indexes of the jobs, by id and by data store.
  std::unordered_map<std::string, std::size_t> places_;
  std::map<std::string, std::vector<std::size_t>, std::less<>> by_datastore_;
  // How many have been QUEUED, have begun, and have ended.
  std::size_t queued_ = 0;
  std::size_t begun_ = 0;
  std::size_t ended_ = 0;
  // The result of the next job while it cannot be written to the journal.
  std::optional<Ended> unwritten_{};
  TokenMemory<Start> tokens_;
};

}  // namespace HEALTHLAKE_NAMESPACE

// The queue that exports, imports and transformation jobs wait in, with what their Describe and List operations have in
// common, and the memory of client tokens.
//
// Rules: when a job starts and ends is settled when it is submitted, so its status is a question of the time only. Jobs
// run in the order of submission, also across data stores (AWS: "processed in a FIFO manner"; the quota of one running
// job is the account's), each family in a queue of its own. What AWS does not document is decided here:
// - a job is SUBMITTED for LocalOptions::submitted_time, then QUEUED if none may start, then IN_PROGRESS;
// - lists begin with the newest job; SubmittedBefore and SubmittedAfter leave out the moment itself;
// - a ClientToken counts for LocalOptions::client_token_lifetime, and before anything else: the same token with the
// same
//   input is the same job, whatever has become of its data store or profile since; with another input it is a
//   ValidationException, since no Start operation has a ConflictException.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
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

namespace healthlake {

/// Which token was used for which input, and what came of it.
template <Operation Op>
class TokenMemory {
 public:
  using Input = typename Op::Input;

  /// What came of the same input under this token; nothing if the token, or none, is new. The error is an `E`: the
  /// token was used with another input.
  template <ErrorShape E>
  Result<std::optional<std::size_t>, HandlerError> find(std::optional<std::string> const& token, Input const& input,
                                                        Timestamp now) {
    std::erase_if(tokens_, [&](auto const& entry) { return entry.second.until <= now; });
    auto const known = token ? tokens_.find(*token) : tokens_.end();
    if (known == tokens_.end()) return std::optional<std::size_t>{};
    if (known->second.input == input) return std::optional<std::size_t>{known->second.item};
    return Unexpected{
        E{.message = "The ClientToken was used before, for a " + std::string{Op::name} + " with another input."}};
  }

  void keep(std::optional<std::string> const& token, Input const& input, std::size_t item, Timestamp until) {
    if (token) tokens_.insert_or_assign(*token, Remembered{input, item, until});
  }

 private:
  struct Remembered {
    Input input{};
    std::size_t item = 0;
    Timestamp until{};
  };

  std::map<std::string, Remembered, std::less<>> tokens_;
};

/// The operations of a family of jobs (`Start`, `Describe`, `List`), what Describe returns of a job (`Properties`), and
/// the word for one in messages (`kind`). Where List returns less than Describe, `item(Properties)` makes it.
template <class F>
concept JobFamily = Operation<typename F::Start> && Operation<typename F::Describe> && Operation<typename F::List> &&
                    requires(typename F::Properties job) {
                      std::string_view{F::kind};
                      job.job_status;
                    };

/// The jobs of one family, and the handlers of its Describe and List operations. Neither copied nor moved, for the
/// handlers point to it.
template <JobFamily Family>
class JobQueue {
 public:
  using Start = typename Family::Start;
  using Describe = typename Family::Describe;
  using List = typename Family::List;
  using Properties = typename Family::Properties;
  using Input = typename Start::Input;
  using Status = decltype(Properties::job_status);
  using KnownStatus = typename Status::enum_type;
  /// A job that has just ended, and the resources that it brought (see JournalEnded::resources).
  struct Ended {
    Properties properties{};
    std::string resources{};
  };

  explicit JobQueue(LocalState& state) : state_(state) {}
  JobQueue(JobQueue const&) = delete;
  JobQueue& operator=(JobQueue const&) = delete;

  /// Sets the handlers of Describe and List.
  void serve(Dispatcher& dispatcher) {
    dispatcher.on<Describe>([this](auto const& input, auto const& at) { return describe(input, at.now); });
    dispatcher.on<List>([this](auto const& input, auto const& at) { return list(input, at.now); });
  }

  /// The job that the same request started before. The error is a ValidationException.
  Result<std::optional<Properties>, HandlerError> earlier(Input const& input, Timestamp now) {
    auto const item = tokens_.template find<ValidationException>(input.client_token, input, now);
    if (!item) return Unexpected{item.error()};
    return *item ? std::optional<Properties>{seen(jobs_[**item], now)} : std::nullopt;
  }

  /// Puts a job in the queue. Its id, status and time are set here.
  Properties submit(Properties properties, Input const& input, Timestamp now) {
    tokens_.keep(input.client_token, input, jobs_.size(), now + state_.options().client_token_lifetime);
    Job job{.properties = std::move(properties), .queued = now + state_.options().submitted_time};
    job.properties.job_id = state_.next_id();
    job.properties.job_status = KnownStatus::submitted;
    job.properties.submit_time = now;
    job.begin = job.queued;
    // All take the same time, so a place is free when the job that is so many places in front has ended.
    std::size_t const places = std::max<std::size_t>(state_.options().max_concurrent_jobs, 1);
    if (jobs_.size() >= places) job.begin = std::max(job.begin, jobs_[jobs_.size() - places].end);
    job.end = job.begin + state_.options().running_time;
    jobs_.push_back(std::move(job));
    return seen(jobs_.back(), now);
  }

  /// When the last job that was submitted ends.
  [[nodiscard]] Timestamp last_end() const { return jobs_.back().end; }

  /// When the next job ends, if there is one. They end in the order in which they were submitted, since all take the
  /// same time. While a journal is replayed, only a job ends of which it tells the end.
  [[nodiscard]] std::optional<Timestamp> next_end() const {
    if (ended_ == jobs_.size()) return std::nullopt;
    if (state_.journal().replaying() && !state_.journal().find_end(jobs_[ended_].properties.job_id))
      return std::nullopt;
    return jobs_[ended_].end;
  }

  /// Ends the next job, with the result that the journal tells, or else with that of `run(Properties&)`, which sets
  /// status, message and whatever else there is, and gives the resources that the job brought, if it gives anything.
  /// The error says that the journal cannot be read or written; then the job has not ended.
  template <class Run>
  Result<Ended, std::string> end_next(Timestamp now, Run run) {
    Job& job = jobs_[ended_];
    std::string const id = job.properties.job_id;
    Ended ended;
    if (auto const* known = state_.journal().find_end(id)) {
      auto properties = decode<Properties>(known->properties.json);
      if (!properties || !properties->missing.empty() || properties->value.job_id != id)
        return Unexpected{"the end of the job " + id + " in the journal cannot be read"};
      ended = {std::move(properties->value), known->resources.value_or(std::string{})};
      state_.journal().forget_end(id);
    } else {
      ended.properties = job.properties;
      ended.properties.end_time = job.end;
      run_job(ended, run);
      JournalEnded record{.time = now, .job_id = id, .properties = {encode(ended.properties).value_or(std::string{})}};
      if (!ended.resources.empty()) record.resources = ended.resources;
      if (auto written = state_.journal().write(std::move(record)); !written)
        return Unexpected{std::move(written).error()};
    }
    job.properties = ended.properties;
    ++ended_;
    return ended;
  }

 private:
  struct Job {
    // With the status `submitted` until the job is done.
    Properties properties{};
    Timestamp queued{};
    Timestamp begin{};
    Timestamp end{};
  };

  Result<typename Describe::Output, HandlerError> describe(typename Describe::Input const& input, Timestamp now) const {
    if constexpr (requires { input.datastore_id; })
      if (!state_.find_datastore(input.datastore_id)) return state_.no_datastore(input.datastore_id);
    for (auto const& job : jobs_)
      if (job.properties.job_id == input.job_id && same_datastore(job.properties, input))
        return typename Describe::Output{seen(job, now)};
    std::string message = "There is no " + std::string{Family::kind} + " job " + quoted(input.job_id, 64);
    if constexpr (requires { input.datastore_id; }) message += " of the data store " + quoted(input.datastore_id, 64);
    return Unexpected{ResourceNotFoundException{.message = message + "."}};
  }

  // A job that throws ends as FAILED: to try it again and again would fail every request from now on.
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
          ended.properties.message = "The local service failed while it ran the job";
        });
  }

  // The page of jobs that pass the filters of the request.
  Result<typename List::Output, HandlerError> list(typename List::Input const& input, Timestamp now) const {
    if constexpr (requires { input.datastore_id; })
      if (!state_.find_datastore(input.datastore_id)) return state_.no_datastore(input.datastore_id);
    auto page = page_of<List>(state_, input, jobs_.size(), [&](std::size_t index) {
      Properties properties = seen(jobs_[index], now);
      return passes(properties, input) ? std::optional{item(std::move(properties))} : std::nullopt;
    });
    if (!page) return Unexpected{std::move(page).error()};
    return typename List::Output{std::move(page->items), std::move(page->next_token)};
  }

  // What List returns of a job.
  static auto item(Properties properties) {
    if constexpr (requires { Family::item(properties); }) return Family::item(std::move(properties));
    else return properties;
  }

  template <class SomeInput>
  static bool same_datastore(Properties const& job, SomeInput const& input) {
    if constexpr (requires { input.datastore_id; }) return job.datastore_id == input.datastore_id;
    else return true;
  }

  static Properties seen(Job const& job, Timestamp now) {
    Properties properties = job.properties;
    if (properties.job_status != KnownStatus::submitted) return properties;
    if (now >= job.begin) properties.job_status = KnownStatus::in_progress;
    else if (now >= job.queued) properties.job_status = KnownStatus::queued;
    return properties;
  }

  static bool passes(Properties const& job, typename List::Input const& input) {
    return same_datastore(job, input) && (!input.job_name || job.job_name == input.job_name) &&
           (!input.job_status || job.job_status == *input.job_status) &&
           (!input.submitted_before || job.submit_time < *input.submitted_before) &&
           (!input.submitted_after || job.submit_time > *input.submitted_after);
  }

  LocalState& state_;
  std::vector<Job> jobs_;
  std::size_t ended_ = 0;
  TokenMemory<Start> tokens_;
};

}  // namespace healthlake

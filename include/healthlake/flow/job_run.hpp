// A job from its start to its end as one machine that can continue after a restart of the program: all that it has to
// remember is a plain value.
//
// Rules: as in flow/call.hpp. Write the JobProgress before the first step, and again once it has the job's id; after a
// restart, a JobRun from that value continues. Without an id, it repeats the start with the same ClientToken, which is
// the same job to the service as long as the input is the same and the service remembers the token (AWS does not
// document for how long; the local service does for 24 h); with an id, it waits. A start or poll that fails with a
// transient error (`may_pass`) is repeated after the delay between polls, within the limits of WaitOptions, and so is
// one whose response names another job or data store. After an exception, drop the machine and continue with a new one
// from the same progress.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "healthlake/core/error.hpp"
#include "healthlake/core/shape.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/core/validate.hpp"
#include "healthlake/flow/call.hpp"
#include "healthlake/flow/entropy.hpp"
#include "healthlake/flow/pause.hpp"
#include "healthlake/flow/step.hpp"
#include "healthlake/flow/time_limit.hpp"
#include "healthlake/flow/waiter.hpp"
#include "healthlake/http/endpoint.hpp"
#include "healthlake/http/transport.hpp"
#include "healthlake/model/operation.hpp"
#include "healthlake/model/rules.hpp"
#include "healthlake/model/waiter.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// What is needed to continue a job in another process: as JSON by `encode` and `decode` of json/, for example.
/// Nothing in it is secret.
struct JobProgress {
  /// The data store's id; 1 to 32 characters.
  std::string datastore_id{};
  /// The idempotency token of the start; 1 to 64 letters, digits and hyphens.
  std::string client_token{};
  /// The job's id; absent until the service has returned it.
  std::optional<std::string> job_id{};

  template <class Self>
  static consteval auto shape() {
    return structure("JobProgress", field<&Self::datastore_id>("DatastoreId", rules::DatastoreId, required),
                     field<&Self::client_token>("ClientToken", rules::ClientTokenString, required),
                     field<&Self::job_id>("JobId", rules::JobId));
  }
  friend bool operator==(JobProgress const&, JobProgress const&) = default;
};

/// The progress of a job that was not started yet, with a new token.
JobProgress new_job(std::string_view datastore_id, Entropy const& entropy);

/// Operations that start a job of a data store idempotently, and wait for it: StartFHIRExportJob and
/// FHIRExportJobCompleted, StartFHIRImportJob and FHIRImportJobCompleted.
template <class S, class W>
concept ResumableJob = Operation<S> && WaiterShape<W> &&
                       requires(typename S::Input input, typename S::Output output, typename W::Operation::Input job) {
                         input.datastore_id = std::string{};
                         input.client_token = std::string{};
                         output.job_id = std::string{};
                         job.datastore_id = std::string{};
                         job.job_id = std::string{};
                         std::string_view{W::status};
                       };

namespace detail {

// The part of a run that does not depend on types: when to try again, and when to stop.
class JobPacing {
 public:
  JobPacing(WaiterInfo const& info, WaitOptions const& options);

  std::optional<Milliseconds> left(Timestamp now) noexcept { return limit_.left(now); }
  // The pause ends with the time, even if the clock is set back during it.
  std::optional<Wait> pause(Timestamp now) noexcept { return pause_.left(now, limit_.left(now)); }
  // Nothing failed.
  void go_on(Timestamp now) noexcept;
  // How the run ends with this error; nullopt if it goes on after a pause. `sent` is whether anything was.
  std::optional<WaitEnd> end_with(Error const& error, bool sent, Timestamp now) noexcept;
  // For a wait that begins after this many polls; nullopt if there are no polls left.
  std::optional<WaitOptions> wait_options(unsigned polls, Timestamp now) noexcept;

 private:
  WaitOptions options_;
  TimeLimit limit_;
  Pause pause_;
  unsigned failed_ = 0;
};

// Whether a string of the output, beside that at `status`, is this one or absent.
bool agrees(OperationInfo const& operation, void const* output, std::string_view status, std::string_view name,
            std::string_view expected);

// A response that cannot be the one to this request.
Error wrong_answer(std::string_view path, std::string_view message);

}  // namespace detail

/// A run of a job, for example `JobRun<StartFHIRExportJob, FHIRExportJobCompleted>`.
template <class S, class W>
  requires ResumableJob<S, W>
class JobRun {
 public:
  /// What the job is started with.
  using Input = typename S::Input;
  /// What describes the job.
  using Output = typename W::Operation::Output;
  /// What a run returns: as a wait, with the error of the last start or poll if that failed.
  using Outcome = WaitResult<Output>;

  /// `input` is used with the data store and the token of `progress`; it is not needed if that has the job's id.
  /// `session` and what `entropy` refers to must outlive the run. WaitOptions::timeout is for the whole run, from its
  /// first step or from the first call of `time_left`.
  JobRun(Input input, JobProgress progress, Endpoint const& endpoint, Session& session, Entropy entropy,
         CallOptions const& call_options = {}, WaitOptions const& options = {})
      : input_(std::move(input)),
        progress_(std::move(progress)),
        endpoint_(endpoint),
        session_(&session),
        entropy_(entropy),
        call_options_(call_options),
        pacing_(detail::waiter_info_of<W>, options) {
    input_.datastore_id = progress_.datastore_id;
    input_.client_token = progress_.client_token;
  }

  /// Returns the next step at time `now`.
  Step<Outcome> next(Timestamp now) {
    if (auto const step = ask(now)) return detail::step_of<Step<Outcome>>(*step);
    return Done<Outcome>{result()};
  }
  /// The same in parts, for drivers: nullopt once the run is done.
  std::optional<Ask> ask(Timestamp now) {
    while (!done_) {
      bool const in_time = pacing_.left(now) != Milliseconds{0};
      if (auto* const start = std::get_if<Start>(&machine_)) {
        bool const sent = start->state() == CallState::sent;
        auto step = start->ask(now);
        if (step && in_time) return step;
        if (step) end_late(*start, sent);
        else take_start(*start, now);
      } else if (auto* const wait = std::get_if<Completion>(&machine_)) {
        auto step = wait->ask(now);
        if (step && in_time) return step;
        if (step) wait->cancel();
        take_wait(*wait, now);
        if (step) outcome_.end = WaitEnd::timed_out;
      } else if (auto step = begin(now)) {
        return step;
      }
    }
    return std::nullopt;
  }
  /// Takes the reply to the last Send; ignored if no reply is due. Afterwards, `progress` has the job's id if the reply
  /// has it, and `done` says whether the run is over.
  void receive(HttpReply const& reply, Timestamp now) {
    static_cast<void>(pacing_.left(now));
    if (auto* const start = std::get_if<Start>(&machine_)) {
      start->receive(reply, now);
      if (start->done()) take_start(*start, now);
    } else if (auto* const wait = std::get_if<Completion>(&machine_)) {
      wait->receive(reply, now);
      if (wait->state() >= WaitState::cancelled) take_wait(*wait, now);
    }
  }
  /// As for Call.
  void lose() noexcept {
    if (auto* const start = std::get_if<Start>(&machine_)) start->lose();
    else if (auto* const wait = std::get_if<Completion>(&machine_)) wait->lose();
  }
  /// Ends the run with the outcome `cancelled`; a run with the same progress continues it. Has no effect on one that is
  /// done.
  void cancel() {
    // An error that says `cancelled` ends the run at any time.
    if (auto* const start = std::get_if<Start>(&machine_)) {
      start->cancel();
      take_start(*start, Timestamp{});
    } else if (auto* const wait = std::get_if<Completion>(&machine_)) {
      wait->cancel();
      take_wait(*wait, Timestamp{});
    } else if (!done_) {
      finish(WaitEnd::cancelled);
    }
  }

  /// What to write: it changes once, when the job's id becomes known.
  [[nodiscard]] JobProgress const& progress() const noexcept { return progress_; }
  /// The time left of WaitOptions::timeout; nullopt without a timeout. A loop calls `ask` once it is 0, whether a reply
  /// is due or not.
  [[nodiscard]] std::optional<Milliseconds> time_left(Timestamp now) noexcept { return pacing_.left(now); }
  /// The error of the last start or poll if it failed, whether that ended the run or not; null if it succeeded, and
  /// after the result was taken. If `refused_credentials` (sign/credentials_source.hpp) says so, the program renews its
  /// credentials before the next Send: at a low rate of requests, those that it fetched at once could expire until
  /// then.
  [[nodiscard]] Error const* trouble() const noexcept {
    auto const* const wait = std::get_if<Completion>(&machine_);
    if (wait != nullptr && wait->polls() != 0) return wait->trouble();
    return outcome_.error ? &*outcome_.error : nullptr;
  }
  /// Whether there is a result.
  [[nodiscard]] bool done() const noexcept { return done_; }
  /// How the run ended. Precondition: it is done.
  [[nodiscard]] WaitEnd end() const noexcept { return outcome_.end; }
  /// The result that `next` returns as Done. It is moved out, so use only one of the two, once: after that, and while
  /// the run is not done, the result is `call_failed` with a SetupError (usage).
  [[nodiscard]] Outcome result() {
    if (!done_ || std::exchange(taken_, true)) {
      Outcome none{.end = WaitEnd::call_failed};
      detail::say_no_result(none.error);
      return none;
    }
    return std::exchange(outcome_, Outcome{.end = outcome_.end});
  }

 private:
  using Start = Call<S>;
  using Completion = Waiter<W>;
  using Job = typename W::Operation::Input;

  std::optional<Ask> begin(Timestamp now) {
    auto const left = pacing_.left(now);
    if (left && left->count == 0) return finish(WaitEnd::timed_out), std::nullopt;
    if (auto const wait = pacing_.pause(now)) return *wait;
    if (!progress_.job_id) {
      CallOptions options = call_options_;
      if (left) options.timeout = (std::min)(options.timeout.value_or(*left), *left);
      machine_.template emplace<Start>(input_, endpoint_, *session_, entropy_, options);
    } else if (auto const options = pacing_.wait_options(outcome_.polls, now)) {
      machine_.template emplace<Completion>(job(), endpoint_, *session_, entropy_, call_options_, *options);
    } else {
      finish(WaitEnd::timed_out);
    }
    return std::nullopt;
  }

  void take_start(Start& start, Timestamp now) {
    bool const sent = start.attempts() != 0;
    auto started = start.result();
    if (!started) return fail(std::move(started.error()), sent, now);
    auto const& output = started->output;
    if constexpr (requires { output.datastore_id->size(); })
      if (output.datastore_id.value_or(progress_.datastore_id) != progress_.datastore_id)
        return fail(unusable("DatastoreId", "the response is that of another data store"), true, now);
    progress_.job_id = output.job_id;
    if (violations(job()).empty()) {
      pacing_.go_on(now);
      input_ = {};
      outcome_.error.reset();
      machine_.template emplace<std::monostate>();
    } else {
      progress_.job_id.reset();
      fail(unusable("JobId", "the service returned no valid JobId"), true, now);
    }
  }

  void take_wait(Completion& wait, Timestamp now) {
    unsigned const polls = outcome_.polls + wait.polls();
    auto ended = wait.result();
    ended.polls = polls;
    if (ended.last && !is_own(ended.last->output)) {
      bool const matched = !ended.error && (ended.end == WaitEnd::success || ended.end == WaitEnd::failure);
      ended.last.reset();
      outcome_.polls = polls;
      // Polls before this one succeeded.
      if (wait.answers() > 1) pacing_.go_on(now);
      if (matched) return fail(detail::wrong_answer(W::status, "the response describes another job"), true, now);
    }
    outcome_ = std::move(ended);
    end_machine();
  }

  // The time is up. The machine may not know, since it saw the clock at other times, before it was set back.
  void end_late(Start& start, bool sent) {
    if (Error* const last = start.error(); last && !sent) {
      outcome_.error.emplace(std::move(*last));
    } else {
      start.annotate(outcome_.error.emplace(TransportError{TransportReason::read_timeout, "no response in time"}));
      outcome_.error->effect = Effect::possible;
    }
    outcome_.error->gave_up = GaveUp::timeout;
    finish(WaitEnd::timed_out);
  }

  // An error that leaves open whether there is a job.
  Error unusable(std::string_view path, std::string_view message) const {
    Error error = detail::wrong_answer(path, message);
    error.effect = Effect::possible;
    error.client_token = progress_.client_token;
    return error;
  }
  [[nodiscard]] Job job() const { return Job{progress_.datastore_id, *progress_.job_id}; }
  [[nodiscard]] bool is_own(Output const& output) const {
    auto const& operation = operation_info<typename W::Operation>;
    return detail::agrees(operation, &output, W::status, "JobId", *progress_.job_id) &&
           detail::agrees(operation, &output, W::status, "DatastoreId", progress_.datastore_id);
  }

  void fail(Error&& error, bool sent, Timestamp now) {
    auto const end = pacing_.end_with(error, sent, now);
    outcome_.error.emplace(std::move(error));
    if (end) return finish(*end);
    machine_.template emplace<std::monostate>();
  }
  void finish(WaitEnd end) {
    outcome_.end = end;
    end_machine();
  }
  void end_machine() {
    machine_.template emplace<std::monostate>();
    done_ = true;
  }

  Input input_;
  JobProgress progress_;
  Endpoint endpoint_;
  Session* session_;
  Entropy entropy_;
  CallOptions call_options_;
  detail::JobPacing pacing_;
  std::variant<std::monostate, Start, Completion> machine_{};
  Outcome outcome_{};
  bool done_ = false;
  bool taken_ = false;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/flow/impl/job_run.ipp"
#endif

// One export as a machine: starts a job, then waits for it. What a loop drives, whatever loop it is.
//
// Two machines of the library in a row, Call and Waiter, behind the same interface: `next` returns what to do, and
// `receive` takes the reply. Only export.cpp knows their types, so a loop compiles fast.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "healthlake/core/error.hpp"
#include "healthlake/flow/call.hpp"
#include "healthlake/flow/step.hpp"
#include "healthlake/flow/waiter.hpp"
#include "healthlake/model/export_job.hpp"
#include "healthlake/sign/credentials.hpp"

namespace loops {

/// How an export ended.
enum class End { completed, job_failed, timed_out, cancelled, call_failed };

/// What all exports of a run have in common. It outlives them.
struct Common {
  std::string datastore_id{};
  std::string region = "us-east-1";
  healthlake::Endpoint endpoint{};
  healthlake::Credentials credentials{};
  /// What is left of the time of the run at `seen`; nothing: no limit.
  std::optional<healthlake::Milliseconds> left{};
  healthlake::Timestamp seen{};
  /// Between two polls of a job.
  healthlake::Milliseconds poll{1'000};
  /// Thread-safe, but not needed here: all exports are driven by one thread.
  healthlake::Session session{};

  /// It is now. A clock that is set back, or forward by a year or more, takes nothing from what is left.
  void tick(healthlake::Timestamp now);
  [[nodiscard]] bool time_is_up() const noexcept { return left && left->count <= 0; }
};

class Export {
 public:
  /// `token` identifies the job: an export with the same one continues the same job, in any process.
  Export(Common& common, healthlake::Entropy entropy, std::string token);

  /// What to do next: send the request, which is signed, and pass the reply to `receive`; or wait. Nothing once done.
  std::optional<healthlake::Ask> next(healthlake::Timestamp now);
  void receive(healthlake::HttpReply const& reply, healthlake::Timestamp now);
  /// Ends the export, which is done then, and ignores a reply that comes later. The job goes on without it.
  void cancel();

  // The following are valid once done.
  [[nodiscard]] End end() const noexcept { return end_; }
  [[nodiscard]] std::optional<healthlake::Error> const& error() const noexcept { return error_; }
  [[nodiscard]] std::string const& token() const noexcept { return token_; }
  /// Empty if it is not known that a job was started.
  [[nodiscard]] std::string const& job_id() const noexcept { return job_id_; }

 private:
  using Start = healthlake::Call<healthlake::StartFHIRExportJob>;
  using Completion = healthlake::Waiter<healthlake::FHIRExportJobCompleted>;

  std::optional<healthlake::Ask> ask(healthlake::Timestamp now);
  void begin();
  void take_start(Start::Outcome started);
  void take_wait(Completion::Outcome result);
  [[nodiscard]] End end_of(healthlake::Error const& error) const;
  void finish(End end, std::optional<healthlake::Error> error);

  Common* common_;
  healthlake::Entropy entropy_;
  std::string token_;
  std::string job_id_{};
  struct Finished {};
  std::variant<std::monostate, Start, Completion, Finished> machine_{};
  End end_ = End::cancelled;
  std::optional<healthlake::Error> error_{};
};

}  // namespace loops

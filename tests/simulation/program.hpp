// The program that is simulated: a fleet of exports in one thread, as docs/fleet.md writes it. It has a clock that may
// be wrong, keys that expire, and a disk on which nothing but each export's JobProgress survives it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "healthlake/flow/job_run.hpp"
#include "healthlake/flow/schedule.hpp"
#include "healthlake/flow/timers.hpp"
#include "healthlake/http/endpoint.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/json/encode.hpp"
#include "healthlake/model/export_job.hpp"
#include "healthlake/sign/credentials_source.hpp"
#include "plan.hpp"
#include "service.hpp"
#include "truth.hpp"

namespace simulation {

using Run = healthlake::JobRun<healthlake::StartFHIRExportJob, healthlake::FHIRExportJobCompleted>;

/// Which request of which run a reply is to.
struct Flight {
  std::size_t one = 0;
  std::uint64_t number = 0;
  bool is_start = false;
  std::size_t session = 0;
};

/// What a program asks its world to do.
class Wire {
 public:
  Wire() = default;
  Wire(Wire const&) = delete;
  Wire& operator=(Wire const&) = delete;
  virtual ~Wire() = default;
  virtual void send(Flight const& flight, healthlake::Send const& send, Signature const& signature) = 0;
};

class Program {
 public:
  Program(Plan const& plan, Dice& dice, Clock const& clock, Ledger& ledger, Verdict& verdict, Tally& tally, Wire& wire)
      : plan_(plan),
        dice_(dice),
        clock_(clock),
        ledger_(ledger),
        verdict_(verdict),
        tally_(tally),
        wire_(wire),
        offset_(plan.skew),
        endpoint_(*healthlake::resolve_endpoint({.region = "us-east-1"})),
        call_options_{.retry = {.max_attempts = plan.attempts}},
        wait_options_{.delay = plan.delay, .max_attempts = 0, .timeout = plan.timeout},
        exports_(plan.size.exports),
        sessions_(plan.size.sessions) {
    // The first things that are written.
    for (std::size_t one = 0; one < exports_.size(); ++one)
      write(one, healthlake::new_job(store_id(store_of(one)), entropy()));
    start();
  }

  /// By its own clock.
  [[nodiscard]] Timestamp now() const { return clock_.now + offset_; }
  void set_clock(Milliseconds offset) { offset_ = offset; }
  [[nodiscard]] Milliseconds offset() const noexcept { return offset_; }

  [[nodiscard]] std::size_t store_of(std::size_t one) const { return one % plan_.size.stores; }
  [[nodiscard]] std::size_t session_of(std::size_t one) const {
    return (one + one / plan_.size.stores) % plan_.size.sessions;
  }
  [[nodiscard]] healthlake::Credentials credentials_of(std::size_t session) const { return key_of(session); }

  /// Starts a program that was just installed, or killed.
  void start() {
    starts_ = healthlake::Schedule{plan_.start_rate};
    polls_ = healthlake::Schedule{plan_.poll_rate};
    for (std::size_t session = 0; session < sessions_.size(); ++session) start_session(session);
  }
  void kill() {
    for (std::size_t session = 0; session < sessions_.size(); ++session) kill_session(session);
  }
  void start_session(std::size_t session) {
    sessions_[session].state = std::make_unique<healthlake::Session>();
    renew(session);
    if (auto const& last = sessions_[session].last_end; last && plan_.bug == Bug::double_report)
      ledger_.report(*last, clock_.now, "COMPLETED");
    for (std::size_t one = 0; one < exports_.size(); ++one)
      if (session_of(one) == session && !exports_[one].done) begin(one);
  }
  void kill_session(std::size_t session) {
    for (std::size_t one = 0; one < exports_.size(); ++one)
      if (session_of(one) == session) drop(one);
    sessions_[session].state.reset();
    tally_.count(Trouble::session_killed);
  }
  [[nodiscard]] bool is_up(std::size_t session) const { return sessions_[session].state != nullptr; }

  /// Does all that is due; returns how long it may sleep, if there is anything to wait for but replies.
  std::optional<Milliseconds> step() {
    while (auto const one = deadlines_.take(now())) end_by_time(*one);
    for (auto* const schedule : {&starts_, &polls_})
      while (auto const one = schedule->take(now())) ask(*one);
    if (alive_ != flying_ + starts_.size() + polls_.size())
      verdict_.wrong(clock_.now, "of " + std::to_string(alive_) + " machines, " + std::to_string(flying_) +
                                     " wait for a reply and " + std::to_string(starts_.size() + polls_.size()) +
                                     " for a time");
    std::optional<Milliseconds> sleep;
    for (auto const left : {starts_.left(now()), polls_.left(now()), deadlines_.left(now())})
      if (left && (!sleep || *left < *sleep)) sleep = left;
    return sleep;
  }

  /// A reply, or that there is none; ignored if its run does not wait for it any more.
  void receive(Flight const& flight, HttpReply const& reply) {
    Export& it = exports_[flight.one];
    if (!it.run || it.flight != flight.number) return;
    land(it);
    bool const had_id = it.run->progress().job_id.has_value();
    it.run->receive(reply, now());
    // Killed before it is written.
    bool const news = it.run->done() || it.run->progress().job_id.has_value() != had_id;
    if (news && plan_.client_crashes != 0 && dice_.one_in(8 * plan_.size.exports)) return kill_session(flight.session);
    if (it.run->progress().job_id && !had_id) write(flight.one, it.run->progress());
    if (auto const* const trouble = it.run->trouble(); trouble != nullptr && healthlake::refused_credentials(*trouble))
      sessions_[flight.session].refused = true;
    if (it.run->done()) return end(flight.one);
    set(flight.one, now());
  }

 private:
  struct Export {
    std::optional<Run> run{};
    // The number of the request that is under way; 0 if none is.
    std::uint64_t flight = 0;
    // On the disk.
    std::string progress{};
    bool done = false;
  };
  struct Session {
    std::unique_ptr<healthlake::Session> state{};
    Timestamp key_expiry{};
    // The service did not accept it: it is renewed when the next request is sent. At a low rate, that may be later than
    // a key expires that was fetched at once.
    bool refused = false;
    // What a program with the bug does not know to be reported.
    std::optional<std::size_t> last_end{};
  };

  healthlake::Entropy entropy() { return healthlake::Entropy{dice_}; }

  void write(std::size_t one, healthlake::JobProgress const& progress) { exports_[one].progress = *encode(progress); }

  [[nodiscard]] healthlake::StartFHIRExportJobRequest input_of(std::size_t one) const {
    bool const denied = store_of(one) * 53 % 100 < plan_.denied;
    return {.job_name = Ledger::name(one),
            .output_data_config = {healthlake::S3Configuration{denied ? "s3://denied/out" : "s3://bucket/out",
                                                               "alias/key"}},
            .data_access_role_arn = "arn:aws:iam::123456789012:role/Export"};
  }

  void begin(std::size_t one) {
    Export& it = exports_[one];
    auto progress = healthlake::decode<healthlake::JobProgress>(it.progress);
    if (!progress) return verdict_.wrong(clock_.now, "a progress cannot be read");
    if (plan_.bug == Bug::new_token && !progress->value.job_id)
      progress->value.client_token = healthlake::new_job("", entropy()).client_token;
    it.run.emplace(input_of(one), std::move(progress->value), endpoint_, *sessions_[session_of(one)].state, entropy(),
                   call_options_, wait_options_);
    ++alive_;
    ledger_.begin_run(one, clock_.now, plan_.timeout);
    deadlines_.set(one, now() + *it.run->time_left(now()), now());
    set(one, now());
  }

  void set(std::size_t one, Timestamp until) {
    bool const has_id = exports_[one].run->progress().job_id.has_value();
    std::size_t const key = plan_.turns_by_session ? session_of(one) : store_of(one);
    (has_id ? polls_ : starts_).set(one, key, until, now());
  }
  void land(Export& it) {
    it.flight = 0;
    --flying_;
  }
  void drop(std::size_t one) {
    Export& it = exports_[one];
    if (it.run) --alive_;
    if (it.flight != 0) land(it);
    it.run.reset();
    deadlines_.clear(one);
    starts_.clear(one);
    polls_.clear(one);
  }

  void ask(std::size_t one) {
    Export& it = exports_[one];
    auto const step = it.run->ask(now());
    if (!step) return end(one);
    if (auto const* const wait = std::get_if<healthlake::Wait>(&*step)) {
      if (plan_.bug == Bug::lost_wakeup && dice_.one_in(100)) return;
      return set(one, wait->until);
    }
    bool const is_start = !it.run->progress().job_id;
    (is_start ? starts_ : polls_).sent(now());
    if (!is_start) ledger_.poll(one, clock_.now);
    it.flight = ++flights_;
    ++flying_;
    std::size_t const session = session_of(one);
    // Its own clock says that the key is about to expire.
    bool const expires = sessions_[session].key_expiry - now() < Milliseconds{60'000};
    if (expires || sessions_[session].refused) renew(session);
    wire_.send({one, it.flight, is_start, session}, std::get<healthlake::Send>(*step),
               {std::get<healthlake::Send>(*step).date, sessions_[session].key_expiry});
  }

  void end_by_time(std::size_t one) {
    Export& it = exports_[one];
    auto const left = it.run->time_left(now());
    if (left->count > 0) return deadlines_.set(one, now() + *left, now());
    if (it.run->ask(now())) return verdict_.wrong(clock_.now, "a run goes on after its time limit");
    end(one);
  }

  void end(std::size_t one) {
    Export& it = exports_[one];
    ledger_.end_run(one, clock_.now);
    auto const outcome = it.run->result();
    using enum healthlake::WaitEnd;
    if (outcome.end == success || outcome.end == failure) {
      ledger_.report(one, clock_.now, outcome.last->output.export_job_properties.job_status.text());
      if (outcome.end == failure) tally_.count(Trouble::job_failed);
      else if (outcome.last->output.export_job_properties.job_status != healthlake::JobStatus::completed)
        tally_.count(Trouble::job_with_errors);
      it.done = true;
      sessions_[session_of(one)].last_end = one;
      return drop(one);
    }
    if (outcome.end != timed_out && !is_wrong_clock(outcome.error))
      verdict_.wrong(clock_.now, "the run of " + Ledger::name(one) + " ends: " + std::string{to_string(outcome.end)} +
                                     (outcome.error ? ", " + to_string(*outcome.error) : std::string{}));
    tally_.count(Trouble::run_timed_out);
    drop(one);
    begin(one);
  }
  // A clock that is wrong by more than a day is not corrected.
  static bool is_wrong_clock(std::optional<healthlake::Error> const& error) {
    auto const* const service = error ? error->as<healthlake::ServiceError>() : nullptr;
    return service != nullptr && service->code == "InvalidSignatureException";
  }

  // A new key; whoever issues it has the right time, and says when it expires.
  void renew(std::size_t session) {
    sessions_[session].key_expiry = clock_.now + plan_.key_lifetime;
    sessions_[session].refused = false;
  }

  Plan const& plan_;
  Dice& dice_;
  Clock const& clock_;
  Ledger& ledger_;
  Verdict& verdict_;
  Tally& tally_;
  Wire& wire_;
  Milliseconds offset_;
  healthlake::Endpoint endpoint_;
  healthlake::CallOptions call_options_;
  healthlake::WaitOptions wait_options_;
  std::vector<Export> exports_;
  std::vector<Session> sessions_;
  healthlake::Schedule starts_;
  healthlake::Schedule polls_;
  healthlake::Timers deadlines_;
  std::uint64_t flights_ = 0;
  std::size_t alive_ = 0;
  std::size_t flying_ = 0;
};

}  // namespace simulation

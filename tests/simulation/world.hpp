// A world: the program, the network and the service under one clock, in one thread. The next event is the one that is
// due first; nothing else makes time pass.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include "healthlake/drive.hpp"
#include "healthlake/protocol/aws_json.hpp"
#include "healthlake/sign/sha256.hpp"
#include "healthlake/sign/sigv4.hpp"
#include "plan.hpp"
#include "program.hpp"
#include "service.hpp"
#include "truth.hpp"

namespace simulation {

/// What came of a world.
struct Outcome {
  std::string fault{};
  Milliseconds virtual_time{};
  std::uint64_t requests = 0;
  /// What reached the service.
  std::uint64_t handled = 0;
  std::uint64_t events = 0;
  Tally tally{};
  /// Equal for equal worlds.
  std::uint64_t trace = 14'695'981'039'346'656'037U;
};

class World final : private Wire {
 public:
  explicit World(Plan const& plan)
      : plan_(plan),
        dice_(plan.seed ^ 0x5DEECE66DU),
        network_(plan_, dice_, outcome_.tally),
        service_(plan_, clock_, verdict_, outcome_.tally),
        ledger_(plan.size.exports, verdict_),
        starts_(plan.start_rate),
        polls_(plan.poll_rate),
        signers_(plan.size.sessions),
        program_(plan_, dice_, clock_, ledger_, verdict_, outcome_.tally, *this) {
    plan_trouble();
    if (plan.signs) outcome_.tally.count(Trouble::signed_world);
  }

  /// Lets time pass until every end is reported, or something is wrong. `each` sees every event, with its kind.
  Outcome run(std::function<void(Timestamp, char const*, std::size_t)> const& each = {}) {
    step_program();
    while (verdict_.good() && !ledger_.all_reported()) {
      if (events_.empty()) {
        verdict_.wrong(clock_.now, "nothing is left to wait for");
        break;
      }
      Event const event = events_.top();
      events_.pop();
      if (event.kind == Kind::wake) {
        if (wake_at_ != event.at) continue;
        wake_at_.reset();
      }
      clock_.now = event.at;
      note(event);
      if (each) each(event.at, name_of(event.kind), event.which);
      happen(event);
      step_program();
      if (++outcome_.events > most_events()) verdict_.wrong(clock_.now, "there is no end of it");
    }
    if (verdict_.good()) compare();
    outcome_.fault = verdict_.fault();
    outcome_.virtual_time = clock_.now - beginning;
    outcome_.handled = service_.requests();
    return outcome_;
  }

 private:
  enum class Kind {
    wake,
    arrive,
    reply,
    jump,
    storm,
    calm,
    kill_program,
    start_program,
    kill_session,
    start_session,
    kill_service,
    start_service
  };
  static char const* name_of(Kind kind) {
    constexpr char const* names[] = {"wake",         "arrive",        "reply",        "jump",
                                     "storm",        "calm",          "kill program", "start program",
                                     "kill session", "start session", "kill service", "start service"};
    return names[static_cast<std::size_t>(kind)];
  }
  struct Event {
    Timestamp at{};
    std::uint64_t order = 0;
    Kind kind = Kind::wake;
    // A letter or a session.
    std::size_t which = 0;
    friend bool operator>(Event const& a, Event const& b) { return a.at != b.at ? a.at > b.at : a.order > b.order; }
  };
  // A request or a reply under way.
  struct Letter {
    Flight flight{};
    Signature signature{};
    std::optional<HttpRequest> request{};
    std::optional<HttpReply> reply{};
  };

  void add(Milliseconds in, Kind kind, std::size_t which = 0) {
    events_.push({clock_.now + in, ++order_, kind, which});
  }
  std::size_t post(Letter letter) {
    if (free_.empty()) {
      letters_.push_back(std::move(letter));
      return letters_.size() - 1;
    }
    std::size_t const place = free_.back();
    free_.pop_back();
    letters_[place] = std::move(letter);
    return place;
  }
  Letter take(std::size_t place) {
    free_.push_back(place);
    return std::exchange(letters_[place], {});
  }

  Milliseconds some_time() { return {dice_.between(0, plan_.horizon.count)}; }
  Milliseconds pause() { return {dice_.scaled(1, 600'000)}; }
  void plan_trouble() {
    for (unsigned i = 0; i < plan_.jumps; ++i) add(some_time(), Kind::jump);
    for (unsigned i = 0; i < plan_.storms; ++i) add(some_time(), Kind::storm);
    for (unsigned i = 0; i < plan_.client_crashes; ++i)
      if (dice_.one_in(3)) add(some_time(), Kind::kill_program);
      else add(some_time(), Kind::kill_session, dice_.below(plan_.size.sessions));
    for (unsigned i = 0; i < plan_.service_crashes; ++i) add(some_time(), Kind::kill_service);
  }
  // For each export, more than the worst of the worlds that can be drawn needs.
  [[nodiscard]] std::uint64_t most_events() const { return 20'000 + 4'000 * plan_.size.exports; }

  void happen(Event const& event) {
    switch (event.kind) {
      case Kind::wake: break;
      case Kind::arrive: return arrive(take(event.which));
      case Kind::reply: return deliver(take(event.which));
      case Kind::jump: return jump();
      case Kind::storm: network_.set_storm(true); return add(plan_.storm_length, Kind::calm);
      case Kind::calm: return network_.set_storm(false);
      case Kind::kill_program:
        outcome_.tally.count(Trouble::program_killed);
        program_.kill();
        down_ = true;
        return add(pause(), Kind::start_program);
      case Kind::start_program: return start_program();
      case Kind::kill_session:
        if (program_.is_up(event.which)) kill_session(event.which);
        return;
      case Kind::start_session:
        if (!program_.is_up(event.which) && !down_) program_.start_session(event.which);
        return;
      case Kind::kill_service: return kill_service();
      case Kind::start_service:
        if (!service_.up()) service_.start();
        return;
    }
  }

  void step_program() {
    auto const sleep = down_ ? std::nullopt : program_.step();
    // Waking up too early does no harm.
    if (!sleep || (wake_at_ && *wake_at_ <= clock_.now + *sleep)) return;
    wake_at_ = clock_.now + *sleep;
    add(*sleep, Kind::wake);
  }
  void start_program() {
    if (!down_) return;
    down_ = false;
    starts_.refill();
    polls_.refill();
    program_.start();
  }
  void kill_session(std::size_t session) {
    program_.kill_session(session);
    add(pause(), Kind::start_session, session);
  }
  void kill_service() {
    if (!service_.up()) return;
    if (dice_.one_in(2)) return service_.kill_while_writing(dice_.random());
    service_.kill();
    add(pause(), Kind::start_service);
  }
  void jump() {
    constexpr std::int64_t hour = 3'600'000;
    Milliseconds const before = program_.offset();
    constexpr Milliseconds year{366 * 24 * hour};
    Milliseconds after{before.count + dice_.between(-2 * hour, 2 * hour)};
    if (dice_.one_in(2)) after = {before.count + dice_.between(-60'000, 60'000)};
    // A device learns the date.
    if (before < Milliseconds{-year.count} || dice_.one_in(4)) after = {dice_.between(-1'000, 1'000)};
    // A clock that is wrong by more than a day is not corrected.
    if (before > Milliseconds{-year.count}) after.count = std::clamp(after.count, -22 * hour, 22 * hour);
    Milliseconds const by{after.count - before.count};
    program_.set_clock(after);
    outcome_.tally.count(by.count < 0 ? Trouble::clock_set_back : Trouble::clock_set_forward);
    if (by.count < 0) return ledger_.lose({-by.count});
    starts_.set_forward(by);
    polls_.set_forward(by);
    // It counts as no time at all, and so does what passed since a machine was last asked, and since the timers were.
    if (by > year) ledger_.lose({2 * plan_.timeout.count});
  }

  void send(Flight const& flight, healthlake::Send const& send, Signature const& signature) override {
    ++outcome_.requests;
    if (!(flight.is_start ? starts_ : polls_).count(clock_.now))
      verdict_.wrong(clock_.now,
                     std::string{"more "} + (flight.is_start ? "starts" : "polls") + " than the rate allows");
    if (plan_.signs) {
      auto const signed_well =
          healthlake::sign(send, signers_[flight.session], program_.credentials_of(flight.session), "us-east-1");
      if (!signed_well) verdict_.wrong(clock_.now, "a request cannot be signed: " + to_string(signed_well.error()));
    }
    constexpr Milliseconds transport_timeout{60'000};
    Milliseconds const patience = std::min(send.timeout.value_or(transport_timeout), transport_timeout);
    Passage passage = network_.pass();
    Letter letter{.flight = flight, .signature = signature};
    if (passage.arrives) {
      if (passage.arrives->count == 0) letter.reply = reach(letter, send.request());
      else letter.request = send.request();
      if (passage.again) {
        Letter copy{.flight = {}, .signature = signature, .request = send.request()};
        add(*passage.again, Kind::arrive, post(std::move(copy)));
      }
    }
    if (passage.instead) letter.reply = std::move(passage.instead);
    change(letter, passage);
    if (passage.takes >= patience) {
      outcome_.tally.count(Trouble::reply_too_late);
      letter.reply = healthlake::Unexpected{TransportError{TransportReason::read_timeout, "no reply in time"}};
      passage.takes = patience;
    }
    if (!letter.request) return add(passage.takes, Kind::reply, post(std::move(letter)));
    Letter request{.flight = {}, .signature = signature, .request = std::move(letter.request)};
    letter.request.reset();
    // Only an unharmed reply of a late request depends on when it arrives.
    if (letter.reply) {
      add(passage.takes, Kind::reply, post(std::move(letter)));
    } else {
      request.flight = flight;
      letter = {};
    }
    add(*passage.arrives, Kind::arrive, post(std::move(request)));
  }

  // What the service replies; that it cannot be reached, if it is down.
  HttpReply reach(Letter const& letter, HttpRequest const& request) {
    if (!service_.up()) {
      outcome_.tally.count(Trouble::service_down);
      return healthlake::Unexpected{TransportError{TransportReason::connect_failed, "nobody listens", false}};
    }
    HttpReply reply = service_.handle(request, letter.signature);
    if (!service_.up()) add(pause(), Kind::start_service);
    if (reply && letter.flight.number != 0 && reply->status == 200)
      (letter.flight.is_start ? last_start_ : last_poll_) = {*reply, program_.store_of(letter.flight.one)};
    return reply;
  }
  void arrive(Letter letter) {
    HttpReply reply = reach(letter, *letter.request);
    if (letter.flight.number == 0) return;
    letter.request.reset();
    letter.reply = std::move(reply);
    add({1}, Kind::reply, post(std::move(letter)));
  }
  void deliver(Letter const& letter) {
    bool const was_up = program_.is_up(letter.flight.session);
    program_.receive(letter.flight, *letter.reply);
    if (was_up && !program_.is_up(letter.flight.session)) add(pause(), Kind::start_session, letter.flight.session);
  }

  void change(Letter& letter, Passage const& passage) {
    if (passage.misdirected) {
      auto const& [reply, store] = letter.flight.is_start && dice_.one_in(2) ? last_start_ : last_poll_;
      // The reply to another start in the same data store is that of a job which may be this one's, for all that
      // anyone can see.
      bool const may_be_own = letter.flight.is_start && store == program_.store_of(letter.flight.one);
      if (reply && !may_be_own) {
        outcome_.tally.count(Trouble::other_reply);
        letter.reply = *reply;
      }
    }
    if (passage.cut && letter.reply && *letter.reply) {
      outcome_.tally.count(Trouble::cut);
      auto& body = (*letter.reply)->body;
      body.resize(static_cast<std::size_t>(*passage.cut % (body.size() + 1)));
    }
  }

  // Invariants 1 and 2: what the service lists, once nothing is under way any more.
  void compare() {
    service_.spare();
    while (!events_.empty()) {
      Event const event = events_.top();
      events_.pop();
      if (event.kind != Kind::arrive) continue;
      clock_.now = std::max(clock_.now, event.at);
      if (!service_.up()) service_.start();
      static_cast<void>(service_.handle(*take(event.which).request, {clock_.now, clock_.now + Milliseconds{1}}));
    }
    if (!service_.up()) service_.start();
    std::vector<unsigned> found(plan_.size.exports);
    for (std::size_t store = 0; store < plan_.size.stores && verdict_.good(); ++store) list(store, found);
    for (std::size_t one = 0; one < found.size(); ++one)
      if (found[one] != 1)
        verdict_.wrong(clock_.now, Ledger::name(one) + " was started " + std::to_string(found[one]) + " times");
  }
  void list(std::size_t store, std::vector<unsigned>& found) {
    healthlake::ListFHIRExportJobsRequest input{.datastore_id = store_id(store), .max_results = 500};
    do {
      auto const output = call<healthlake::ListFHIRExportJobs>(input);
      if (!output) return;
      for (auto const& job : output->export_job_properties_list) {
        auto const one = static_cast<std::size_t>(std::stoul(job.job_name->substr(Ledger::name(0).size() - 1)));
        ++found[one];
        if (ledger_.status(one) != job.job_status.text())
          verdict_.wrong(clock_.now, *job.job_name + " is " + std::string{job.job_status.text()} +
                                         ", but was reported to be " + ledger_.status(one));
      }
      input.next_token = output->next_token;
    } while (input.next_token);
  }
  template <class Op>
  std::optional<typename Op::Output> call(typename Op::Input const& input) {
    healthlake::Endpoint const endpoint = *healthlake::resolve_endpoint({.region = "us-east-1"});
    auto request = healthlake::write_request<Op>(input, endpoint);
    if (request && plan_.signs) {
      auto headers = signers_[0].sign(*request, key_of(0), {.region = "us-east-1", .time = clock_.now});
      for (auto const& header : *headers) request->headers.add(header.name, header.value);
    }
    auto const reply = service_.handle(*request, {clock_.now, clock_.now + Milliseconds{1}});
    auto response = healthlake::read_response<Op>(*reply);
    if (response) return std::move(response->output);
    verdict_.wrong(clock_.now, "the service does not list its jobs: " + to_string(response.error()));
    return std::nullopt;
  }

  void note(Event const& event) {
    for (std::uint64_t const part : {static_cast<std::uint64_t>(event.at.milliseconds),
                                     static_cast<std::uint64_t>(event.kind), std::uint64_t{event.which}})
      outcome_.trace = (outcome_.trace ^ part) * 1'099'511'628'211U;
  }

  Plan plan_;
  Dice dice_;
  Clock clock_{};
  Verdict verdict_{};
  Outcome outcome_{};
  Network network_;
  Service service_;
  Ledger ledger_;
  RateCheck starts_;
  RateCheck polls_;
  // One for each session: each keeps what it derived from its key.
  std::vector<healthlake::SigV4<healthlake::Sha256>> signers_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_{};
  std::uint64_t order_ = 0;
  // The wake-up that counts; earlier ones were for later times.
  std::optional<Timestamp> wake_at_{};
  std::vector<Letter> letters_{};
  std::vector<std::size_t> free_{};
  struct Earlier {
    std::optional<healthlake::HttpResponse> reply{};
    std::size_t store = 0;
  };
  Earlier last_start_{};
  Earlier last_poll_{};
  bool down_ = false;
  Program program_;
};

}  // namespace simulation

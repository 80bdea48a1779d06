// The far side of a world: the real LocalHealthLake with its journal, which is killed and started again, and a network
// that loses, doubles, delays, cuts and replaces what passes through it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/http/message.hpp"
#include "healthlake/local/local_healthlake.hpp"
#include "healthlake/local/storage/journal.hpp"
#include "healthlake/local/storage/object_store.hpp"
#include "healthlake/protocol/error_response.hpp"
#include "plan.hpp"
#include "truth.hpp"

namespace simulation {

using healthlake::HttpReply;
using healthlake::HttpRequest;
using healthlake::TransportError;
using healthlake::TransportReason;

/// The time by a clock that is right.
struct Clock {
  Timestamp now = beginning;
};

/// A journal in memory whose writer can be killed in the middle of a line.
class TearingJournal final : public healthlake::Journal {
 public:
  /// The next line is torn: only some of its bytes are written.
  void tear(std::uint64_t share) { tear_ = share; }
  void spare() { tear_.reset(); }
  [[nodiscard]] bool torn() const noexcept { return torn_; }
  void begin_again() noexcept { torn_ = false; }

  healthlake::Result<std::string, std::string> read() override {
    std::string all;
    for (auto const& line : lines_) all += line;
    lines_.clear();
    lines_.push_back(all);
    return all;
  }
  healthlake::Result<healthlake::Unit, std::string> cut(std::size_t bytes) override {
    lines_.front().resize(bytes);
    return healthlake::Unit{};
  }
  healthlake::Result<healthlake::Unit, std::string> append(std::string_view line) override {
    if (torn_) return healthlake::Unexpected{std::string{"killed"}};
    if (tear_) {
      lines_.emplace_back(line.substr(0, static_cast<std::size_t>(*tear_ % (line.size() + 1))));
      tear_.reset();
      torn_ = true;
      return healthlake::Unexpected{std::string{"killed"}};
    }
    std::string& last = lines_.emplace_back();
    last.reserve(line.size() + 1);
    last.append(line).push_back('\n');
    return healthlake::Unit{};
  }

 private:
  // Pieces of it, so that it does not have to be moved when it grows. They are one before `cut` is called.
  std::deque<std::string> lines_{};
  std::optional<std::uint64_t> tear_{};
  bool torn_ = false;
};

/// Takes what jobs write, which nobody reads here, and refuses one bucket.
class Buckets final : public healthlake::ObjectStore {
 public:
  healthlake::Result<healthlake::Unit, std::string> put(std::string_view bucket, std::string_view,
                                                        std::string_view) override {
    if (bucket == "denied") return healthlake::Unexpected{std::string{"access denied"}};
    return healthlake::Unit{};
  }
  [[nodiscard]] healthlake::Result<std::string, std::string> get(std::string_view, std::string_view) const override {
    return healthlake::Unexpected{std::string{"it was not kept"}};
  }
  [[nodiscard]] healthlake::Result<std::vector<std::string>, std::string> list(std::string_view,
                                                                               std::string_view) const override {
    return std::vector<std::string>{};
  }
};

inline std::string store_id(std::size_t store) { return "store-" + std::to_string(store); }
inline healthlake::Credentials key_of(std::size_t session) {
  return {
      "AKIASESSION" + std::to_string(session), healthlake::Secret{"secret-of-session-" + std::to_string(session)}, {}};
}

/// How a request was signed.
struct Signature {
  /// The time in the signature.
  Timestamp date{};
  /// When the key expires.
  Timestamp expiry{};
};

/// The service and its disk.
class Service {
 public:
  Service(Plan const& plan, Clock const& clock, Verdict& verdict, Tally& tally)
      : plan_(plan), clock_(clock), verdict_(verdict), tally_(tally) {
    start();
  }

  [[nodiscard]] bool up() const noexcept { return service_ != nullptr; }
  /// Kills it: at once, or in the middle of the next line of its journal.
  void kill() {
    tally_.count(Trouble::service_killed);
    service_.reset();
  }
  void kill_while_writing(std::uint64_t share) { journal_.tear(share); }
  /// From now on, it is not killed any more.
  void spare() { journal_.spare(); }
  [[nodiscard]] bool was_killed() const noexcept { return journal_.torn(); }
  void start() {
    journal_.begin_again();
    healthlake::LocalOptions options{.seed = plan_.seed,
                                     .submitted_time = plan_.submitted,
                                     .running_time = plan_.running,
                                     .max_concurrent_jobs = plan_.places};
    // What tokens are remembered for is not documented; here, longer than any world lasts.
    options.client_token_lifetime = {std::int64_t{3'650} * 86'400'000};
    if (plan_.limits_rates)
      options.rates = {{"StartFHIRExportJob", {plan_.start_rate.requests, plan_.start_rate.per}},
                       {"DescribeFHIRExportJob", {plan_.poll_rate.requests, plan_.poll_rate.per}}};
    if (plan_.signs)
      for (std::size_t i = 0; i < plan_.size.sessions; ++i) options.credentials.push_back(key_of(i));
    service_ =
        std::make_unique<healthlake::LocalHealthLake>([this] { return clock_.now; }, objects_, std::move(options));
    for (std::size_t store = 0; store < plan_.size.stores; ++store)
      if (auto added = service_->add_datastore(store_id(store), content(store)); !added)
        verdict_.wrong(clock_.now, "a data store is refused: " + added.error());
    auto const replayed = service_->open_journal(journal_);
    if (!replayed) verdict_.wrong(clock_.now, "the journal cannot be replayed: " + replayed.error());
    else if (replayed->damaged) verdict_.wrong(clock_.now, "the journal is damaged");
  }

  /// Nothing if it is killed meanwhile.
  HttpReply handle(HttpRequest const& request, Signature const& signature) {
    ++requests_;
    if (auto refused = refuse(signature)) return *std::move(refused);
    HttpReply reply = service_->send(request);
    if (!was_killed()) {
      if (reply && reply->body.find("ThrottlingException") != std::string::npos) tally_.count(Trouble::throttled);
      return reply;
    }
    tally_.count(Trouble::line_torn);
    kill();
    return healthlake::Unexpected{TransportError{TransportReason::connection_lost, "killed"}};
  }
  [[nodiscard]] std::uint64_t requests() const noexcept { return requests_; }

  /// The content of a data store: one line is no resource in those that are damaged.
  [[nodiscard]] bool is_damaged(std::size_t store) const { return store * 37 % 100 < plan_.damaged; }
  [[nodiscard]] bool is_denied(std::size_t store) const { return store * 53 % 100 < plan_.denied; }

 private:
  [[nodiscard]] std::map<std::string, std::string> content(std::size_t store) const {
    std::string lines = R"({"resourceType":"Patient","id":"1"})";
    lines += "\n";
    if (is_damaged(store)) lines += "{\"resource\n";
    return {{"Patient", lines}};
  }
  // What stands in for the verification of signatures where they are not made, and for keys that expire.
  [[nodiscard]] std::optional<HttpReply> refuse(Signature const& signature) {
    std::optional<healthlake::HttpResponse> refused;
    Milliseconds const off = signature.date - clock_.now;
    if (signature.expiry <= clock_.now) {
      tally_.count(Trouble::key_expired);
      refused = healthlake::write_error("ExpiredTokenException", "The security token has expired", 400);
    } else if (!plan_.signs && (off > five_minutes || Milliseconds{-off.count} > five_minutes)) {
      tally_.count(Trouble::wrong_clock);
      refused = healthlake::write_error("InvalidSignatureException", "Signature expired", 403);
    } else {
      return std::nullopt;
    }
    refused->headers.set("Date", to_http_date(clock_.now));
    return HttpReply{*std::move(refused)};
  }
  static constexpr Milliseconds five_minutes{300'000};

  Plan const& plan_;
  Clock const& clock_;
  Verdict& verdict_;
  Tally& tally_;
  Buckets objects_;
  TearingJournal journal_;
  std::unique_ptr<healthlake::LocalHealthLake> service_;
  std::uint64_t requests_ = 0;
};

/// What becomes of a request, and when.
struct Passage {
  /// After which time it reaches the service; nothing: never.
  std::optional<Milliseconds> arrives{};
  /// After which time it arrives once more.
  std::optional<Milliseconds> again{};
  /// After which time the reply is there.
  Milliseconds takes{};
  /// What takes the place of the reply.
  std::optional<HttpReply> instead{};
  /// How many bytes of the reply's body are left.
  std::optional<std::uint64_t> cut{};
  /// The reply is that to the last poll, or to the last start in another data store.
  bool misdirected = false;
};

/// The network.
class Network {
 public:
  Network(Plan const& plan, Dice& dice, Tally& tally) : plan_(plan), dice_(dice), tally_(tally) {}

  void set_storm(bool on) noexcept { storm_ = on; }

  Passage pass() {
    Passage passage{.arrives = Milliseconds{0}, .takes = {1 + latency()}};
    if (storm_ && dice_.chance(80)) return refuse(std::move(passage));
    if (!dice_.chance(plan_.faults)) return passage;
    switch (dice_.below(12)) {
      case 0: return lose(std::move(passage), TransportReason::connect_failed, false);
      case 1: return lose(std::move(passage), TransportReason::connection_lost, false);
      case 2:
      case 3: return lose(std::move(passage), TransportReason::connection_lost, true);
      case 4:
      case 5:
        tally_.count(Trouble::doubled);
        passage.again = Milliseconds{dice_.one_in(2) ? 0 : dice_.between(1, 120'000)};
        break;
      // Longer than a transport waits, perhaps.
      case 6: passage.takes.count += dice_.scaled(1'000, 120'000); break;
      case 7:
        tally_.count(Trouble::request_late);
        passage.arrives = Milliseconds{dice_.scaled(1, 90'000)};
        passage.takes.count += passage.arrives->count;
        break;
      case 8: passage.cut = dice_.random(); break;
      case 9:
        tally_.count(Trouble::wrong_reply);
        passage.instead = wrong_answer();
        break;
      case 10: passage.misdirected = true; break;
      default: return refuse(std::move(passage));
    }
    return passage;
  }

 private:
  std::int64_t latency() {
    return static_cast<std::int64_t>(dice_.below(static_cast<std::uint64_t>(plan_.latency.count)));
  }

  Passage lose(Passage passage, TransportReason reason, bool handled) {
    tally_.count(handled ? Trouble::reply_lost : Trouble::not_sent);
    if (!handled) passage.arrives.reset();
    passage.instead = healthlake::Unexpected{TransportError{reason, "lost", reason != TransportReason::connect_failed}};
    return passage;
  }
  // From in front of the service, which does not see the request.
  Passage refuse(Passage passage) {
    tally_.count(Trouble::refused);
    passage.arrives.reset();
    healthlake::HttpResponse response;
    switch (dice_.below(6)) {
      case 0: response = healthlake::write_error("ThrottlingException", "Rate exceeded", 400); break;
      case 1: response = healthlake::write_error("TooManyRequestsException", "Rate exceeded", 429); break;
      case 2: response = healthlake::write_error("InternalServerException", "Internal", 500); break;
      case 3: response = {.status = 429, .body = "<html>Too many requests</html>"}; break;
      default: response = {.status = 503, .body = "<html>Service unavailable</html>"}; break;
    }
    if (dice_.one_in(4)) response.headers.set("x-amz-retry-after", std::to_string(dice_.below(10'000)));
    passage.instead = std::move(response);
    return passage;
  }
  // The request is handled, and something between answers.
  HttpReply wrong_answer() {
    switch (dice_.below(5)) {
      case 0: return healthlake::HttpResponse{.status = 200, .body = "<html>Sign in</html>"};
      case 1: return healthlake::HttpResponse{.status = 200, .body = "{}"};
      case 2: return healthlake::HttpResponse{.status = 200};
      case 3: return healthlake::HttpResponse{.status = 200, .body = R"({"JobId":7,"ExportJobProperties":[]})"};
      default: return healthlake::HttpResponse{.status = 502, .body = "<html>Bad gateway</html>"};
    }
  }

  Plan const& plan_;
  Dice& dice_;
  Tally& tally_;
  bool storm_ = false;
};

}  // namespace simulation

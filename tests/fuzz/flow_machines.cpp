// Invariants of a Call, a Waiter and a Pager, observed, under any replies, clocks and moves:
// - a Wait is after now, at most as long as the options and the service's hints allow, and ends before the time limit;
//   once the time limit has passed, the next step is Done, and the time of a Send is what is left;
// - attempts, polls and pages are bounded, and every attempt of a call has the same body and token, signed anew;
// - Done is final: after it there is no result and nothing to send; a machine that was not resumed has one outcome, and
//   its observer gets one report of it, after one report for the end of each attempt;
// - a reply that is not due, a step that is asked for twice and a move in between change nothing; a copy does the same
//   as the original;
// - nothing that can be printed has what the signer added, whoever repeats it.
//
// An input chooses a machine, its options and then steps, each of a few bytes; see Play::act.
#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "healthlake/flow/observe.hpp"
#include "healthlake/model/all.hpp"
#include "healthlake/rest/export.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {
using namespace healthlake;

// Short, since the redactor takes its time for each character.
constexpr std::string_view secret = "SECRET-0123456789";
constexpr std::int64_t day = 86'400'000;
constexpr std::int64_t year = 366 * day;

struct Numbers {
  std::uint64_t state;

  std::uint64_t random() {
    return state < 2 ? std::uint64_t{0} - state : state = state * 6'364'136'223'846'793'005U + 1;
  }
};

void check_text(std::string_view text) {
  FUZZ_REQUIRE(text.find(secret) == std::string_view::npos, "nothing that can be printed has a secret", text);
}
void check_error(Error const& error) {
  std::string const text = to_string(error);
  bool const plain = std::all_of(text.begin(), text.end(), [](char c) { return c == '\n' || !detail::is_control(c); });
  FUZZ_REQUIRE(!text.empty() && plain, "an error can be printed", text);
  check_text(text);
  if (auto const* service = error.as<ServiceError>())
    for (auto const* part : {&service->code, &service->message, &service->request_id, &service->excerpt})
      check_text(*part);
  if (auto const* malformed = error.as<Malformed>())
    for (auto const* part : {&malformed->message, &malformed->path, &malformed->request_id, &malformed->excerpt})
      check_text(*part);
  if (auto const* transport = error.as<TransportError>()) check_text(transport->message);
}
void check_metadata(ResponseMetadata const& metadata, bool in_page = false) {
  FUZZ_REQUIRE(metadata.http_status / 100 == 2, "only 200 to 299 is a success", metadata.request_id);
  FUZZ_REQUIRE(in_page || metadata.attempts >= 1, "a success was sent", metadata.request_id);
  check_text(metadata.request_id);
}

// What is reported, in which order.
struct Watch {
  unsigned sends = 0;
  unsigned outcomes = 0;
  bool open = false;

  void on_send(SendReport const& report) {
    FUZZ_REQUIRE(!open && outcomes == 0, "an attempt begins after the one before has ended", report.call.operation);
    FUZZ_REQUIRE(report.attempt >= 1 && report.round >= 1, "attempts are counted from 1", report.call.operation);
    ++sends;
    open = true;
  }
  void on_attempt(AttemptReport const& report) {
    FUZZ_REQUIRE(open && outcomes == 0, "every attempt ends once", report.call.operation);
    open = false;
    check_text(report.request_id);
    if (report.error) check_error(*report.error);
    FUZZ_REQUIRE(report.error || report.http_status / 100 == 2, "an attempt without an error is a success",
                 report.call.operation);
  }
  void on_wait(WaitReport const& report) {
    FUZZ_REQUIRE(!open && outcomes == 0, "no machine waits in an attempt", report.call.operation);
    FUZZ_REQUIRE(report.length > Milliseconds{0}, "a wait takes time", report.call.operation);
    if (report.error) check_error(*report.error);
  }
  void on_outcome(OutcomeReport const& report) {
    FUZZ_REQUIRE(!open && ++outcomes == 1, "an outcome is reported once, after all attempts", report.call.operation);
    FUZZ_REQUIRE(report.attempts == sends, "all attempts are counted", report.call.operation);
    check_text(report.request_id);
    if (report.error) check_error(*report.error);
  }
};

// What the options of a machine allow.
struct Bounds {
  std::optional<Milliseconds> timeout;
  // Of one attempt, or of the whole.
  std::optional<Milliseconds> send_timeout;
  Milliseconds longest_wait;
  unsigned max_attempts;
  // 0 for no limit.
  unsigned max_polls;
};

// The time that a machine must have counted, and that it may have counted.
class Passed {
 public:
  void restart() { *this = {}; }
  // Every time that it was told may count.
  void told(Timestamp now) {
    if (began_) most_ += forward(now - last_);
    last_ = now;
  }
  // This one counts.
  void asked(Timestamp now) {
    told(now);
    if (began_) least_ += forward(now - last_asked_);
    last_asked_ = now;
    began_ = true;
  }
  [[nodiscard]] std::int64_t least() const { return least_; }
  [[nodiscard]] std::int64_t most() const { return most_; }

 private:
  static std::int64_t forward(Milliseconds by) { return by.count > 0 && by.count < year ? by.count : 0; }

  std::int64_t least_ = 0;
  std::int64_t most_ = 0;
  Timestamp last_{};
  Timestamp last_asked_{};
  bool began_ = false;
};

constexpr std::string_view bodies[] = {
    R"({"JobId":"0123456789abcdef0123456789abcdef","JobStatus":"SUBMITTED","DatastoreId":"d1"})",
    R"({"ExportJobProperties":{"JobId":"j1","JobStatus":"IN_PROGRESS","SubmitTime":1,"DatastoreId":"d1",)"
    R"("OutputDataConfig":{"S3Configuration":{"S3Uri":"s3://b/p","KmsKeyId":"k"}}}})",
    R"({"ExportJobProperties":{"JobId":"j1","JobStatus":"COMPLETED","SubmitTime":1,"EndTime":2,"DatastoreId":"d1",)"
    R"("OutputDataConfig":{"S3Configuration":{"S3Uri":"s3://b/p","KmsKeyId":"k"}}}})",
    R"({"ExportJobProperties":{"JobId":"j1","JobStatus":"FAILED","SubmitTime":1,"DatastoreId":"d1",)"
    R"("OutputDataConfig":{"S3Configuration":{"S3Uri":"s3://b/p","KmsKeyId":"k"}}}})",
    R"({"ExportJobPropertiesList":[],"NextToken":"a"})",
    R"({"ExportJobPropertiesList":[],"NextToken":"b"})",
    R"({"ExportJobPropertiesList":[]})",
    R"({"exportJobProperties":{"jobId":"j1","jobStatus":"COMPLETED"}})",
    R"({"__type":"ThrottlingException","message":"Rate exceeded"})",
    R"({"__type":"InternalServerException","Message":"m"})",
    R"({"__type":"ValidationException","Message":"m"})",
    R"({"__type":"ResourceNotFoundException","Message":"m"})",
    R"({"__type":"RequestTimeTooSkewed","message":"m"})",
    R"({"__type":"SignatureDoesNotMatch","message":"m"})",
    R"({"resourceType":"OperationOutcome","issue":[{"code":"not-found","diagnostics":"m"}]})",
    "<html>",
    "",
};
constexpr int statuses[] = {200, 200, 200, 400, 403, 404, 408, 410, 413, 429, 500, 502, 503, 504, 202, 204, 301};

class Replies {
 public:
  explicit Replies(ByteSource& source) : source_(source) {}

  HttpReply next(Timestamp now) {
    auto const kind = source_.below(8);
    if (kind == 0) return lost();
    HttpResponse response;
    response.status = statuses[source_.below(std::size(statuses))];
    if (kind == 1) response.status = static_cast<int>(source_.number(2));
    response.body = bodies[source_.below(std::size(bodies))];
    if (kind >= 5) damage(response.body);
    for (auto left = source_.below(4); left > 0; --left) add_header(response.headers, now);
    return response;
  }

 private:
  HttpReply lost() {
    TransportError error;
    error.reason = static_cast<TransportReason>(source_.below(reasons));
    error.message = source_.one_in(2) ? secret : "reset";
    error.may_have_reached_server = source_.one_in(2);
    return Unexpected{std::move(error)};
  }
  void damage(std::string& body) {
    for (auto left = 1 + source_.below(3); left > 0; --left) {
      std::size_t const at = source_.below(body.size() + 1);
      switch (source_.below(4)) {
        case 0: body.insert(at, secret); break;
        case 1: body.resize(at); break;
        case 2:
          if (at < body.size()) body[at] = static_cast<char>(source_.byte());
          break;
        default: body.insert(at, 1, static_cast<char>(source_.byte())); break;
      }
    }
  }
  void add_header(Headers& headers, Timestamp now) {
    Timestamp const other{std::clamp(now.milliseconds + static_cast<std::int64_t>(source_.number(4)) * 1000 - 2 * year,
                                     Timestamp::min_milliseconds, Timestamp::max_milliseconds)};
    switch (source_.below(7)) {
      case 0: return headers.add("Date", to_http_date(other));
      case 1: return headers.add("Date", to_http_date(now));
      case 2: return headers.add("x-amz-retry-after", std::to_string(source_.number(8)));
      case 3: return headers.add("Retry-After", std::to_string(source_.number(2)));
      case 4: return headers.add("x-amzn-RequestId", source_.one_in(2) ? secret : "r");
      case 5: return headers.add("Age", "1");
      default: return headers.add("Content-Location", "export/j1");
    }
  }

  static constexpr std::size_t reasons = static_cast<std::size_t>(TransportReason::cancelled) + 1;
  ByteSource& source_;
};

template <class Machine>
class Play {
 public:
  Play(ByteSource& source, Machine machine, Bounds bounds)
      : source_(source), replies_(source), bounds_(bounds), machine_(Seen{std::move(machine), watch_}) {}

  void run() {
    for (int left = 60; left > 0 && !source_.exhausted(); --left) act();
    finish();
  }

 private:
  using Seen = Observed<Machine, Watch>;
  static constexpr bool is_call = requires(Machine& machine) { machine.attempts(); };
  static constexpr bool is_wait = requires(Machine& machine) { machine.polls(); };
  static constexpr bool is_list = requires { typename Machine::PageStep; };

  void act() {
    switch (source_.below(12)) {
      case 0: move_machine(); return;
      case 1: copy_machine(); return;
      case 2:
        machine_->lose();
        lost_ = true;
        return;
      case 3:
        machine_->cancel();
        check_over();
        return;
      case 4: resume(); return;
      case 5:
        jump();
        step();
        return;
      case 6:
      case 7:
        now_ = later(now_, Milliseconds{static_cast<std::int64_t>(source_.number(2))});
        step();
        return;
      case 8:
        if (wait_) now_ = *wait_;
        step();
        return;
      default:
        receive(replies_.next(now_));
        if (source_.one_in(2)) step();
        return;
    }
  }

  static Timestamp later(Timestamp now, Milliseconds by) {
    return {std::clamp(now.milliseconds + by.count, Timestamp::min_milliseconds, Timestamp::max_milliseconds)};
  }

  // By less than 300 days or more than 500, so that no two of the times that a machine was told are about a year apart.
  void jump() {
    auto const by = static_cast<std::int64_t>(source_.number(4)) * 6;
    switch (source_.below(4)) {
      case 0: now_ = later(now_, Milliseconds{by}); return;
      case 1: now_ = later(now_, Milliseconds{-by}); return;
      case 2: return jump_to({Timestamp::min_milliseconds + by});
      default: return jump_to({Timestamp::max_milliseconds - by});
    }
  }
  void jump_to(Timestamp to) {
    std::int64_t const by = (to - now_).count;
    if (by > 500 * day || by < 0) now_ = to;
  }

  void step() {
    passed_.asked(now_);
    moved_ = lost_ = false;
    check(machine_->next(now_));
  }

  template <class AnyStep>
  void check(AnyStep step) {
    wait_.reset();
    if (auto* send = std::get_if<Send>(&step)) return check_send(*send);
    if (auto* wait = std::get_if<Wait>(&step)) return check_wait(*wait);
    if constexpr (is_list) {
      if (auto* page = std::get_if<Page<typename Machine::Output>>(&step)) {
        FUZZ_REQUIRE(!over_, "no page comes after the end", "");
        check_metadata(page->response.metadata, true);
        ++pages_;
        sent_ = false;
        return;
      }
    }
    auto& done = std::get<Done<typename Machine::Outcome>>(step);
    check_done(done.result);
    over_ = true;
    check_over();
  }

  void check_send(Send const& send) {
    FUZZ_REQUIRE(!over_, "nothing is sent after the end", "");
    HttpRequest const& request = send.request();
    FUZZ_REQUIRE(send.attempt >= 1 && send.attempt <= bounds_.max_attempts, "attempts are bounded", request.target);
    FUZZ_REQUIRE(!bounds_.send_timeout ||
                     (send.timeout && *send.timeout > Milliseconds{0} && *send.timeout <= *bounds_.send_timeout),
                 "the time of an attempt is within the limit", request.target);
    if (bounds_.timeout) {
      FUZZ_REQUIRE(passed_.least() < bounds_.timeout->count, "nothing is sent after the time limit", request.target);
      FUZZ_REQUIRE(send.timeout->count <= bounds_.timeout->count - passed_.least(), "no time is left over",
                   request.target);
      if (is_call)
        FUZZ_REQUIRE(send.timeout->count >= bounds_.timeout->count - passed_.most(), "no time is lost", request.target);
    }
    for (auto const& line : request.headers) check_text(line.value);
    FUZZ_REQUIRE(send.has_own("X-Amz-Target") || request.target != "/", "the call's own fields are known",
                 request.target);
    FUZZ_REQUIRE(!send.has_own("Authorization"), "those of the signer are not among them", request.target);
    if (is_call) {
      if (body_.empty()) body_ = request.body;
      FUZZ_REQUIRE(body_ == request.body, "every attempt sends the same", request.body);
    }
    send.headers().set("X-Amz-Security-Token", secret);
    send.headers().set("Authorization", "Scheme " + std::string{secret});
    FUZZ_REQUIRE(watch_.open, "an attempt is reported", request.target);
    sent_ = true;
  }

  void check_wait(Wait const& wait) {
    FUZZ_REQUIRE(!over_, "no machine waits after its end", "");
    FUZZ_REQUIRE(wait.until > now_ && wait.until.in_range(), "a wait is in the future", "");
    FUZZ_REQUIRE(wait.until - now_ <= bounds_.longest_wait, "a wait is as long as the options allow", "");
    if (bounds_.timeout) {
      FUZZ_REQUIRE(passed_.least() < bounds_.timeout->count, "no machine waits after the time limit", "");
      FUZZ_REQUIRE((wait.until - now_).count <= bounds_.timeout->count - passed_.least(),
                   "a wait ends by the time limit", "");
    }
    wait_ = wait.until;
    sent_ = false;
  }

  template <class Outcome>
  void check_done(Outcome const& outcome) {
    if constexpr (is_wait) {
      if (outcome.error) check_error(*outcome.error);
      if (outcome.last) check_metadata(outcome.last->metadata);
      FUZZ_REQUIRE(bounds_.max_polls == 0 || outcome.polls <= bounds_.max_polls, "polls are bounded", "");
      bool const usage = outcome.error && outcome.error->template as<SetupError>() != nullptr;
      FUZZ_REQUIRE(over_ ? usage || outcome.end == WaitEnd::cancelled : !usage, "a result is there once", "");
      FUZZ_REQUIRE(outcome.end != WaitEnd::success || outcome.last || outcome.error, "a success has a reason", "");
    } else {
      if (!outcome) check_error(outcome.error());
      bool const again = !outcome && (outcome.error().cancelled() || outcome.error().template as<SetupError>());
      FUZZ_REQUIRE(!over_ || again, "a result is there once", "");
      if constexpr (is_call) {
        if (outcome) check_metadata(outcome->metadata);
      } else {
        FUZZ_REQUIRE(!outcome || *outcome == pages_, "the pages are counted", "");
      }
    }
  }

  void check_over() {
    FUZZ_REQUIRE(watch_.outcomes == 1 && !watch_.open, "an outcome is reported", "");
    sent_ = false;
  }

  void receive(HttpReply const& reply) {
    if (sent_ && !moved_) {
      moved_ = true;
      auto const by = static_cast<std::int64_t>(source_.number(3));
      now_ = later(now_, Milliseconds{source_.one_in(4) ? -by : by});
    }
    passed_.told(now_);
    bool const due = sent_;
    unsigned const outcomes = watch_.outcomes;
    auto const state = machine_->state();
    machine_->receive(reply, now_);
    FUZZ_REQUIRE(due || (state == machine_->state() && outcomes == watch_.outcomes),
                 "a reply that is not due is ignored", "");
    sent_ = false;
  }

  void resume() {
    auto const state = machine_->state();
    if (!machine_->resume()) {
      FUZZ_REQUIRE(state == machine_->state(), "what cannot be resumed stays as it is", "");
      return;
    }
    FUZZ_REQUIRE(watch_.outcomes == 1, "what was cancelled goes on", "");
    watch_.outcomes = 0;
    over_ = false;
    passed_.restart();
  }

  void move_machine() {
    Seen other{std::move(*machine_)};
    machine_.reset();
    machine_.emplace(std::move(other));
    Seen* const same = &*machine_;
    Seen third{std::move(*machine_)};
    *same = std::move(third);
  }

  // A copy has a quota, a clock skew and a random source in common with the original, so that only a step that uses
  // none of them can be compared.
  void copy_machine() {
    if (lost_) return;
    Machine copy{machine_->machine()};
    auto const first = copy.next(now_);
    Machine again{machine_->machine()};
    auto const second = again.next(now_);
    FUZZ_REQUIRE(first.index() == second.index(), "a copy does the same", "");
    if (auto const* wait = std::get_if<Wait>(&first))
      FUZZ_REQUIRE(wait->until == std::get<Wait>(second).until, "a copy waits as long", "");
  }

  // With a service that refuses everything, every machine ends soon.
  void finish() {
    for (int left = 8; !over_; --left) {
      FUZZ_REQUIRE(left > 0, "a machine ends", "");
      if (wait_) now_ = *wait_;
      step();
      if (sent_) receive(HttpResponse{400, {}, R"({"__type":"ValidationException"})"});
    }
    step();
    FUZZ_REQUIRE(over_ && !sent_ && !wait_, "Done is final", "");
  }

  ByteSource& source_;
  Replies replies_;
  Bounds bounds_;
  Timestamp now_ = Timestamp::from_seconds(1'795'564'800);
  Passed passed_;
  Watch watch_;
  std::optional<Seen> machine_;
  std::optional<Timestamp> wait_;
  std::string body_;
  std::uint64_t pages_ = 0;
  bool over_ = false;
  bool sent_ = false;
  // Whether a reply was lost, or the clock was moved, since the last step.
  bool lost_ = false;
  bool moved_ = false;
};

Milliseconds any_span(ByteSource& source) {
  switch (source.below(10)) {
    case 0: return {0};
    case 1: return {-1};
    case 2: return {(std::numeric_limits<std::int64_t>::max)()};
    case 3: return {(std::numeric_limits<std::int64_t>::min)()};
    case 4: return {static_cast<std::int64_t>(source.number(8))};
    case 5: return {static_cast<std::int64_t>(source.number(1))};
    default: return {static_cast<std::int64_t>(source.number(2)) * 4};
  }
}
std::optional<Milliseconds> maybe_span(ByteSource& source) {
  if (!source.one_in(2)) return std::nullopt;
  return any_span(source);
}

class Scene {
 public:
  explicit Scene(ByteSource& source)
      : source_(source),
        numbers_{source.below(3)},
        session_{.quota = RetryQuota{source.one_in(4) ? static_cast<std::int32_t>(source.number(1)) : 500}} {
    call_.retry.spec = source.one_in(2) ? RetrySpec::v2_0 : RetrySpec::v2_1;
    call_.retry.max_attempts = source.one_in(4) ? static_cast<unsigned>(source.number(4)) : 3;
    if (source.one_in(4)) call_.retry.max_backoff = any_span(source);
    call_.retry.repeat_any = source.one_in(4);
    call_.timeout = maybe_span(source);
    if (source.one_in(4)) call_.clock = {any_span(source), any_span(source)};
  }

  void run() {
    switch (source_.below(8)) {
      case 0:
        return call<StartFHIRExportJob>({.output_data_config = {S3Configuration{"s3://bucket/p", "alias/k"}},
                                         .datastore_id = "d1",
                                         .data_access_role_arn = "arn:aws:iam::123456789012:role/R"});
      case 1: return call<DescribeFHIRExportJob>({.datastore_id = "d1", .job_id = "j1"});
      case 2:
        return call<rest::StartExport>({.datastore_id = "d1",
                                        .body = {.job_name = "n",
                                                 .output_data_config = {S3Configuration{"s3://bucket/p", "alias/k"}},
                                                 .data_access_role_arn = "arn:aws:iam::123456789012:role/R"}});
      case 3: return call<rest::DescribeExport>({.datastore_id = "d1", .job_id = "j1"});
      case 4: return list<ListFHIRExportJobs>({.datastore_id = "d1"});
      case 5: return wait<rest::ExportCancelled>({.datastore_id = "d1", .job_id = "j1"});
      case 6: return wait<FHIRDatastoreActive>({.datastore_id = "d1"});
      default: return wait<FHIRExportJobCompleted>({.datastore_id = "d1", .job_id = "j1"});
    }
  }

 private:
  [[nodiscard]] Milliseconds longest_delay() const {
    RetryPolicy const& policy = call_.retry;
    auto const most = std::max(longest_backoff(policy, RetryKind::throttling, 100).count + 5000,
                               longest_backoff(policy, RetryKind::transient, 100).count + 5000);
    return {policy.spec == RetrySpec::v2_0 ? std::max(most, policy.max_backoff.count) : most};
  }
  [[nodiscard]] Bounds bounds() const {
    return {call_.timeout, call_.timeout, longest_delay(), std::max(call_.retry.max_attempts, 1U), 0};
  }

  template <class Op>
  void call(typename Op::Input const& input) {
    Play<Call<Op>>{source_, Call<Op>{input, endpoint_, session_, Entropy{numbers_}, call_}, bounds()}.run();
  }
  template <class Op>
  void list(typename Op::Input const& input) {
    auto limits = bounds();
    // Each page has its own.
    limits.timeout.reset();
    Play<Pager<Op>>{source_, Pager<Op>{input, endpoint_, session_, Entropy{numbers_}, call_}, limits}.run();
  }
  template <class W>
  void wait(typename W::Operation::Input const& input) {
    WaitOptions options;
    options.delay = maybe_span(source_);
    if (source_.one_in(2)) options.max_attempts = static_cast<unsigned>(source_.below(4));
    options.timeout = maybe_span(source_);
    if (source_.one_in(2)) options.max_failed_polls = static_cast<unsigned>(source_.below(4));
    options.not_found = maybe_span(source_);
    auto limits = bounds();
    limits.longest_wait = std::max(limits.longest_wait, options.delay.value_or(W::delay));
    limits.timeout = options.timeout;
    limits.max_polls = options.max_attempts.value_or(options.timeout ? 0 : W::max_attempts);
    Play<Waiter<W>>{source_, Waiter<W>{input, endpoint_, session_, Entropy{numbers_}, call_, options}, limits}.run();
  }

  ByteSource& source_;
  Numbers numbers_;
  Endpoint endpoint_{.authority = "healthlake.us-east-1.amazonaws.com"};
  Session session_;
  CallOptions call_{};
};
}  // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  auto source = ByteSource::from_bytes(fuzz::as_text(data, size));
  Scene{source}.run();
  return 0;
}

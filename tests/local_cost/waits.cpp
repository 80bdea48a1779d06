// Many waits at once with the local service in the loop, in one thread and without a network: waits JOBS.
//
// Each job is started by a Call and waited for by a Waiter; every request is signed, verified, dispatched and answered.
// Time is virtual: the next event is the machine that is due first. Prints the requests per job, and the CPU time that
// the process took per job in user mode. run.sh builds it, runs it, and splits the cost into service and client.
#include <sys/resource.h>

#include <charconv>
#include <cstdio>
#include <functional>
#include <memory>
#include <queue>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "healthlake/drive.hpp"
#include "healthlake/healthlake.hpp"
#include "healthlake/local/local_healthlake.hpp"

using namespace healthlake;

namespace {

constexpr Timestamp begin = Timestamp::from_seconds(1'786'145'687);
constexpr std::string_view region = "us-east-1";
// A poll finds a job SUBMITTED, then IN_PROGRESS twice, then COMPLETED.
constexpr WaitOptions wait_options{.delay = Milliseconds{2'100}, .timeout = Milliseconds{3'600'000}};

struct Counter {
  Timestamp now() { return time; }
  void sleep(Milliseconds) {}
  std::uint64_t random() { return state += 0x9E3779B97F4A7C15U; }

  Timestamp time = begin;
  std::uint64_t state = 0;
};

/// One job: the call that starts it, then the wait for its end.
class Job {
 public:
  using Start = Call<StartFHIRExportJob>;
  using Wait = Waiter<FHIRExportJobCompleted>;
  enum class State { going, completed, failed };

  Job(Endpoint const& endpoint, Session& session, Counter& entropy)
      : endpoint_(endpoint), session_(session), entropy_(entropy) {
    start_ = std::make_unique<Start>(
        StartFHIRExportJobRequest{
            .output_data_config = {S3Configuration{.s3_uri = "s3://bucket/out", .kms_key_id = "alias/key"}},
            .datastore_id = "0123456789abcdef0123456789abcdef",
            .data_access_role_arn = "arn:aws:iam::123456789012:role/service"},
        endpoint_, session_, Entropy{entropy_});
  }

  /// Takes one step now; returns how it stands, and in `due` when the next one is to be taken.
  template <class Transport, class S>
  State step(Transport& service, S& signer, Credentials const& credentials, Timestamp& due) {
    if (start_) return step(*start_, service, signer, credentials, due);
    return step(*wait_, service, signer, credentials, due);
  }

 private:
  template <class Machine, class Transport, class S>
  State step(Machine& machine, Transport& service, S& signer, Credentials const& credentials, Timestamp& due) {
    auto step = machine.next(entropy_.now());
    if (auto const* until = std::get_if<healthlake::Wait>(&step)) {
      due = until->until;
      return State::going;
    }
    if (std::holds_alternative<Send>(step))
      return take_step(machine, step, service, signer, entropy_, credentials, region) ? State::failed : State::going;
    return finish(std::get<Done<typename Machine::Outcome>>(step).result);
  }

  State finish(Start::Outcome const& started) {
    if (!started) return State::failed;
    wait_ = std::make_unique<Wait>(DescribeFHIRExportJobRequest{.datastore_id = "0123456789abcdef0123456789abcdef",
                                                                .job_id = started->output.job_id},
                                   endpoint_, session_, Entropy{entropy_}, CallOptions{}, wait_options);
    start_.reset();
    return State::going;
  }
  static State finish(Wait::Outcome const& waited) {
    return waited.end == WaitEnd::success ? State::completed : State::failed;
  }

  Endpoint const& endpoint_;
  Session& session_;
  Counter& entropy_;
  std::unique_ptr<Start> start_;
  std::unique_ptr<Wait> wait_;
};

/// Counts the requests of the service.
struct Counted {
  LocalHealthLake& service;
  std::size_t requests = 0;
  HttpReply send(HttpRequest const& request) {
    ++requests;
    return service.send(request);
  }
};

double user_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec) + static_cast<double>(usage.ru_utime.tv_usec) / 1e6;
}

// Returns how many jobs completed.
std::size_t run(std::size_t jobs, Counted& service, Counter& clock, Credentials const& credentials) {
  Endpoint const endpoint = *resolve_endpoint({.region = std::string{region}});
  Session session;
  SigV4<Sha256> signer;
  std::vector<Job> all;
  using Event = std::pair<Timestamp, std::size_t>;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events;
  for (std::size_t i = 0; i < jobs; ++i) {
    all.emplace_back(endpoint, session, clock);
    events.emplace(begin + Milliseconds{static_cast<std::int64_t>(i % 1'000)}, i);
  }
  std::size_t completed = 0;
  while (!events.empty()) {
    auto [due, i] = events.top();
    events.pop();
    clock.time = due;
    auto const state = all[i].step(service, signer, credentials, due);
    if (state == Job::State::going) events.emplace(due, i);
    if (state == Job::State::completed) ++completed;
  }
  return completed;
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t jobs = 0;
  std::string_view const text = argc == 2 ? argv[1] : "";
  if (std::from_chars(text.data(), text.data() + text.size(), jobs).ptr != text.data() + text.size() || jobs == 0) {
    std::fprintf(stderr, "usage: waits JOBS\n");
    return 2;
  }
  Credentials const credentials{"AKIAIOSFODNN7EXAMPLE", Secret{"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}, {}};
  Counter clock;
  MemoryStore objects;
  LocalOptions options{.region = std::string{region}, .credentials = {credentials}};
  options.max_concurrent_jobs = jobs;
  LocalHealthLake local{[&] { return clock.now(); }, objects, std::move(options)};
  if (!local.add_datastore("0123456789abcdef0123456789abcdef",
                           {{"Patient", "{\"resourceType\":\"Patient\",\"id\":\"1\"}\n"}}))
    return 1;
  Counted service{local};
  double const before = user_seconds();
  std::size_t const completed = run(jobs, service, clock, credentials);
  double const spent = user_seconds() - before;
  auto const count = static_cast<double>(jobs);
  std::printf("%zu jobs, %.2f requests a job, %.1f us of user CPU a job\n", jobs,
              static_cast<double>(service.requests) / count, spent * 1e6 / count);
  return completed == jobs ? 0 : 1;
}

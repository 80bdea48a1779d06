// Runs worlds that are drawn from seeds: simulation SEED [N] [OPTION]... See run.sh, which builds it.
#include <sys/resource.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "world.hpp"

using namespace simulation;

namespace {

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  auto const seconds = [](timeval const& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Arguments {
  std::vector<std::uint64_t> numbers{};
  Size size = small_world;
  Bug bug = Bug::none;
  bool trace = false;
  bool tally = false;
  bool self_test = false;
  /// The largest number of jobs to measure with; 0: nothing is measured.
  std::size_t flat = 0;
  /// The jobs of one world like those that are measured, for tools that count instructions; 0: none.
  std::size_t steady = 0;
};

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  auto const parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

bool read_option(std::string_view text, Arguments& arguments) {
  auto const value = [&](std::string_view name) {
    auto const number = text.starts_with(name) ? number_of(text.substr(name.size())) : std::nullopt;
    return number == 0U ? std::nullopt : number;
  };
  if (text == "--full") arguments.size = full_world;
  else if (text == "--trace") arguments.trace = true;
  else if (text == "--tally") arguments.tally = true;
  else if (text == "--self-test") arguments.self_test = true;
  else if (text == "--bug=new-token") arguments.bug = Bug::new_token;
  else if (text == "--bug=lost-wakeup") arguments.bug = Bug::lost_wakeup;
  else if (text == "--bug=double-report") arguments.bug = Bug::double_report;
  else if (auto const exports = value("--exports=")) arguments.size.exports = *exports;
  else if (auto const stores = value("--stores=")) arguments.size.stores = *stores;
  else if (auto const sessions = value("--sessions=")) arguments.size.sessions = *sessions;
  else if (auto const jobs = value("--flat=")) arguments.flat = *jobs;
  else if (auto const jobs_once = value("--steady=")) arguments.steady = *jobs_once;
  else if (auto const number = number_of(text)) arguments.numbers.push_back(*number);
  else return false;
  return arguments.numbers.size() <= 2;
}

std::string shown(Size const& size) {
  return std::to_string(size.exports) + " exports, " + std::to_string(size.stores) + " data stores, " +
         std::to_string(size.sessions) + " sessions";
}

unsigned long long printable(std::uint64_t number) { return number; }

/// What several worlds came to.
struct Sum {
  std::uint64_t worlds = 0;
  Outcome of_all{};
  double cpu = 0;

  void add(Outcome const& outcome) {
    ++worlds;
    of_all.requests += outcome.requests;
    of_all.events += outcome.events;
    of_all.virtual_time.count += outcome.virtual_time.count;
    of_all.tally.add(outcome.tally);
    of_all.trace = (of_all.trace ^ outcome.trace) * 1'099'511'628'211U;
  }
  void print(Size const& size, bool with_tally) const {
    auto const count = static_cast<double>(worlds);
    std::printf("%llu worlds, each of %s: no fault\n", printable(worlds), shown(size).c_str());
    std::printf("a world: %.2f h of virtual time, %.1f requests, %.3f ms of CPU; trace %016llx\n",
                static_cast<double>(of_all.virtual_time.count) / 3.6e6 / count,
                static_cast<double>(of_all.requests) / count, cpu * 1e3 / count, printable(of_all.trace));
    if (!with_tally) return;
    for (std::size_t i = 0; i < trouble_names.size(); ++i)
      std::printf("%12llu %s\n", printable(of_all.tally[i]), trouble_names[i]);
  }
};

// Runs worlds one after the other, to the first in which something is wrong. Returns its seed.
std::optional<std::uint64_t> run(std::uint64_t first, std::uint64_t count, Arguments const& arguments, Sum& sum,
                                 std::string& fault) {
  double const begin = cpu_seconds();
  std::optional<std::uint64_t> bad;
  for (std::uint64_t i = 0; i < count && !bad; ++i) {
    World world{draw_plan(first + i, arguments.size, arguments.bug)};
    Outcome const outcome = !arguments.trace ? world.run() : world.run([](auto at, char const* kind, auto which) {
      std::printf("%12lld ms  %s %zu\n", static_cast<long long>((at - beginning).count), kind, which);
    });
    sum.add(outcome);
    if (outcome.fault.empty()) continue;
    fault = outcome.fault;
    bad = first + i;
  }
  sum.cpu += cpu_seconds() - begin;
  return bad;
}

bool run_seeds(Arguments const& arguments) {
  std::uint64_t const first = arguments.numbers.empty() ? 1 : arguments.numbers[0];
  std::uint64_t const count = arguments.numbers.size() < 2 ? 1 : arguments.numbers[1];
  Sum sum;
  std::string fault;
  auto const bad = run(first, count, arguments, sum, fault);
  if (!bad) return sum.print(arguments.size, arguments.tally), true;
  std::printf("seed %llu (%s): %s\n", printable(*bad), shown(arguments.size).c_str(), fault.c_str());
  std::printf("to repeat: sh tests/simulation/run.sh %llu 1 --exports=%zu --stores=%zu --sessions=%zu --trace\n",
              printable(*bad), arguments.size.exports, arguments.size.stores, arguments.size.sessions);
  return false;
}

// The simulation finds bugs that were put in, repeats itself, and leaves nothing out.
bool self_test() {
  bool good = true;
  struct Named {
    Bug bug;
    char const* name;
    char const* found_as;
  };
  constexpr Named bugs[] = {{Bug::new_token, "a new token for a start that is repeated", "was started 2 times"},
                            {Bug::lost_wakeup, "a lost wake-up", "wait for a reply"},
                            {Bug::double_report, "an end that is reported twice", "is reported again"}};
  for (auto const& [bug, name, found_as] : bugs) {
    Arguments const arguments{.bug = bug};
    Sum sum;
    std::string fault;
    // A minute at the very most: a world takes milliseconds.
    auto const bad = run(1, 5'000, arguments, sum, fault);
    bool const found = bad && fault.find(found_as) != std::string::npos;
    std::printf("%s: %s after %llu worlds, %.3f s of CPU: %s\n", name, found ? "found" : "NOT FOUND",
                printable(sum.worlds), sum.cpu, fault.c_str());
    good = good && found;
  }
  Sum once;
  Sum again;
  std::string fault;
  for (Sum* const sum : {&once, &again}) good = !run(1, 4'000, {}, *sum, fault) && good;
  if (!fault.empty()) std::printf("FAILED: %s\n", fault.c_str());
  if (once.of_all.trace != again.of_all.trace) {
    std::printf("FAILED: the same seeds are not the same worlds\n");
    good = false;
  }
  for (std::size_t i = 0; i < trouble_names.size(); ++i)
    if (once.of_all.tally[i] == 0) {
      std::printf("FAILED: no %s in %llu worlds\n", trouble_names[i], printable(once.worlds));
      good = false;
    }
  return good;
}

// What a job costs, however many there are.
bool measure(std::size_t most) {
  std::printf("%10s %14s %14s %16s %16s\n", "jobs", "virtual time", "requests", "requests a job", "CPU us a job");
  for (std::size_t jobs = 100; jobs <= most; jobs *= 10) {
    // Small numbers several times, so that there is something to measure; and the least of three, since what other
    // processes do to the caches only adds.
    std::size_t const times = std::max<std::size_t>(10'000 / jobs, 1);
    double least = 0;
    Outcome outcome;
    for (int round = 0; round < 3; ++round) {
      double const begin = cpu_seconds();
      for (std::size_t i = 0; i < times; ++i) {
        outcome = World{steady_plan(jobs)}.run();
        if (!outcome.fault.empty()) return std::printf("FAILED: %s\n", outcome.fault.c_str()), false;
      }
      double const spent = cpu_seconds() - begin;
      least = round == 0 ? spent : std::min(least, spent);
    }
    auto const count = static_cast<double>(jobs);
    std::printf("%10zu %12.1f s %14llu %16.2f %16.1f\n", jobs, static_cast<double>(outcome.virtual_time.count) / 1e3,
                printable(outcome.requests), static_cast<double>(outcome.requests) / count,
                least * 1e6 / count / static_cast<double>(times));
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i)
    if (!read_option(argv[i], arguments)) {
      std::fprintf(stderr, "%s: not understood; see tests/simulation/run.sh\n", argv[i]);
      return 2;
    }
  if (arguments.self_test) return self_test() ? 0 : 1;
  if (arguments.flat != 0) return measure(arguments.flat) ? 0 : 1;
  if (arguments.steady != 0) return World{steady_plan(arguments.steady)}.run().fault.empty() ? 0 : 1;
  return run_seeds(arguments) ? 0 : 1;
}

// Runs worlds from seeds: simulation SEED [N] [OPTION]... See run.sh.
#include <sys/resource.h>

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
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
  bool self_test = false;
  bool flat = false;
};

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  auto const parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

bool read_option(std::string_view text, Arguments& arguments) {
  auto const value = [&](std::string_view name) {
    return text.starts_with(name) ? number_of(text.substr(name.size())) : std::nullopt;
  };
  if (text == "--small") arguments.size = small_world;
  else if (text == "--full") arguments.size = full_world;
  else if (text == "--trace") arguments.trace = true;
  else if (text == "--self-test") arguments.self_test = true;
  else if (text == "--flat") arguments.flat = true;
  else if (text == "--bug=new-token") arguments.bug = Bug::new_token;
  else if (text == "--bug=lost-wakeup") arguments.bug = Bug::lost_wakeup;
  else if (text == "--bug=double-report") arguments.bug = Bug::double_report;
  else if (auto const exports = value("--exports="); exports && *exports != 0) arguments.size.exports = *exports;
  else if (auto const stores = value("--stores="); stores && *stores != 0) arguments.size.stores = *stores;
  else if (auto const sessions = value("--sessions="); sessions && *sessions != 0) arguments.size.sessions = *sessions;
  else if (auto const number = number_of(text)) arguments.numbers.push_back(*number);
  else return false;
  return true;
}

std::string shown(Size const& size) {
  return std::to_string(size.exports) + " exports, " + std::to_string(size.stores) + " data stores, " +
         std::to_string(size.sessions) + " sessions";
}

Outcome run(std::uint64_t seed, Size const& size, Bug bug, bool trace = false) {
  World world{draw_plan(seed, size, bug)};
  if (!trace) return world.run();
  return world.run([](Timestamp at, char const* kind, std::size_t which) {
    std::printf("%12lld ms  %s %zu\n", static_cast<long long>((at - beginning).count), kind, which);
  });
}

// Returns false at the first world in which something is wrong.
bool run_all(Arguments const& arguments) {
  std::uint64_t const first = arguments.numbers.empty() ? 1 : arguments.numbers[0];
  std::uint64_t const count = arguments.numbers.size() < 2 ? 1 : arguments.numbers[1];
  Outcome sum;
  double const begin = cpu_seconds();
  for (std::uint64_t i = 0; i < count; ++i) {
    std::uint64_t const seed = first + i;
    Outcome const outcome = run(seed, arguments.size, arguments.bug, arguments.trace);
    sum.requests += outcome.requests;
    sum.handled += outcome.handled;
    sum.events += outcome.events;
    sum.timeouts += outcome.timeouts;
    sum.virtual_time.count += outcome.virtual_time.count;
    sum.trace = (sum.trace ^ outcome.trace) * 1'099'511'628'211U;
    if (outcome.fault.empty()) continue;
    std::printf("seed %llu (%s): %s\n", static_cast<unsigned long long>(seed), shown(arguments.size).c_str(),
                outcome.fault.c_str());
    std::printf("to repeat: sh tests/simulation/run.sh %llu 1 --exports=%zu --stores=%zu --sessions=%zu\n",
                static_cast<unsigned long long>(seed), arguments.size.exports, arguments.size.stores,
                arguments.size.sessions);
    return false;
  }
  double const spent = cpu_seconds() - begin;
  auto const worlds = static_cast<double>(count);
  std::printf("%llu worlds from seed %llu on (%s each): no fault\n", static_cast<unsigned long long>(count),
              static_cast<unsigned long long>(first), shown(arguments.size).c_str());
  std::printf(
      "a world: %.1f h of virtual time, %.1f requests, %.1f runs that timed out, %.3f ms of CPU; trace %016llx\n",
      static_cast<double>(sum.virtual_time.count) / 3.6e6 / worlds, static_cast<double>(sum.requests) / worlds,
      static_cast<double>(sum.timeouts) / worlds, spent * 1e3 / worlds, static_cast<unsigned long long>(sum.trace));
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i)
    if (!read_option(argv[i], arguments)) {
      std::fprintf(stderr,
                   "usage: simulation SEED [N] [--full] [--exports=N] [--stores=N] [--sessions=N] [--bug=NAME]\n");
      return 2;
    }
  return run_all(arguments) ? 0 : 1;
}

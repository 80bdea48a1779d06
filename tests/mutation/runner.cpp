// The main function of the programs that run.py builds: it runs the test cases that reach a mutant, in a process of its
// own for each mutant.
//
//   record        For each test case: its number, 1 if it passed, its CPU time and its time in microseconds, and the
//                 mutants that it reached. The first line has those that were reached before main.
//   run           For each line "mutant, 1 if it must be active before main, and for each test case its number and its
//                 limits in microseconds of CPU and of time" of the standard input: the mutant, and how it ended:
//                 passed, failed, crashed or late.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "healthlake/hlm.hpp"

namespace healthlake_mutation {
int active = 0;
}  // namespace healthlake_mutation

namespace {

constexpr int most = 1 << 16;
volatile char reached[most];

// Before the constructors of all other files.
[[gnu::constructor(101)]] void read_environment() {
  if (char const* const number = std::getenv("HLM")) healthlake_mutation::active = std::atoi(number);
}

void write_reached(FILE* out) {
  for (int i = 0; i < most; ++i)
    if (reached[i] != 0) std::fprintf(out, " %d", i);
  std::fputc('\n', out);
}

bool passes(int test_case) {
  doctest::Context context;
  context.setOption("order-by", "file");
  context.setOption("first", test_case);
  context.setOption("last", test_case);
  context.setOption("abort-after", 1);
  context.setOption("no-breaks", true);
  return context.run() == 0;
}

void limit_to(long cpu, long time) {
  itimerval const cpu_timer{{0, 0}, {cpu / 1'000'000, cpu % 1'000'000}};
  itimerval const timer{{0, 0}, {time / 1'000'000, time % 1'000'000}};
  setitimer(ITIMER_PROF, &cpu_timer, nullptr);
  setitimer(ITIMER_REAL, &timer, nullptr);
}

bool all_pass(std::istream& plan) {
  int test_case = 0;
  long cpu = 0;
  long time = 0;
  while (plan >> test_case >> cpu >> time) {
    limit_to(cpu, time);
    if (!passes(test_case)) return false;
  }
  return true;
}

int record(FILE* out) {
  write_reached(out);
  std::fflush(out);
  int const test_cases = static_cast<int>(doctest::detail::getRegisteredTests().size());
  for (int i = 1; i <= test_cases; ++i) {
    pid_t const child = fork();
    if (child == 0) {
      for (auto& each : reached) each = 0;
      auto const begin = std::chrono::steady_clock::now();
      bool const passed = passes(i);
      rusage used{};
      getrusage(RUSAGE_SELF, &used);
      long const cpu =
          (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1'000'000 + used.ru_utime.tv_usec + used.ru_stime.tv_usec;
      long const time =
          std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin).count();
      std::fprintf(out, "%d %d %ld %ld", i, passed ? 1 : 0, cpu, time);
      write_reached(out);
      std::fflush(out);
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (status != 0) std::fprintf(out, "%d 0 0 0\n", i);
  }
  return 0;
}

[[noreturn]] void run_in_child(int mutant, bool before_main, std::string const& plan) {
  setpgid(0, 0);
  rlimit const memory{4ULL << 30, 4ULL << 30};
  rlimit const no_core{0, 0};
  setrlimit(RLIMIT_AS, &memory);
  setrlimit(RLIMIT_CORE, &no_core);
  if (before_main) {
    setenv("HLM", std::to_string(mutant).c_str(), 1);
    execl("/proc/self/exe", "tests", "once", plan.c_str(), nullptr);
    _exit(2);
  }
  healthlake_mutation::active = mutant;
  std::istringstream in(plan);
  _exit(all_pass(in) ? 0 : 1);
}

int run(FILE* out) {
  // A mutant may let a program that it starts read what is left of the standard input.
  std::stringstream plans;
  plans << std::cin.rdbuf();
  dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
  int mutant = 0;
  int before_main = 0;
  for (std::string plan; plans >> mutant >> before_main && std::getline(plans, plan);) {
    pid_t const child = fork();
    if (child == 0) run_in_child(mutant, before_main != 0, plan);
    int status = 0;
    waitpid(child, &status, 0);
    kill(-child, SIGKILL);
    bool const late = WIFSIGNALED(status) && (WTERMSIG(status) == SIGPROF || WTERMSIG(status) == SIGALRM);
    char const* const crashed = late ? "late" : WIFSIGNALED(status) ? "crashed" : "failed";
    std::fprintf(out, "%d %s\n", mutant, status == 0 ? "passed" : crashed);
    std::fflush(out);
  }
  return 0;
}

}  // namespace

void healthlake_mutation::record(int number) noexcept { reached[number] = 1; }

int main(int argc, char** argv) {
  std::string const mode = argc > 1 ? argv[1] : "";
  if (mode == "once" && argc > 2) {
    std::istringstream in(argv[2]);
    return all_pass(in) ? 0 : 1;
  }
  // What the tests print goes nowhere.
  FILE* const out = fdopen(dup(STDOUT_FILENO), "w");
  int const nowhere = open("/dev/null", O_WRONLY);
  dup2(nowhere, STDOUT_FILENO);
  dup2(nowhere, STDERR_FILENO);
  if (mode == "record") return record(out);
  if (mode == "run") return run(out);
  return 2;
}

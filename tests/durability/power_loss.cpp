// What the local service keeps if the power fails, the process is killed, the disk is full or broken, the journal is
// cut anywhere, or the clock jumps. The service runs in this process, with its real files; every call to the disk that
// changes something goes through FileCalls, where it is recorded, or fails.
//
// Invariants, each after every failure:
// - the service starts again, by itself;
// - every job whose Start request was answered is there, with its id; none is invented, none is there twice;
// - no status goes back: what was COMPLETED stays COMPLETED, what was IN_PROGRESS is not QUEUED again;
// - every job that is COMPLETED has all its files, and they are complete;
// - a new job is accepted, and is there after another start;
// - the service answers whatever the disk does: with an error, and with success again when the disk works.
//
// power_loss [all] [SEED [PART]]: some of the failures, or all of them; PART is power, kill, disk, tail or clock. A
// failure prints the command that repeats it.
#include <chrono>
#include <cstring>
#include <string>
#include <vector>

#include "tests/durability/life.hpp"

namespace {

using namespace durability;

// What services come up on.
Copies crashed;
fs::path work;
std::size_t states = 0;
std::size_t restarts = 0;
// How often a service asked for --accept-damaged-tail.
std::size_t asked = 0;

Tree const& begin_tree() {
  static Tree const tree{{"s3", std::nullopt},
                         {"s3/bucket", std::nullopt},
                         {"s3/bucket/in", std::nullopt},
                         {"s3/bucket/in/a.ndjson", "{\"resourceType\":\"Patient\",\"id\":\"9\"}\n"}};
  return tree;
}

// A service comes up on `tree`. Its clock is at `now`. After an error of the disk, the last line may be mixed from two
// that were not acknowledged, which cannot be told from damage: then it may ask to be told to drop that line.
void check_tree(Tree const& tree, Knowledge const& knowledge, std::size_t made, Timestamp now, bool errors) {
  fs::path const base = work / "crashed";
  crashed.contain(tree);
  ++states;
  std::string id;
  {
    Service service{base, crashed, now};
    ++restarts;
    std::string fault = service.start();
    if (errors && fault.find("--accept-damaged-tail") != std::string::npos) {
      ++asked;
      fault = service.start(true);
    }
    require(fault.empty(), "does not start: " + fault);
    check(service, knowledge, made);
    id = service.submit("after", false);
    require(!id.empty(), "a new job is refused: " + service.last_error);
  }
  if (states % 4 != 0) return;
  Knowledge more = knowledge;
  more["after"] = {.acknowledged = 0, .id = id, .datastore = "given"};
  Timestamp later = now + Milliseconds{600'000};
  Service service{base, crashed, later};
  ++restarts;
  std::string const fault = service.start();
  require(fault.empty(), "does not start again: " + fault);
  check(service, more, made);
  require(service.jobs().at("after").seen[0].second == JobStatus::completed, "a new job does not end");
}

// A client's life on a disk of its own.
struct Run {
  Disk disk;
  Client client;

  Run(std::uint64_t seed, bool reserves) : disk(fresh(), begin_tree()), client(seed, disk, work / "live") {
    disk.reserves = reserves;
  }
  static fs::path fresh() {
    write_tree(work / "live", begin_tree());
    return work / "live";
  }
  // The power fails when that many calls have been made.
  void lose_power(std::size_t made) const {
    disk.for_each_crash(
        made, [&](Tree const& tree) { check_tree(tree, client.knowledge, made, client.now, disk.failed() != 0); });
  }
};

std::string said(std::uint64_t seed, std::size_t made) {
  return "seed " + std::to_string(seed) + ", call " + std::to_string(made);
}

void power_loss(std::uint64_t seed, std::size_t steps, bool reserves) {
  Run run{seed, reserves};
  where = said(seed, 0);
  run.client.live(steps);
  // The record is complete: what was recorded is what is there.
  require(run.disk.live() == read_tree(work / "live"), "the record is not what was done");
  std::size_t completed = 0;
  for (auto const& [name, known] : run.client.knowledge) {
    require(known.acknowledged.has_value(), "not acknowledged: " + name);
    if (!known.seen.empty() && known.seen.back().second == JobStatus::completed) ++completed;
  }
  require(completed == run.client.knowledge.size() && completed > steps / 4, "not all jobs end");
  for (std::size_t made = 0; made <= run.disk.calls(); ++made) {
    where = said(seed, made);
    run.lose_power(made);
  }
}

// The process is killed before one call and started again; then the power fails.
void killed_then_power_loss(std::uint64_t seed, std::size_t steps, std::size_t stride) {
  for (std::size_t killed = 1;; killed += killed < 12 ? 1 : stride) {
    Run run{seed, true};
    run.disk.freeze(killed);
    where = said(seed, killed) + " (killed)";
    run.client.live(steps);
    if (run.disk.calls() < killed) return;
    for (std::size_t made = killed; made <= run.disk.calls(); made += made < killed + 12 ? 1 : 25) {
      where = said(seed, made) + ", killed at " + std::to_string(killed);
      run.lose_power(made);
    }
  }
}

// One call fails, or all for some time; then the power fails.
std::size_t disk_failures(std::uint64_t seed, std::size_t steps, int code, std::size_t length, std::size_t stride) {
  for (std::size_t from = 1, runs = 0;; from += from < 12 ? 1 : stride, ++runs) {
    Run run{seed, from % 2 == 0};
    run.disk.fail({from, from + length, code});
    where = said(seed, from) + ": " + std::strerror(code) + " for " + std::to_string(length) + " calls";
    run.client.live(steps);
    if (run.disk.failed() == 0) return runs;
    for (std::size_t made : {from, from + length / 2, from + length, from + length + 3, run.disk.calls()}) {
      where = said(seed, made) + ", " + std::strerror(code) + " from " + std::to_string(from) + " for " +
              std::to_string(length) + " calls";
      run.lose_power((std::min)(made, run.disk.calls()));
    }
  }
}

// The journal is cut after every byte: exactly the jobs whose lines are complete are there.
std::size_t torn_journal(std::uint64_t seed, std::size_t steps, std::size_t stride) {
  Run run{seed, true};
  run.client.live(steps);
  Tree tree = run.disk.live();
  std::string const whole = *tree.at("state/journal.ndjson");
  for (std::size_t size = 0; size <= whole.size(); size += stride) {
    where = "seed " + std::to_string(seed) + ", journal cut after byte " + std::to_string(size);
    std::string const cut = whole.substr(0, size);
    std::string const complete = cut.substr(0, cut.rfind('\n') + 1);
    tree["state/journal.ndjson"] = cut;
    crashed.contain(tree);
    Timestamp now = begin_of_time;
    Service service{work / "crashed", crashed, now};
    ++restarts;
    std::string const fault = service.start();
    require(fault.empty(), "does not start: " + fault);
    require(service.replayed.records == static_cast<std::size_t>(std::count(complete.begin(), complete.end(), '\n')),
            "not the complete records");
    require(service.replayed.dropped_bytes == cut.size() - complete.size(), "not the bytes of the torn line");
    auto const jobs = service.jobs();
    for (auto const& [name, known] : run.client.knowledge)
      require(jobs.contains(name) == (complete.find("\"" + name + "\\\"") != std::string::npos ||
                                      complete.find("\"" + name + "\"") != std::string::npos),
              "the journal and the service differ about " + name);
  }
  return whole.size() / stride + 1;
}

// The clock jumps between two starts, and back before a third.
std::size_t clock_jumps(std::uint64_t seed, std::size_t steps) {
  constexpr std::int64_t day = 86'400'000;
  std::size_t jumps = 0;
  Run run{seed, true};
  run.client.live(steps);
  Tree const tree = run.disk.live();
  for (std::int64_t const jump :
       {-100'000 * day, -20'000 * day, -366 * day, -day, -std::int64_t{3'600'000}, std::int64_t{-1}, std::int64_t{1},
        std::int64_t{3'600'000}, day, 366 * day, 20'000 * day, 3'000'000 * day}) {
    crashed.contain(tree);
    Timestamp now = run.client.now + Milliseconds{jump};
    Knowledge knowledge = run.client.knowledge;
    for (int start = 0; start < 3; ++start) {
      where = "clock jumps by " + std::to_string(jump) + " ms, start " + std::to_string(start);
      Service service{work / "crashed", crashed, now};
      ++restarts;
      std::string const fault = service.start();
      require(fault.empty(), "does not start: " + fault);
      check(service, knowledge, static_cast<std::size_t>(-1));
      std::string const name = "after-" + std::to_string(start);
      Known& known = knowledge[name];
      known = {.acknowledged = 0, .id = service.submit(name, false), .datastore = "given"};
      require(!known.id.empty(), "a new job is refused: " + service.last_error);
      known.seen.emplace_back(0, service.jobs().at(name).seen[0].second);
      now = start == 0 ? run.client.now : now + Milliseconds{3'000};
      ++jumps;
    }
    // A clock that is behind can be corrected, and then everything ends.
    Service service{work / "crashed", crashed, now};
    require(service.start().empty(), "does not start");
    require(service.get().reset_clock().has_value(), "the clock cannot be reset");
    check(service, knowledge, static_cast<std::size_t>(-1));
    require(!service.submit("at-last", false).empty(), "a new job is refused: " + service.last_error);
    now = now + Milliseconds{600'000};
    for (auto const& [name, job] : service.jobs())
      require(job.seen[0].second == JobStatus::completed, "does not end: " + name);
  }
  return jumps;
}

class Part {
 public:
  explicit Part(char const* name) : name_(name) {}
  ~Part() {
    auto const passed = std::chrono::steady_clock::now() - begin_;
    std::printf("%-40s %7zu states of the disk, %7zu starts, %zu asked, %5.1f s\n", name_, states - states_,
                restarts - restarts_, asked - asked_, std::chrono::duration<double>(passed).count());
    std::fflush(stdout);
  }
  Part(Part const&) = delete;
  Part& operator=(Part const&) = delete;

 private:
  char const* name_;
  std::size_t states_ = states;
  std::size_t restarts_ = restarts;
  std::size_t asked_ = asked;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> arguments{argv + 1, argv + argc};
  bool const all = !arguments.empty() && arguments[0] == "all";
  if (all) arguments.erase(arguments.begin());
  std::uint64_t const seed = arguments.empty() ? 1 : std::stoull(arguments[0]);
  std::string const part = arguments.size() < 2 ? "" : arguments[1];
  auto const wanted = [&](char const* name) { return part.empty() || part == name; };
  fs::path const memory = "/dev/shm";
  std::string pattern =
      ((fs::is_directory(memory) ? memory : fs::temp_directory_path()) / "durability-XXXXXX").string();
  require(::mkdtemp(pattern.data()) != nullptr, "no folder to work in");
  work = pattern;
  crashed.begin(work / "crashed");
  std::uint64_t const seeds = all ? 2 : 1;
  if (wanted("power")) {
    Part const timed{"power: lost after every call"};
    for (std::uint64_t i = 0; i < seeds; ++i)
      for (bool const reserves : {true, false})
        if (all || reserves) power_loss(seed + i, all ? 30 : 12, reserves);
  }
  if (wanted("kill")) {
    Part const timed{"kill: before a call, then power loss"};
    for (std::uint64_t i = 0; i < (all ? 2U : 1U); ++i) killed_then_power_loss(seed + i, 10, all ? 1 : 17);
  }
  if (wanted("disk")) {
    Part const timed{"disk: full, broken or read-only"};
    for (int const code : {ENOSPC, EIO, EROFS})
      for (std::size_t const length : {1U, 2U, 7U, 40U})
        require(disk_failures(seed, 10, code, length, all ? 1 : 61) != 0, "no call failed");
  }
  if (wanted("tail")) {
    Part const timed{"tail: journal cut after every byte"};
    torn_journal(seed, 12, all ? 1 : 7);
  }
  if (wanted("clock")) {
    Part const timed{"clock: jumps between starts"};
    for (std::uint64_t i = 0; i < seeds; ++i) clock_jumps(seed + i, 10);
  }
  fs::remove_all(work);
}

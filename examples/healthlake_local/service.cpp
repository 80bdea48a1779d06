#include "service.hpp"

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/local/fault_script.hpp"
#include "healthlake/local/local_healthlake.hpp"
#include "healthlake/local/storage/data_directory.hpp"
#include "healthlake/local/storage/file_journal.hpp"
#include "healthlake/local/storage/file_store.hpp"
#include "healthlake/local/storage/posix_file.hpp"
#include "healthlake/runtime/system.hpp"
#include "page.hpp"
#include "server.hpp"

namespace {

using namespace healthlake;

int fail(int status, std::string const& text) {
  std::fprintf(stderr, "healthlake-local: %s\n", text.c_str());
  return status;
}

LocalOptions options_of(Arguments const& arguments) {
  auto const scaled = [&](Milliseconds time) {
    return Milliseconds{static_cast<std::int64_t>(static_cast<double>(time.count) / arguments.time_scale)};
  };
  LocalOptions options{.region = arguments.region};
  if (!arguments.no_auth)
    options.credentials.push_back(
        {arguments.access_key, Secret{arguments.secret_key}, Secret{arguments.session_token.value_or("")}});
  // Only jobs and data stores run faster; signatures use the real time.
  options.submitted_time = scaled(options.submitted_time);
  options.running_time = scaled(options.running_time);
  options.transition_time = scaled(options.transition_time);
  return options;
}

// Serves requests, and ends jobs on time even without any. Reports when writing the journal fails and when it works
// again.
int serve_on(Arguments const& arguments, LocalHealthLake& healthlake, SystemRuntime& runtime) {
  std::string reported;
  Page page{arguments, healthlake, runtime};
  return serve(
      arguments.listen,
      [&](HttpRequest const& request) {
        if (auto shown = page.answer(request)) return http_server::Answer{.response = std::move(shown)};
        auto const begin = std::chrono::steady_clock::now();
        auto reply = healthlake.send(request);
        http_server::Answer answer{.delay = std::chrono::milliseconds{healthlake.last_latency().count}};
        auto const passed = std::chrono::steady_clock::now() - begin;
        page.note(request, reply, std::chrono::duration_cast<std::chrono::milliseconds>(passed) + answer.delay);
        if (reply) answer.response = *std::move(reply);
        return answer;
      },
      [&] {
        healthlake.settle();
        std::string const& failure = healthlake.journal_failure();
        if (failure == reported) return;
        std::fprintf(stderr, "%s\n",
                     failure.empty() ? "the journal can be written again"
                                     : ("ERROR: the journal cannot be written: " + failure).c_str());
        reported = failure;
      });
}

// Reports what replaying the journal found.
void report(JournalReplay const& replayed, Timestamp now) {
  std::fprintf(stderr, "%zu records replayed, %zu bytes of %s one dropped\n", replayed.records, replayed.dropped_bytes,
               replayed.damaged ? "a damaged" : "an unfinished");
  Milliseconds const ahead = replayed.latest - now;
  if (ahead.count < 60'000) return;
  std::fprintf(stderr,
               "the journal was last written at %s, %lld s ahead of this machine's clock: until then, time stands "
               "still for jobs and data stores; use --reset-clock if the clock was wrong at the time\n",
               to_iso8601(replayed.latest).c_str(), static_cast<long long>(ahead.count / 1'000));
}

// Adds the faults of a file. The error says what is wrong with it.
std::string add_faults(std::string const& path, LocalHealthLake& healthlake) {
  std::ifstream file{path, std::ios::binary};
  std::string const text{std::istreambuf_iterator<char>{file}, {}};
  if (!file.is_open() || file.bad()) return "cannot read " + path;
  auto script = read_fault_script(text);
  if (!script) return path + ", " + script.error();
  for (auto& fault : *script) healthlake.script(std::move(fault));
  return {};
}

}  // namespace

int run(Arguments const& arguments) {
  auto const datastores = load_datastores(arguments.data);
  if (!datastores) return fail(2, "--data: " + datastores.error());
  if (auto const made = create_directories(arguments.s3_root); !made) return fail(2, "--s3-root: " + made.error());
  auto const store = FileStore::open(arguments.s3_root);
  if (!store) return fail(2, "--s3-root: " + store.error());

  SystemRuntime runtime;
  auto options = options_of(arguments);
  // Ids follow from the seed; those of this run must not point to the files of another one.
  options.seed = static_cast<std::uint64_t>(runtime.now().milliseconds);
  options.on_exception = [](std::string_view what) {
    std::fprintf(stderr, "ERROR: %.*s\n", static_cast<int>(what.size()), what.data());
  };
  LocalHealthLake healthlake{[&] { return runtime.now(); }, **store, std::move(options)};
  for (auto const& [id, files] : *datastores) {
    if (auto const added = healthlake.add_datastore(id, files); !added) return fail(2, "--data: " + added.error());
    std::fprintf(stderr, "data store %s, %zu files\n", id.c_str(), files.size());
  }
  if (datastores->empty()) return fail(2, "--data: no data stores (subdirectories) in " + arguments.data);
  if (!arguments.fault.empty())
    if (auto const fault = add_faults(arguments.fault, healthlake); !fault.empty()) return fail(2, "--fault: " + fault);
  if (arguments.state.empty()) return serve_on(arguments, healthlake, runtime);

  if (auto const made = create_directories(arguments.state); !made) return fail(2, "--state: " + made.error());
  auto const journal = FileJournal::open(arguments.state);
  if (!journal) return fail(2, "--state: " + journal.error());
  auto const replayed = healthlake.open_journal(**journal, {.accept_damaged_tail = arguments.accept_damaged_tail});
  if (!replayed) return fail(2, "--state: " + replayed.error());
  report(*replayed, runtime.now());
  if (arguments.reset_clock)
    if (auto const reset = healthlake.reset_clock(); !reset) return fail(2, "--reset-clock: " + reset.error());
  return serve_on(arguments, healthlake, runtime);
}

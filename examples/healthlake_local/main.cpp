// healthlake-local: serves the data stores in a directory as a HealthLake service over HTTP, for any client or SDK.
//
// Exit status: 0 after SIGTERM or SIGINT; 1 it cannot listen on the address; 2 invalid input.
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include "arguments.hpp"
#include "healthlake/local/fault_script.hpp"
#include "healthlake/local/local_healthlake.hpp"
#include "healthlake/local/storage/data_directory.hpp"
#include "healthlake/local/storage/file_journal.hpp"
#include "healthlake/local/storage/file_store.hpp"
#include "healthlake/local/storage/posix_file.hpp"
#include "healthlake/runtime/system.hpp"
#include "healthlake/version.hpp"
#include "http_server.hpp"

namespace {

using namespace healthlake;

int fail(int status, std::string const& text) {
  std::fprintf(stderr, "healthlake-local: %s\n", text.c_str());
  return status;
}

// Ends jobs on time even without requests. Reports when writing the journal fails and when it works again.
void settle_regularly(boost::asio::steady_timer& timer, LocalHealthLake& healthlake, std::string reported = {}) {
  timer.expires_after(std::chrono::milliseconds{200});
  timer.async_wait([&timer, &healthlake, reported = std::move(reported)](boost::system::error_code stopped) mutable {
    if (stopped) return;
    healthlake.settle();
    if (std::string const& failure = healthlake.journal_failure(); failure != reported) {
      std::fprintf(stderr, "%s\n",
                   failure.empty() ? "the journal can be written again"
                                   : ("ERROR: the journal cannot be written: " + failure).c_str());
      reported = failure;
    }
    settle_regularly(timer, healthlake, std::move(reported));
  });
}

int serve(Arguments const& arguments, LocalHealthLake& healthlake) {
  boost::asio::io_context context{1};
  http_server::Server server{
      context, [&](HttpRequest const& request) {
        auto reply = healthlake.send(request);
        http_server::Answer answer{.delay = std::chrono::milliseconds{healthlake.last_latency().count}};
        if (reply) answer.response = *std::move(reply);
        return answer;
      }};
  auto const where = *parse_listen(arguments.listen);
  if (auto const failure = server.listen(where))
    return fail(1, "cannot listen on " + arguments.listen + ": " + failure.message());

  // Handle signals before anyone can know that the server is up.
  boost::asio::signal_set signals{context, SIGTERM, SIGINT};
  signals.async_wait([&](auto const&, int) { context.stop(); });
  boost::asio::steady_timer timer{context};
  settle_regularly(timer, healthlake);

  std::ostringstream address;
  address << server.endpoint();
  std::printf("listening on http://%s\n", address.str().c_str());
  std::fflush(stdout);
  context.run();
  return 0;
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

int run(Arguments const& arguments) {
  auto const datastores = load_datastores(arguments.data);
  if (!datastores) return fail(2, "--data: " + datastores.error());
  if (auto const made = create_directories(arguments.s3_root); !made) return fail(2, "--s3-root: " + made.error());
  auto const store = FileStore::open(arguments.s3_root);
  if (!store) return fail(2, "--s3-root: " + store.error());

  SystemRuntime const runtime;
  auto options = arguments.local_options();
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
  if (arguments.state.empty()) return serve(arguments, healthlake);

  if (auto const made = create_directories(arguments.state); !made) return fail(2, "--state: " + made.error());
  auto const journal = FileJournal::open(arguments.state);
  if (!journal) return fail(2, "--state: " + journal.error());
  auto const replayed = healthlake.open_journal(**journal, {.accept_damaged_tail = arguments.accept_damaged_tail});
  if (!replayed) return fail(2, "--state: " + replayed.error());
  report(*replayed, runtime.now());
  if (arguments.reset_clock)
    if (auto const reset = healthlake.reset_clock(); !reset) return fail(2, "--reset-clock: " + reset.error());
  return serve(arguments, healthlake);
}

}  // namespace

int main(int argc, char** argv) {
  // A file size limit is an error like a full disk, and must not end the process.
  std::signal(SIGXFSZ, SIG_IGN);
  CLI::App app{"Serves the data stores in a directory as a HealthLake service over HTTP. Exports are written to files.",
               "healthlake-local"};
  Arguments arguments;
  app.set_version_flag("--version", "healthlake-local " HEALTHLAKE_VERSION);
  describe(app, arguments);
  try {
    app.parse(argc, argv);
  } catch (CLI::ParseError const& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }

  std::string const secret_fault = take_secret_key(arguments);
  auto found = problems(arguments);
  if (!secret_fault.empty()) found.insert(found.begin(), secret_fault);
  if (!found.empty()) {
    std::string text = "invalid input";
    for (auto const& problem : found) text += "\n  " + problem;
    return fail(2, text);
  }
  return run(arguments);
}

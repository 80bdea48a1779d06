// healthlake-local: serves data stores from a folder as a HealthLake, over HTTP, for any client, SDK or command line.
//
// Exit status: 0 after SIGTERM or SIGINT, 1 the address cannot be listened on, 2 invalid input.
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <sstream>
#include <string>

#include "arguments.hpp"
#include "healthlake/local/local_healthlake.hpp"
#include "healthlake/local/storage/file_journal.hpp"
#include "healthlake/local/storage/data_folder.hpp"
#include "healthlake/local/storage/file_store.hpp"
#include "healthlake/runtime/system.hpp"
#include "http_server.hpp"

namespace {

using namespace healthlake;

int fail(int status, std::string const& text) {
  std::fprintf(stderr, "healthlake-local: %s\n", text.c_str());
  return status;
}

// Jobs finish when their time comes, also while nobody asks.
void settle_regularly(boost::asio::steady_timer& timer, LocalHealthLake& healthlake) {
  timer.expires_after(std::chrono::milliseconds{200});
  timer.async_wait([&](boost::system::error_code stopped) {
    if (stopped) return;
    healthlake.settle();
    settle_regularly(timer, healthlake);
  });
}

int serve(Arguments const& arguments, LocalHealthLake& healthlake) {
  boost::asio::io_context context{1};
  http_server::Server server{context, [&](HttpRequest const& request) -> std::optional<HttpResponse> {
                               auto reply = healthlake.send(request);
                               if (!reply) return std::nullopt;
                               return std::move(*reply);
                             }};
  auto const where = *parse_listen(arguments.listen);
  if (auto const failure = server.listen(where))
    return fail(1, "cannot listen on " + arguments.listen + ": " + failure.message());

  // The signals are in place before anybody can know that the server is up.
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

int run(Arguments const& arguments) {
  auto const datastores = load_datastores(arguments.data);
  if (!datastores) return fail(2, "--data: " + datastores.error());
  std::error_code ignored;  // if this fails, so does the next step, and says why
  std::filesystem::create_directories(arguments.s3_root, ignored);
  auto const store = FileStore::open(arguments.s3_root);
  if (!store) return fail(2, "--s3-root: " + store.error());

  SystemRuntime const runtime;
  auto options = arguments.local_options();
  // Ids follow from the seed: those of another run must not lead to its files.
  options.seed = static_cast<std::uint64_t>(runtime.now().milliseconds);
  LocalHealthLake healthlake{[&] { return runtime.now(); }, **store, std::move(options)};
  for (auto const& [id, files] : *datastores) {
    if (auto const added = healthlake.add_datastore(id, files); !added) return fail(2, "--data: " + added.error());
    std::fprintf(stderr, "data store %s, %zu files\n", id.c_str(), files.size());
  }
  if (datastores->empty()) return fail(2, "--data: there is no folder in " + arguments.data);
  if (arguments.state.empty()) return serve(arguments, healthlake);

  std::filesystem::create_directories(arguments.state, ignored);
  auto const journal = FileJournal::open(arguments.state);
  if (!journal) return fail(2, "--state: " + journal.error());
  auto const replayed = healthlake.open_journal(**journal);
  if (!replayed) return fail(2, "--state: " + replayed.error());
  std::fprintf(stderr, "%zu records replayed, %zu bytes of an unfinished one dropped\n", replayed->records,
               replayed->dropped_bytes);
  return serve(arguments, healthlake);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Serves the data stores in a folder as a HealthLake over HTTP, and writes what is exported to files.",
               "healthlake-local"};
  Arguments arguments;
  describe(app, arguments);
  try {
    app.parse(argc, argv);
  } catch (CLI::ParseError const& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }

  if (auto const found = problems(arguments); !found.empty()) {
    std::string text = "invalid input";
    for (auto const& problem : found) text += "\n  " + problem;
    return fail(2, text);
  }
  return run(arguments);
}

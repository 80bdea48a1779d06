#include "arguments.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

#include "healthlake/version.hpp"
#include "server.hpp"

namespace {

// The environment variables that may contain what is secret. Unlike the command line, other users cannot read them.
constexpr char const* secret_key_variable = "HEALTHLAKE_LOCAL_SECRET_KEY";
constexpr char const* session_token_variable = "HEALTHLAKE_LOCAL_SESSION_TOKEN";

std::string from_environment(char const* name) {
  char const* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// Reads the secret key from a file (without the newline at its end) or the environment, if it is not on the command
// line, and the session token from the environment. The error says what is wrong with the file, never what it contains.
std::string take_secrets(Arguments& arguments) {
  if (!arguments.secret_key_file.empty()) {
    if (!arguments.secret_key.empty()) return "--secret-key and --secret-key-file are mutually exclusive";
    std::ifstream file{arguments.secret_key_file, std::ios::binary};
    std::string key{std::istreambuf_iterator<char>{file}, {}};
    if (!file.is_open() || file.bad()) return "--secret-key-file: cannot read " + arguments.secret_key_file;
    if (key.ends_with('\n')) key.pop_back();
    if (key.ends_with('\r')) key.pop_back();
    if (key.empty() || key.find('\n') != std::string::npos)
      return "--secret-key-file: expected exactly one line in " + arguments.secret_key_file;
    arguments.secret_key = std::move(key);
  } else if (arguments.secret_key.empty() && !arguments.access_key.empty()) {
    arguments.secret_key = from_environment(secret_key_variable);
  }
  if (!arguments.session_token && !arguments.access_key.empty())
    arguments.session_token = from_environment(session_token_variable);
  return {};
}

std::vector<std::string> problems(Arguments const& arguments) {
  std::vector<std::string> found;
  if (arguments.data.empty()) found.push_back("--data is missing: the directory of the data stores");
  if (arguments.s3_root.empty()) found.push_back("--s3-root is missing: the directory to use as S3");
  if (!is_listen_address(arguments.listen))
    found.push_back("--listen: expected an address and a port, such as 127.0.0.1:8080 or [::1]:0");
  if (arguments.region.empty()) found.push_back("--region: expected a region, such as us-east-1");
  std::string const token = arguments.session_token.value_or("");
  bool const any_key = !arguments.access_key.empty() || !arguments.secret_key.empty() || !token.empty();
  bool const both_keys = !arguments.access_key.empty() && !arguments.secret_key.empty();
  if (arguments.no_auth && any_key)
    found.push_back("--no-auth and the options for an access key are mutually exclusive");
  if (!arguments.no_auth && !both_keys)
    found.push_back(
        "expected the key that requests must be signed with, --access-key and --secret-key (or --secret-key-file, or "
        "HEALTHLAKE_LOCAL_SECRET_KEY in the environment), or --no-auth");
  if (!std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c <= '~'; }))
    found.push_back("--session-token: expected visible ASCII characters, without spaces or line ends");
  if (arguments.state.empty() && (arguments.accept_damaged_tail || arguments.reset_clock))
    found.push_back("--accept-damaged-tail and --reset-clock require --state");
  if (arguments.no_page && (arguments.fault_control || !arguments.page_hosts.empty()))
    found.push_back("--no-page excludes --fault-control and --page-host");
  if (arguments.fault_control && !is_loopback_address(arguments.listen) && arguments.page_hosts.empty())
    found.push_back("--fault-control requires the page: --page-host, since --listen is not a loopback address");
  // Written so that NaN fails too.
  if (!(arguments.time_scale >= 0.001 && arguments.time_scale <= 1'000'000))
    found.push_back("--time-scale: expected 0.001 to 1000000");
  return found;
}

void describe(CLI::App& app, Arguments& arguments) {
  app.add_option("--data", arguments.data,
                 "directory of data stores: each subdirectory is one, named by its id, with *.ndjson files");
  app.add_option("--s3-root", arguments.s3_root, "directory for objects: s3://BUCKET/KEY is the file BUCKET/KEY in it");
  app.add_option("--state", arguments.state,
                 "directory for a journal, which a later start continues; it contains the content of requests");
  app.add_option("--listen", arguments.listen, "ADDRESS:PORT; port 0 selects a free port")->capture_default_str();
  app.add_option("--region", arguments.region, "region that requests must be signed for")->capture_default_str();
  app.add_option("--access-key", arguments.access_key, "id of the access key that requests must be signed with");
  app.add_option("--secret-key", arguments.secret_key, "its secret key; visible to other users in the process list");
  app.add_option("--secret-key-file", arguments.secret_key_file,
                 "file with the secret key as its only line; default: HEALTHLAKE_LOCAL_SECRET_KEY in the environment");
  app.add_option("--session-token", arguments.session_token,
                 "session token that requests must contain, if the key is a temporary one; default: "
                 "HEALTHLAKE_LOCAL_SESSION_TOKEN in the environment");
  app.add_flag("--no-auth", arguments.no_auth,
               "do not verify signatures: anyone who can reach the address may send requests");
  app.add_option("--time-scale", arguments.time_scale, "how many times faster jobs and data stores run")
      ->capture_default_str();
  app.add_option("--fault", arguments.fault, "file of faults, one per line, each applied to one request");
  app.add_flag("--no-page", arguments.no_page, "do not serve the page at /_local");
  app.add_option("--page-host", arguments.page_hosts,
                 "a host name by which browsers may open the page, besides loopback names; repeat for more. Without "
                 "it, the page is served only on a loopback address");
  app.add_flag("--fault-control", arguments.fault_control, "let the page add faults to the script");
  app.add_flag("--accept-damaged-tail", arguments.accept_damaged_tail,
               "drop a damaged last line of the journal, although it may have been acknowledged");
  app.add_flag("--reset-clock", arguments.reset_clock,
               "if the journal is ahead of this machine's clock, continue at the clock; work in progress ends");
}

}  // namespace

std::optional<int> parse_arguments(int argc, char const* const* argv, Arguments& arguments) {
  CLI::App app{"Serves the data stores in a directory as a HealthLake service over HTTP. Exports are written to files.",
               "healthlake-local"};
  app.set_version_flag("--version", "healthlake-local " HEALTHLAKE_VERSION);
  describe(app, arguments);
  try {
    app.parse(argc, argv);
  } catch (CLI::ParseError const& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  std::string const secret_fault = take_secrets(arguments);
  auto found = problems(arguments);
  if (!secret_fault.empty()) found.insert(found.begin(), secret_fault);
  if (found.empty()) return std::nullopt;
  std::fprintf(stderr, "healthlake-local: invalid input\n");
  for (auto const& problem : found) std::fprintf(stderr, "  %s\n", problem.c_str());
  return 2;
}

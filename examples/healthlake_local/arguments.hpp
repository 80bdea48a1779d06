// The command line of healthlake-local.
#pragma once

#include <CLI/CLI.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/local/local_healthlake.hpp"

struct Arguments {
  std::string data{};
  std::string s3_root{};
  std::string state{};
  std::string listen = "127.0.0.1:8080";
  std::string region = "us-east-1";
  std::string access_key{};
  std::string secret_key{};
  std::string secret_key_file{};
  std::string fault{};
  bool no_auth = false;
  bool accept_damaged_tail = false;
  bool reset_clock = false;
  double time_scale = 1;

  [[nodiscard]] healthlake::LocalOptions local_options() const {
    auto const scaled = [&](healthlake::Milliseconds time) {
      return healthlake::Milliseconds{static_cast<std::int64_t>(static_cast<double>(time.count) / time_scale)};
    };
    healthlake::LocalOptions options{.region = region};
    if (!no_auth) options.credentials.push_back({access_key, healthlake::Secret{secret_key}, {}});
    // Only jobs and data stores run faster; signatures use the real time.
    options.submitted_time = scaled(options.submitted_time);
    options.running_time = scaled(options.running_time);
    options.transition_time = scaled(options.transition_time);
    return options;
  }
};

/// The environment variable that may contain the secret key. Unlike the command line, other users cannot read it.
inline constexpr char const* secret_key_variable = "HEALTHLAKE_LOCAL_SECRET_KEY";

/// Reads the secret key from a file (without the newline at its end) or the environment, if it is not on the command
/// line. The error says what is wrong with the file, never what it contains.
inline std::string take_secret_key(Arguments& arguments) {
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
    if (char const* const key = std::getenv(secret_key_variable)) arguments.secret_key = key;
  }
  return {};
}

/// `127.0.0.1:8080`, `localhost:0`, `[::1]:8080`.
inline std::optional<boost::asio::ip::tcp::endpoint> parse_listen(std::string_view text) {
  auto const colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  std::string_view const digits = text.substr(colon + 1);
  bool const bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";

  std::uint16_t port = 0;
  auto const [end, bad] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  boost::system::error_code error;
  auto const address = boost::asio::ip::make_address(std::string{host}, error);
  if (digits.empty() || bad != std::errc{} || end != digits.data() + digits.size() || error) return std::nullopt;
  if (address.is_v6() != bracketed) return std::nullopt;
  return boost::asio::ip::tcp::endpoint{address, port};
}

inline std::vector<std::string> problems(Arguments const& arguments) {
  std::vector<std::string> found;
  if (arguments.data.empty()) found.push_back("--data is missing: the directory of the data stores");
  if (arguments.s3_root.empty()) found.push_back("--s3-root is missing: the directory to use as S3");
  if (!parse_listen(arguments.listen))
    found.push_back("--listen: expected an address and a port, such as 127.0.0.1:8080 or [::1]:0");
  if (arguments.region.empty()) found.push_back("--region: expected a region, such as us-east-1");
  bool const any_key = !arguments.access_key.empty() || !arguments.secret_key.empty();
  bool const both_keys = !arguments.access_key.empty() && !arguments.secret_key.empty();
  if (arguments.no_auth && any_key)
    found.push_back("--no-auth and the options for an access key are mutually exclusive");
  if (!arguments.no_auth && !both_keys)
    found.push_back(
        "expected the key that requests must be signed with, --access-key and --secret-key (or --secret-key-file, or "
        "HEALTHLAKE_LOCAL_SECRET_KEY in the environment), or --no-auth");
  if (arguments.state.empty() && (arguments.accept_damaged_tail || arguments.reset_clock))
    found.push_back("--accept-damaged-tail and --reset-clock require --state");
  // Written so that NaN fails too.
  if (!(arguments.time_scale >= 0.001 && arguments.time_scale <= 1'000'000))
    found.push_back("--time-scale: expected 0.001 to 1000000");
  return found;
}

inline void describe(CLI::App& app, Arguments& arguments) {
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
  app.add_flag("--no-auth", arguments.no_auth,
               "do not verify signatures: anyone who can reach the address may send requests");
  app.add_option("--time-scale", arguments.time_scale, "how many times faster jobs and data stores run")
      ->capture_default_str();
  app.add_option("--fault", arguments.fault, "file of faults, one per line, each applied to one request");
  app.add_flag("--accept-damaged-tail", arguments.accept_damaged_tail,
               "drop a damaged last line of the journal, although it may have been acknowledged");
  app.add_flag("--reset-clock", arguments.reset_clock,
               "if the journal is ahead of this machine's clock, continue at the clock; work in progress ends");
}

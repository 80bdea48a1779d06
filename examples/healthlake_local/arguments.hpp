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
    // Only jobs and data stores are sped up: signatures go by the true time.
    options.submitted_time = scaled(options.submitted_time);
    options.running_time = scaled(options.running_time);
    options.transition_time = scaled(options.transition_time);
    return options;
  }
};

/// The environment variable that may hold the secret key: unlike a command line, other users cannot read it.
inline constexpr char const* secret_key_variable = "HEALTHLAKE_LOCAL_SECRET_KEY";

/// Takes the secret key from where it is, if it is not on the command line: a file, whose one line end at the end does
/// not count, or the environment. The error says what is wrong with the file, and nothing of its content.
inline std::string take_secret_key(Arguments& arguments) {
  if (!arguments.secret_key_file.empty()) {
    if (!arguments.secret_key.empty()) return "expected either --secret-key or --secret-key-file";
    std::ifstream file{arguments.secret_key_file, std::ios::binary};
    std::string key{std::istreambuf_iterator<char>{file}, {}};
    if (!file.is_open() || file.bad()) return "--secret-key-file: cannot read " + arguments.secret_key_file;
    if (key.ends_with('\n')) key.pop_back();
    if (key.ends_with('\r')) key.pop_back();
    if (key.empty() || key.find('\n') != std::string::npos)
      return "--secret-key-file: expected one line in " + arguments.secret_key_file;
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
  if (arguments.data.empty()) found.push_back("--data is missing: the folder of the data stores");
  if (arguments.s3_root.empty()) found.push_back("--s3-root is missing: the folder that stands for S3");
  if (!parse_listen(arguments.listen))
    found.push_back("--listen: expected an address and a port, such as 127.0.0.1:8080 or [::1]:0");
  if (arguments.region.empty()) found.push_back("--region: expected one like us-east-1");
  bool const any_key = !arguments.access_key.empty() || !arguments.secret_key.empty();
  bool const both_keys = !arguments.access_key.empty() && !arguments.secret_key.empty();
  if (arguments.no_auth && any_key) found.push_back("--no-auth: expected either this or --access-key and --secret-key");
  if (!arguments.no_auth && !both_keys)
    found.push_back(
        "expected --access-key and --secret-key (or --secret-key-file, or HEALTHLAKE_LOCAL_SECRET_KEY in the "
        "environment), which requests must be signed with, or --no-auth");
  if (arguments.state.empty() && (arguments.accept_damaged_tail || arguments.reset_clock))
    found.push_back("--accept-damaged-tail and --reset-clock: expected --state, whose journal they are about");
  // Written so that a value that is no number fails too.
  if (!(arguments.time_scale >= 0.001 && arguments.time_scale <= 1'000'000))
    found.push_back("--time-scale: expected 0.001 to 1000000");
  return found;
}

inline void describe(CLI::App& app, Arguments& arguments) {
  app.add_option("--data", arguments.data,
                 "folder of data stores: each folder in it is one, named by its id, of *.ndjson");
  app.add_option("--s3-root", arguments.s3_root, "s3://BUCKET/KEY becomes the file BUCKET/KEY below this folder");
  app.add_option("--state", arguments.state,
                 "folder for a journal, from which a later start goes on; it holds what requests held");
  app.add_option("--listen", arguments.listen, "ADDRESS:PORT; port 0 takes a free one")->capture_default_str();
  app.add_option("--region", arguments.region, "region that signatures must name")->capture_default_str();
  app.add_option("--access-key", arguments.access_key, "id of the access key that may sign");
  app.add_option("--secret-key", arguments.secret_key, "its secret, which other users can read in the process list");
  app.add_option("--secret-key-file", arguments.secret_key_file,
                 "file of one line that holds the secret; without either, HEALTHLAKE_LOCAL_SECRET_KEY does");
  app.add_flag("--no-auth", arguments.no_auth, "look at no signature: whoever reaches the address may call");
  app.add_option("--time-scale", arguments.time_scale, "how many times as fast jobs and data stores go")
      ->capture_default_str();
  app.add_option("--fault", arguments.fault, "file of faults, one a line, each of which one request takes");
  app.add_flag("--accept-damaged-tail", arguments.accept_damaged_tail,
               "drop a last line of the journal that is damaged, though it may have been acknowledged");
  app.add_flag("--reset-clock", arguments.reset_clock,
               "go on at the time of this machine where the journal is ahead of it; what is under way ends");
}

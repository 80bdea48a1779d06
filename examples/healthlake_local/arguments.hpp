// The command line of healthlake-local.
#pragma once

#include <optional>
#include <string>
#include <vector>

struct Arguments {
  std::string data{};
  std::string s3_root{};
  std::string state{};
  std::string listen = "127.0.0.1:8080";
  std::string region = "us-east-1";
  std::string access_key{};
  std::string secret_key{};
  std::string secret_key_file{};
  /// Empty: given, to have none.
  std::optional<std::string> session_token{};
  std::string fault{};
  std::vector<std::string> page_hosts{};
  bool no_page = false;
  bool fault_control = false;
  bool no_auth = false;
  bool accept_damaged_tail = false;
  bool reset_clock = false;
  double time_scale = 1;
};

/// Reads the command line, and the secrets wherever they are. Returns the exit status if the program is to end: 0 after
/// --help and --version; 2 if the input is invalid, after printing all that is wrong with it, never a secret.
std::optional<int> parse_arguments(int argc, char const* const* argv, Arguments& arguments);

// Everything that the program prints goes through here: secrets are removed, control characters are escaped, and
// failed writes are noticed.
#pragma once

#include <string>
#include <string_view>

#include "common/secrets.hpp"

namespace healthlake_export {

class Output {
 public:
  /// With `json`, stdout is for JSON only, and lines go to stderr.
  Output(healthlake_examples::Secrets& secrets, bool json);

  /// A line for people on stdout, or stderr; may consist of several.
  void line(std::string text);
  /// A line of JSON on stdout.
  void json(std::string text);
  /// A message on stderr, after `healthlake-export: `; may consist of several lines.
  void message(std::string text);

  /// On a terminal, the line at the bottom, which the next call replaces; every other output goes above it.
  void status(std::string text);
  /// Leaves the line at the bottom where it is.
  void keep_status();
  [[nodiscard]] bool is_terminal() const noexcept { return terminal_; }

  /// Why a line or JSON could not be written; empty if all of it was. Messages do not count.
  [[nodiscard]] std::string const& failure() const noexcept { return failure_; }

 private:
  std::string clean(std::string text, std::string_view prefix);
  void write(int to, std::string const& text);

  healthlake_examples::Secrets& secrets_;
  int lines_;
  bool terminal_;
  bool status_ = false;
  std::string failure_{};
};

}  // namespace healthlake_export

// The credentials of a run: those that the AWS command line would find, renewed before they expire.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/secrets.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/sign/credentials.hpp"
#include "output.hpp"
#include "progress.hpp"
#include "settings.hpp"

namespace healthlake_export {

/// A source for the client. It says on stderr what the user should know about the credentials, and keeps them, and all
/// that is sent to get them, out of the output. No fetch takes longer than the run may.
class Keys {
 public:
  Keys(Settings const& settings, healthlake_examples::Secrets& secrets, Output& out, Progress& progress);
  ~Keys();
  Keys(Keys const&) = delete;
  Keys& operator=(Keys const&) = delete;

  /// Credentials that have not expired, fetched if need be.
  healthlake::Result<healthlake::Credentials> get();
  /// The service refused this access key.
  void reject(std::string_view access_key_id);

  /// Where the last credentials are from, such as `profile dev`; empty before the first ones.
  [[nodiscard]] std::string const& source() const noexcept;
  /// After a fetch that failed: what it failed at.
  enum class Fault : std::uint8_t { nothing_configured, configuration, service };
  [[nodiscard]] Fault fault() const noexcept;

 private:
  struct Connected;
  std::unique_ptr<Connected> connected_;
};

}  // namespace healthlake_export

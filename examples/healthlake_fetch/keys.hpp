// The credentials of a run: those that the AWS command line would find, renewed before they expire, since a download
// may take longer than they are valid.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "common/secrets.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/runtime/system.hpp"
#include "healthlake/sign/credentials.hpp"

namespace healthlake_fetch {

/// A source for the client, and for S3. It keeps the credentials, and all that is sent to get them, out of the output.
class Keys {
 public:
  /// `region` is for STS. `warn` is called with what the user should know. `runtime` and `secrets` must outlive this
  /// object.
  Keys(std::string region, healthlake::SystemRuntime& runtime, healthlake_examples::Secrets& secrets,
       std::function<void(std::string const&)> warn);
  ~Keys();
  Keys(Keys const&) = delete;
  Keys& operator=(Keys const&) = delete;

  /// Credentials that have not expired, fetched if need be.
  healthlake::Result<healthlake::Credentials> get();
  /// The service refused this access key.
  void reject(std::string_view access_key_id);

 private:
  struct Connected;
  std::unique_ptr<Connected> connected_;
};

}  // namespace healthlake_fetch

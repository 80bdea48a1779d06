// What the program sends to prove who it is, and its removal from everything that is printed: services repeat the
// request that they reject, session token and signature included, and so may a proxy or a hostile server.
//
// Rules: everything that the program prints is cleaned, and what is to be truncated is cleaned before it is: a cut
// could leave half of a token. The secret access key is never sent, so nobody can repeat it.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

#include "healthlake/core/result.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/sign/credentials.hpp"
#include "healthlake/sign/openssl.hpp"
#include "healthlake/sign/signer.hpp"
#include "healthlake/sign/sigv4.hpp"
#include "healthlake/text/redactor.hpp"

namespace healthlake_fetch {

class Secrets {
 public:
  /// How many signatures are kept: those of the last requests, attempts included.
  static constexpr std::size_t max_signatures = 16;

  void add_token(std::string_view token);
  void add_signature(std::string_view signature);
  /// Keeps the last signature until the next call, however many come after it: that of a list may be in its keys.
  void keep_last();

  /// The string with `***` in place of each secret, in any encoding that Redactor knows.
  std::string cleaned(std::string_view text);

 private:
  std::string token_;
  std::string kept_;
  std::deque<std::string> signatures_;
  // Made when it is needed: it takes no secrets after the first search.
  healthlake::Redactor redactor_;
  bool stale_ = true;
};

/// Signs, and keeps the signatures.
struct RememberingSigner {
  healthlake::SigV4<healthlake::OpensslSha256> signer;
  Secrets* secrets;

  healthlake::Result<healthlake::Headers> sign(healthlake::HttpRequest const& request,
                                               healthlake::Credentials const& credentials,
                                               healthlake::SigningContext const& context);
};

}  // namespace healthlake_fetch

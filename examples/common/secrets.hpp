// The secrets of a run, and their removal from everything that is printed: services repeat the request that they
// reject, session token and signature included, and so may a proxy or a hostile server. The library takes out of errors
// what a peer repeats; the output of a call, which is the service's data, is cleaned here, as is what only the program
// knows.
//
// Rules: everything that a program prints is cleaned, and what is to be truncated is cleaned before it is: a cut could
// leave half of a token.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/http/message.hpp"
#include "healthlake/sign/credentials.hpp"
#include "healthlake/text/redactor.hpp"

namespace healthlake_examples {

class Secrets {
 public:
  /// How many keys and tokens are kept; credentials have two of them, and some take another two to get. Those of a day
  /// if credentials are renewed each hour.
  static constexpr std::size_t max_keys = 100;

  /// `max_signatures`: how many signatures are kept. A signature is valid for minutes.
  explicit Secrets(std::size_t max_signatures) : max_signatures_(max_signatures) {}

  /// What the environment says.
  void add_lasting(std::string_view secret);
  void add(healthlake::Credentials const& credentials);
  /// The tokens in a request for credentials.
  void add_sent(healthlake::HttpRequest const& request);
  /// The user information of a proxy's URL, as it is written, decoded, and as Basic authentication.
  void add_proxy(std::string_view url);
  void add_signature(std::string_view signature);
  /// Keeps the last signature until the next call, however many come after it: that of a list may be in its names.
  void keep_last_signature();

  /// The string with `***` in place of each secret, in any encoding that Redactor knows.
  std::string cleaned(std::string text);

 private:
  void add_key(std::string_view key);

  std::size_t max_signatures_;
  std::vector<std::string> lasting_;
  std::deque<std::string> keys_;
  std::deque<std::string> signatures_;
  std::string kept_signature_;
  // Made when it is needed: it takes no secrets after the first search.
  healthlake::Redactor redactor_;
  bool stale_ = true;
};

}  // namespace healthlake_examples

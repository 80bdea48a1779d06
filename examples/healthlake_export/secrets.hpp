// The secrets of a run, and their removal from everything that is printed. The library takes out of errors what a peer
// repeats; the output of a call, which is the service's data, is cleaned here, as is what only this program knows.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/http/message.hpp"
#include "healthlake/sign/credentials.hpp"
#include "healthlake/text/redactor.hpp"

namespace healthlake_export {

class Secrets {
 public:
  /// How many signatures are kept; with the default delay between polls, those of more than two hours. A signature is
  /// valid for minutes.
  static constexpr std::size_t max_signatures = 1000;
  /// How many keys and tokens are kept; credentials have two of them, and some take another two to get. Those of a day
  /// if credentials are renewed each hour.
  static constexpr std::size_t max_keys = 100;

  /// What the environment says.
  void add_lasting(std::string_view secret);
  void add(healthlake::Credentials const& credentials);
  /// The tokens in a request for credentials.
  void add_sent(healthlake::HttpRequest const& request);
  /// The user information of a proxy's URL, as it is written, decoded, and as Basic authentication.
  void add_proxy(std::string_view url);
  void add_signature(std::string_view signature);

  /// Replaces each secret in `text` by `***`, in any encoding that Redactor knows.
  void clean(std::string& text);

 private:
  void add_key(std::string_view key);

  std::vector<std::string> lasting_;
  std::deque<std::string> keys_;
  std::deque<std::string> signatures_;
  // Made when it is needed: it takes no secrets after the first search.
  healthlake::Redactor redactor_;
  bool stale_ = true;
};

}  // namespace healthlake_export

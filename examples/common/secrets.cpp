#include "common/secrets.hpp"

#include <algorithm>

#include "healthlake/text/percent.hpp"

namespace healthlake_examples {

void Secrets::add_lasting(std::string_view secret) {
  lasting_.emplace_back(secret);
  stale_ = true;
}

void Secrets::add_key(std::string_view key) {
  if (std::find(keys_.begin(), keys_.end(), key) != keys_.end()) return;
  keys_.emplace_back(key);
  if (keys_.size() > max_keys) keys_.pop_front();
  stale_ = true;
}

void Secrets::add(healthlake::Credentials const& credentials) {
  add_key(credentials.secret_access_key.reveal());
  add_key(credentials.session_token.reveal());
}

void Secrets::add_sent(healthlake::HttpRequest const& request) {
  // An Authorization that was signed holds no more than a signature, which is known.
  for (char const* const name : {"Authorization", "X-aws-ec2-metadata-token", "x-amz-sso_bearer_token"})
    if (auto const token = request.headers.find(name); token && !token->starts_with("AWS4-")) add_key(*token);
  constexpr std::string_view name = "&WebIdentityToken=";
  std::string_view const form = request.body;
  if (auto const at = form.find(name); at != std::string_view::npos) {
    auto const value = form.substr(at + name.size());
    add_key(healthlake::percent_decode(value.substr(0, value.find('&'))));
  }
}

void Secrets::add_proxy(std::string_view url) {
  // Also of a URL that is not valid, such as one with an unencoded `@` or `/` in the password.
  auto const scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  auto const at = url.rfind('@');
  if (at == std::string_view::npos) return;
  std::string_view const user_and_password = url.substr(0, at);
  std::string_view const password = user_and_password.substr(user_and_password.find(':') + 1);
  for (auto const part : {user_and_password, password}) {
    lasting_.emplace_back(part);
    lasting_.push_back(healthlake::percent_decode(part));
  }
  stale_ = true;
}

void Secrets::add_signature(std::string_view signature) {
  signatures_.emplace_back(signature);
  if (signatures_.size() > max_signatures_) signatures_.pop_front();
  stale_ = true;
}

void Secrets::keep_last_signature() {
  kept_signature_ = signatures_.empty() ? std::string{} : signatures_.back();
  stale_ = true;
}

std::string Secrets::cleaned(std::string text) {
  if (stale_) {
    redactor_ = {};
    redactor_.add(kept_signature_);
    for (auto const& secret : lasting_) redactor_.add(secret);
    for (auto const& key : keys_) redactor_.add(key);
    for (auto const& signature : signatures_) redactor_.add(signature);
    stale_ = false;
  }
  redactor_.clean(text);
  return text;
}

}  // namespace healthlake_examples

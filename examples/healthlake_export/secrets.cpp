#include "secrets.hpp"

#include <charconv>

namespace healthlake_export {
namespace {

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    unsigned byte = 0;
    char const* const digits = text.data() + at + 1;
    if (text[at] == '%' && at + 2 < text.size() && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2)
      at += 2;
    else byte = static_cast<unsigned char>(text[at]);
    out.push_back(static_cast<char>(byte));
  }
  return out;
}

}  // namespace

void Secrets::add(healthlake::Credentials const& credentials) {
  lasting_.emplace_back(credentials.secret_access_key.reveal());
  lasting_.emplace_back(credentials.session_token.reveal());
  stale_ = true;
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
    lasting_.push_back(percent_decoded(part));
  }
  stale_ = true;
}

void Secrets::add_signature(std::string_view signature) {
  signatures_.emplace_back(signature);
  if (signatures_.size() > max_signatures) signatures_.pop_front();
  stale_ = true;
}

void Secrets::clean(std::string& text) {
  if (stale_) {
    redactor_ = {};
    for (auto const& secret : lasting_) redactor_.add(secret);
    for (auto const& signature : signatures_) redactor_.add(signature);
    stale_ = false;
  }
  redactor_.clean(text);
}

}  // namespace healthlake_export

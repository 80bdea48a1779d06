#include "secrets.hpp"

namespace healthlake_fetch {

using namespace healthlake;

void Secrets::add_token(std::string_view token) {
  token_ = token;
  stale_ = true;
}

void Secrets::add_signature(std::string_view signature) {
  signatures_.emplace_back(signature);
  if (signatures_.size() > max_signatures) signatures_.pop_front();
  stale_ = true;
}

void Secrets::keep_last() {
  kept_ = signatures_.empty() ? std::string{} : signatures_.back();
  stale_ = true;
}

std::string Secrets::cleaned(std::string_view text) {
  if (stale_) {
    redactor_ = {};
    redactor_.add(token_);
    redactor_.add(kept_);
    for (auto const& signature : signatures_) redactor_.add(signature);
    stale_ = false;
  }
  std::string out{text};
  redactor_.clean(out);
  return out;
}

Result<Headers> RememberingSigner::sign(HttpRequest const& request, Credentials const& credentials,
                                        SigningContext const& context) {
  auto headers = signer.sign(request, credentials, context);
  if (!headers) return headers;
  // SigV4 writes the signature last.
  if (auto const authorization = headers->find("Authorization"))
    secrets->add_signature(authorization->substr(authorization->rfind('=') + 1));
  return headers;
}

}  // namespace healthlake_fetch

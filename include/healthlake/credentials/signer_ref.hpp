// A reference to any Signer, so that a provider that signs a request is no template.
#pragma once

#include <concepts>

#include "healthlake/core/result.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/sign/credentials.hpp"
#include "healthlake/sign/signer.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// A reference to any Signer, which must outlive it.
class SignerRef {
 public:
  /// Refers to `signer`, which must outlive every copy of the reference.
  template <Signer S>
    requires(!std::same_as<S, SignerRef>)
  SignerRef(S& signer) noexcept
      : signer_(&signer),
        sign_([](void* raw, HttpRequest const& request, Credentials const& credentials, SigningContext const& context) {
          return static_cast<S*>(raw)->sign(request, credentials, context);
        }) {}

  /// As Signer says.
  Result<Headers> sign(HttpRequest const& request, Credentials const& credentials,
                       SigningContext const& context) const {
    return sign_(signer_, request, credentials, context);
  }

 private:
  void* signer_;
  Result<Headers> (*sign_)(void*, HttpRequest const&, Credentials const&, SigningContext const&);
};

}  // namespace HEALTHLAKE_NAMESPACE

// AWS Signature Version 4 in the Authorization header, in three stages that can be inspected: canonical request, string
// to sign, signature.
//
// Rules: the request and the credentials are validated before anything is hashed; a header that could split a message
// is rejected, never repaired. The canonical request is hashed as it is written, not stored. Not thread-safe: a SigV4
// keeps the hash engine, the signing key and the plan of the last request's headers between calls.
#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/sign/canonical_request.hpp"
#include "healthlake/sign/credentials.hpp"
#include "healthlake/sign/hash.hpp"
#include "healthlake/sign/hash_engine.hpp"
#include "healthlake/sign/signer.hpp"
#include "healthlake/sign/signing_plan.hpp"
#include "healthlake/sign/string_to_sign.hpp"
#include "healthlake/text/ascii.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// How to sign. The defaults are right for this service.
struct SigV4Options {
  /// Remove dot segments and double slashes from the path before signing (for every service except S3).
  bool normalize_path = true;
  /// Percent-encode the path once more before signing (for every service except S3). Without it, the path must be
  /// encoded as it is to be signed: every byte but letters, digits, `-._~` and the slash, with upper-case digits.
  bool encode_path = true;
  /// Also add and sign X-Amz-Content-Sha256. The signature covers the body in either case.
  bool sign_body = false;
  /// Add the session token without signing it (a few services require that; this one does not).
  bool omit_session_token = false;
};

/// How to sign requests to S3, with the signing name `s3`: the path as it is, and with X-Amz-Content-Sha256.
inline constexpr SigV4Options sigv4_for_s3{.normalize_path = false, .encode_path = false, .sign_body = true};

namespace detail {
// Whether a string is valid as an access key id or a part of a credential scope, between slashes in the Authorization
// header.
constexpr bool is_scope_part(std::string_view text) noexcept {
  return !text.empty() && all_are(is_visible, text) && text.find_first_of("/,") == std::string_view::npos;
}

// Why a request cannot be signed. Functions that take one return false on failure.
struct SigningFailure {
  SetupError error{};

  template <std::size_t N>
  bool signing(std::string_view const (&text)[N]) {
    return set(SetupPhase::signing, text, N);
  }
  // With an untrusted string in the middle.
  bool signing(std::string_view before, std::string_view text, std::string_view after);
  template <std::size_t N>
  bool credentials(std::string_view const (&text)[N]) {
    return set(SetupPhase::credentials, text, N);
  }

 private:
  bool set(SetupPhase phase, std::string_view const* text, std::size_t count);
};

bool check_key(Credentials const& credentials, SigningFailure& failure);

bool check_token(Credentials const& credentials, SigningFailure& failure);

bool check_scope(SigningContext const& context, SigningFailure& failure);

// The signed host is the Host header, or else the authority; one of them is required.
bool check_signable(HttpRequest const& request, SigningFailure& failure);

// SigV4 without the type of its Hash, which each function is passed; it has to be the same one every time.
class SigV4Stages {
 public:
  // What is signed, by what, and for what.
  struct Input {
    AnyHash& hash;
    HttpRequest const& request;
    Credentials const& credentials;
    SigningContext const& context;
  };

  explicit SigV4Stages(SigV4Options options);
  // Defined once per program, since most files do nothing else with a signer.
  SigV4Stages(SigV4Stages const&);
  SigV4Stages(SigV4Stages&&) noexcept;
  SigV4Stages& operator=(SigV4Stages const&);
  SigV4Stages& operator=(SigV4Stages&&) noexcept;
  ~SigV4Stages();

  Result<Headers> sign(Input const& input);
  Result<bool> add_to(Headers& headers, Input const& input);
  Result<std::string> authorization(Input const& input);
  Result<std::string> canonical_request(Input const& input);
  Result<std::string> string_to_sign(Input const& input);
  Result<std::string> signature(Input const& input);

 private:
  // Validates, hashes the body and plans the fields to sign, in the members that the stages below read.
  [[nodiscard]] bool prepare(Input const& input, SigningFailure& failure);
  [[nodiscard]] bool plan(Input const& input, SigningFailure& failure);
  [[nodiscard]] CanonicalRequest canonical(HttpRequest const& request) const noexcept;
  [[nodiscard]] bool hash_canonical(Input const& input, Digest& digest, SigningFailure& failure);
  // Whether the hash has the key for this input.
  [[nodiscard]] bool has_key(Input const& input) const noexcept;
  // Checks the key of the day, or credentials and scope of the one that is to be derived.
  [[nodiscard]] bool check_credentials(Input const& input, SigningFailure& failure);
  // Gives the hash the key of the day, if it has another one.
  [[nodiscard]] bool set_key(Input const& input);
  // After `prepare`.
  [[nodiscard]] bool compute(Input const& input, Digest& signature, SigningFailure& failure);
  // The headers that signing adds, after `compute`. Precondition: `headers` has none of them.
  void add_headers(Headers& headers, Credentials const& credentials, Digest const& signature) const;
  void add_authorization(Headers& headers, Digest const& signature) const;

  [[nodiscard]] std::string_view amz_date() const noexcept { return {date_.data(), date_.size()}; }
  [[nodiscard]] CredentialScope scope(SigningContext const& context) const noexcept {
    return {amz_date().substr(0, 8), context.region, context.service};
  }

  // What Authorization begins with, up to the access key id.
  static constexpr std::string_view beginning = "AWS4-HMAC-SHA256 Credential=";
  [[nodiscard]] std::string_view scope_text(Credentials const& credentials) const noexcept {
    return std::string_view{credential_}.substr(beginning.size() + credentials.access_key_id.size() + 1);
  }

  SigV4Options options_;
  // The key of the day, which the hash has if `keyed_`, is that of this secret and this access key id and scope.
  Secret secret_;
  // `AWS4-HMAC-SHA256 Credential=AKID/20260807/us-east-1/healthlake/aws4_request`
  std::string credential_;
  bool keyed_ = false;
  SigningPlan plan_;
  AmzDate date_{};
  HexDigest payload_{};
};
}  // namespace detail

/// Signs with any Hash: `host` (from the Host header, or else from HttpRequest::authority), X-Amz-Date,
/// X-Amz-Security-Token for temporary credentials, and every header that is_signable. A header that signing replaces
/// (the date, the token, the content hash) is signed with its new value.
///
/// Errors: SetupError{credentials} for empty or invalid credentials, SetupError{signing} for a request or context that
/// cannot be signed (it names the header), both before anything is hashed; SetupError{signing} also if the hash engine
/// fails.
template <Hash H>
class SigV4 {
 public:
  SigV4()
    requires std::default_initializable<H>
      : stages_(SigV4Options{}) {}
  /// With a hash that cannot be made without an argument, such as a handle of an engine.
  explicit SigV4(H hash) : SigV4(std::move(hash), SigV4Options{}) {}
  /// With a given hash and options.
  SigV4(H hash, SigV4Options options) : hash_(std::move(hash)), stages_(options) {}
  /// With a hash of its own.
  explicit SigV4(SigV4Options options)
    requires std::default_initializable<H>
      : stages_(options) {}

  /// The headers to add with Headers::set: X-Amz-Date, X-Amz-Security-Token and X-Amz-Content-Sha256 (if the
  /// credentials and options require them), Authorization.
  Result<Headers> sign(HttpRequest const& request, Credentials const& credentials, SigningContext const& context) {
    return stages_.sign({hash_, request, credentials, context});
  }

  /// The same, added to `headers` (usually those of the request; see AddingSigner) with Headers::add. Returns false,
  /// with nothing changed, if the request has one of them already.
  Result<bool> add_to(Headers& headers, HttpRequest const& request, Credentials const& credentials,
                      SigningContext const& context) {
    return stages_.add_to(headers, {hash_, request, credentials, context});
  }

  /// The value of Authorization alone; the other headers that sign() returns must be sent with it.
  Result<std::string> authorization(HttpRequest const& request, Credentials const& credentials,
                                    SigningContext const& context) {
    return stages_.authorization({hash_, request, credentials, context});
  }

  /// Stage 1 as a string, for tests and for debugging a signature that does not match. Contains the session token if
  /// that is signed: do not log it.
  Result<std::string> canonical_request(HttpRequest const& request, Credentials const& credentials,
                                        SigningContext const& context) {
    return stages_.canonical_request({hash_, request, credentials, context});
  }

  /// Stage 2 as a string.
  Result<std::string> string_to_sign(HttpRequest const& request, Credentials const& credentials,
                                     SigningContext const& context) {
    return stages_.string_to_sign({hash_, request, credentials, context});
  }

  /// Stage 3 as a string: 64 hexadecimal digits.
  Result<std::string> signature(HttpRequest const& request, Credentials const& credentials,
                                SigningContext const& context) {
    return stages_.signature({hash_, request, credentials, context});
  }

 private:
  detail::HashEngine<H> hash_;
  detail::SigV4Stages stages_;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/sign/impl/sigv4.ipp"
#endif

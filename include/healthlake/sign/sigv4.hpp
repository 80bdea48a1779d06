// AWS Signature Version 4 in the Authorization header, in three stages that can be inspected: canonical request, string
// to sign, signature.
//
// Rules: the request and the credentials are validated before anything is hashed; a header that could split a message
// is rejected, never repaired. The canonical request is hashed as it is written, not stored. Not thread-safe: a SigV4
// keeps the hash engine, the signing key and its scratch memory between calls.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/http/request_check.hpp"
#include "healthlake/sign/canonical_request.hpp"
#include "healthlake/sign/credentials.hpp"
#include "healthlake/sign/hash.hpp"
#include "healthlake/sign/signed_fields.hpp"
#include "healthlake/sign/signer.hpp"
#include "healthlake/sign/signing_key.hpp"
#include "healthlake/sign/sink.hpp"
#include "healthlake/sign/string_to_sign.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// How to sign. The defaults are right for this service.
struct SigV4Options {
  /// Remove dot segments and double slashes from the path before signing (for every service except S3).
  bool normalize_path = true;
  /// Also add and sign X-Amz-Content-Sha256. The signature covers the body in either case.
  bool sign_body = false;
  /// Add the session token without signing it (a few services require that; this one does not).
  bool omit_session_token = false;
};

namespace detail {
// Whether a string is valid as an access key id or a part of a credential scope, between slashes in the Authorization
// header.
constexpr bool is_scope_part(std::string_view text) noexcept {
  return !text.empty() && all_are(is_visible, text) && text.find_first_of("/,") == std::string_view::npos;
}

// Why a request cannot be signed. Functions that take one return false on failure.
struct SigningFailure {
  SetupError error{};

  bool signing(std::initializer_list<std::string_view> text) { return set(SetupPhase::signing, text); }
  // With an untrusted string in the middle.
  bool signing(std::string_view before, std::string_view text, std::string_view after);
  bool credentials(std::initializer_list<std::string_view> text) { return set(SetupPhase::credentials, text); }

 private:
  bool set(SetupPhase phase, std::initializer_list<std::string_view> text);
};

bool check_key(Credentials const& credentials, SigningFailure& failure);

bool check_token(Credentials const& credentials, SigningFailure& failure);

bool check_scope(SigningContext const& context, SigningFailure& failure);

// The signed host is the Host header, or else the authority; one of them is required.
bool check_signable(HttpRequest const& request, SigningFailure& failure);
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
  = default;
  explicit SigV4(H hash) : hash_(std::move(hash)) {}
  SigV4(H hash, SigV4Options options) : hash_(std::move(hash)), options_(options) {}
  explicit SigV4(SigV4Options options)
    requires std::default_initializable<H>
      : options_(options) {}

  /// The headers to add with Headers::set: X-Amz-Date, X-Amz-Security-Token and X-Amz-Content-Sha256 (if the
  /// credentials and options require them), Authorization.
  Result<Headers> sign(HttpRequest const& request, Credentials const& credentials, SigningContext const& context) {
    detail::SigningFailure failure;
    if (!authorize(request, credentials, context, failure)) return Unexpected{std::move(failure.error)};
    constexpr std::size_t names_and_date = 128;
    Headers headers;
    headers.reserve(names_and_date + payload_.size() + credentials.session_token.reveal().size() +
                    authorization_.size());
    headers.add("X-Amz-Date", amz_date());
    if (!credentials.session_token.empty()) headers.add("X-Amz-Security-Token", credentials.session_token.reveal());
    if (options_.sign_body) headers.add("X-Amz-Content-Sha256", view(payload_));
    headers.add("Authorization", authorization_);
    return headers;
  }

  /// The value of Authorization alone; the other headers that sign() returns must be sent with it.
  Result<std::string> authorization(HttpRequest const& request, Credentials const& credentials,
                                    SigningContext const& context) {
    detail::SigningFailure failure;
    if (!authorize(request, credentials, context, failure)) return Unexpected{std::move(failure.error)};
    return authorization_;
  }

  /// Stage 1 as a string, for tests and for debugging a signature that does not match. Contains the session token if
  /// that is signed: do not log it.
  Result<std::string> canonical_request(HttpRequest const& request, Credentials const& credentials,
                                        SigningContext const& context) {
    detail::SigningFailure failure;
    if (!prepare(request, credentials, context, failure)) return Unexpected{std::move(failure.error)};
    return healthlake::canonical_request(canonical(request));
  }

  /// Stage 2 as a string.
  Result<std::string> string_to_sign(HttpRequest const& request, Credentials const& credentials,
                                     SigningContext const& context) {
    detail::SigningFailure failure;
    if (!prepare(request, credentials, context, failure)) return Unexpected{std::move(failure.error)};
    Digest hash;
    if (!hash_canonical_request(hash_, canonical(request), hash)) {
      engine_failed(failure);
      return Unexpected{std::move(failure.error)};
    }
    return healthlake::string_to_sign(amz_date(), scope(context), hash);
  }

  /// Stage 3 as a string: 64 hexadecimal digits.
  Result<std::string> signature(HttpRequest const& request, Credentials const& credentials,
                                SigningContext const& context) {
    Digest signature;
    detail::SigningFailure failure;
    if (!compute(request, credentials, context, signature, failure)) return Unexpected{std::move(failure.error)};
    return std::string{view(to_hex(signature))};
  }

 private:
  // Validates, hashes the body and collects the fields to sign, in the members that the stages below read.
  [[nodiscard]] bool prepare(HttpRequest const& request, Credentials const& credentials, SigningContext const& context,
                             detail::SigningFailure& failure) {
    if (!context.time.in_range()) return failure.signing({"the signing time is outside the years 0001 to 9999"});
    date_ = amz_date_of(context.time);
    // The credentials and scope of the cached key were validated before.
    bool const known = cache_.holds(credentials, scope(context));
    if (!known && !(detail::check_key(credentials, failure) && detail::check_scope(context, failure))) return false;
    if (!detail::check_token(credentials, failure) || !detail::check_signable(request, failure)) return false;
    Digest body;
    if (!hash_of(hash_, as_bytes(request.body), body)) return engine_failed(failure);
    payload_ = to_hex(body);
    collect(request, credentials);
    return true;
  }

  void collect(HttpRequest const& request, Credentials const& credentials) {
    bool const token = !credentials.session_token.empty();
    bool host = false;
    std::size_t size = 0;
    for (auto const& header : request.headers) size += header.name.size();
    fields_.clear();
    names_.clear();
    // All at once, since the fields are views into it.
    names_.reserve(size);
    auto add = [&](std::string_view name, std::string_view value) { fields_.push_back({name, value, fields_.size()}); };
    for (auto const& [mixed, value] : request.headers) {
      std::size_t const begin = names_.size();
      detail::append_lower(names_, mixed);
      std::string_view const name = std::string_view{names_}.substr(begin);
      bool const replaced =
          name == date_name || (token && name == token_name) || (options_.sign_body && name == content_hash_name);
      if (replaced || !is_signable(name)) continue;
      host = host || name == "host";
      add(name, value);
    }
    if (!host) add("host", request.authority);
    add(date_name, amz_date());
    if (token && !options_.omit_session_token) add(token_name, credentials.session_token.reveal());
    if (options_.sign_body) add(content_hash_name, view(payload_));
    sort_signed_fields(fields_);
    signed_headers_.clear();
    detail::TextSink sink{signed_headers_};
    detail::write_signed_headers(sink, fields_);
    sink.flush();
  }

  [[nodiscard]] CanonicalRequest canonical(HttpRequest const& request) const noexcept {
    return {.method = request.method,
            .target = request.target,
            .normalize_path = options_.normalize_path,
            .fields = fields_,
            .signed_headers = signed_headers_,
            .payload_hash = view(payload_)};
  }

  [[nodiscard]] bool compute(HttpRequest const& request, Credentials const& credentials, SigningContext const& context,
                             Digest& signature, detail::SigningFailure& failure) {
    if (!prepare(request, credentials, context, failure)) return false;
    Digest hash;
    if (!hash_canonical_request(hash_, canonical(request), hash)) return engine_failed(failure);
    auto const* key = cache_.find_or_derive(hash_, credentials, scope(context));
    return (key != nullptr && compute_signature(hash_, *key, amz_date(), scope(context), hash, signature)) ||
           engine_failed(failure);
  }

  // Writes the value of Authorization to `authorization_`.
  [[nodiscard]] bool authorize(HttpRequest const& request, Credentials const& credentials,
                               SigningContext const& context, detail::SigningFailure& failure) {
    Digest signature;
    if (!compute(request, credentials, context, signature, failure)) return false;
    authorization_.clear();
    detail::TextSink sink{authorization_};
    sink.put(sigv4_algorithm);
    sink.put(std::string_view{" Credential="});
    sink.put(credentials.access_key_id);
    sink.put('/');
    detail::write_scope(sink, scope(context));
    sink.put(std::string_view{", SignedHeaders="});
    sink.put(signed_headers_);
    sink.put(std::string_view{", Signature="});
    sink.put(view(to_hex(signature)));
    sink.flush();
    return true;
  }

  [[nodiscard]] std::string_view amz_date() const noexcept { return {date_.data(), date_.size()}; }
  [[nodiscard]] CredentialScope scope(SigningContext const& context) const noexcept {
    return {amz_date().substr(0, 8), context.region, context.service};
  }
  static bool engine_failed(detail::SigningFailure& failure) {
    return failure.signing({"the hash engine failed; nothing was signed (see its library's error report)"});
  }

  static constexpr std::string_view date_name = "x-amz-date";
  static constexpr std::string_view token_name = "x-amz-security-token";
  static constexpr std::string_view content_hash_name = "x-amz-content-sha256";

  H hash_;
  SigV4Options options_;
  SigningKeyCache cache_;
  // Views into the current request; not valid between calls, kept for its memory.
  std::vector<SignedField> fields_;
  // The names of the request's headers, in lower case.
  std::string names_;
  std::string signed_headers_;
  std::string authorization_;
  AmzDate date_{};
  HexDigest payload_{};
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/sign/impl/sigv4.ipp"
#endif

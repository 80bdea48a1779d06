// Verifies Signature Version 4: who sent a request, and that it was not modified.
//
// Rules: everything in a request is untrusted until its signature is verified. Sizes are checked before anything is
// computed, received bytes are never repeated in a message (except for a signed header's name, if it is a token), and
// secrets and signatures are compared in constant time. Presigned requests (X-Amz-Signature in the query) count as
// unsigned. The time is passed in.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/sign/canonical_request.hpp"
#include "healthlake/sign/credentials.hpp"
#include "healthlake/sign/hash.hpp"
#include "healthlake/sign/signed_fields.hpp"
#include "healthlake/sign/signing_key.hpp"
#include "healthlake/sign/string_to_sign.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Why a request is rejected, as in an error response of an AWS service.
struct VerifyFailure {
  /// - MissingAuthenticationTokenException: there is no Authorization header;
  /// - IncompleteSignatureException: there is one, but not a complete SigV4 signature, or a limit is exceeded;
  /// - UnrecognizedClientException: the access key id is unknown, or the session token does not match;
  /// - InvalidSignatureException: wrong signature, scope, date or content hash;
  /// - InternalServerException: the hash engine failed.
  std::string code{};
  /// What is wrong, for the body of the response; nothing secret, and nothing of the request but the name of a header.
  std::string message{};
  /// 400 for IncompleteSignatureException, 500 for InternalServerException, 403 for all others (AWS, "Common Errors").
  int http_status = 403;

  friend bool operator==(VerifyFailure const&, VerifyFailure const&) = default;
};

/// The expected scope of a signature, and the limits of verification.
struct VerifyOptions {
  /// The region that requests must be signed for.
  std::string region{};
  /// The signing name that requests must be signed for.
  std::string service = "healthlake";
  /// The maximum difference between X-Amz-Date and the current time, in either direction.
  Milliseconds window{300'000};
  /// As SigV4Options::normalize_path.
  bool normalize_path = true;
  /// As SigV4Options::encode_path.
  bool encode_path = true;
  /// The maximum size of the Authorization header, in bytes.
  std::size_t max_authorization_size = 8192;
  /// The maximum number of entries in SignedHeaders.
  std::size_t max_signed_headers = 128;
  /// The maximum number of field lines of a request.
  std::size_t max_fields = 256;
  /// The maximum size of the request target, in bytes.
  std::size_t max_target_size = 8192;
};

/// The parts of an Authorization header; views into its value.
struct Authorization {
  /// The first part of Credential.
  std::string_view access_key_id;
  /// The date, the region and the service in Credential.
  CredentialScope scope;
  /// As received: `content-type;host;x-amz-date`.
  std::string_view signed_headers;
  /// As received: 64 hexadecimal digits, if it is right.
  std::string_view signature;
};

namespace detail {
Unexpected<VerifyFailure> incomplete_signature(std::string message);
Unexpected<VerifyFailure> invalid_signature(std::string message);
Unexpected<VerifyFailure> unrecognized_client();

// Splits `AKID/date/region/service/aws4_request`.
constexpr bool parse_credential(std::string_view text, Authorization& out) noexcept {
  std::array<std::string_view, 5> parts{};
  std::size_t count = 0;
  for_each_piece(text, '/', [&](std::string_view part) {
    if (count < parts.size()) parts[count] = part;
    ++count;
  });
  if (count != parts.size() || parts[4] != "aws4_request") return false;
  if (std::any_of(parts.begin(), parts.end(), [](std::string_view part) { return part.empty(); })) return false;
  out.access_key_id = parts[0];
  out.scope = {parts[1], parts[2], parts[3]};
  return true;
}
}  // namespace detail

/// Parses the value of an Authorization header:
/// `AWS4-HMAC-SHA256 Credential=..., SignedHeaders=..., Signature=...`. The three may be in any order, with or without
/// spaces after the commas; each must appear once, and nothing else. The failure is always
/// IncompleteSignatureException.
Result<Authorization, VerifyFailure> parse_authorization(std::string_view value);

/// Verifies signatures with any Hash. Not thread-safe: it keeps the hash engine and the last signing key.
template <Hash H>
class SigV4Verifier {
 public:
  /// With a hash of its own.
  explicit SigV4Verifier(VerifyOptions options)
    requires std::default_initializable<H>
      : options_(std::move(options)) {}
  /// With a hash that cannot be made without an argument, such as a handle of an engine.
  SigV4Verifier(H hash, VerifyOptions options) : hash_(std::move(hash)), options_(std::move(options)) {}

  /// Returns the access key id whose secret signed the request, or why the request is rejected.
  ///
  /// `find(access_key_id)` returns a `Credentials const*`, null for an unknown key, which must be valid until `verify`
  /// returns. If the credentials have a session token, the request must have the same one; if not, it must have none.
  ///
  /// Checked in this order: the Authorization header and the limits; the access key id; scope and date; which headers
  /// are signed (host, x-amz-date and every x-amz-* header of the request must be); X-Amz-Content-Sha256, if present,
  /// against the body; the signature; the session token. `host` is the Host header or, without one,
  /// HttpRequest::authority; a signed content-length that is not among the headers is that of the body. Precondition:
  /// now.in_range().
  template <class Find>
    requires std::is_invocable_r_v<Credentials const*, Find&, std::string_view>
  Result<std::string, VerifyFailure> verify(HttpRequest const& request, Timestamp now, Find&& find) {
    auto authorization = authorization_of(request);
    if (!authorization) return Unexpected{std::move(authorization).error()};
    Credentials const* const credentials = find(authorization->access_key_id);
    if (credentials == nullptr) return detail::unrecognized_client();
    if (auto ok = check_scope(request, *authorization, now); !ok) return Unexpected{std::move(ok).error()};
    if (auto ok = collect(request, authorization->signed_headers); !ok) return Unexpected{std::move(ok).error()};
    if (auto ok = check_signature(request, *authorization, *credentials); !ok) return Unexpected{std::move(ok).error()};

    auto const given = trim_blanks(request.headers.find("x-amz-security-token").value_or(std::string_view{}));
    if (!equal_in_constant_time(given, credentials->session_token.reveal())) return detail::unrecognized_client();
    return std::string{authorization->access_key_id};
  }

 private:
  using Checked = Result<Unit, VerifyFailure>;

  Result<Authorization, VerifyFailure> authorization_of(HttpRequest const& request) const {
    if (request.headers.size() > options_.max_fields)
      return detail::incomplete_signature("The request has more than " + std::to_string(options_.max_fields) +
                                          " header fields.");
    auto const value = request.headers.find("authorization");
    if (!value || trim_blanks(*value).empty())
      return Unexpected{VerifyFailure{"MissingAuthenticationTokenException",
                                      "The request has no Authorization header; sign it with AWS Signature Version 4.",
                                      403}};
    if (value->size() > options_.max_authorization_size)
      return detail::incomplete_signature("The Authorization header is longer than " +
                                          std::to_string(options_.max_authorization_size) + " bytes.");
    if (request.target.size() > options_.max_target_size)
      return detail::incomplete_signature("The request target is longer than " +
                                          std::to_string(options_.max_target_size) + " bytes.");
    for (std::string_view const name : {"authorization", "x-amz-date", "x-amz-security-token", "host"})
      if (request.headers.count(name) > 1)
        return detail::incomplete_signature("The header " + std::string{name} + " appears more than once.");
    return parse_authorization(*value);
  }

  Checked check_scope(HttpRequest const& request, Authorization const& authorization, Timestamp now) {
    CredentialScope const& scope = authorization.scope;
    date_ = trim_blanks(request.headers.find("x-amz-date").value_or(std::string_view{}));
    auto const date = from_amz_date(date_);
    if (!date) return detail::incomplete_signature("The header X-Amz-Date is required, in the form YYYYMMDDTHHMMSSZ.");
    if (scope.region != options_.region)
      return detail::invalid_signature("Credential should be scoped to the region '" + options_.region + "'.");
    if (scope.service != options_.service)
      return detail::invalid_signature("Credential should be scoped to the service '" + options_.service + "'.");
    if (scope.date != date_.substr(0, 8))
      return detail::invalid_signature("Date in Credential scope does not match the date of X-Amz-Date.");
    return check_date(*date, now);
  }

  // The messages begin like those of AWS, which people and programs search for.
  Checked check_date(Timestamp date, Timestamp now) const {
    bool const whole_minutes = options_.window.count % 60'000 == 0;
    std::string const span = whole_minutes ? std::to_string(options_.window.count / 60'000) + " min.)"
                                           : std::to_string(options_.window.count) + " ms)";
    if (date < now - options_.window)
      return detail::invalid_signature("Signature expired: " + to_amz_date(date) + " is now earlier than " +
                                       to_amz_date(now - options_.window) + " (" + to_amz_date(now) + " - " + span);
    if (date > now + options_.window)
      return detail::invalid_signature("Signature not yet current: " + to_amz_date(date) + " is still later than " +
                                       to_amz_date(now + options_.window) + " (" + to_amz_date(now) + " + " + span);
    return Unit{};
  }

  // Collects the fields that the client signed, in the order in which it must have listed them.
  Checked collect(HttpRequest const& request, std::string_view signed_headers) {
    names_.clear();
    fields_.clear();
    bool ordered = true;
    detail::for_each_piece(signed_headers, ';', [&](std::string_view name) {
      bool const lower = std::none_of(name.begin(), name.end(), detail::is_upper);
      ordered = ordered && is_token(name) && lower && (names_.empty() || names_.back() < name);
      names_.push_back(name);
    });
    if (!ordered || names_.size() > options_.max_signed_headers)
      return detail::incomplete_signature("SignedHeaders must name at most " +
                                          std::to_string(options_.max_signed_headers) +
                                          " headers, in lower case, sorted, each once.");
    if (!is_signed("host") || !is_signed("x-amz-date"))
      return detail::incomplete_signature("SignedHeaders must name host and x-amz-date.");
    for (auto const& [name, value] : request.headers)
      if (equal_ignoring_case(name.substr(0, 6), "x-amz-") && !is_signed(name))
        return detail::incomplete_signature("SignedHeaders must name every x-amz-* header of the request.");
    for (auto const name : names_)
      if (!add_fields(request, name))
        return detail::invalid_signature("The request lacks the signed header " + std::string{name.substr(0, 64)} +
                                         ".");
    return Unit{};
  }

  bool add_fields(HttpRequest const& request, std::string_view name) {
    std::size_t const before = fields_.size();
    for (auto const& line : request.headers)
      if (equal_ignoring_case(line.name, name)) fields_.push_back({name, line.value, fields_.size()});
    if (fields_.size() > before) return true;
    if (name == "host" && !request.authority.empty()) {
      fields_.push_back({name, request.authority, before});
      return true;
    }
    if (name != "content-length") return false;
    content_length_ = std::to_string(request.body.size());
    fields_.push_back({name, content_length_, before});
    return true;
  }

  // Whether this header is in SignedHeaders.
  [[nodiscard]] bool is_signed(std::string_view name) const {
    return std::any_of(names_.begin(), names_.end(),
                       [&](std::string_view listed) { return equal_ignoring_case(listed, name); });
  }

  Checked check_signature(HttpRequest const& request, Authorization const& authorization,
                          Credentials const& credentials) {
    Digest body;
    Digest hash;
    Digest expected;
    if (!hash_of(hash_, as_bytes(request.body), body)) return engine_failed();
    HexDigest const payload = to_hex(body);
    auto const content_hash = request.headers.find("x-amz-content-sha256");
    if (content_hash && trim_blanks(*content_hash) != view(payload))
      return detail::invalid_signature("The header X-Amz-Content-Sha256 does not match the body of the request.");

    CanonicalRequest const canonical{.method = request.method,
                                     .target = request.target,
                                     .normalize_path = options_.normalize_path,
                                     .encode_path = options_.encode_path,
                                     .fields = fields_,
                                     .signed_headers = authorization.signed_headers,
                                     .payload_hash = view(payload)};
    if (!hash_canonical_request(hash_, canonical, hash)) return engine_failed();
    auto const* key = cache_.find_or_derive(hash_, credentials, authorization.scope);
    if (key == nullptr || !compute_signature(hash_, *key, date_, authorization.scope, hash, expected))
      return engine_failed();
    if (!equal_in_constant_time(authorization.signature, view(to_hex(expected))))
      return detail::invalid_signature(
          "The signature of the request does not match the calculated one; check the secret access key and the "
          "signing method.");
    return Unit{};
  }

  static Unexpected<VerifyFailure> engine_failed() {
    return Unexpected{VerifyFailure{"InternalServerException", "The signature could not be verified.", 500}};
  }

  H hash_;
  VerifyOptions options_;
  SigningKeyCache cache_;
  // Views into the current request; not valid between calls, kept for their memory.
  std::vector<std::string_view> names_;
  std::vector<SignedField> fields_;
  std::string content_length_;
  std::string_view date_;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/server/impl/sigv4_verifier.ipp"
#endif

// AWS Signature Version 4 in the Authorization header, in three stages that can be looked at one by one: canonical
// request, string to sign, signature.
//
// Rules: the request and the credentials are checked before anything is hashed; a header that could split a message
// is refused, never repaired. The canonical request is hashed as it is written, not stored. One SigV4 serves one
// thread; it keeps the hash engine, the key of the day and its scratch memory between calls. May include http/, core/.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/sign/canonical.hpp"
#include "healthlake/sign/credentials.hpp"
#include "healthlake/sign/hash.hpp"
#include "healthlake/sign/signer.hpp"
#include "healthlake/sign/signing_key.hpp"

namespace healthlake {

/// How to sign; the defaults are right for this service.
struct SigV4Options {
  /// Remove dot segments and double slashes from the path before it is signed (every service but S3).
  bool normalize_path = true;
  /// Also add and sign x-amz-content-sha256. The signature covers the body in either case.
  bool sign_body = false;
  /// Add the session token without signing it (a few services want that, this one does not).
  bool omit_session_token = false;
};

namespace detail {
// Text from a caller for a message: at most 64 bytes, anything but visible ASCII as `?`.
inline std::string shown(std::string_view text) {
  std::string out{text.substr(0, 64)};
  for (char& c : out)
    if (c < ' ' || c > '~') c = '?';
  if (text.size() > out.size()) out += "...";
  return out;
}

// A part of a credential scope or an access key id: what may stand between two slashes of the Authorization header.
constexpr bool is_scope_part(std::string_view text) noexcept {
  return !text.empty() && visible_ascii(text) && text.find_first_of("/,") == std::string_view::npos;
}

inline Unexpected<SetupError> signing_error(std::string message) {
  return Unexpected{SetupError{SetupPhase::signing, std::move(message)}};
}
inline Unexpected<SetupError> credentials_error(std::string message) {
  return Unexpected{SetupError{SetupPhase::credentials, std::move(message)}};
}

inline Result<Unit> check_credentials(Credentials const& credentials) {
  if (credentials.access_key_id.empty())
    return credentials_error("the access key id is empty; set it to sign requests");
  if (!is_scope_part(credentials.access_key_id))
    return credentials_error("the access key id holds a slash, a comma or a character that is not visible ASCII");
  if (credentials.secret_access_key.empty())
    return credentials_error("the secret access key of " + credentials.access_key_id + " is empty");
  if (!visible_ascii(credentials.session_token.reveal()))
    return credentials_error("the session token of " + credentials.access_key_id +
                             " holds a blank, a control character or a character beyond ASCII");
  return Unit{};
}

inline Result<Unit> check_context(SigningContext const& context) {
  if (!is_scope_part(context.region))
    return signing_error("the region `" + shown(context.region) +
                         "` cannot stand in a signature; expected one like us-east-1");
  if (!is_scope_part(context.service))
    return signing_error("the service `" + shown(context.service) +
                         "` cannot stand in a signature; expected healthlake");
  if (!context.time.in_range()) return signing_error("the time to sign with is outside the years 0001 to 9999");
  return Unit{};
}

inline Result<Unit> check_request(HttpRequest const& request) {
  if (!is_token(request.method))
    return signing_error("the method `" + shown(request.method) + "` is not a token (RFC 9110, 9.1)");
  if (forbidden_field_value(request.target)) return signing_error("the request target holds CR, LF or NUL");
  for (auto const& [name, value] : request.headers) {
    if (!is_token(name)) return signing_error("the header name `" + shown(name) + "` is not a token (RFC 9110, 5.1)");
    if (forbidden_field_value(value))
      return signing_error("the value of the header " + shown(name) +
                           " holds CR, LF or NUL (RFC 9110, 5.5); remove it");
  }
  std::size_t const hosts = request.headers.count("host");
  if (hosts > 1) return signing_error("the header Host is there more than once");
  if (hosts == 0 && (request.authority.empty() || forbidden_field_value(request.authority)))
    return signing_error("the authority is empty or holds CR, LF or NUL, and there is no header Host");
  return Unit{};
}

// `20260807T233447Z` without a std::string. Precondition: time.in_range().
constexpr std::array<char, 16> amz_date_of(Timestamp time) noexcept {
  CivilTime const c = to_civil(time);
  std::array<char, 16> text{};
  std::size_t at = 0;
  auto put = [&](int value, int width) {
    for (int divisor = width == 4 ? 1000 : 10; divisor > 0; divisor /= 10)
      text[at++] = static_cast<char>('0' + value / divisor % 10);
  };
  put(c.year, 4), put(c.month, 2), put(c.day, 2);
  text[at++] = 'T';
  put(c.hour, 2), put(c.minute, 2), put(c.second, 2);
  text[at] = 'Z';
  return text;
}
}  // namespace detail

/// Signs with any Hash. `host` (from the header Host, or else from HttpRequest::authority), X-Amz-Date,
/// X-Amz-Security-Token of temporary credentials, and every header that is_signable. A header that signing replaces
/// (the date, the token, the content hash) is signed with its new value.
///
/// Errors: SetupError{credentials} for an empty or damaged key, SetupError{signing} for a request or context that
/// cannot be signed (it names the header); both before anything is hashed. SetupError{signing}, too, for a hash engine
/// that fails.
template <Hash H>
class SigV4 {
 public:
  SigV4()
    requires std::default_initializable<H>
  = default;
  explicit SigV4(H hash, SigV4Options options = {}) : hash_(std::move(hash)), options_(options) {}
  explicit SigV4(SigV4Options options)
    requires std::default_initializable<H>
      : options_(options) {}

  /// The headers to add with Headers::set: X-Amz-Date, X-Amz-Security-Token, X-Amz-Content-Sha256 (as the
  /// credentials and options ask for), Authorization.
  Result<std::vector<Header>> sign(HttpRequest const& request, Credentials const& credentials,
                                   SigningContext const& context) {
    auto value = authorization(request, credentials, context);
    if (!value) return Unexpected{std::move(value).error()};
    std::vector<Header> headers;
    headers.reserve(4);
    headers.push_back({"X-Amz-Date", std::string{amz_date()}});
    if (!credentials.session_token.empty())
      headers.push_back({"X-Amz-Security-Token", std::string{credentials.session_token.reveal()}});
    if (options_.sign_body) headers.push_back({"X-Amz-Content-Sha256", std::string{view(payload_)}});
    headers.push_back({"Authorization", *std::move(value)});
    return headers;
  }

  /// The value of Authorization alone; the other headers that sign() adds must go out with it.
  Result<std::string> authorization(HttpRequest const& request, Credentials const& credentials,
                                    SigningContext const& context) {
    Digest signature;
    auto const made = compute(request, credentials, context, signature);
    if (!made) return Unexpected{made.error()};
    std::size_t names = 0;
    for (auto const& field : fields_) names += field.name.size() + 1;
    std::string value;
    value.reserve(160 + names + credentials.access_key_id.size() + context.region.size() + context.service.size());
    TextSink sink{value};
    sink.put(sigv4_algorithm);
    sink.put(std::string_view{" Credential="});
    sink.put(credentials.access_key_id);
    sink.put('/');
    write_scope(sink, scope(context));
    sink.put(std::string_view{", SignedHeaders="});
    write_signed_headers(sink, fields_);
    sink.put(std::string_view{", Signature="});
    sink.put(view(to_hex(signature)));
    return value;
  }

  /// Stage 1 as text, for tests and for finding out why a server disagrees. Holds the session token, if that is
  /// signed: do not log it.
  Result<std::string> canonical_request(HttpRequest const& request, Credentials const& credentials,
                                        SigningContext const& context) {
    if (auto ready = prepare(request, credentials, context); !ready) return Unexpected{std::move(ready).error()};
    return healthlake::canonical_request(canonical(request));
  }

  /// Stage 2 as text.
  Result<std::string> string_to_sign(HttpRequest const& request, Credentials const& credentials,
                                     SigningContext const& context) {
    if (auto ready = prepare(request, credentials, context); !ready) return Unexpected{std::move(ready).error()};
    Digest hash;
    if (!hash_canonical(request, hash)) return engine_failed();
    return healthlake::string_to_sign(amz_date(), scope(context), hash);
  }

  /// Stage 3 as text: 64 hexadecimal digits.
  Result<std::string> signature(HttpRequest const& request, Credentials const& credentials,
                                SigningContext const& context) {
    Digest signature;
    if (auto made = compute(request, credentials, context, signature); !made)
      return Unexpected{std::move(made).error()};
    return std::string{view(to_hex(signature))};
  }

 private:
  // Checks, hashes the body and lists the fields to sign; the stages below read what it left in the members.
  Result<Unit> prepare(HttpRequest const& request, Credentials const& credentials, SigningContext const& context) {
    if (auto checked = detail::check_credentials(credentials); !checked) return checked;
    if (auto checked = detail::check_context(context); !checked) return checked;
    if (auto checked = detail::check_request(request); !checked) return checked;
    date_ = detail::amz_date_of(context.time);
    Digest body;
    if (!hash_of(hash_, as_bytes(request.body), body)) return engine_failed();
    payload_ = to_hex(body);
    collect(request, credentials);
    return Unit{};
  }

  void collect(HttpRequest const& request, Credentials const& credentials) {
    bool const token = !credentials.session_token.empty();
    bool host = false;
    fields_.clear();
    auto add = [&](std::string_view name, std::string_view value) { fields_.push_back({name, value, fields_.size()}); };
    for (auto const& [name, value] : request.headers) {
      bool const replaced = equal_ignoring_case(name, "x-amz-date") ||
                            (token && equal_ignoring_case(name, "x-amz-security-token")) ||
                            (options_.sign_body && equal_ignoring_case(name, "x-amz-content-sha256"));
      if (replaced || !is_signable(name)) continue;
      host = host || equal_ignoring_case(name, "host");
      add(name, value);
    }
    if (!host) add("host", request.authority);
    add("x-amz-date", amz_date());
    if (token && !options_.omit_session_token) add("x-amz-security-token", credentials.session_token.reveal());
    if (options_.sign_body) add("x-amz-content-sha256", view(payload_));
    sort_signed_fields(fields_);
  }

  [[nodiscard]] CanonicalRequest canonical(HttpRequest const& request) const noexcept {
    return {.method = request.method,
            .target = request.target,
            .normalize_path = options_.normalize_path,
            .fields = fields_,
            .payload_hash = view(payload_)};
  }

  [[nodiscard]] bool hash_canonical(HttpRequest const& request, Digest& hash) {
    hash_.reset();
    HashSink<H> sink{hash_};
    write_canonical_request(sink, canonical(request));
    sink.flush();
    return hash_.finish(hash);
  }

  Result<Unit> compute(HttpRequest const& request, Credentials const& credentials, SigningContext const& context,
                       Digest& signature) {
    if (auto ready = prepare(request, credentials, context); !ready) return ready;
    Digest hash;
    if (!hash_canonical(request, hash)) return engine_failed();
    auto const* key = cache_.find_or_derive(hash_, credentials, scope(context));
    auto write = [&](auto& sink) { write_string_to_sign(sink, amz_date(), scope(context), hash); };
    if (key == nullptr || !sign_text(hash_, *key, write, signature)) return engine_failed();
    return Unit{};
  }

  [[nodiscard]] std::string_view amz_date() const noexcept { return {date_.data(), date_.size()}; }
  [[nodiscard]] CredentialScope scope(SigningContext const& context) const noexcept {
    return {amz_date().substr(0, 8), context.region, context.service};
  }
  static Unexpected<SetupError> engine_failed() {
    return detail::signing_error("the hash engine failed; nothing was signed (see its library's error report)");
  }

  H hash_;
  SigV4Options options_;
  SigningKeyCache cache_;
  // Views into the request at hand; of no meaning between calls, kept for its memory.
  std::vector<SignedField> fields_;
  std::array<char, 16> date_{};
  HexDigest payload_{};
};

}  // namespace healthlake

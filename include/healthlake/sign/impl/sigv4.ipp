// The functions of sign/sigv4.hpp.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/http/request_check.hpp"
#include "healthlake/sign/canonical_request.hpp"
#include "healthlake/sign/credentials.hpp"
#include "healthlake/sign/hash.hpp"
#include "healthlake/sign/hash_engine.hpp"
#include "healthlake/sign/signer.hpp"
#include "healthlake/sign/signing_key.hpp"
#include "healthlake/sign/signing_plan.hpp"
#include "healthlake/sign/sigv4.hpp"
#include "healthlake/sign/sink.hpp"
#include "healthlake/sign/string_to_sign.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL bool SigningFailure::signing(std::string_view before, std::string_view text, std::string_view after) {
  error.phase = SetupPhase::signing;
  return refuse(error.message, before, text, after);
}

HEALTHLAKE_DECL bool SigningFailure::set(SetupPhase phase, std::string_view const* text, std::size_t count) {
  error.phase = phase;
  append_pieces(error.message, text, count);
  return false;
}

HEALTHLAKE_DECL bool check_key(Credentials const& credentials, SigningFailure& failure) {
  if (credentials.access_key_id.empty())
    return failure.credentials({"the access key id is empty; set it to sign requests"});
  if (!is_scope_part(credentials.access_key_id))
    return failure.credentials({"the access key id contains a slash, a comma or a character other than visible ASCII"});
  if (credentials.secret_access_key.empty())
    return failure.credentials({"the secret access key of ", credentials.access_key_id, " is empty"});
  return true;
}

HEALTHLAKE_DECL bool check_token(Credentials const& credentials, SigningFailure& failure) {
  return all_are(is_visible, credentials.session_token.reveal()) ||
         failure.credentials({"the session token of ", credentials.access_key_id,
                              " contains a space, a control or a non-ASCII character"});
}

HEALTHLAKE_DECL bool check_scope(SigningContext const& context, SigningFailure& failure) {
  if (!is_scope_part(context.region))
    return failure.signing("the region `", context.region,
                           "` is not valid in a signature; expected visible ASCII without slashes or commas");
  if (!is_scope_part(context.service))
    return failure.signing("the service `", context.service,
                           "` is not valid in a signature; expected visible ASCII without slashes or commas");
  return true;
}

HEALTHLAKE_DECL bool check_signable(HttpRequest const& request, SigningFailure& failure) {
  failure.error.phase = SetupPhase::signing;
  if (!check_well_formed(request, failure.error.message)) return false;
  bool const authority = !request.authority.empty() && !forbidden_field_value(request.authority);
  return authority || request.headers.find("host") ||
         failure.signing({"the authority is empty or contains CR, LF or NUL, and there is no Host header"});
}

HEALTHLAKE_DECL bool engine_failed(SigningFailure& failure) {
  return failure.signing({"the hash engine failed; nothing was signed (see its library's error report)"});
}

HEALTHLAKE_DECL SigV4Stages::SigV4Stages(SigV4Options options) : options_(options) {}

HEALTHLAKE_DECL SigV4Stages::SigV4Stages(SigV4Stages const&) = default;
HEALTHLAKE_DECL SigV4Stages::SigV4Stages(SigV4Stages&&) noexcept = default;
HEALTHLAKE_DECL SigV4Stages& SigV4Stages::operator=(SigV4Stages const&) = default;
HEALTHLAKE_DECL SigV4Stages& SigV4Stages::operator=(SigV4Stages&&) noexcept = default;
HEALTHLAKE_DECL SigV4Stages::~SigV4Stages() = default;

HEALTHLAKE_DECL bool SigV4Stages::prepare(Input const& input, SigningFailure& failure) {
  auto const& [hash, request, credentials, context] = input;
  if (!context.time.in_range()) return failure.signing({"the signing time is outside the years 0001 to 9999"});
  date_ = amz_date_of(context.time);
  if (!check_credentials(input, failure) || !plan(input, failure)) return false;
  Digest body;
  hash.reset();
  hash.update(as_bytes(request.body));
  if (!hash.finish(body)) return engine_failed(failure);
  payload_ = to_hex(body);
  return true;
}

HEALTHLAKE_DECL bool SigV4Stages::has_key(Input const& input) const noexcept {
  if (!keyed_) return false;
  auto const wanted = scope(input.context);
  std::string_view rest = credential_;
  rest.remove_prefix(beginning.size());
  // The parts of what is there were validated to have no slash: so if all of it is the same, each part is.
  for (auto const part :
       {std::string_view{input.credentials.access_key_id}, wanted.date, wanted.region, wanted.service}) {
    if (rest.size() <= part.size() || rest[part.size()] != '/') return false;
    if (!rest.starts_with(part)) return false;
    rest.remove_prefix(part.size() + 1);
  }
  return rest == scope_end && secret_ == input.credentials.secret_access_key;
}

HEALTHLAKE_DECL bool SigV4Stages::check_credentials(Input const& input, SigningFailure& failure) {
  auto const& [hash, request, credentials, context] = input;
  keyed_ = has_key(input);
  return (keyed_ || (check_key(credentials, failure) && check_scope(context, failure))) &&
         check_token(credentials, failure);
}

HEALTHLAKE_DECL bool SigV4Stages::plan(Input const& input, SigningFailure& failure) {
  bool const token = !input.credentials.session_token.empty();
  AddedHeaders const added{token, token && !options_.omit_session_token, options_.sign_body};
  bool filled = false;
  if constexpr (SigningPlan::lasts) filled = plan_.fill(input.request, added);
  if (!filled) {
    if (!check_signable(input.request, failure)) return false;
    plan_.make(input.request, added);
  }
  plan_.fill_added({amz_date(), input.credentials.session_token.reveal(), view(payload_)});
  return true;
}

HEALTHLAKE_DECL CanonicalRequest SigV4Stages::canonical(HttpRequest const& request) const noexcept {
  return {.method = request.method,
          .target = request.target,
          .normalize_path = options_.normalize_path,
          .encode_path = options_.encode_path,
          .fields = plan_.fields(),
          .signed_headers = plan_.signed_headers(),
          .payload_hash = view(payload_)};
}

HEALTHLAKE_DECL bool SigV4Stages::hash_canonical(Input const& input, Digest& digest, SigningFailure& failure) {
  input.hash.reset();
  HashSink<AnyHash> sink{input.hash};
  write_canonical_request(sink, canonical(input.request));
  sink.flush();
  return input.hash.finish(digest) || engine_failed(failure);
}

HEALTHLAKE_DECL bool SigV4Stages::set_key(Input const& input) {
  if (keyed_) return true;
  SecretDigest key;
  if (!derive_key(input.hash, input.credentials.secret_access_key.reveal(), scope(input.context), key)) return false;
  secret_ = input.credentials.secret_access_key;
  credential_ = concat({beginning, input.credentials.access_key_id, "/"});
  append_scope(credential_, scope(input.context));
  keyed_ = true;
  return true;
}

HEALTHLAKE_DECL bool SigV4Stages::compute(Input const& input, Digest& signature, SigningFailure& failure) {
  Digest hash;
  if (!hash_canonical(input, hash, failure)) return false;
  if (set_key(input) && sign_string(input.hash, amz_date(), scope_text(input.credentials), hash, signature))
    return true;
  // An engine that can fail may have failed when it got the key.
  keyed_ = false;
  return engine_failed(failure);
}

HEALTHLAKE_DECL void SigV4Stages::add_authorization(Headers& headers, Digest const& signature) const {
  headers.add("Authorization",
              {credential_, ", SignedHeaders=", plan_.signed_headers(), ", Signature=", view(to_hex(signature))});
}

HEALTHLAKE_DECL void SigV4Stages::add_headers(Headers& headers, Credentials const& credentials,
                                              Digest const& signature) const {
  headers.add("X-Amz-Date", amz_date());
  if (!credentials.session_token.empty()) headers.add("X-Amz-Security-Token", credentials.session_token.reveal());
  if (options_.sign_body) headers.add("X-Amz-Content-Sha256", view(payload_));
  add_authorization(headers, signature);
}

HEALTHLAKE_DECL Result<Headers> SigV4Stages::sign(Input const& input) {
  Digest signature;
  SigningFailure failure;
  if (!prepare(input, failure) || !compute(input, signature, failure)) return Unexpected{std::move(failure.error)};
  constexpr std::size_t names_and_rest = 256;
  Headers headers;
  headers.reserve(names_and_rest + payload_.size() + input.credentials.session_token.reveal().size() +
                  credential_.size() + plan_.signed_headers().size());
  add_headers(headers, input.credentials, signature);
  return headers;
}

HEALTHLAKE_DECL Result<bool> SigV4Stages::add_to(Headers& headers, Input const& input) {
  Digest signature;
  SigningFailure failure;
  if (!prepare(input, failure)) return Unexpected{std::move(failure.error)};
  if (plan_.replaces()) return false;
  if (!compute(input, signature, failure)) return Unexpected{std::move(failure.error)};
  add_headers(headers, input.credentials, signature);
  return true;
}

HEALTHLAKE_DECL Result<std::string> SigV4Stages::authorization(Input const& input) {
  Result<Headers> const headers = sign(input);
  if (!headers) return Unexpected{headers.error()};
  return std::string{*headers->find("Authorization")};
}

HEALTHLAKE_DECL Result<std::string> SigV4Stages::canonical_request(Input const& input) {
  SigningFailure failure;
  if (!prepare(input, failure)) return Unexpected{std::move(failure.error)};
  return healthlake::canonical_request(canonical(input.request));
}

HEALTHLAKE_DECL Result<std::string> SigV4Stages::string_to_sign(Input const& input) {
  SigningFailure failure;
  Digest digest;
  if (!prepare(input, failure) || !hash_canonical(input, digest, failure)) return Unexpected{std::move(failure.error)};
  return healthlake::string_to_sign(amz_date(), scope(input.context), digest);
}

HEALTHLAKE_DECL Result<std::string> SigV4Stages::signature(Input const& input) {
  Digest signature;
  SigningFailure failure;
  if (!prepare(input, failure) || !compute(input, signature, failure)) return Unexpected{std::move(failure.error)};
  return std::string{view(to_hex(signature))};
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

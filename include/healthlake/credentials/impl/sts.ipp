// The functions of credentials/sts.hpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/retry_kind.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/credentials/expiration.hpp"
#include "healthlake/credentials/http_provider.hpp"
#include "healthlake/credentials/plan.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/credentials/sts.hpp"
#include "healthlake/credentials/token_file.hpp"
#include "healthlake/credentials/xml_reader.hpp"
#include "healthlake/flow/retry.hpp"
#include "healthlake/http/endpoint.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/http/partitions.hpp"
#include "healthlake/sign/credentials.hpp"
#include "healthlake/sign/hash.hpp"
#include "healthlake/sign/signer.hpp"
#include "healthlake/text/percent.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL Result<StsEndpoint> sts_endpoint(StsOptions const& options) {
  bool const global = options.region.empty() || options.region == "aws-global";
  StsEndpoint at{{}, global ? std::string{"us-east-1"} : options.region};
  // The rules for a region are those of any service.
  auto resolved = resolve_endpoint({.region = at.signing_region, .endpoint = options.endpoint});
  if (!resolved) return Unexpected{std::move(resolved.error())};
  at.endpoint = std::move(*resolved);
  if (!options.endpoint.empty()) return at;
  at.endpoint.authority = global ? std::string{"sts.amazonaws.com"}
                                 : concat({"sts.", options.region, ".", partition_of(options.region).dns_suffix});
  return at;
}

namespace detail {

HEALTHLAKE_DECL void append_form(std::string& form, std::string_view name, std::string_view value) {
  append(form, {"&", name, "="});
  percent_encode(value, '-', [&](char c) { form += c; });
}

HEALTHLAKE_DECL bool StsProvider::resolve() {
  if (options_.xml == nullptr) {
    end(failed({"there is no XML reader to read the reply with; pass one, such as read_xml_with_expat"}));
    return false;
  }
  auto at = sts_endpoint(options_);
  if (!at) {
    end(failed({"STS has no endpoint: ", at.error().as<SetupError>()->message}));
    return false;
  }
  auto& to = request();
  to.scheme = at->endpoint.scheme;
  to.authority = at->endpoint.authority;
  to.target = at->endpoint.target();
  signing_region_ = std::move(at->signing_region);
  return true;
}

HEALTHLAKE_DECL std::string StsProvider::session_name(std::string const& said, Timestamp now) {
  if (!said.empty()) return said;
  return concat({"healthlake-", Decimal{now.milliseconds / 1000}});
}

HEALTHLAKE_DECL void StsProvider::take(HttpResponse const& response, Timestamp now) {
  if (response.status == 200) return take_success(response, now);
  std::array<XmlText, 2> said{XmlText{"Error/Code"}, XmlText{"Error/Message"}};
  bool const readable = options_.xml(response.body, said);
  std::string const code = readable ? said[0].text : std::string{};
  std::string const message = readable ? said[1].text : std::string{};
  auto const text = describe(response.status, code, message);
  auto kind = retry_kind(code, response.status);
  if (kind == RetryKind::none && is_passing_status(response.status))
    kind = response.status == 429 ? RetryKind::throttling : RetryKind::transient;
  if (kind != RetryKind::none) return again(failed_for_now({"AWS STS failed", text}), kind, now);
  // No throttling, but as patient with it: what has to change takes some time.
  if (may_repeat(code, message, response, now))
    return again(failed_for_now({"AWS STS refused the request", text}), RetryKind::throttling, now);
  end(failed({"AWS STS refused the request", text}));
}

HEALTHLAKE_DECL void StsProvider::take_success(HttpResponse const& response, Timestamp now) {
  std::array<XmlText, 4> said{XmlText{"Credentials/AccessKeyId"}, XmlText{"Credentials/SecretAccessKey"},
                              XmlText{"Credentials/SessionToken"}, XmlText{"Credentials/Expiration"}};
  auto const unusable = [&](std::initializer_list<std::string_view> what) {
    end(failed_for_now({"the reply of AWS STS is not credentials: ", concat_pieces(what.begin(), what.size())}));
  };
  if (!options_.xml(response.body, said)) return unusable({"expected XML"});
  auto keys = checked_keys({said[0].text, said[1].text, said[2].text}, {said[0].path, said[1].path, said[2].path});
  if (!keys) return unusable({keys.error()});
  auto const expiration = parse_expiration(said[3].text);
  if (!expiration)
    return unusable({"expected a time with a zone as ", said[3].path, said[3].found ? "" : ", found nothing"});
  end_with({std::move(*keys), expiration, {}, {}}, now);
}

}  // namespace detail

HEALTHLAKE_DECL std::string AssumeRoleCredentials::who() const {
  return concat({"the role ", printable_ascii(plan_.role_arn, 256), plan_.source.empty() ? "" : " of ", plan_.source});
}

HEALTHLAKE_DECL void AssumeRoleCredentials::begin(Timestamp now) {
  if (!resolve()) return;
  auto& form = request().body;
  form = "Action=AssumeRole&Version=2011-06-15";
  detail::append_form(form, "RoleArn", plan_.role_arn);
  detail::append_form(form, "RoleSessionName", session_name(plan_.role_session_name, now));
  if (plan_.duration_seconds) detail::append_form(form, "DurationSeconds", Decimal{*plan_.duration_seconds});
  if (!plan_.external_id.empty()) detail::append_form(form, "ExternalId", plan_.external_id);
  go();
}

HEALTHLAKE_DECL void AssumeRoleCredentials::prepare(Timestamp now) {
  auto& headers = request().headers;
  headers.clear();
  headers.add("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  sent_ = now;
  auto added =
      signer_.sign(request(), with_, {.region = signing_region(), .service = "sts", .time = now + correction_});
  if (!added) {
    std::string why;
    if (auto const* setup = added.error().as<SetupError>()) why = setup->message;
    return end(failed({"the request to AWS STS cannot be signed: ", quote(why)}));
  }
  for (auto const& header : *added) headers.set(header.name, header.value);
}

HEALTHLAKE_DECL bool AssumeRoleCredentials::may_repeat(std::string_view code, std::string_view,
                                                       HttpResponse const& response, Timestamp now) {
  auto const offset = clock_skew_of(code, response.headers, sent_, now, correction_);
  if (offset) correction_ = *offset;
  return offset.has_value();
}

HEALTHLAKE_DECL std::string WebIdentityCredentials::who() const {
  return concat({"the role ", printable_ascii(plan_.role_arn, 256), " with the web identity of ",
                 plan_.source.empty() ? std::string_view{plan_.token_file} : plan_.source});
}

HEALTHLAKE_DECL void WebIdentityCredentials::begin(Timestamp) {
  if (resolve()) go();
}

HEALTHLAKE_DECL void WebIdentityCredentials::prepare(Timestamp now) {
  auto token = detail::read_token(system_, plan_.token_file);
  if (!token) return end(failed_for_now({token.error()}));
  token_ = std::move(*token);
  request().headers.set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  auto& form = request().body;
  wipe(form.data(), form.size());
  form = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15";
  // So that the token is not left behind in a smaller block.
  form.reserve(form.size() + 3 * (token_.reveal().size() + plan_.role_arn.size()) + 512);
  detail::append_form(form, "RoleArn", plan_.role_arn);
  detail::append_form(form, "RoleSessionName", session_name(plan_.role_session_name, now));
  detail::append_form(form, "WebIdentityToken", token_.reveal());
}

HEALTHLAKE_DECL bool WebIdentityCredentials::may_repeat(std::string_view code, std::string_view message,
                                                        HttpResponse const&, Timestamp) {
  if (code == "IDPCommunicationError" || code == "ExpiredTokenException") return true;
  // STS may not have the provider's key yet; but an audience never becomes right.
  return code == "InvalidIdentityToken" && message.find("audience") == std::string_view::npos;
}

}  // namespace HEALTHLAKE_NAMESPACE

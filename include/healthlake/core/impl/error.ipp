// The functions of core/error.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/text/text.hpp"
#include "healthlake/text/utf8.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_COLD HEALTHLAKE_DECL Error::Error(InvalidInput what) { detail_.emplace<0>(std::move(what)); }
HEALTHLAKE_COLD HEALTHLAKE_DECL Error::Error(SetupError what) { detail_.emplace<1>(std::move(what)); }
HEALTHLAKE_COLD HEALTHLAKE_DECL Error::Error(TransportError what) { detail_.emplace<2>(std::move(what)); }
HEALTHLAKE_COLD HEALTHLAKE_DECL Error::Error(Malformed what) { detail_.emplace<3>(std::move(what)); }
HEALTHLAKE_COLD HEALTHLAKE_DECL Error::Error(ServiceError what) { detail_.emplace<4>(std::move(what)); }
HEALTHLAKE_COLD HEALTHLAKE_DECL Error::Error(Error const& other) = default;
HEALTHLAKE_COLD HEALTHLAKE_DECL Error::Error(Error&& other) noexcept = default;
HEALTHLAKE_COLD HEALTHLAKE_DECL Error& Error::operator=(Error const& other) = default;
HEALTHLAKE_COLD HEALTHLAKE_DECL Error& Error::operator=(Error&& other) noexcept = default;
HEALTHLAKE_COLD HEALTHLAKE_DECL Error::~Error() = default;

HEALTHLAKE_COLD HEALTHLAKE_DECL bool Error::equals(Error const& other) const {
  return gave_up == other.gave_up && effect == other.effect && client_token == other.client_token &&
         clock_correction == other.clock_correction && detail_ == other.detail_;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL bool Error::cancelled() const noexcept {
  auto const* transport = as<TransportError>();
  return transport && transport->reason == TransportReason::cancelled;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL std::string Error::message() const { return to_string(*this); }

HEALTHLAKE_COLD HEALTHLAKE_DECL int Error::http_status() const noexcept {
  if (auto const* service = as<ServiceError>()) return service->http_status;
  if (auto const* malformed = as<Malformed>()) return malformed->http_status;
  return 0;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL std::string to_string(Violation const& violation) {
  std::string text = concat({violation.path, ": expected ", violation.expected});
  if (!violation.found.empty()) append(text, {", found ", violation.found});
  return text;
}

}  // namespace HEALTHLAKE_NAMESPACE

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_COLD HEALTHLAKE_DECL std::string describe(InvalidInput const& invalid) {
  std::string text = "invalid input";
  for (auto const& violation : invalid.violations) append(text, {"\n  ", to_string(violation)});
  return text;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL std::string describe(SetupError const& setup) {
  return concat({to_string(setup.phase), ": ", setup.message});
}

HEALTHLAKE_COLD HEALTHLAKE_DECL std::string describe(TransportError const& transport) {
  std::string text = concat({"transport: ", to_string(transport.reason)});
  if (!transport.message.empty()) append(text, {": ", printable(transport.message)});
  return text;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL std::string describe(Malformed const& malformed) {
  std::string text = "malformed";
  if (malformed.http_status != 0) append(text, {" response, HTTP ", Decimal{malformed.http_status}});
  append(text, {", at byte ", Decimal{malformed.offset}});
  if (!malformed.path.empty()) append(text, {", ", malformed.path});
  append(text, {": ", malformed.message});
  if (!malformed.excerpt.empty()) append(text, {", near `", malformed.excerpt, "`"});
  return text;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL std::string describe(ServiceError const& service) {
  std::string text = service.code.empty() ? std::string{"error without a code"} : printable(service.code);
  append(text, {" (HTTP ", Decimal{service.http_status}});
  if (!service.request_id.empty()) append(text, {", request ", printable(service.request_id)});
  text += ")";
  if (!service.message.empty()) append(text, {": ", printable(service.message)});
  if (!service.excerpt.empty()) append(text, {", body begins `", service.excerpt, "`"});
  return text;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL std::string describe_phase(Error const& error) {
  switch (error.kind()) {
    case ErrorKind::invalid: return describe(*error.as<InvalidInput>());
    case ErrorKind::setup: return describe(*error.as<SetupError>());
    case ErrorKind::transport: return describe(*error.as<TransportError>());
    case ErrorKind::malformed: return describe(*error.as<Malformed>());
    case ErrorKind::service: return describe(*error.as<ServiceError>());
  }
  return {};
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_COLD HEALTHLAKE_DECL std::string to_string(Error const& error) {
  std::string text = detail::describe_phase(error);
  if (error.gave_up == GaveUp::max_attempts) text += "; no attempts left";
  if (error.gave_up == GaveUp::quota) text += "; retry quota empty";
  if (error.gave_up == GaveUp::may_have_acted) text += "; not sent again";
  if (error.gave_up == GaveUp::timeout) text += "; no time left";
  if (error.clock_correction != Milliseconds{})
    append(text, {"; clock corrected by ", Decimal{error.clock_correction.count}, " ms"});
  if (error.effect == Effect::none) return text;
  append(text,
         {"; ", error.effect == Effect::earlier ? "an earlier attempt" : "the request", " may have been carried out"});
  if (!error.client_token.empty()) append(text, {": call again with ClientToken ", error.client_token});
  return text;
}

}  // namespace HEALTHLAKE_NAMESPACE

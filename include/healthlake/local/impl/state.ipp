// The functions of local/state.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/local/ndjson.hpp"
#include "healthlake/local/records.hpp"
#include "healthlake/local/state.hpp"
#include "healthlake/model/errors.hpp"
#include "healthlake/model/patterns.hpp"
#include "healthlake/model/rules.hpp"
#include "healthlake/server/dispatch.hpp"
#include "healthlake/sign/credentials.hpp"
#include "healthlake/sign/sha256.hpp"
#include "healthlake/text/hex.hpp"
#include "healthlake/text/text.hpp"
#include "healthlake/text/utf8.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL Result<Unit, std::string> LocalState::add_datastore(std::string id, Ndjson resources, Timestamp now) {
  auto const size = static_cast<std::int64_t>(count_code_points(id));
  bool const fits =
      size >= rules::DatastoreId.min && size <= rules::DatastoreId.max && patterns::identifier.matches(id);
  if (!fits || id.find('/') != std::string::npos || id.find_first_not_of('.') == std::string::npos)
    return Unexpected{"the data store id " + quoted(id, 64) +
                      " is not a valid DatastoreId (expected 1 to 32 letters, digits and _.:=+-%@)"};
  auto* datastore = find_datastore(id);
  if (!datastore) {
    datastores_.push_back({.properties = new_datastore(std::move(id), DatastoreStatus::active, now)});
    datastore = &datastores_.back();
  }
  datastore->resources = std::move(resources);
  return Unit{};
}

HEALTHLAKE_DECL DatastoreProperties LocalState::new_datastore(std::string id, DatastoreStatus status,
                                                              Timestamp now) const {
  DatastoreProperties properties;
  properties.datastore_arn = datastore_arn(id);
  properties.datastore_endpoint = "https://healthlake." + options_.region + ".amazonaws.com/datastore/" + id + "/r4/";
  properties.datastore_id = std::move(id);
  properties.datastore_status = status;
  properties.created_at = now;
  properties.datastore_type_version = FHIRVersion::r4;
  properties.sse_configuration = SseConfiguration{{.cmk_type = CmkType::aws_owned_kms_key}};
  properties.identity_provider_configuration = IdentityProviderConfiguration{
      .authorization_strategy = AuthorizationStrategy::aws_auth, .fine_grained_authorization_enabled = false};
  return properties;
}

HEALTHLAKE_DECL Unexpected<ResourceNotFoundException> LocalState::no_datastore(std::string_view id) const {
  return Unexpected{ResourceNotFoundException{.message = "There is no data store " + datastore_arn(id) + "."}};
}

HEALTHLAKE_DECL Result<LocalDatastore*, HandlerError> LocalState::open_datastore(std::string_view id) {
  auto* const datastore = find_datastore(id);
  if (!datastore || datastore->is(DatastoreStatus::deleted)) return no_datastore(id);
  if (datastore->is(DatastoreStatus::active)) return datastore;
  return Unexpected{ValidationException{.message = "The data store is " +
                                                   std::string{datastore->properties.datastore_status.text()} +
                                                   "; a job requires an ACTIVE data store."}};
}

HEALTHLAKE_DECL Result<LocalProfile*, HandlerError> LocalState::find_profile(std::string_view id) {
  auto* const profile = profiles_.find(id);
  if (profile && !profile->deleted) return profile;
  return Unexpected{ResourceNotFoundException{.message = "There is no profile " + quoted(id, 64) + "."}};
}

HEALTHLAKE_DECL Result<LocalProfile*, HandlerError> LocalState::published_profile(std::string_view id) {
  auto profile = find_profile(id);
  if (!profile || (*profile)->latest() != 0) return profile;
  return Unexpected{ValidationException{.message = "The profile has no published version; publish its draft first."}};
}

HEALTHLAKE_DECL void LocalState::caught(std::string_view what) const {
  if (options_.on_exception) options_.on_exception(what);
}

HEALTHLAKE_DECL std::string LocalState::datastore_arn(std::string_view id) const {
  return arn("datastore/fhir/") + std::string{id};
}

HEALTHLAKE_DECL std::string LocalState::profile_arn(std::string_view id) const {
  return arn("dataTransformationProfile/") + std::string{id};
}

HEALTHLAKE_DECL std::string LocalState::next_request_id() {
  std::uint64_t const halves[] = {mixed(options_.seed ^ mixed(++requests_)), mixed(requests_)};
  std::string id(32, '0');
  for (std::size_t i = 0; i < 4; ++i)
    detail::put_hex(id.data() + 8 * i, static_cast<std::uint32_t>(halves[i / 2] >> (i % 2 == 0 ? 32 : 0)));
  return as_uuid(std::move(id));
}

HEALTHLAKE_DECL std::string LocalState::page_token(std::string_view filters, std::uint64_t position) const {
  std::string const digits = std::to_string(position);
  return digits + "-" + mac_of(filters, digits);
}

HEALTHLAKE_DECL std::optional<std::uint64_t> LocalState::read_page_token(std::string_view filters,
                                                                         std::string_view token) const {
  std::size_t const dash = (std::min)(token.find('-'), token.size());
  std::string_view const digits = token.substr(0, dash);
  if (digits.size() > 19 || dash == token.size()) return std::nullopt;
  if (!equal_in_constant_time(token.substr(dash + 1), mac_of(filters, digits))) return std::nullopt;
  // They are digits, since the code is right.
  return static_cast<std::uint64_t>(parse_integer(digits).value);
}

HEALTHLAKE_DECL std::string LocalState::as_uuid(std::string id) {
  for (std::size_t const at : {8U, 13U, 18U, 23U}) id.insert(at, 1, '-');
  return id;
}

HEALTHLAKE_DECL std::string LocalState::arn(std::string_view resource) const {
  return "arn:aws:healthlake:" + options_.region + ":" + options_.account_id + ":" + std::string{resource};
}

HEALTHLAKE_DECL std::string LocalState::mac_of(std::string_view purpose, std::string_view text) const {
  Sha256 hash;
  Digest code;
  Hmac<Sha256> mac{hash, as_bytes(std::to_string(options_.seed))};
  mac.update(as_bytes(purpose));
  mac.update(as_bytes("\n"));
  mac.update(as_bytes(text));
  static_cast<void>(mac.finish(code));  // a Sha256 cannot fail
  HexDigest const hex = to_hex(code);
  return std::string{view(hex).substr(0, 32)};
}

}  // namespace HEALTHLAKE_NAMESPACE

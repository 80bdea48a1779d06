// The functions of sign/signing_plan.hpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/http/message.hpp"
#include "healthlake/sign/signed_fields.hpp"
#include "healthlake/sign/signing_plan.hpp"
#include "healthlake/sign/sink.hpp"
#include "healthlake/text/ascii.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL SigningPlan& SigningPlan::operator=(SigningPlan const&) noexcept {
  made_ = false;
  return *this;
}

HEALTHLAKE_DECL bool SigningPlan::fill(HttpRequest const& request, AddedHeaders const& added) noexcept {
  if (!made_ || added_ != added || !is_token(request.method) || forbidden_field_value(request.target)) return false;
  std::size_t const count = lines_.size() - added_count;
  std::size_t i = 0;
  for (auto const& [name, value] : request.headers) {
    // A name that is the same, byte for byte, was checked before.
    if (i == count || lines_[i].name != name || forbidden_field_value(value)) return false;
    lines_[i++].value = value;
  }
  if (i != count || (signs_authority_ && (request.authority.empty() || forbidden_field_value(request.authority))))
    return false;
  set(host, request.authority);
  return true;
}

HEALTHLAKE_DECL void SigningPlan::make(HttpRequest const& request, AddedHeaders const& added) {
  made_ = false;
  replaces_ = false;
  signs_authority_ = true;
  added_ = added;
  names_.clear();
  lines_.clear();
  fields_.clear();
  std::size_t size = 0;
  std::size_t count = added_count;
  for (Header const line : request.headers) {
    size += line.name.size();
    ++count;
  }
  // All at once, since the names are views into it; and no more memory than is needed, for devices.
  names_.reserve(lasts ? 2 * size : size);
  lines_.reserve(count);
  fields_.reserve(count);
  for (Header const line : request.headers) {
    std::size_t const begin = names_.size();
    append_lower(names_, line.name);
    std::string_view const name = std::string_view{names_}.substr(begin);
    bool const replaced =
        name == date_name || (added.token && name == token_name) || (added.content_hash && name == content_hash_name);
    replaces_ = replaces_ || replaced || name == "authorization";
    signs_authority_ = signs_authority_ && name != "host";
    if (!replaced && is_signable(name)) sign(name, lines_.size());
    std::size_t const exact = names_.size();
    if constexpr (lasts) names_ += line.name;
    lines_.push_back({std::string_view{names_}.substr(exact), line.value, 0});
  }
  for (std::size_t i = 0; i < added_count; ++i) lines_.push_back({});
  if (signs_authority_) sign("host", host);
  sign(date_name, date);
  if (added.token_signed) sign(token_name, token);
  if (added.content_hash) sign(content_hash_name, content_hash);
  sort_signed_fields(fields_);

  signed_headers_.clear();
  TextSink sink{signed_headers_};
  write_signed_headers(sink, fields_);
  sink.flush();
  set(host, request.authority);
  made_ = true;
}

HEALTHLAKE_DECL void SigningPlan::fill_added(AddedValues const& values) noexcept {
  set(date, values.date);
  set(token, values.token);
  set(content_hash, values.content_hash);
  for (SignedField& field : fields_) field.value = lines_[field.order].value;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

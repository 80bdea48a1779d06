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
  std::string_view names = names_;
  auto line = lines_.begin();
  for (auto const& [name, value] : request.headers) {
    // A name of the same size and bytes is the name that was checked.
    if (line == lines_.end() || line->name_size != name.size() || !names.starts_with(name)) return false;
    if (forbidden_field_value(value)) return false;
    names.remove_prefix(name.size());
    set(line->place, value);
    ++line;
  }
  if (line != lines_.end()) return false;
  set(host_, request.authority);
  return host_ == none || (!request.authority.empty() && !forbidden_field_value(request.authority));
}

HEALTHLAKE_DECL std::size_t SigningPlan::add(std::string_view name) {
  fields_.push_back({name, {}, fields_.size()});
  return fields_.size() - 1;
}

HEALTHLAKE_DECL void SigningPlan::make(HttpRequest const& request, AddedHeaders const& added) {
  made_ = false;
  replaces_ = false;
  added_ = added;
  names_.clear();
  lower_names_.clear();
  fields_.clear();
  lines_.clear();
  for (Header const line : request.headers) names_.append(line.name);
  // All at once, since the fields are views into it.
  lower_names_.reserve(names_.size());
  bool host = false;
  for (auto const& [mixed, value] : request.headers) {
    std::size_t const begin = lower_names_.size();
    append_lower(lower_names_, mixed);
    std::string_view const name = std::string_view{lower_names_}.substr(begin);
    bool const replaced =
        name == date_name || (added.token && name == token_name) || (added.content_hash && name == content_hash_name);
    replaces_ = replaces_ || replaced || name == "authorization";
    lines_.push_back({name.size(), replaced || !is_signable(name) ? none : add(name)});
    host = host || name == "host";
  }
  host_ = host ? none : add("host");
  date_ = add(date_name);
  token_ = added.token_signed ? add(token_name) : none;
  content_hash_ = added.content_hash ? add(content_hash_name) : none;

  sort_signed_fields(fields_);
  std::vector<std::size_t> sorted(fields_.size());
  for (std::size_t i = 0; i < fields_.size(); ++i) sorted[fields_[i].order] = i;
  for (Line& line : lines_)
    if (line.place != none) line.place = sorted[line.place];
  for (std::size_t* const place : {&host_, &date_, &token_, &content_hash_})
    if (*place != none) *place = sorted[*place];

  signed_headers_.clear();
  TextSink sink{signed_headers_};
  write_signed_headers(sink, fields_);
  sink.flush();
  made_ = true;
  static_cast<void>(fill(request, added));
}

HEALTHLAKE_DECL void SigningPlan::fill_added(AddedValues const& values) noexcept {
  set(date_, values.date);
  set(token_, values.token);
  set(content_hash_, values.content_hash);
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

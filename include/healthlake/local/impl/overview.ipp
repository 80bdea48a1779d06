// The functions of local/overview.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "healthlake/core/print.hpp"
#include "healthlake/core/shape.hpp"
#include "healthlake/core/walk.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/local/fault.hpp"
#include "healthlake/local/overview.hpp"
#include "healthlake/local/storage/object_store.hpp"
#include "healthlake/model/operation.hpp"
#include "healthlake/protocol/error_response.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL std::string shown(std::string_view text) { return printable(text, 256); }

// Whether a value, or anything that its rules speak of, is sensitive.
HEALTHLAKE_DECL bool is_sensitive(Type const& type, Rules const* rules) {
  if (type.sensitive) return true;
  for (; rules != nullptr; rules = rules->member)
    if (rules->sensitive || (rules->key != nullptr && rules->key->sensitive)) return true;
  return false;
}

HEALTHLAKE_DECL std::string shown_value(Type const& type, void const* value) {
  if (type.kind == Kind::string) return shown(*static_cast<std::string const*>(value));
  if (type.kind == Kind::enumeration) return shown(static_cast<EnumValue const*>(value)->spelling(type.enumeration()));
  std::string text;
  print_to(text, type, value);
  return shown(text);
}

HEALTHLAKE_DECL void add_members(OverviewItem& item, Type const& type, void const* value, std::string const& prefix) {
  constexpr std::size_t max_path = 512;
  for (auto const& member : type.members) {
    void const* const found = member.get(value);
    if (found == nullptr) continue;
    std::string const path = concat({prefix, prefix.empty() ? "" : ".", member.name});
    Type const& inner = member.type();
    bool const nested = inner.kind == Kind::structure || inner.kind == Kind::union_;
    if (is_sensitive(inner, member.rules)) item.members.insert_or_assign(path, "***");
    else if (nested && path.size() <= max_path) add_members(item, inner, found, path);
    else item.members.insert_or_assign(path, shown_value(inner, found));
  }
  if (type.kind != Kind::union_) return;
  // The value of an unknown member may be sensitive.
  if (auto const* const unknown = type.union_ops().unknown(value))
    item.members.insert_or_assign(concat({prefix, ".", shown(unknown->name)}), "***");
}

HEALTHLAKE_DECL void add_files(OverviewItem& item, ObjectStore const& objects, S3Location const& folder,
                               std::size_t limit) {
  auto const keys = objects.list(folder.bucket, folder.key);
  if (!keys) return;
  item.file_count = static_cast<std::int64_t>(keys->size());
  for (std::size_t i = 0; i < (std::min)(keys->size(), limit); ++i)
    item.files.push_back(shown(std::string_view{(*keys)[i]}.substr(folder.key.size())));
}

struct FaultDescriber {
  std::string operator()(std::monostate) const { return "no fault"; }
  std::string operator()(Fault::Broken const& fault) const {
    return fault.handled ? "Broken, handled" : "Broken, not handled";
  }
  std::string operator()(Fault::Refused const& fault) const {
    return concat({"Refused ", Decimal{fault.http_status}, " ", shown(fault.code)});
  }
  std::string operator()(Fault::CutBody const& fault) const {
    return concat({"CutBody after ", Decimal{fault.bytes}, " bytes"});
  }
  std::string operator()(Fault::WrongContent const& fault) const {
    return concat({"WrongContent ", Decimal{fault.http_status}, " ", shown(fault.content_type)});
  }
  std::string operator()(Fault::RepeatedReply) const { return "RepeatedReply"; }
  std::string operator()(Fault::HandledTwice) const { return "HandledTwice"; }
};

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL std::string describe(Fault const& fault) {
  std::string text = std::visit(detail::FaultDescriber{}, fault.what);
  if (fault.latency.count > 0) append(text, {", ", Decimal{fault.latency.count}, " ms late"});
  return text;
}

HEALTHLAKE_DECL void RequestLog::add(HttpRequest const& request, HttpReply const& reply, Timestamp time,
                                     Milliseconds latency) {
  OverviewRequest entry{.time = time, .latency_ms = latency.count};
  std::string_view const target = request.headers.find("X-Amz-Target").value_or(std::string_view{});
  std::string_view const prefix = healthlake_service.target_prefix;
  if (target.starts_with(prefix) && target.substr(prefix.size()).starts_with('.'))
    entry.operation = detail::shown(target.substr(prefix.size() + 1));
  else
    entry.operation = detail::shown(concat({request.method, " ", request.target.substr(0, request.target.find('?'))}));
  if (reply) {
    entry.status = reply->status;
    if (reply->status >= 300) entry.error = detail::shown(read_error(*reply).code);
  } else {
    entry.error = "no response";
  }
  requests_.push_front(std::move(entry));
  if (requests_.size() > max_requests) requests_.pop_back();
  ++count_;
}

HEALTHLAKE_DECL void RequestLog::add_to(LocalOverview& overview) const {
  overview.requests.assign(requests_.begin(), requests_.end());
  overview.request_count = count_;
}

}  // namespace HEALTHLAKE_NAMESPACE

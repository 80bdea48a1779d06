// The functions of flow/waiter.hpp.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/flow/call.hpp"
#include "healthlake/flow/waiter.hpp"
#include "healthlake/model/waiter.hpp"
#include "healthlake/protocol/retry_kind.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL std::string_view text_at(Type const& root, void const* value, std::string_view path) {
  Type const* type = &root;
  while (value && !path.empty()) {
    auto const dot = path.find('.');
    Member const* member = type->find(path.substr(0, dot));
    if (!member) return {};
    value = member->get(value);
    type = &member->type();
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  }
  if (!value) return {};
  if (type->kind == Kind::enumeration) return static_cast<EnumValue const*>(value)->spelling(type->enumeration());
  if (type->kind == Kind::string) return *static_cast<std::string const*>(value);
  return {};
}

HEALTHLAKE_DECL std::optional<WaiterState> match_output(std::span<Acceptor const> acceptors, Type const& type,
                                                        void const* output) {
  for (auto const& acceptor : acceptors)
    if (acceptor.matcher == Acceptor::Matcher::path && text_at(type, output, acceptor.path) == acceptor.expected)
      return acceptor.state;
  return std::nullopt;
}

HEALTHLAKE_DECL std::optional<WaiterState> match_error(std::span<Acceptor const> acceptors, Error const& error) {
  auto const* service = error.as<ServiceError>();
  for (auto const& acceptor : acceptors)
    if (acceptor.matcher == Acceptor::Matcher::error && service && service->is(acceptor.expected))
      return acceptor.state;
  return std::nullopt;
}

HEALTHLAKE_DECL bool is_not_found(Error const& error) noexcept {
  auto const* service = error.as<ServiceError>();
  return service && (service->http_status == 404 || service->code.find("NotFound") != std::string::npos);
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

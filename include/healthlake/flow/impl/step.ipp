// The functions of flow/step.hpp.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <variant>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/flow/step.hpp"
#include "healthlake/http/message.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL bool Send::has_own(std::string_view name) const noexcept {
  std::size_t left = own_;
  for (Header const line : request_->headers) {
    if (left-- == 0) break;
    if (equal_ignoring_case(line.name, name)) return true;
  }
  return false;
}

}  // namespace HEALTHLAKE_NAMESPACE

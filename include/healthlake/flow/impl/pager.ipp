// The functions of flow/pager.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "healthlake/flow/call.hpp"
#include "healthlake/flow/pager.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL bool TokenCycle::repeats(std::string const& token) {
  if (seen_ != 0 && (token == last_ || token == mark_)) return true;
  std::string last = token;
  if (seen_ + 1 == next_mark_) {
    mark_ = token;
    next_mark_ *= 2;
  }
  last_ = std::move(last);
  ++seen_;
  return false;
}

}  // namespace HEALTHLAKE_NAMESPACE

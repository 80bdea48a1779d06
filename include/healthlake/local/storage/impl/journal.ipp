// The functions of local/storage/journal.hpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "healthlake/core/result.hpp"
#include "healthlake/local/storage/journal.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL Result<Unit, std::string> Journal::reserve(std::size_t bytes) {
  static_cast<void>(bytes);
  return Unit{};
}

HEALTHLAKE_DECL Result<Unit, std::string> MemoryJournal::cut(std::size_t bytes) {
  bytes_.resize(bytes);
  return Unit{};
}

HEALTHLAKE_DECL Result<Unit, std::string> MemoryJournal::reserve(std::size_t) {
  if (left_ == 0) return Unexpected{std::string{"no space left"}};
  return Unit{};
}

HEALTHLAKE_DECL Result<Unit, std::string> MemoryJournal::append(std::string_view line) {
  if (left_ == 0) return Unexpected{std::string{"no space left"}};
  --left_;
  bytes_.append(line).push_back('\n');
  return Unit{};
}

}  // namespace HEALTHLAKE_NAMESPACE

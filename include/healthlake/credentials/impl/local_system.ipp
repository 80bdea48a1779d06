// The functions of credentials/local_system.hpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "healthlake/credentials/local_system.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {

HEALTHLAKE_DECL std::string file_fault(FileContent const& file, std::string_view what, std::size_t max_bytes) {
  if (file.status == FileStatus::unreadable) return concat({what, " cannot be read: ", file.reason});
  if (file.status == FileStatus::too_large) return concat({what, " is larger than ", Decimal{max_bytes}, " bytes"});
  return {};
}

constexpr bool is_slash(char c) noexcept { return c == '/' || c == '\\'; }

// `/home/me`, `C:\Users\me`, `\\server\me`.
constexpr bool is_absolute(std::string_view path) noexcept {
  if (path.starts_with('/') || path.starts_with("\\\\")) return true;
  return path.size() >= 3 && is_alpha(path[0]) && path[1] == ':' && is_slash(path[2]);
}

constexpr std::string_view without_last_slash(std::string_view path) noexcept {
  while (path.size() > 1 && is_slash(path.back())) path.remove_suffix(1);
  return path;
}

}  // namespace detail

HEALTHLAKE_DECL std::string home_folder(LocalSystemRef system) {
  for (char const* name : {"HOME", "USERPROFILE"}) {
    auto const value = system.variable(name);
    if (detail::is_absolute(value)) return std::string{detail::without_last_slash(value)};
  }
  std::string path{system.variable("HOMEDRIVE")};
  path += system.variable("HOMEPATH");
  if (!detail::is_absolute(path)) path = system.home_of_user();
  if (!detail::is_absolute(path)) return {};
  return std::string{detail::without_last_slash(path)};
}

HEALTHLAKE_DECL std::string expand_home(LocalSystemRef system, std::string_view path) {
  bool const needed = path == "~" || path.starts_with("~/") || path.starts_with("~\\");
  if (!needed) return std::string{path};
  std::string home = home_folder(system);
  return home.empty() ? home : concat({home, path.substr(1)});
}

}  // namespace HEALTHLAKE_NAMESPACE

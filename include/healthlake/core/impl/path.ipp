// The functions of core/path.hpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "healthlake/core/path.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_COLD HEALTHLAKE_DECL void append_member_step(std::string& path, std::string_view name) {
  if (!path.empty()) path.push_back('.');
  path += name;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void append_key_step(std::string& path, std::string_view key, bool sensitive) {
  append(path, {"[", sensitive ? "***" : quoted(key, 64), "]"});
}

HEALTHLAKE_DECL Path Path::root(bool sensitive) {
  Path path;
  path.sensitive_ = sensitive;
  return path;
}

HEALTHLAKE_DECL Path Path::member(Path const& parent, std::string_view name, bool sensitive) {
  return {&parent, Step::member, name, 0, sensitive};
}

HEALTHLAKE_DECL Path Path::element(Path const& parent, std::size_t index, bool sensitive) {
  return {&parent, Step::element, {}, index, sensitive};
}

HEALTHLAKE_DECL Path Path::entry(Path const& parent, std::string_view key, bool sensitive_key, bool sensitive) {
  return {&parent, sensitive_key ? Step::secret_entry : Step::entry, key, 0, sensitive};
}

HEALTHLAKE_COLD HEALTHLAKE_DECL std::string Path::text() const {
  std::string out;
  append_to(out);
  return out;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void Path::append_to(std::string& out) const {
  if (parent_) parent_->append_to(out);
  if (step_ == Step::member) append_member_step(out, name_);
  if (step_ == Step::element) append_index_step(out, index_);
  if (step_ == Step::entry || step_ == Step::secret_entry) append_key_step(out, name_, step_ == Step::secret_entry);
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

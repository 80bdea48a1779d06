// Parses the format of AWS's shared files, ~/.aws/config and ~/.aws/credentials.
//
// Rules: the grammar that the SDKs have in common (docs/credentials.md has it in full):
// - UTF-8, with or without a byte order mark; lines end with LF, CR LF or CR; white space is the space and the tab;
// - a line that begins with `#` or `;` is a comment. In a property, `#` or `;` after white space begins one; in a
//   section line, anywhere;
// - `[` is the first character of a section line and `]` its last. Nothing may precede the first section but comments;
// - a property is `name = value`. A line that begins with white space continues the property before it, or, if its
//   value is empty, is a property below it;
// - names of properties are converted to lower case. Nothing else is interpreted: no quotes, escapes or variables.
// A file that breaks a rule is refused as a whole, with the line. A message does not quote the file, which has secrets.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/core/result.hpp"
#include "healthlake/sign/credentials.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// One property of a section.
struct IniProperty {
  /// In lower case.
  std::string name{};
  /// Without white space at its ends; continued lines are joined by a line feed.
  Secret value{};
  /// From 1.
  std::size_t line = 0;
  /// Whether a comment followed the value.
  bool has_comment = false;
  /// The properties below it, if its value is empty. They have none of their own.
  std::vector<IniProperty> nested{};
};

/// One section, in the order of the file. Sections with equal names are not merged, nor are equal properties: the last
/// one counts.
struct IniSection {
  /// What stands between the brackets, without white space at its ends: `profile dev`. Not empty.
  std::string name{};
  /// The number of its line in the file, from 1.
  std::size_t line = 0;
  /// In the order of the file; equal names are not merged.
  std::vector<IniProperty> properties{};

  /// The last property of this name (in lower case), or null.
  [[nodiscard]] IniProperty const* find(std::string_view property) const noexcept;
};

/// Why a file was refused.
struct IniFault {
  /// What was expected; nothing of the file is quoted.
  std::string message{};
  /// The number of the line that was refused, from 1.
  std::size_t line = 0;

  friend bool operator==(IniFault const&, IniFault const&) = default;
};

/// Parses a file. The time and the memory are linear in its size, which the caller limits.
Result<std::vector<IniSection>, IniFault> parse_ini(std::string_view text);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/credentials/impl/ini.ipp"
#endif

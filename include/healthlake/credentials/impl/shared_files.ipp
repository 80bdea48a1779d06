// The functions of credentials/shared_files.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/result.hpp"
#include "healthlake/credentials/ini.hpp"
#include "healthlake/credentials/local_system.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/credentials/shared_files.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL bool is_profile_name(std::string_view name) noexcept {
  constexpr detail::AsciiSet allowed{"A-Za-z0-9/.%@_:+-"};
  return !name.empty() && detail::all_are(allowed, name);
}

namespace detail {

// What follows the word and white space; nullopt if the name does not begin so.
inline std::optional<std::string_view> after_word(std::string_view name, std::string_view word) noexcept {
  if (!name.starts_with(word) || name.size() == word.size() || !is_blank(name[word.size()])) return std::nullopt;
  return trim_blanks(name.substr(word.size()));
}

// The kind of a section of config, and its name without the prefix.
inline SharedSectionKind kind_in_config(std::string_view& name) noexcept {
  if (name == "default") return SharedSectionKind::profile;
  struct Prefix {
    std::string_view word;
    SharedSectionKind kind;
  };
  for (auto const& prefix :
       {Prefix{"profile", SharedSectionKind::profile}, Prefix{"sso-session", SharedSectionKind::sso_session},
        Prefix{"services", SharedSectionKind::services}}) {
    auto const rest = after_word(name, prefix.word);
    if (!rest || !is_profile_name(*rest)) continue;
    name = *rest;
    return prefix.kind;
  }
  return SharedSectionKind::ignored;
}

// Reads one of the files; an absent one is empty. `shown` is the path in messages.
inline Result<FileContent, CredentialsFailure> read_shared_file(LocalSystemRef system, std::string const& path,
                                                                std::string const& shown) {
  FileContent file;
  if (path.empty()) return file;
  file = system.read_file(path, max_shared_file_bytes);
  if (auto fault = file_fault(file, shown, max_shared_file_bytes); !fault.empty())
    return Unexpected{credentials_failure(std::move(fault))};
  return file;
}

inline bool has_secret(std::vector<IniSection> const& sections) noexcept {
  return std::any_of(sections.begin(), sections.end(),
                     [](IniSection const& section) { return section.find("aws_secret_access_key") != nullptr; });
}

}  // namespace detail

HEALTHLAKE_DECL void SharedFiles::add(std::vector<IniSection>&& sections, SharedFile file) {
  bool const replaced =
      file == SharedFile::config && std::any_of(sections.begin(), sections.end(), [](IniSection const& section) {
        return detail::after_word(section.name, "profile") == "default";
      });
  for (auto& section : sections) {
    if (replaced && section.name == "default") continue;
    std::string_view name = section.name;
    auto kind = SharedSectionKind::profile;
    if (file == SharedFile::config) kind = detail::kind_in_config(name);
    else if (!is_profile_name(name)) kind = SharedSectionKind::ignored;
    // A copy, since a moved section may not keep what the view refers to.
    std::string own_name{name};
    sections_.push_back({kind, file, std::move(own_name), std::move(section)});
  }
}

HEALTHLAKE_DECL bool SharedFiles::has(SharedSectionKind kind, std::string_view name) const noexcept {
  return std::any_of(sections_.begin(), sections_.end(),
                     [&](Section const& each) { return each.kind == kind && each.name == name; });
}

HEALTHLAKE_DECL SharedProperty SharedFiles::find(SharedSectionKind kind, std::string_view name,
                                                 std::string_view property, SharedFile file) const noexcept {
  // The last one counts, even if its value is empty.
  IniProperty const* last = nullptr;
  for (auto const& each : sections_)
    if (each.kind == kind && each.file == file && each.name == name)
      if (auto const* found = each.section.find(property)) last = found;
  if (last == nullptr || (last->value.empty() && last->nested.empty())) return {};
  return {last, file};
}

HEALTHLAKE_DECL SharedProperty SharedFiles::find(SharedSectionKind kind, std::string_view name,
                                                 std::string_view property) const noexcept {
  for (auto const file : {SharedFile::credentials, SharedFile::config})
    if (auto const found = find(kind, name, property, file); !found.value().empty()) return found;
  return {};
}

HEALTHLAKE_DECL SharedProperty SharedFiles::nested(SharedSectionKind kind, std::string_view name,
                                                   std::string_view property, std::string_view below) const noexcept {
  auto const found = find(kind, name, property, SharedFile::config);
  if (found.empty()) return {};
  auto const& all = found.property->nested;
  auto const last =
      std::find_if(all.rbegin(), all.rend(), [below](IniProperty const& each) { return each.name == below; });
  if (last == all.rend() || last->value.empty()) return {};
  return {&*last, SharedFile::config};
}

HEALTHLAKE_DECL std::string const& SharedFiles::path(SharedFile file) const noexcept {
  return file == SharedFile::config ? config_path_ : credentials_path_;
}

HEALTHLAKE_DECL std::string SharedFiles::place(SharedProperty const& property) const {
  return concat({path(property.file), ":", Decimal{property.property->line}});
}

HEALTHLAKE_DECL std::string SharedFiles::hint(SharedSectionKind kind, std::string_view name) const {
  std::string_view const word = kind == SharedSectionKind::profile ? "profile" : "sso-session";
  for (auto const& each : sections_) {
    if (each.kind != SharedSectionKind::ignored) continue;
    auto const rest = detail::after_word(each.name, word);
    auto bare = rest.value_or(each.name);
    if (bare.size() > 2 && (bare[0] == '"' || bare[0] == '\'') && bare.back() == bare[0])
      bare = bare.substr(1, bare.size() - 2);
    if (bare != name) continue;
    auto const place = concat({"; the section in ", path(each.file), ":", Decimal{each.section.line}, " is ignored"});
    if (!is_profile_name(name)) return concat({place, ", since a name consists of ASCII letters, digits and -/.%@_:+"});
    if (rest && each.file == SharedFile::credentials) return concat({place, ": write [", name, "] in that file"});
    return concat({place, ": write [", word, " ", name, "]"});
  }
  return {};
}

HEALTHLAKE_DECL Result<SharedFiles, CredentialsFailure> read_shared_files(LocalSystemRef system) {
  auto const path_of = [system](char const* name, std::string_view usual) {
    auto const named = system.variable(name);
    return expand_home(system, std::string{named.empty() ? usual : named});
  };
  auto const config = path_of("AWS_CONFIG_FILE", "~/.aws/config");
  auto const credentials = path_of("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials");
  SharedFiles files;
  files.config_path_ = printable(config);
  files.credentials_path_ = printable(credentials);
  for (auto const which : {SharedFile::config, SharedFile::credentials}) {
    auto const& path = files.path(which);
    auto const file = detail::read_shared_file(system, which == SharedFile::config ? config : credentials, path);
    if (!file) return Unexpected{file.error()};
    auto sections = parse_ini(file->content.reveal());
    if (!sections) {
      auto const& fault = sections.error();
      return Unexpected{detail::passing_failure(concat({path, ":", Decimal{fault.line}, ": ", fault.message}))};
    }
    if (file->others_can_read && detail::has_secret(*sections))
      files.warnings_.push_back(concat({"other users of this machine can read ", path, "; run chmod 600 on it"}));
    files.add(std::move(*sections), which);
  }
  return files;
}

HEALTHLAKE_DECL std::string selected_profile(LocalSystemRef system, std::string_view named) {
  if (!named.empty()) return std::string{named};
  auto const variable = system.variable("AWS_PROFILE");
  return std::string{variable.empty() ? std::string_view{"default"} : variable};
}

}  // namespace HEALTHLAKE_NAMESPACE

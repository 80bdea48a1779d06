// AWS's shared files as one view: which profiles there are, and the properties of each.
//
// Rules: ~/.aws/config and ~/.aws/credentials, or what AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name. A file
// that is absent is empty; one that cannot be read or parsed is a failure. In config, `[profile NAME]` and `[default]`
// are profiles, and `[profile default]` replaces `[default]`; in credentials, each section is one, and no prefix has a
// meaning. A section with another name is ignored, with its properties. For a property in both files, credentials wins;
// an empty value counts as absent. Files are read once per object.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/credentials/ini.hpp"
#include "healthlake/credentials/local_system.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/sign/credentials.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The largest shared file that is read.
inline constexpr std::size_t max_shared_file_bytes = std::size_t{1} << 20;

/// What a section of a shared file describes.
enum class SharedSectionKind : std::uint8_t {
  /// `[profile NAME]` in config, `[NAME]` in credentials, `[default]`.
  profile,
  /// `[sso-session NAME]`.
  sso_session,
  /// `[services NAME]`.
  services,
  /// Anything else.
  ignored,
};

/// The two files.
enum class SharedFile : std::uint8_t {
  /// `~/.aws/config`, or what AWS_CONFIG_FILE names.
  config,
  /// `~/.aws/credentials`, or what AWS_SHARED_CREDENTIALS_FILE names.
  credentials,
};

/// A property, and where it stands. `property` is valid as long as the SharedFiles is not moved.
struct SharedProperty {
  /// Null if the property is absent.
  IniProperty const* property = nullptr;
  /// Which file the property is from.
  SharedFile file = SharedFile::config;

  /// Whether the property is absent.
  [[nodiscard]] bool empty() const noexcept { return property == nullptr; }
  /// Empty if the property is absent.
  [[nodiscard]] std::string_view value() const noexcept {
    return property == nullptr ? std::string_view{} : property->value.reveal();
  }
};

/// Whether a section of this name can be a profile: one or more ASCII letters, digits or `-/.%@_:+`.
bool is_profile_name(std::string_view name) noexcept;

/// Both files.
class SharedFiles {
 public:
  /// Whether there is a section of this kind and name.
  [[nodiscard]] bool has(SharedSectionKind kind, std::string_view name) const noexcept;

  /// A property (in lower case) of both files' sections of this kind and name; empty if its value is empty or absent.
  [[nodiscard]] SharedProperty find(SharedSectionKind kind, std::string_view name,
                                    std::string_view property) const noexcept;
  /// The same in one file.
  [[nodiscard]] SharedProperty find(SharedSectionKind kind, std::string_view name, std::string_view property,
                                    SharedFile file) const noexcept;
  /// The value that `find` returns in both files; empty if there is none.
  [[nodiscard]] std::string_view value(SharedSectionKind kind, std::string_view name,
                                       std::string_view property) const noexcept {
    return find(kind, name, property).value();
  }
  /// A property below another one: `endpoint_url` below `healthlake` of `[services NAME]`.
  [[nodiscard]] SharedProperty nested(SharedSectionKind kind, std::string_view name, std::string_view property,
                                      std::string_view below) const noexcept;

  /// The path of a file as messages show it; empty if there is no home folder.
  [[nodiscard]] std::string const& path(SharedFile file) const noexcept;
  /// `/home/me/.aws/config:12`, for messages.
  [[nodiscard]] std::string place(SharedProperty const& property) const;
  /// What a user who misses a profile should know: that a section has its name in another form. Otherwise empty.
  [[nodiscard]] std::string hint(SharedSectionKind kind, std::string_view name) const;
  /// As in ProvidedCredentials.
  [[nodiscard]] std::vector<std::string> const& warnings() const noexcept { return warnings_; }

 private:
  friend Result<SharedFiles, CredentialsFailure> read_shared_files(LocalSystemRef system);

  struct Section {
    SharedSectionKind kind = SharedSectionKind::ignored;
    SharedFile file = SharedFile::config;
    // Without the prefix.
    std::string name{};
    IniSection section{};
  };

  void add(std::vector<IniSection>&& sections, SharedFile file);

  std::string config_path_;
  std::string credentials_path_;
  std::vector<Section> sections_;
  std::vector<std::string> warnings_;
};

/// Reads both files. The failure names the file and, if it was refused, the line; it may be over soon, since tools
/// rewrite these files in place.
Result<SharedFiles, CredentialsFailure> read_shared_files(LocalSystemRef system);

/// The profile to use: `named` if it is not empty, then AWS_PROFILE, then `default`. AWS_DEFAULT_PROFILE, which some
/// tools read, is not read.
std::string selected_profile(LocalSystemRef system, std::string_view named);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/credentials/impl/shared_files.ipp"
#endif

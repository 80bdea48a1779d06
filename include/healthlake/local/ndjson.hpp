// FHIR resources as newline-delimited JSON: sorted by resource type when read, split into files when written.
//
// Rules: a line is a resource if it is a JSON object of at most 16 MiB and 64 levels with one resourceType of ASCII
// letters; it is kept byte for byte. Other lines are counted, never repeated. Empty lines, a CR before the line end and
// a byte order mark at the beginning are ignored.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/core/result.hpp"
#include "healthlake/core/shape.hpp"
#include "healthlake/local/storage/object_store.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The longest line that is read as a resource.
inline constexpr std::size_t max_resource_bytes = std::size_t{16} << 20;
/// The maximum nesting of a resource.
inline constexpr std::size_t max_resource_depth = 64;

/// What a data store has to know about a resource.
struct ResourceHead {
  /// Empty if the line is not a resource. It becomes part of keys.
  std::string type{};
  /// Why the line is not a resource; empty if it is one. Contains nothing of the line.
  std::string_view fault{};
  /// Empty if it is absent or not valid in FHIR.
  std::string id{};
  /// Whether the line has an id, valid or not.
  bool has_id = false;
};

namespace detail {

struct ResourceMembers {
  std::string resource_type{};
  std::optional<Document> id{};

  static consteval auto shape() {
    return structure("ResourceMembers", field<&ResourceMembers::resource_type>("resourceType", required),
                     field<&ResourceMembers::id>("id"));
  }
};

// A JSON value as FHIR's data type `id`, [A-Za-z0-9\-\.]{1,64}; empty if it is not one.
std::string resource_id_of(std::string_view json);

}  // namespace detail

/// Reads what matters of a line.
ResourceHead read_resource_head(std::string_view line);

/// Calls `visit(number, line)` with each line that is not empty, without its line end. Lines are counted from 1.
template <class Visit>
void for_each_line(std::string_view text, Visit visit) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::size_t const end = (std::min)(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix((std::min)(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") != std::string_view::npos) visit(number, line);
  }
}

/// The content of a data store.
class Ndjson {
 public:
  Ndjson() = default;
  /// `texts` by name: that of a file, or a resource type. The names are used only in messages.
  explicit Ndjson(std::map<std::string, std::string> const& texts);

  /// Adds all lines, without replacing any.
  void add(std::string_view name, std::string_view text);

  /// Adds resources; each replaces one with the same type and id. Lines that are not resources are skipped.
  void put(std::string_view text);

  /// The resources, each as its line without the line end, in the order they were added.
  [[nodiscard]] std::map<std::string, std::vector<std::string>, std::less<>> const& by_type() const noexcept;
  /// How many lines there were that are not empty.
  [[nodiscard]] std::size_t lines() const noexcept { return lines_; }
  /// How many of them are not resources, and where the first is and why: `line 7 of Patient.ndjson: not a JSON ...`.
  [[nodiscard]] std::size_t bad_lines() const noexcept { return bad_lines_; }
  /// Where the first of them is, and why it is none; empty if there are none. Contains nothing of the line.
  [[nodiscard]] std::string const& first_bad_line() const noexcept { return first_bad_line_; }

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> by_type_;
  // The index in its type's lines of each resource that has an id.
  std::map<std::string, std::size_t, std::less<>> places_;
  std::size_t lines_ = 0;
  std::size_t bad_lines_ = 0;
  std::string first_bad_line_;
};

/// Writes all resources below `folder` (bucket, and key with its slash at the end): `Patient/Patient-001.ndjson`, one
/// type per file, at most `max_per_file` resources each. The error is the store's; files written before it stay.
Result<Unit, std::string> write_ndjson(Ndjson const& resources, ObjectStore& objects, S3Location const& folder,
                                       std::size_t max_per_file);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/local/impl/ndjson.ipp"
#endif

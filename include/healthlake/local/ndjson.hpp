// FHIR resources as newline-delimited JSON: sorted by resource type when read, split into files when written.
//
// Rules: lines and resources are those of json/ndjson.hpp, with the default limits. A resource is kept byte for byte;
// other lines are counted, never repeated.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/core/result.hpp"
#include "healthlake/json/ndjson.hpp"
#include "healthlake/local/storage/object_store.hpp"
#include "healthlake/text/line_reader.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The longest line that is read as a resource.
inline constexpr std::size_t max_resource_bytes = NdjsonLimits{}.max_line_bytes;
/// The maximum nesting of a resource.
inline constexpr std::size_t max_resource_depth = NdjsonLimits{}.max_depth;

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

/// Reads what matters of a line.
ResourceHead read_resource_head(std::string_view line);

/// Calls `visit(number, line)` with each line that is not empty, without its line end. Lines are counted from 1.
template <class Visit>
void for_each_line(std::string_view text, Visit visit) {
  detail::LineReader lines{text.max_size()};
  while (auto const line = lines.next(text, true))
    if (!detail::is_blank(*line)) visit(static_cast<std::size_t>(line->number), line->text);
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

// FHIR resources as newline-delimited JSON: sorted by resource type on the way in, cut into files on the way out.
//
// Rules: a line is a resource if it is a JSON object with one resourceType of ASCII letters; it is kept byte for byte.
// Other lines are counted, never repeated. Empty lines, and a CR before the line end, do not count. May include json/,
// core/ and testing/object_store.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/core/result.hpp"
#include "healthlake/core/shape.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/testing/object_store.hpp"

namespace healthlake {

namespace detail {

struct ResourceHead {
  std::string resource_type{};

  static consteval auto shape() {
    return structure("ResourceHead", field<&ResourceHead::resource_type>("resourceType", required));
  }
};

// The type of the resource in a line; empty if there is none. It is going to be a part of keys.
inline std::string resource_type_of(std::string_view line) {
  auto head = decode<ResourceHead>(line);
  if (!head || !head->missing.empty()) return {};
  std::string& type = head->value.resource_type;
  bool const letters =
      std::all_of(type.begin(), type.end(), [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); });
  return letters && type.size() <= 64 ? std::move(type) : std::string{};
}

}  // namespace detail

/// The content of a data store.
class Ndjson {
 public:
  Ndjson() = default;
  /// `texts` by name: a file's, or a resource type's. The names matter for messages only.
  explicit Ndjson(std::map<std::string, std::string> const& texts) {
    for (auto const& [name, text] : texts) add(name, text);
  }

  void add(std::string_view name, std::string_view text) {
    std::size_t number = 0;
    while (!text.empty()) {
      std::size_t const end = std::min(text.find('\n'), text.size());
      std::string_view line = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      ++number;
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
      ++lines_;
      if (std::string const type = detail::resource_type_of(line); !type.empty()) {
        by_type_[type].emplace_back(line);
      } else if (++bad_lines_ == 1) {
        first_bad_line_ = "line " + std::to_string(number) + " of " + std::string{name};
      }
    }
  }

  /// The resources, each as its line without the line end, in the order they were added.
  [[nodiscard]] std::map<std::string, std::vector<std::string>, std::less<>> const& by_type() const noexcept {
    return by_type_;
  }
  /// How many lines there were that are not empty.
  [[nodiscard]] std::size_t lines() const noexcept { return lines_; }
  /// How many of them are no resource, and where the first of them is: `line 7 of Patient.ndjson`.
  [[nodiscard]] std::size_t bad_lines() const noexcept { return bad_lines_; }
  [[nodiscard]] std::string const& first_bad_line() const noexcept { return first_bad_line_; }

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> by_type_;
  std::size_t lines_ = 0;
  std::size_t bad_lines_ = 0;
  std::string first_bad_line_;
};

/// Writes all resources below `folder` (bucket, and key with its slash at the end): `Patient/Patient-001.ndjson`, one
/// type per file, at most `max_per_file` resources each. The error is the store's; files written before it stay.
inline Result<Unit, std::string> write_ndjson(Ndjson const& resources, ObjectStore& objects, S3Location const& folder,
                                              std::size_t max_per_file) {
  std::size_t const limit = std::max<std::size_t>(max_per_file, 1);
  for (auto const& [type, lines] : resources.by_type()) {
    for (std::size_t begin = 0; begin < lines.size(); begin += limit) {
      std::string number = std::to_string(begin / limit + 1);
      if (number.size() < 3) number.insert(0, 3 - number.size(), '0');
      std::string bytes;
      for (std::size_t i = begin; i < std::min(begin + limit, lines.size()); ++i)
        bytes.append(lines[i]).push_back('\n');
      std::string const key = folder.key + type + "/" + type + "-" + number + ".ndjson";
      if (auto written = objects.put(folder.bucket, key, bytes); !written) return written;
    }
  }
  return Unit{};
}

}  // namespace healthlake

// The functions of local/ndjson.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/result.hpp"
#include "healthlake/json/ndjson.hpp"
#include "healthlake/local/ndjson.hpp"
#include "healthlake/local/storage/object_store.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL ResourceHead read_resource_head(std::string_view line) {
  constexpr std::string_view faults[] = {"longer than 16 MiB", "nested deeper than 64 levels",
                                         "not a JSON object with a resourceType"};
  auto record = detail::read_ndjson_line({.text = line}, NdjsonLimits{});
  if (!record) return {.fault = faults[static_cast<std::size_t>(record.error().reason)]};
  return {.type = std::move(record->resource_type), .id = std::move(record->id), .has_id = record->has_id};
}

HEALTHLAKE_DECL Ndjson::Ndjson(std::map<std::string, std::string> const& texts) {
  for (auto const& [name, text] : texts) add(name, text);
}

HEALTHLAKE_DECL void Ndjson::add(std::string_view name, std::string_view text) {
  for_each_line(text, [&](std::size_t number, std::string_view line) {
    ++lines_;
    ResourceHead const head = read_resource_head(line);
    if (!head.type.empty()) {
      auto& same_type = by_type_[head.type];
      if (!head.id.empty()) places_.insert_or_assign(head.type + "/" + head.id, same_type.size());
      same_type.emplace_back(line);
    } else if (++bad_lines_ == 1) {
      first_bad_line_ = "line " + std::to_string(number) + " of " + std::string{name} + ": " + std::string{head.fault};
    }
  });
}

HEALTHLAKE_DECL void Ndjson::put(std::string_view text) {
  for_each_line(text, [&](std::size_t, std::string_view line) {
    ResourceHead const head = read_resource_head(line);
    auto const place = places_.find(head.type + "/" + head.id);
    if (place == places_.end() || head.id.empty()) add({}, line);
    else by_type_[head.type][place->second] = line;
  });
}

HEALTHLAKE_DECL std::map<std::string, std::vector<std::string>, std::less<>> const& Ndjson::by_type() const noexcept {
  return by_type_;
}

HEALTHLAKE_DECL Result<Unit, std::string> write_ndjson(Ndjson const& resources, ObjectStore& objects,
                                                       S3Location const& folder, std::size_t max_per_file) {
  std::size_t const limit = (std::max<std::size_t>)(max_per_file, 1);
  for (auto const& [type, lines] : resources.by_type()) {
    for (std::size_t begin = 0; begin < lines.size(); begin += limit) {
      std::string number = std::to_string(begin / limit + 1);
      if (number.size() < 3) number.insert(0, 3 - number.size(), '0');
      std::string bytes;
      for (std::size_t i = begin; i < (std::min)(begin + limit, lines.size()); ++i)
        bytes.append(lines[i]).push_back('\n');
      std::string const key = folder.key + type + "/" + type + "-" + number + ".ndjson";
      if (auto written = objects.put(folder.bucket, key, bytes); !written) return written;
    }
  }
  return Unit{};
}

}  // namespace HEALTHLAKE_NAMESPACE

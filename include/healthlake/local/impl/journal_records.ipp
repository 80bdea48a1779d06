// The functions of local/journal_records.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/result.hpp"
#include "healthlake/core/shape.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/local/journal_records.hpp"
#include "healthlake/local/storage/journal.hpp"
#include "healthlake/sign/sha256.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL std::string check_of(std::string_view before, std::string_view record) {
  Sha256 hash;
  Digest digest;
  hash.update(as_bytes(before));
  hash.update(as_bytes("\n"));
  hash.update(as_bytes(record));
  static_cast<void>(hash.finish(digest));  // a Sha256 cannot fail
  HexDigest const hex = to_hex(digest);
  return std::string{view(hex).substr(0, check_size)};
}

HEALTHLAKE_DECL std::string checked_line(std::string_view check, std::string_view record) {
  std::string line{check_begin};
  line.append(check).append(check_end).append(record).push_back('}');
  return line;
}

HEALTHLAKE_DECL std::string_view checked_record(std::string_view line, std::string& check) {
  std::size_t const around = check_begin.size() + check_size + check_end.size();
  if (line.size() <= around || !line.ends_with('}')) return {};
  std::string_view const record = line.substr(around, line.size() - around - 1);
  std::string expected = check_of(check, record);
  if (line != checked_line(expected, record)) return {};
  check = std::move(expected);
  return record;
}

HEALTHLAKE_DECL bool lacks_sector(std::string_view text, std::size_t begin) noexcept {
  while (begin < text.size()) {
    std::size_t const end = (std::min)((begin / sector_size + 1) * sector_size, text.size());
    if (text.substr(begin, end - begin).find_first_not_of('\0') == std::string_view::npos) return true;
    begin = end;
  }
  return false;
}

HEALTHLAKE_DECL Result<JournalContent, std::string> JournalReader::read() && {
  while (content_.bytes < text_.size()) {
    std::size_t const end = text_.find('\n', content_.bytes);
    std::string_view const line = text_.substr(content_.bytes, end - content_.bytes);
    if (end == std::string_view::npos) {
      // If only the line end is damaged, the rest of the line is complete.
      bool const complete = read(line.substr(0, line.size() - 1)).has_value();
      content_.tail = complete && !lacks_sector(text_, content_.bytes) ? JournalTail::damaged : JournalTail::torn;
      break;
    }
    auto record = read(line);
    if (!record) {
      if (text_.find_first_not_of(reserved, end + 1) != std::string_view::npos) return Unexpected{fault()};
      bool const torn = lacks_sector(text_.substr(0, end + 1), content_.bytes);
      content_.tail = torn ? JournalTail::torn : JournalTail::damaged;
      break;
    }
    content_.records.push_back(*std::move(record));
    content_.bytes = end + 1;
    content_.check = check_;
  }
  // The Check of the next line covers all lines of version 1.
  if (content_.check.empty() && content_.bytes != 0) content_.check = check_of({}, text_.substr(0, content_.bytes));
  return std::move(content_);
}

HEALTHLAKE_DECL std::optional<JournalRecord> JournalReader::read(std::string_view line) {
  if (is_checked(line)) {
    if (!checked_ && content_.bytes != 0) check_ = check_of({}, text_.substr(0, content_.bytes));
    line = checked_record(line, check_);
    checked_ = true;
  } else if (checked_) {
    return std::nullopt;
  }
  // A record contains a whole request, whose nesting the dispatcher limited, and the resources of an import.
  constexpr std::size_t any = (std::numeric_limits<std::size_t>::max)();
  auto record = decode<JournalRecord>(line, {.max_bytes = any, .max_depth = 1'000, .max_elements = any});
  if (!record || !record->missing.empty() || record->value.value.unknown() || !record->value.value.has_value())
    return std::nullopt;
  auto const* const begun = record->value.value.get_if<JournalBegun>();
  if (begun && begun->version > 1 && !checked_) return std::nullopt;
  return std::move(record->value);
}

HEALTHLAKE_DECL std::string JournalReader::fault() const {
  return "line " + std::to_string(content_.records.size() + 1) + " of the journal, at byte " +
         std::to_string(content_.bytes) + ", is damaged, or is not a record of version " +
         std::to_string(JournalBegun::current_version);
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL Result<JournalContent, std::string> read_journal(std::string_view text) {
  return detail::JournalReader{text}.read();
}

HEALTHLAKE_DECL void LocalJournal::attach(Journal& journal, std::string check) noexcept {
  journal_ = &journal;
  check_ = std::move(check);
}

HEALTHLAKE_DECL Result<Unit, std::string> LocalJournal::reserve(std::size_t bytes) {
  if (!writing()) return Unit{};
  return journal_->reserve(bytes);
}

HEALTHLAKE_DECL void LocalJournal::expect_end(JournalEnded ended) {
  std::string id = ended.job_id;
  ends_.insert_or_assign(std::move(id), std::move(ended));
}

HEALTHLAKE_DECL JournalEnded const* LocalJournal::find_end(std::string_view job_id) const {
  auto const found = ends_.find(job_id);
  return found == ends_.end() ? nullptr : &found->second;
}

HEALTHLAKE_DECL void LocalJournal::forget_end(std::string_view job_id) {
  if (auto const found = ends_.find(job_id); found != ends_.end()) ends_.erase(found);
}

}  // namespace HEALTHLAKE_NAMESPACE

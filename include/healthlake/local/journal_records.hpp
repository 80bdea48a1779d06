// What the local service writes down so that a later one goes on from there: a journal of JSON lines.
//
// Rules: a line is one record, and stands in the journal before anybody is told of what it says. A journal begins with
// a Begun record; then come the data stores the host gave (Given), the requests that were answered with success and may
// have changed something (Request, with the answer), and the ends of jobs (Ended, with the result), in the order in
// which they happened. A last line that is not whole is what a killed process leaves: nobody was told of it, and it is
// dropped. Any other line that is no record is refused. A journal only grows. It holds what requests held, sensitive
// members too, so it is to be kept like them; no message about it repeats any of that.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/result.hpp"
#include "healthlake/core/shape.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/json/encode.hpp"
#include "healthlake/local/storage/journal.hpp"

namespace healthlake {

/// The first record: what everything behind it depends on.
struct JournalBegun {
  static constexpr std::int32_t current_version = 1;

  /// Of the form of the journal.
  std::int32_t version = current_version;
  /// LocalOptions::seed in decimal digits; who goes on takes it over.
  std::string seed{};
  /// The options that have to be the same for who goes on, as text.
  std::string settings{};

  static consteval auto shape() {
    return structure("JournalBegun", field<&JournalBegun::version>("Version", required),
                     field<&JournalBegun::seed>("Seed", required),
                     field<&JournalBegun::settings>("Settings", required));
  }
  friend bool operator==(JournalBegun const&, JournalBegun const&) = default;
};

/// A data store that the host gave. Its resources are not in here: who goes on is given them again.
struct JournalGiven {
  Timestamp time{};
  std::string datastore_id{};

  static consteval auto shape() {
    return structure("JournalGiven", field<&JournalGiven::time>("Time", required),
                     field<&JournalGiven::datastore_id>("DatastoreId", required));
  }
  friend bool operator==(JournalGiven const&, JournalGiven const&) = default;
};

/// A request that was answered with success.
struct JournalRequest {
  Timestamp time{};
  std::string operation{};
  Document input{};
  Document output{};

  static consteval auto shape() {
    return structure("JournalRequest", field<&JournalRequest::time>("Time", required),
                     field<&JournalRequest::operation>("Operation", required),
                     field<&JournalRequest::input>("Input", required),
                     field<&JournalRequest::output>("Output", required));
  }
  friend bool operator==(JournalRequest const&, JournalRequest const&) = default;
};

/// The end of a job. What it wrote to the ObjectStore is there and not in here.
struct JournalEnded {
  Timestamp time{};
  std::string job_id{};
  /// What the job's Describe operation tells from now on.
  Document properties{};
  /// The resources that an import added to its data store, one a line.
  std::optional<std::string> resources{};

  static consteval auto shape() {
    return structure(
        "JournalEnded", field<&JournalEnded::time>("Time", required), field<&JournalEnded::job_id>("JobId", required),
        field<&JournalEnded::properties>("Properties", required), field<&JournalEnded::resources>("Resources"));
  }
  friend bool operator==(JournalEnded const&, JournalEnded const&) = default;
};

/// One line.
struct JournalRecord {
  Union<JournalBegun, JournalGiven, JournalRequest, JournalEnded> value{};

  static consteval auto shape() {
    return union_of("JournalRecord", alternative<&JournalRecord::value, 0>("Begun"),
                    alternative<&JournalRecord::value, 1>("Given"), alternative<&JournalRecord::value, 2>("Request"),
                    alternative<&JournalRecord::value, 3>("Ended"));
  }
  friend bool operator==(JournalRecord const&, JournalRecord const&) = default;
};

/// The records of a journal, and how many bytes they take.
struct JournalContent {
  std::vector<JournalRecord> records{};
  std::size_t bytes = 0;
};

/// Reads a journal. The error names the line that is no record; the last one is left out instead.
inline Result<JournalContent, std::string> read_journal(std::string_view text) {
  // A record holds a whole request, whose nesting the dispatcher limited, and whatever an import brought.
  DecodeOptions const options{.max_bytes = std::numeric_limits<std::size_t>::max(), .max_depth = 1'000};
  JournalContent content;
  while (content.bytes < text.size()) {
    std::size_t const end = text.find('\n', content.bytes);
    if (end == std::string_view::npos) break;
    auto record = decode<JournalRecord>(text.substr(content.bytes, end - content.bytes), options);
    if (!record || !record->missing.empty() || record->value.value.unknown() || !record->value.value.has_value()) {
      if (end + 1 == text.size()) break;
      return Unexpected{"line " + std::to_string(content.records.size() + 1) + " of the journal, at byte " +
                        std::to_string(content.bytes) + ", is no record of version " +
                        std::to_string(JournalBegun::current_version)};
    }
    content.records.push_back(std::move(record->value));
    content.bytes = end + 1;
  }
  return content;
}

/// A service's own view of its journal, if it has one: what is to be written, and which ends of jobs are known already.
class LocalJournal {
 public:
  /// From now on records are written to `journal`, which outlives this object.
  void attach(Journal& journal) noexcept { journal_ = &journal; }
  [[nodiscard]] bool attached() const noexcept { return journal_ != nullptr; }

  /// Writes a record; does nothing where there is no journal, or what happens stands in it already.
  template <class Record>
  Result<Unit, std::string> write(Record record) {
    if (!journal_ || replaying_) return Unit{};
    JournalRecord line;
    line.value.template emplace<Record>(std::move(record));
    auto text = encode(line);
    if (!text) return Unexpected{std::string{"a record cannot be written as JSON"}};
    // A request may have line ends between its values; inside of strings JSON has none (RFC 8259, 7).
    std::replace(text->begin(), text->end(), '\n', ' ');
    return journal_->append(*text);
  }

  /// While a journal is replayed, jobs end when the journal says so, and with the result it tells.
  void set_replaying(bool replaying) noexcept { replaying_ = replaying; }
  [[nodiscard]] bool replaying() const noexcept { return replaying_; }
  void expect_end(JournalEnded ended) {
    std::string id = ended.job_id;
    ends_.insert_or_assign(std::move(id), std::move(ended));
  }
  [[nodiscard]] JournalEnded const* find_end(std::string_view job_id) const {
    auto const found = ends_.find(job_id);
    return found == ends_.end() ? nullptr : &found->second;
  }
  void forget_end(std::string_view job_id) {
    if (auto const found = ends_.find(job_id); found != ends_.end()) ends_.erase(found);
  }

 private:
  Journal* journal_ = nullptr;
  bool replaying_ = false;
  std::map<std::string, JournalEnded, std::less<>> ends_;
};

}  // namespace healthlake

// The journal of the local service, JSON lines from which a later one continues.
//
// Rules: a line is one record, and is in the journal before what it says is reported to anyone. A journal begins with a
// Begun record. In the order in which they happened, it then contains the data stores that the host added (Given), the
// requests that succeeded and changed something (Request, with the response), the ends of jobs (Ended, with the
// result), the times at which something was reported that follows from time alone (Passed), and resets of a wrong clock
// (Reset). A line is
//   {"Check":"<16 hexadecimal digits>","Record":{...}}
// where Check is the beginning of a SHA-256 over the previous Check and the record, so that changed, missing or
// reordered lines are detected. Version 1 had only the records; such a journal is read, and continued with checked
// lines, the first of which covers everything before it. A journal only grows. It contains the content of requests,
// sensitive members included, and must be protected like them; messages about it do not repeat its content.
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
#include "healthlake/sign/sha256.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The first record, on which all others depend.
struct JournalBegun {
  /// The version that is written.
  static constexpr std::int32_t current_version = 2;

  /// The version of the format: 1 before lines had a Check.
  std::int32_t version = current_version;
  /// LocalOptions::seed in decimal digits; a service that continues uses it.
  std::string seed{};
  /// The options that must be the same to continue, as text.
  std::string settings{};

  static consteval auto shape() {
    return structure("JournalBegun", field<&JournalBegun::version>("Version", required),
                     field<&JournalBegun::seed>("Seed", required),
                     field<&JournalBegun::settings>("Settings", required));
  }
  friend bool operator==(JournalBegun const&, JournalBegun const&) = default;
};

/// A data store that the host added. Its resources are not included: the host must add them again.
struct JournalGiven {
  /// When it was added.
  Timestamp time{};
  /// The id that the host chose.
  std::string datastore_id{};

  static consteval auto shape() {
    return structure("JournalGiven", field<&JournalGiven::time>("Time", required),
                     field<&JournalGiven::datastore_id>("DatastoreId", required));
  }
  friend bool operator==(JournalGiven const&, JournalGiven const&) = default;
};

/// A request that succeeded.
struct JournalRequest {
  /// When it was handled.
  Timestamp time{};
  /// The operation's name: `StartFHIRExportJob`.
  std::string operation{};
  /// The body of the request, sensitive members included.
  Document input{};
  /// What was answered, by which a replay is compared.
  Document output{};

  static consteval auto shape() {
    return structure("JournalRequest", field<&JournalRequest::time>("Time", required),
                     field<&JournalRequest::operation>("Operation", required),
                     field<&JournalRequest::input>("Input", required),
                     field<&JournalRequest::output>("Output", required));
  }
  friend bool operator==(JournalRequest const&, JournalRequest const&) = default;
};

/// The end of a job. What it wrote to the ObjectStore is not included.
struct JournalEnded {
  /// When the job ended.
  Timestamp time{};
  /// Which job.
  std::string job_id{};
  /// What the job's Describe operation returns from now on.
  Document properties{};
  /// The resources that an import added to its data store, one per line.
  std::optional<std::string> resources{};

  static consteval auto shape() {
    return structure(
        "JournalEnded", field<&JournalEnded::time>("Time", required), field<&JournalEnded::job_id>("JobId", required),
        field<&JournalEnded::properties>("Properties", required), field<&JournalEnded::resources>("Resources"));
  }
  friend bool operator==(JournalEnded const&, JournalEnded const&) = default;
};

/// Something was reported that follows from the time, which a service that continues must not go back before.
struct JournalPassed {
  /// The time up to which things were reported.
  Timestamp time{};

  static consteval auto shape() { return structure("JournalPassed", field<&JournalPassed::time>("Time", required)); }
  friend bool operator==(JournalPassed const&, JournalPassed const&) = default;
};

/// From here on, times continue from this one, although it is before earlier ones; nothing was in progress.
struct JournalReset {
  /// The time from which things continue.
  Timestamp time{};

  static consteval auto shape() { return structure("JournalReset", field<&JournalReset::time>("Time", required)); }
  friend bool operator==(JournalReset const&, JournalReset const&) = default;
};

/// One line.
struct JournalRecord {
  /// The record of the line.
  Union<JournalBegun, JournalGiven, JournalRequest, JournalEnded, JournalPassed, JournalReset> value{};

  static consteval auto shape() {
    return union_of("JournalRecord", alternative<&JournalRecord::value, 0>("Begun"),
                    alternative<&JournalRecord::value, 1>("Given"), alternative<&JournalRecord::value, 2>("Request"),
                    alternative<&JournalRecord::value, 3>("Ended"), alternative<&JournalRecord::value, 4>("Passed"),
                    alternative<&JournalRecord::value, 5>("Reset"));
  }
  friend bool operator==(JournalRecord const&, JournalRecord const&) = default;
};

/// How a journal ends.
enum class JournalTail : std::uint8_t {
  /// With a complete line, or empty.
  whole,
  /// With an incomplete line, as a killed process or a power failure leaves it: without its end, or with whole
  /// sectors of zeros in place of what never reached the disk. It counts as never acknowledged.
  torn,
  /// With a complete but damaged line: it may have been acknowledged.
  damaged,
};

/// The records of a journal, their size in bytes, and what follows them.
struct JournalContent {
  /// Those of the complete lines that are not damaged.
  std::vector<JournalRecord> records{};
  /// The size of their lines.
  std::size_t bytes = 0;
  /// What follows them.
  JournalTail tail = JournalTail::whole;
  /// The Check that the next line continues.
  std::string check{};
};

namespace detail {

inline constexpr std::string_view check_begin = "{\"Check\":\"";
inline constexpr std::string_view check_end = "\",\"Record\":";
inline constexpr std::size_t check_size = 16;

// The Check of a record after a line with the Check `before`, or of the lines of version 1.
std::string check_of(std::string_view before, std::string_view record);

std::string checked_line(std::string_view check, std::string_view record);

inline bool is_checked(std::string_view line) noexcept { return line.starts_with(check_begin); }

// The unit in which a disk writes, or a divisor of it.
inline constexpr std::size_t sector_size = 512;

// What space that was reserved contains. After a power failure it may follow the last line again.
inline constexpr std::string_view reserved{" \0", 2};

// Whether a part of the last line, which begins at `begin`, was never written: it contains zeros, which JSON does not,
// for a whole sector, or for all that it has of one. A flipped bit does not look like this.
bool lacks_sector(std::string_view text, std::size_t begin) noexcept;

// The record of a checked line, or nothing if it is damaged; updates `check` to that of the line.
std::string_view checked_record(std::string_view line, std::string& check);

// Reads lines one after the other.
class JournalReader {
 public:
  explicit JournalReader(std::string_view text) : text_(text) {}

  Result<JournalContent, std::string> read() &&;

 private:
  std::optional<JournalRecord> read(std::string_view line);
  [[nodiscard]] std::string fault() const;

  std::string_view text_;
  JournalContent content_{};
  std::string check_{};
  // Whether a line had a Check; from then on all have.
  bool checked_ = false;
};

}  // namespace detail

/// Reads a journal. The error names a damaged line; whether the last one is damaged is in the result.
Result<JournalContent, std::string> read_journal(std::string_view text);

/// A service's view of its journal, if it has one: what to write, and which ends of jobs are already known.
class LocalJournal {
 public:
  /// From now on, writes records to `journal`, which must outlive this object, after a line with this Check.
  void attach(Journal& journal, std::string check) noexcept;
  /// Whether there is a journal.
  [[nodiscard]] bool attached() const noexcept { return journal_ != nullptr; }
  /// Whether records are written: not without a journal, nor during replay.
  [[nodiscard]] bool writing() const noexcept { return journal_ && !replaying_; }

  /// Writes a record; does nothing without a journal or during replay. After an error, nothing of the record is in the
  /// journal.
  template <class Record>
  Result<Unit, std::string> write(Record record) {
    if (!writing()) return Unit{};
    JournalRecord line;
    line.value.template emplace<Record>(std::move(record));
    auto text = encode(line);
    if (!text) return Unexpected{std::string{"a record cannot be serialized as JSON"}};
    // A request may have line ends between its values; JSON strings cannot contain them (RFC 8259, 7).
    std::replace(text->begin(), text->end(), '\n', ' ');
    std::string check = detail::check_of(check_, *text);
    auto written = journal_->append(detail::checked_line(check, *text));
    if (written) check_ = std::move(check);
    return written;
  }
  /// See Journal::reserve.
  Result<Unit, std::string> reserve(std::size_t bytes);

  /// During replay, jobs end when the journal says so, with the result in the journal.
  void set_replaying(bool replaying) noexcept { replaying_ = replaying; }
  /// Whether the journal is being replayed.
  [[nodiscard]] bool replaying() const noexcept { return replaying_; }
  /// Remembers an end that was read, until the replay reaches it.
  void expect_end(JournalEnded ended);
  /// The end of this job that was read, or null.
  [[nodiscard]] JournalEnded const* find_end(std::string_view job_id) const;
  /// Drops an end that the replay has reached.
  void forget_end(std::string_view job_id);

 private:
  Journal* journal_ = nullptr;
  std::string check_;
  bool replaying_ = false;
  std::map<std::string, JournalEnded, std::less<>> ends_;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/local/impl/journal_records.ipp"
#endif

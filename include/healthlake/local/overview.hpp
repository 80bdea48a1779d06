// What a local service shows of itself: data stores, jobs, the last requests, the journal and the fault script, as one
// value, which local/page.hpp renders and `encode` writes as JSON.
//
// Rules: a value is what a person may see. Members that the service model marks as sensitive are `***`, also within
// unions, lists and maps; the content of resources, requests and responses is never part of it. Strings are bounded and
// printable (text/text.hpp); they are not escaped for HTML. Newest items come first, up to a limit, with their total.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/core/shape.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/http/transport.hpp"
#include "healthlake/local/fault.hpp"
#include "healthlake/local/storage/object_store.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The limits of an overview.
struct OverviewLimits {
  /// Items of each kind. Default 50.
  std::size_t max_items = 50;
  /// Jobs of each family whose files are listed, the newest that have ended. Default 10.
  std::size_t max_jobs_with_files = 10;
  /// Files per job. Default 20.
  std::size_t max_files = 20;
};

/// A data store or a job.
struct OverviewItem {
  /// Its members by their path, as in Violation::path, each as a string of at most 256 bytes.
  std::map<std::string, std::string> members{};
  /// The keys of the objects that a job has written, without the prefix that all have, up to the limit.
  std::vector<std::string> files{};
  /// How many files there are.
  std::int64_t file_count = 0;

  template <class Self>
  static consteval auto shape() {
    return structure("OverviewItem", field<&Self::members>("Members", required), field<&Self::files>("Files", required),
                     field<&Self::file_count>("FileCount", required));
  }
};

/// Items of one kind.
struct OverviewList {
  /// `data store`, `export`, `import` or `transformation`.
  std::string kind{};
  /// How many there are.
  std::int64_t total = 0;
  /// The newest ones, up to the limit.
  std::vector<OverviewItem> items{};

  template <class Self>
  static consteval auto shape() {
    return structure("OverviewList", field<&Self::kind>("Kind", required), field<&Self::total>("Total", required),
                     field<&Self::items>("Items", required));
  }
};

/// A request, and its response.
struct OverviewRequest {
  /// When the response was sent, without the latency of a fault.
  Timestamp time{};
  /// The operation; for a request without one, the method and the path, without the query.
  std::string operation{};
  /// 0 if the fault script broke the connection.
  std::int64_t status = 0;
  /// The code of an error response.
  std::string error{};
  /// How long the response took, in milliseconds, with the latency of a fault.
  std::int64_t latency_ms = 0;

  template <class Self>
  static consteval auto shape() {
    return structure("OverviewRequest", field<&Self::time>("Time", required),
                     field<&Self::operation>("Operation", required), field<&Self::status>("Status", required),
                     field<&Self::error>("Error", required), field<&Self::latency_ms>("LatencyMs", required));
  }
};

/// Everything that is shown.
struct LocalOverview {
  /// The library's.
  std::string version{};
  /// LocalOptions::region.
  std::string region{};
  /// The service's time.
  Timestamp time{};
  /// The time at which its jobs are; stands still while the journal cannot be written.
  Timestamp settled{};
  /// Whether requests must be signed.
  bool verifies_signatures = false;
  /// `none`, `written` or `failing`.
  std::string journal{};
  /// Why the last write failed; empty if it succeeded.
  std::string journal_failure{};
  /// All of them, deleted ones included; none while a change is not in the journal, since a restart would lose it.
  OverviewList datastores{};
  /// One for each family; none while a change is not in the journal.
  std::vector<OverviewList> jobs{};
  /// The last requests, newest first.
  std::vector<OverviewRequest> requests{};
  /// How many there were.
  std::int64_t request_count = 0;
  /// The faults that remain, the next one first, up to the limit.
  std::vector<std::string> faults{};
  /// How many remain.
  std::int64_t fault_count = 0;

  template <class Self>
  static consteval auto shape() {
    return structure(
        "LocalOverview", field<&Self::version>("Version", required), field<&Self::region>("Region", required),
        field<&Self::time>("Time", required), field<&Self::settled>("Settled", required),
        field<&Self::verifies_signatures>("VerifiesSignatures", required), field<&Self::journal>("Journal", required),
        field<&Self::journal_failure>("JournalFailure", required), field<&Self::datastores>("Datastores", required),
        field<&Self::jobs>("Jobs", required), field<&Self::requests>("Requests", required),
        field<&Self::request_count>("RequestCount", required), field<&Self::faults>("Faults", required),
        field<&Self::fault_count>("FaultCount", required));
  }
};

/// What a fault does, in one line without the strings of the script: `Refused 429 ThrottlingException, 500 ms late`.
std::string describe(Fault const& fault);

/// The last requests of a server: a ring of bounded size.
class RequestLog {
 public:
  /// How many requests are kept.
  static constexpr std::size_t max_requests = 100;

  /// Adds a request that was answered at `time`, after `latency`.
  void add(HttpRequest const& request, HttpReply const& reply, Timestamp time, Milliseconds latency);
  /// Adds the requests to an overview.
  void add_to(LocalOverview& overview) const;

 private:
  std::deque<OverviewRequest> requests_;
  std::int64_t count_ = 0;
};

namespace detail {

// A string that a client has chosen, for a person.
std::string shown(std::string_view text);

// Adds the members of a structure or union.
void add_members(OverviewItem& item, Type const& type, void const* value, std::string const& prefix = {});

// Adds the keys below a folder; without its name, which is the same for all.
void add_files(OverviewItem& item, ObjectStore const& objects, S3Location const& folder, std::size_t limit);

}  // namespace detail

/// An item with the members of a shape.
template <Shape T>
OverviewItem overview_item(T const& value) {
  OverviewItem item;
  detail::add_members(item, type_of<T>(), &value);
  return item;
}

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/local/impl/overview.ipp"
#endif

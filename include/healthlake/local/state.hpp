// What the families of the local service share: options, data stores, ids and page tokens.
//
// Rules: everything follows from the options and the requests; there is no clock and no randomness.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/local/journal_records.hpp"
#include "healthlake/local/ndjson.hpp"
#include "healthlake/local/rates.hpp"
#include "healthlake/local/records.hpp"
#include "healthlake/local/storage/object_store.hpp"
#include "healthlake/model/errors.hpp"
#include "healthlake/model/patterns.hpp"
#include "healthlake/model/rules.hpp"
#include "healthlake/server/dispatch.hpp"
#include "healthlake/sign/credentials.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// How the local service behaves.
struct LocalOptions {
  /// In ARNs, and in the credential scope that signatures must have.
  std::string region = "us-east-1";
  /// In ARNs.
  std::string account_id = "123456789012";
  /// The credentials that requests must be signed with. Empty, the default: signatures are not verified.
  std::vector<Credentials> credentials{};
  /// Ids and page tokens follow from it: two services with the same seed and the same requests return the same ones.
  std::uint64_t seed = 1;
  /// How long a job stays SUBMITTED. Default 1 s.
  Milliseconds submitted_time{1'000};
  /// How long a job is IN_PROGRESS. Default 5 s.
  Milliseconds running_time{5'000};
  /// How many jobs of each family run at a time; others wait in the order of submission. Default 1 (AWS, HealthLake
  /// quotas). 0 counts as 1.
  std::size_t max_concurrent_jobs = 1;
  /// Default 5,000 (AWS, exporting files). 0 counts as 1.
  std::size_t max_resources_per_file = 5'000;
  /// Items per page if MaxResults is absent. Default 100; AWS documents only the maximum of 500.
  std::size_t default_page_size = 100;
  /// How many items a request of a list examines at most, so that filters that nothing passes do not make a request
  /// take longer the more there is: its page may have fewer than MaxResults, and a NextToken. Default 10,000. 0 counts
  /// as 1.
  std::size_t max_examined_per_page = 10'000;
  /// How long a data store is CREATING, UPDATING or DELETING. Default 3 s.
  Milliseconds transition_time{3'000};
  /// The maximum number of data stores that are not DELETED. Default: no limit; AWS's quota is 10.
  std::optional<std::size_t> max_datastores{};
  /// The maximum number of transformation profiles. Default: no limit; AWS documents none.
  std::optional<std::size_t> max_profiles{};
  /// The mappings of starter profiles, by name. AWS does not document its own; these are invented.
  std::map<std::string, std::map<std::string, std::string>> starter_profiles{
      {"CCDA_STARTER", {{"ClinicalDocument.map", "DocumentReference"}}}, {"CSV_STARTER", {{"row.map", "Basic"}}}};
  /// How long a ClientToken is remembered. Default 24 h; AWS does not document it for this service.
  Milliseconds client_token_lifetime{86'400'000};
  /// The rates of operations; others are not limited. Default: empty, no limits. `documented_rates()` are those of AWS.
  std::map<std::string, RequestRate, std::less<>> rates{};
  /// Called with the latency of a scripted fault, so that a virtual clock can be advanced. May be empty.
  std::function<void(Milliseconds)> on_latency{};
  /// Called with the what() of an exception from a handler, the clock, the ObjectStore or the Journal. The response is
  /// an InternalServerException, a job ends as FAILED, and the service continues. May be empty.
  std::function<void(std::string_view)> on_exception{};
  /// The limits of requests.
  DispatchOptions dispatch{};
};

/// The state that all families of the local service share.
class LocalState {
 public:
  /// `objects` must outlive the state.
  LocalState(ObjectStore& objects, LocalOptions options) : options_(std::move(options)), objects_(&objects) {}

  /// The options, with the seed of the journal if there is one.
  [[nodiscard]] LocalOptions const& options() const noexcept { return options_; }
  /// What takes the place of S3.
  [[nodiscard]] ObjectStore& objects() noexcept { return *objects_; }

  /// What takes the place of S3.
  [[nodiscard]] ObjectStore const& objects() const noexcept { return *objects_; }
  /// The journal, which may not be attached.
  [[nodiscard]] LocalJournal& journal() noexcept { return journal_; }
  /// The journal, which may not be attached.
  [[nodiscard]] LocalJournal const& journal() const noexcept { return journal_; }
  /// In the order of their creation. Ids and tokens follow from the seed, which a journal contains.
  [[nodiscard]] LocalTable<LocalDatastore>& datastores() noexcept { return datastores_; }
  /// The same for a constant state.
  [[nodiscard]] LocalTable<LocalDatastore> const& datastores() const noexcept { return datastores_; }
  /// In the order of their creation, like the data stores.
  [[nodiscard]] LocalTable<LocalProfile>& profiles() noexcept { return profiles_; }
  /// Continues with the seed of a journal, before any id is assigned.
  void set_seed(std::uint64_t seed) noexcept { options_.seed = seed; }
  /// How many ids were assigned.
  [[nodiscard]] std::uint64_t ids() const noexcept { return ids_; }
  /// Whether any id was assigned.
  [[nodiscard]] bool used() const noexcept { return ids_ != 0 || requests_ != 0; }

  /// Adds an ACTIVE data store, or replaces the content of an existing one. The error says what is wrong with the id:
  /// it must be a DatastoreId of the model and, since it becomes part of keys, must not contain a slash or only dots.
  Result<Unit, std::string> add_datastore(std::string id, Ndjson resources, Timestamp now);

  /// The properties of a new data store.
  [[nodiscard]] DatastoreProperties new_datastore(std::string id, DatastoreStatus status, Timestamp now) const;

  /// A data store, which may be deleted, or null.
  [[nodiscard]] LocalDatastore* find_datastore(std::string_view id) { return datastores_.find(id); }
  /// The same for a constant state.
  [[nodiscard]] LocalDatastore const* find_datastore(std::string_view id) const { return datastores_.find(id); }
  /// The error for a data store that does not exist.
  [[nodiscard]] Unexpected<ResourceNotFoundException> no_datastore(std::string_view id) const;

  /// A data store on which a job can start. Errors: ResourceNotFoundException, also if it is deleted, and
  /// ValidationException if it is not ACTIVE, since no Start operation has a ConflictException.
  Result<LocalDatastore*, HandlerError> open_datastore(std::string_view id);

  /// A profile. The error is a ResourceNotFoundException.
  Result<LocalProfile*, HandlerError> find_profile(std::string_view id);
  /// A profile that jobs can use. The error is a ValidationException if no version of it is published.
  Result<LocalProfile*, HandlerError> published_profile(std::string_view id);

  /// Reports an exception that was caught.
  void caught(std::string_view what) const;

  /// The ARN of a data store in the region and account of the options.
  [[nodiscard]] std::string datastore_arn(std::string_view id) const;
  /// The ARN of a transformation profile in the region and account of the options.
  [[nodiscard]] std::string profile_arn(std::string_view id) const;

  /// The next id: 32 lower-case hexadecimal digits, as the service's job ids are.
  std::string next_id() { return mac_of("id", std::to_string(++ids_)); }

  /// The next id in the form of a UUID.
  std::string next_uuid() { return as_uuid(next_id()); }
  /// The next request id, in the form of a UUID. It protects nothing, so it is not worth a keyed hash in every request.
  std::string next_request_id();

  /// A token for a position in a list. It is valid only for the same filters, and cannot be forged.
  [[nodiscard]] std::string page_token(std::string_view filters, std::uint64_t position) const;

  /// The position of a token, or nothing if it was not issued by `page_token` for these filters.
  [[nodiscard]] std::optional<std::uint64_t> read_page_token(std::string_view filters, std::string_view token) const;

 private:
  // A bijection that makes neighbours look unrelated (the finalizer of SplitMix64).
  static constexpr std::uint64_t mixed(std::uint64_t number) noexcept {
    number += 0x9E37'79B9'7F4A'7C15;
    number = (number ^ number >> 30) * 0xBF58'476D'1CE4'E5B9;
    number = (number ^ number >> 27) * 0x94D0'49BB'1331'11EB;
    return number ^ number >> 31;
  }
  static std::string as_uuid(std::string id);
  [[nodiscard]] std::string arn(std::string_view resource) const;

  // 16 bytes of a keyed hash as hexadecimal digits.
  [[nodiscard]] std::string mac_of(std::string_view purpose, std::string_view text) const;

  LocalOptions options_;
  ObjectStore* objects_;
  LocalJournal journal_;
  LocalTable<LocalDatastore> datastores_;
  LocalTable<LocalProfile> profiles_;
  std::uint64_t ids_ = 0;
  std::uint64_t requests_ = 0;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/local/impl/state.ipp"
#endif

// The local service on a folder, as healthlake-local sets it up, a client that uses it, and what must be true of it
// after a failure. Virtual time; everything follows from the seed.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/validate.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/local/local_healthlake.hpp"
#include "healthlake/local/storage/file_journal.hpp"
#include "healthlake/local/storage/file_store.hpp"
#include "healthlake/model/all.hpp"
#include "healthlake/protocol/aws_json.hpp"
#include "tests/durability/disk.hpp"

namespace durability {

using namespace healthlake;

inline constexpr Timestamp begin_of_time = Timestamp::from_seconds(1'786'145'687);

/// Where a failure was found, for the message.
inline std::string where;

inline void require(bool good, std::string const& what) {
  if (good) return;
  std::printf("FAILED: %s\n  %s\n", what.c_str(), where.c_str());
  std::exit(1);
}

/// What a client knows of a job, by its name. A name is used for one job, with a token of its own.
struct Known {
  /// When it was asked for, and when the answer came, counted in calls to the disk.
  std::size_t asked = 0;
  std::optional<std::size_t> acknowledged{};
  std::string id{};
  std::string datastore{};
  bool import = false;
  /// The statuses that were reported, and when.
  std::vector<std::pair<std::size_t, JobStatus>> seen{};
};
using Knowledge = std::map<std::string, Known>;

/// States in the order in which a job has them; all ends are one rank, and never change.
inline int rank(JobStatus status) {
  switch (status) {
    case JobStatus::submitted: return 0;
    case JobStatus::queued: return 1;
    case JobStatus::in_progress: return 2;
    default: return 3;
  }
}
inline bool may_follow(JobStatus before, JobStatus after) {
  return rank(before) == 3 ? after == before : rank(after) >= rank(before);
}

/// A running service on the folder `base`.
class Service {
 public:
  Service(fs::path const& base, FileCalls const& calls, Timestamp& now) : base_(base), calls_(calls), now_(now) {}

  /// As run() of healthlake-local does. The error is what it prints.
  std::string start(bool accept_damaged_tail = false) {
    service_.reset();
    journal_.reset();
    for (auto const* const folder : {"s3", "state"})
      if (auto made = create_directories(base_ / folder, calls_); !made) return made.error();
    auto store = FileStore::open((base_ / "s3").string(), calls_);
    if (!store) return store.error();
    store_ = *std::move(store);
    LocalOptions options{.max_resources_per_file = 2};
    options.on_exception = [](std::string_view what) { require(false, "an exception: " + std::string{what}); };
    service_ = std::make_unique<LocalHealthLake>([this] { return now_; }, *store_, std::move(options));
    for (std::string const id : {"given", "target"})
      require(service_->add_datastore(id, {{"x", resources()}}).has_value(), "add_datastore");
    auto journal = FileJournal::open((base_ / "state").string(), calls_);
    if (!journal) return journal.error();
    journal_ = *std::move(journal);
    auto opened = service_->open_journal(*journal_, {.accept_damaged_tail = accept_damaged_tail});
    if (!opened) return opened.error();
    replayed = *opened;
    return {};
  }
  JournalReplay replayed{};

  template <Operation Op>
  std::optional<typename Op::Output> call(typename Op::Input const& input) {
    auto const reply = service_->send(*write_request<Op>(input, {.scheme = "http", .authority = "localhost"}));
    require(reply.has_value(), "no answer");
    last_error = reply->status == 200 ? std::string{} : reply->body;
    require(reply->status == 200 || reply->status == 500, "an unexpected answer: " + reply->body);
    if (reply->status != 200) return std::nullopt;
    auto output = decode<typename Op::Output>(reply->body);
    require(output.has_value(), "an answer that cannot be decoded: " + reply->body);
    return std::move(output->value);
  }
  std::string last_error{};

  [[nodiscard]] LocalHealthLake& get() { return *service_; }
  [[nodiscard]] ObjectStore const& objects() const { return *store_; }

  static std::string resources() {
    std::string lines;
    for (int i = 0; i < 3; ++i)
      lines += "{\"resourceType\":\"Patient\",\"id\":\"" + std::to_string(i) + "\",\"text\":\"" +
               std::string(300, static_cast<char>('a' + i)) + "\"}\n";
    return lines + "{\"resourceType\":\"Observation\",\"id\":\"1\"}\n";
  }

  /// Every job that the service reports, by name; a name that two jobs have is a failure.
  std::map<std::string, Known> jobs() {
    std::map<std::string, Known> found;
    auto const add = [&](auto const& page, bool import) {
      for (auto const& job : page) {
        Known known{.id = job.job_id, .datastore = job.datastore_id, .import = import};
        known.seen.emplace_back(0, *job.job_status.value());
        require(found.emplace(job.job_name.value_or(""), known).second, "doubled: " + job.job_name.value_or(""));
      }
    };
    for (std::string const datastore : {"given", "target"}) {
      ListFHIRExportJobsRequest exports{.datastore_id = datastore};
      do {
        auto const page = call<ListFHIRExportJobs>(exports);
        require(page.has_value(), "exports cannot be listed: " + last_error);
        add(page->export_job_properties_list, false);
        exports.next_token = page->next_token;
      } while (exports.next_token);
      ListFHIRImportJobsRequest imports{.datastore_id = datastore};
      do {
        auto const page = call<ListFHIRImportJobs>(imports);
        require(page.has_value(), "imports cannot be listed: " + last_error);
        add(page->import_job_properties_list, true);
        imports.next_token = page->next_token;
      } while (imports.next_token);
    }
    return found;
  }

  /// Asks for a job. Empty if it was refused.
  std::string submit(std::string const& name, bool import) {
    OutputDataConfig const to{S3Configuration{.s3_uri = "s3://bucket/out", .kms_key_id = "alias/key"}};
    std::string const role = "arn:aws:iam::123456789012:role/Export";
    if (import) {
      auto const job = call<StartFHIRImportJob>({.job_name = name,
                                                 .input_data_config = {{std::string{"s3://bucket/in"}}},
                                                 .job_output_data_config = to,
                                                 .datastore_id = "target",
                                                 .data_access_role_arn = role,
                                                 .client_token = name});
      return job ? job->job_id : std::string{};
    }
    auto const job = call<StartFHIRExportJob>({.job_name = name,
                                               .output_data_config = to,
                                               .datastore_id = "given",
                                               .data_access_role_arn = role,
                                               .client_token = name});
    return job ? job->job_id : std::string{};
  }

  /// What is wrong with the files of a COMPLETED job; empty if they are complete.
  [[nodiscard]] std::string files_fault(Known const& job) const {
    std::string const folder = "out/" + job.datastore + (job.import ? "-FHIR_IMPORT-" : "-FHIR_EXPORT-") + job.id + "/";
    auto const keys = objects().list("bucket", folder);
    if (!keys) return keys.error();
    std::map<std::string, std::string> files;
    for (auto const& key : *keys)
      files[key.substr(folder.size())] = objects().get("bucket", key).value_or("unreadable");
    if (job.import) {
      std::string const& manifest = files["manifest.json"];
      bool const whole = manifest.starts_with('{') && manifest.find_last_of('}') + 2 >= manifest.size();
      return whole && files.size() == 2 && files["SUCCESS/a.ndjson"].ends_with('\n') ? ""
                                                                                     : "not the files of the import";
    }
    std::map<std::string, std::string> expected;
    std::string const all = resources();
    std::size_t const second = all.find('\n', all.find('\n') + 1) + 1;
    std::size_t const third = all.find('\n', second) + 1;
    expected["Patient/Patient-001.ndjson"] = all.substr(0, second);
    expected["Patient/Patient-002.ndjson"] = all.substr(second, third - second);
    expected["Observation/Observation-001.ndjson"] = all.substr(third);
    return files == expected ? "" : "not the files of the export";
  }

 private:
  fs::path base_;
  FileCalls const& calls_;
  Timestamp& now_;
  std::unique_ptr<FileStore> store_{};
  std::unique_ptr<FileJournal> journal_{};
  std::unique_ptr<LocalHealthLake> service_{};
};

/// What must be true of a service that has come up again, when `made` calls to the disk had been made: no acknowledged
/// job is lost, none is invented or doubled, no state goes back, and what is COMPLETED has its files.
inline void check(Service& service, Knowledge const& knowledge, std::size_t made) {
  auto const jobs = service.jobs();
  for (auto const& [name, known] : knowledge) {
    auto const found = jobs.find(name);
    if (known.acknowledged && *known.acknowledged <= made)
      require(found != jobs.end() && found->second.id == known.id, "lost: " + name);
    if (found == jobs.end()) continue;
    require(known.asked <= made, "invented: " + name);
    for (auto const& [at, status] : known.seen)
      if (at <= made) require(may_follow(status, found->second.seen[0].second), "went back: " + name);
  }
  for (auto const& [name, job] : jobs) {
    require(knowledge.contains(name), "invented: " + name);
    if (job.seen[0].second != JobStatus::completed) continue;
    std::string const fault = service.files_fault(job);
    require(fault.empty(), "COMPLETED without its files: " + name + ": " + fault);
  }
}

/// A client's life with the service.
class Client {
 public:
  Client(std::uint64_t seed, Disk& disk, fs::path base) : random_(seed), disk_(disk), base_(std::move(base)) {}

  Knowledge knowledge{};
  Timestamp now = begin_of_time;
  /// How often the service did not start, and how many changes it refused.
  std::size_t failed_starts = 0;
  std::size_t refused = 0;

  /// Some changes, with time between them and restarts of the service; then the ends of all jobs.
  void live(std::size_t steps) {
    start();
    for (std::size_t i = 0; i < steps; ++i) {
      step(i);
      if (disk_.frozen()) {
        disk_.thaw();
        start();
      }
      now = now + Milliseconds{static_cast<std::int64_t>(random_() % 4'000)};
    }
    now = now + Milliseconds{600'000};
    look();
  }

 private:
  void start() {
    service_.reset();
    for (int i = 0; i < 50; ++i) {
      service_ = std::make_unique<Service>(base_, disk_, now);
      if (service_->start().empty()) return;
      ++failed_starts;
      service_.reset();
      disk_.thaw();
    }
    require(false, "the service does not start when the disk works again");
  }
  void step(std::size_t i) {
    switch (random_() % 8) {
      case 0: return look();
      case 1: return start();
      case 2: return tag(i);
      case 3: return submit("import-" + std::to_string(i), true);
      default: return submit("export-" + std::to_string(i), false);
    }
  }
  void submit(std::string const& name, bool import) {
    Known& known = knowledge[name];
    known = {.asked = disk_.calls() + 1, .datastore = import ? "target" : "given", .import = import};
    bool const well = disk_.well();
    known.id = service_->submit(name, import);
    if (known.id.empty()) {
      ++refused;
      require(!well || disk_.frozen(), "refused although the disk works: " + service_->last_error);
      return;
    }
    known.acknowledged = disk_.calls();
    known.seen.emplace_back(disk_.calls(), JobStatus::submitted);
  }
  // A record of many sectors.
  void tag(std::size_t i) {
    CreateFHIRDatastoreRequest input{.datastore_type_version = FHIRVersion::r4};
    std::vector<Tag> tags;
    for (std::size_t n = 0; n < 2 + i % 40; ++n)
      tags.push_back({"key-" + std::to_string(n), std::string(100, static_cast<char>('a' + i % 26))});
    input.tags = tags;
    if (!service_->call<CreateFHIRDatastore>(input)) ++refused;
  }
  // Reads are answered whatever the disk does, except while a change that was made could not be written.
  void look() {
    service_->get().settle();
    if (!service_->call<ListFHIRDatastores>({})) return;
    for (auto const& [name, job] : service_->jobs()) {
      auto const known = knowledge.find(name);
      require(known != knowledge.end(), "invented: " + name);
      for (auto const& [at, status] : known->second.seen)
        require(may_follow(status, job.seen[0].second), "went back: " + name);
      known->second.seen.emplace_back(disk_.calls(), job.seen[0].second);
    }
  }

  std::mt19937_64 random_;
  Disk& disk_;
  fs::path base_;
  std::unique_ptr<Service> service_{};
};

}  // namespace durability

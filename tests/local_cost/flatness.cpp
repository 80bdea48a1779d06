// The work whose instructions measure.py counts under callgrind: flatness COUNT.
//
// Fills a local service with COUNT data stores, profiles, conversations with the agent and jobs of each family, with
// their client tokens, tags and results, half of them over and half still going on, and then makes one request of each
// operation, and one settling in which a job of each family and a data store come to their end. Each is counted on its
// own, and its dump named. Everything is journaled, and nothing is signed: a signature costs the same whatever the
// service remembers. Memory comes from plain free lists, since what malloc does depends on what was freed long before.
#include <valgrind/callgrind.h>

#include <array>
#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/local/local_healthlake.hpp"

using namespace healthlake;

namespace {

struct Free {
  Free* next;
};
// The free blocks of 2^n bytes.
constinit std::array<Free*, 64> blocks{};

std::size_t class_of(std::size_t size) { return std::bit_width((size < sizeof(Free) ? sizeof(Free) : size) - 1); }

}  // namespace

void* operator new(std::size_t size) {
  Free*& first = blocks[class_of(size)];
  if (Free* const block = first) {
    first = block->next;
    return block;
  }
  if (void* const memory = std::malloc(std::size_t{1} << class_of(size))) return memory;
  std::abort();
}
void operator delete(void* memory, std::size_t size) noexcept {
  if (!memory) return;
  Free*& first = blocks[class_of(size)];
  first = new (memory) Free{first};
}
// Nothing in this program deletes without a size; what does is not used again.
void operator delete(void*) noexcept {}

namespace {

constexpr Milliseconds day{86'400'000};

// Forgets what it is given: a growing file is not what is counted.
class NoJournal final : public Journal {
 public:
  Result<std::string, std::string> read() override { return std::string{}; }
  Result<Unit, std::string> cut(std::size_t) override { return Unit{}; }
  Result<Unit, std::string> append(std::string_view) override { return Unit{}; }
  Result<Unit, std::string> reserve(std::size_t) override { return Unit{}; }
};

std::string json(std::string_view text) { return "\"" + std::string{text} + "\""; }

// The string member of this name in a response, from the `nth` on that there is.
std::string member(std::string const& body, std::string_view name) {
  std::string const key = json(name) + ":\"";
  std::size_t const begin = body.find(key) + key.size();
  return body.substr(begin, body.find('"', begin) - begin);
}

class Bench {
 public:
  explicit Bench(std::size_t count) : count_(count), service_([this] { return now_; }, objects_, options(count)) {
    if (!service_.add_datastore("given", {{"a", "{\"resourceType\":\"Patient\",\"id\":\"1\"}\n"}}) ||
        !service_.open_journal(journal_) || !objects_.put("bucket", "in/a.ndjson", patient) ||
        !objects_.put("bucket", "in/a.csv", "a,b"))
      std::abort();
  }

  void fill() {
    make_datastores(count_ / 2);
    for (std::size_t i = 0; i < count_ / 2; ++i) {
      auto const& id = datastores_[i];
      do_it("TagResource", "{\"ResourceARN\":" + arn(id) + ",\"Tags\":[{\"Key\":\"k\",\"Value\":\"v\"}]}");
      if (i % 2 == 0) do_it("DeleteFHIRDatastore", "{\"DatastoreId\":" + json(id) + "}");
    }
    make_profiles();
    make_jobs(count_ / 2);
    // These are over; the rest goes on.
    now_ = now_ + Milliseconds{3'600'000};
    make_datastores(count_ / 2);
    for (auto const& id : profiles_) conversations_.push_back(member(talk(id, ""), "ConversationId"));
    make_jobs(count_ / 2);
    service_.settle();
  }

  void count_all() {
    CALLGRIND_START_INSTRUMENTATION;
    std::string const datastore = json(datastores_[1]);
    std::string const another = json(datastores_[3]);
    std::string const store = "{\"DatastoreId\":" + datastore;
    std::string const filters = ",\"JobName\":\"none\",\"JobStatus\":\"FAILED\",\"MaxResults\":10}";
    measure("CreateFHIRDatastore", create_datastore("measured"));
    measure("CreateFHIRDatastore", create_datastore("t0"), "its token again");
    measure("DescribeFHIRDatastore", store + "}");
    measure("ListFHIRDatastores", "{\"MaxResults\":10}");
    measure("UpdateFHIRDatastore", store + ",\"DatastoreName\":\"new\"}");
    measure("RestoreFHIRDatastore", "{\"SourceDatastoreId\":" + another +
                                        ",\"RestoreConfiguration\":{\"ContinuousBackupRestoreConfiguration\":{}}}");
    measure("DeleteFHIRDatastore", "{\"DatastoreId\":" + json(datastores_[5]) + "}");
    std::string const resource = "{\"ResourceARN\":" + arn(datastores_[7]);
    measure("TagResource", resource + ",\"Tags\":[{\"Key\":\"a\",\"Value\":\"v\"}]}");
    measure("ListTagsForResource", resource + "}");
    measure("UntagResource", resource + ",\"TagKeys\":[\"a\"]}");
    for (std::string const kind : {"Export", "Import"}) {
      measure("StartFHIR" + kind + "Job", start_fhir(kind, "measured"));
      measure("StartFHIR" + kind + "Job", start_fhir(kind, "t0"), "its token again");
      measure("DescribeFHIR" + kind + "Job",
              "{\"DatastoreId\":\"given\",\"JobId\":" + json(job_[kind == "Import"]) + "}");
      measure("ListFHIR" + kind + "Jobs", "{\"DatastoreId\":\"given\",\"MaxResults\":10}");
      measure("ListFHIR" + kind + "Jobs", "{\"DatastoreId\":\"given\",\"SubmittedAfter\":4e9}", "of the future");
    }
    measure("StartDataTransformationJob", start_transformation("measured"));
    measure("DescribeDataTransformationJob", "{\"JobId\":" + json(job_[2]) + "}");
    measure("ListDataTransformationJobs", "{\"MaxResults\":10}");
    std::string const profile = "{\"ProfileId\":" + json(profiles_[1]);
    measure("CreateDataTransformationProfile", create_profile("measured"));
    measure("UpdateDataTransformationProfile", profile + ",\"ProfileMapping\":{\"a\":\"b\"}}");
    measure("PublishDataTransformationProfile", profile + ",\"SourceFormat\":\"CSV\"}");
    measure("GetDataTransformationProfile", profile + "}");
    measure("ListDataTransformationProfiles", "{\"SourceFormat\":\"CSV\",\"MaxResults\":10}");
    measure("ListDataTransformationProfileVersions", profile + "}");
    measure("DeleteDataTransformationProfile", "{\"ProfileId\":" + json(profiles_[3]) + "}");
    count("UpdateProfileWithAgent", [&] { talk(profiles_[1], conversations_[1]); });
    settle_one();
  }

 private:
  static constexpr std::string_view patient = "{\"resourceType\":\"Patient\",\"id\":\"1\"}\n";

  static LocalOptions options(std::size_t count) {
    LocalOptions options{.seed = 1, .submitted_time = {10}, .running_time = {1'000}, .max_concurrent_jobs = count * 2};
    options.transition_time = {1'000};
    options.max_examined_per_page = 20;
    options.max_datastores = count * 2;
    options.max_profiles = count * 2;
    return options;
  }

  static std::string token(std::string_view text) { return "\"ClientToken\":" + json(text); }
  static std::string arn(std::string const& id) {
    return json("arn:aws:healthlake:us-east-1:123456789012:datastore/fhir/" + id);
  }
  static std::string create_datastore(std::string const& name) {
    return "{\"DatastoreTypeVersion\":\"R4\",\"BackupConfiguration\":{}," + token(name) + "}";
  }
  static std::string create_profile(std::string const& name) {
    return R"({"SourceFormat":"CSV","ProfileName":"p","Source":{"ProfileMapping":{"ProfileMapping":{"a":"b"}}},)" +
           token(name) + "}";
  }
  static std::string start_fhir(std::string const& kind, std::string const& name) {
    std::string const place = R"({"S3Configuration":{"S3Uri":"s3://bucket/out","KmsKeyId":"alias/key"}})";
    std::string const configs = kind == "Export"
                                    ? "\"OutputDataConfig\":" + place
                                    : R"("InputDataConfig":{"S3Uri":"s3://bucket/in"},"JobOutputDataConfig":)" + place;
    return "{" + configs + R"(,"DatastoreId":"given","DataAccessRoleArn":"arn:aws:iam::123456789012:role/service",)" +
           token(name) + "}";
  }
  [[nodiscard]] std::string start_transformation(std::string const& name) const {
    return R"({"InputDataConfig":{"S3Uri":"s3://bucket/in"},"OutputDataConfig":{"S3Configuration":{)"
           R"("S3Uri":"s3://bucket/made","KmsKeyId":"alias/key"}},"DataAccessRoleArn":)"
           R"("arn:aws:iam::123456789012:role/service","ProfileId":)" +
           json(profiles_[1]) + "," + token(name) + "}";
  }
  std::string talk(std::string const& profile, std::string const& conversation) {
    return do_it("UpdateProfileWithAgent",
                 "{\"ProfileId\":" + json(profile) +
                     R"(,"SourceFormat":"CSV","InputMessage":{"Body":"hello","Type":"normal"})" +
                     (conversation.empty() ? "" : ",\"ConversationId\":" + json(conversation)) + "}");
  }

  void make_datastores(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      datastores_.push_back(member(
          do_it("CreateFHIRDatastore", create_datastore("t" + std::to_string(datastores_.size()))), "DatastoreId"));
    if (datastores_.size() == count) now_ = now_ + Milliseconds{2'000};
  }
  void make_profiles() {
    for (std::size_t i = 0; i < count_; ++i) {
      auto const profile =
          member(do_it("CreateDataTransformationProfile", create_profile("t" + std::to_string(i))), "ProfileId");
      do_it("PublishDataTransformationProfile", "{\"ProfileId\":" + json(profile) + ",\"SourceFormat\":\"CSV\"}");
      profiles_.push_back(profile);
    }
    for (std::size_t i = 0; i < count_; i += 2)
      do_it("DeleteDataTransformationProfile", "{\"ProfileId\":" + json(profiles_[i]) + "}");
    for (std::size_t i = 0; i < count_; i += 2) profiles_[i] = profiles_[i + 1];
  }
  void make_jobs(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      std::string const name = "t" + std::to_string(jobs_++);
      job_[0] = member(do_it("StartFHIRExportJob", start_fhir("Export", name)), "JobId");
      job_[1] = member(do_it("StartFHIRImportJob", start_fhir("Import", name)), "JobId");
      job_[2] = member(do_it("StartDataTransformationJob", start_transformation(name)), "JobId");
      now_ = now_ + Milliseconds{i + 1 == count ? 20 : 0};
    }
  }

  // The ends of one job of each family, and of what a data store is going through.
  void settle_one() {
    now_ = now_ + day;
    service_.settle();
    std::string const id = member(do_it("CreateFHIRDatastore", create_datastore("last")), "DatastoreId");
    for (std::string const kind : {"Export", "Import"}) do_it("StartFHIR" + kind + "Job", start_fhir(kind, "last"));
    do_it("StartDataTransformationJob", start_transformation("last"));
    now_ = now_ + Milliseconds{5'000};
    count("settling", [&] { service_.settle(); });
  }

  std::string do_it(std::string_view operation, std::string const& body) {
    HttpRequest request{.method = "POST", .authority = "localhost", .target = "/", .body = body};
    request.headers.add("X-Amz-Target", std::string{healthlake_service.target_prefix} + "." + std::string{operation});
    request.headers.add("Content-Type", std::string{aws_json_content_type});
    HttpReply const reply = service_.send(request);
    if (reply && reply->status == 200) return reply->body;
    std::fprintf(stderr, "%s is refused: %s\n", std::string{operation}.c_str(), reply ? reply->body.c_str() : "");
    std::exit(1);
  }

  template <class Work>
  static void count(std::string const& name, Work work) {
    CALLGRIND_ZERO_STATS;
    work();
    CALLGRIND_DUMP_STATS_AT(name.c_str());
  }
  void measure(std::string const& operation, std::string const& body, std::string_view what = {}) {
    count(operation + (what.empty() ? "" : ", ") + std::string{what}, [&] { do_it(operation, body); });
  }

  std::size_t count_;
  Timestamp now_ = Timestamp::from_seconds(1'786'145'687);
  MemoryStore objects_;
  NoJournal journal_;
  LocalHealthLake service_;
  std::vector<std::string> datastores_;
  std::vector<std::string> profiles_;
  std::vector<std::string> conversations_;
  std::size_t jobs_ = 0;
  // The last job of each family.
  std::string job_[3];
};

}  // namespace

int main(int argc, char** argv) {
  std::size_t count = 0;
  std::string_view const text = argc == 2 ? argv[1] : "";
  if (std::from_chars(text.data(), text.data() + text.size(), count).ptr != text.data() + text.size() || count < 20) {
    std::fprintf(stderr, "usage: flatness COUNT, at least 20\n");
    return 2;
  }
  Bench bench{count};
  bench.fill();
  bench.count_all();
  return 0;
}

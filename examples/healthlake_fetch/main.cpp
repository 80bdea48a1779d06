// healthlake-fetch: downloads the results of an export job that has completed, and reads them as NDJSON.
//
//   healthlake-fetch DATASTORE-ID JOB-ID DIRECTORY
//
// The files of a job are in a folder of its own: DIRECTORY/<DatastoreId>-FHIR_EXPORT-<JobId>/Patient/...
//
// Credentials and the region are those that the AWS command line would find (environment, profile of AWS_PROFILE,
// container, instance). Endpoints are AWS's, or those of AWS_ENDPOINT_URL_HEALTHLAKE and AWS_ENDPOINT_URL_S3, and of no
// other setting. HEALTHLAKE_FETCH_PAGE_SIZE: fewer than 1,000 objects per page.
//
// Exit status: 0 everything was downloaded, and every line is a resource; 1 not everything; 2 nothing was sent to
// HealthLake or S3: an invalid command line or setting, or no credentials.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "common/environment.hpp"
#include "common/remembering_signer.hpp"
#include "common/secrets.hpp"
#include "common/strict_curl.hpp"
#include "healthlake/credentials/default_chain.hpp"
#include "healthlake/credentials/system.hpp"
#include "healthlake/healthlake.hpp"
#include "healthlake/json/ndjson.hpp"
#include "healthlake/model/export_prefix.hpp"
#include "healthlake/text/text.hpp"
#include "keys.hpp"
#include "output.hpp"
#include "s3.hpp"

namespace {

using namespace healthlake;
using namespace healthlake_examples;
using namespace healthlake_fetch;

// A list that never ends has to end.
constexpr std::size_t max_objects = 1'000'000;
// Resource types that are counted by name; FHIR R4 has about 150.
constexpr std::size_t max_types = 200;
// Signatures that are kept to be removed from what is printed: those of the last requests, attempts included.
constexpr std::size_t max_signatures = 16;

// All output goes through here: what it quotes of a peer may repeat a secret.
void print(Secrets& secrets, std::FILE* file, std::string const& line) {
  std::fprintf(file, "%s\n", secrets.cleaned(line).c_str());
}

int fail(Secrets& secrets, std::string const& what, int status = 1) {
  print(secrets, stderr, "healthlake-fetch: " + what);
  return status;
}

// Where HealthLake is, and how to reach S3; or what is wrong with the settings.
struct Place {
  Endpoint healthlake{};
  S3Options s3{};
};
Result<Place, std::string> configured_place() {
  Place place;
  auto& region = place.s3.region;
  region = given_region({}).value;
  if (region.empty()) {
    ThisSystem system;
    auto const settings = profile_settings(system, {});
    if (!settings) return Unexpected{to_string(settings.error().error)};
    region = settings->region;
  }
  if (region.empty()) return Unexpected{std::string{"no region: set AWS_REGION, or `region` in the profile"}};
  auto healthlake = resolve_endpoint({.region = region, .endpoint = variable("AWS_ENDPOINT_URL_HEALTHLAKE")});
  if (!healthlake) return Unexpected{to_string(healthlake.error())};
  place.healthlake = *std::move(healthlake);
  place.s3.endpoint = variable("AWS_ENDPOINT_URL_S3");
  if (auto const s3 = resolve_endpoint({.region = region, .endpoint = place.s3.endpoint}); !s3)
    return Unexpected{"AWS_ENDPOINT_URL_S3: " + to_string(s3.error())};
  if (auto const size = variable("HEALTHLAKE_FETCH_PAGE_SIZE"); !size.empty())
    place.s3.page_size = std::atoi(size.c_str());
  return place;
}

// The job, provided that its results are complete.
Result<ExportJobProperties, std::string> completed_job(DescribeFHIRExportJobRequest const& request, Place const& place,
                                                       Keys& keys, SystemRuntime& runtime, Secrets& secrets) {
  CurlTransport transport{strict_curl_options()};
  RememberingSigner signer{.secrets = secrets};
  Client client{transport, signer, runtime, {.region = place.s3.region, .endpoint = place.healthlake}, keys};
  auto described = client.describe_fhir_export_job(request);
  // The client has reported it to the keys, so that there may be others.
  if (!described && refused_credentials(described.error())) described = client.describe_fhir_export_job(request);
  if (!described) return Unexpected{to_string(described.error())};
  ExportJobProperties& job = described->output.export_job_properties;
  if (job.job_status != JobStatus::completed && job.job_status != JobStatus::completed_with_errors)
    return Unexpected{"the job is not complete: its status is " + printable(job.job_status.text())};
  return std::move(job);
}

// Counts the resources of each type; types beyond max_types together, since the types are the peer's.
class Types {
 public:
  void add(std::string const& type) {
    if (auto const known = counts_.find(type); known != counts_.end()) ++known->second;
    else if (counts_.size() < max_types) counts_.emplace(type, 1);
    else ++others_;
  }

  // `, 12 Observation, 3 Patient`
  [[nodiscard]] std::string summary() const {
    std::string text;
    for (auto const& [type, count] : counts_) append(text, {", ", Decimal{count}, " ", type});
    if (others_ != 0) append(text, {", ", Decimal{others_}, " of other types"});
    return text;
  }

 private:
  std::map<std::string, std::size_t> counts_;
  std::size_t others_ = 0;
};

// Downloads one object, and reads its lines on the way.
Result<std::string, std::string> fetch(S3& s3, S3Object const& object, std::string const& name,
                                       OutputDirectory& directory, Secrets& secrets) {
  Types types;
  std::size_t faults = 0;
  auto const visit = [&](Result<NdjsonRecord, NdjsonFault> const& line) {
    if (line) types.add(line->resource_type);
    else if (++faults <= 10) print(secrets, stderr, printable(name) + ": " + to_string(line.error()));
  };
  NdjsonReader reader;
  if (auto begun = directory.begin(); !begun) return Unexpected{std::move(begun).error()};
  for (std::uint64_t offset = 0; offset < object.size;) {
    auto const part = s3.read(object, offset);
    if (!part) return Unexpected{part.error()};
    if (auto written = directory.write(*part); !written) return Unexpected{std::move(written).error()};
    reader.feed(*part, visit);
    offset += part->size();
  }
  reader.finish(visit);
  if (auto finished = directory.finish(name); !finished) return Unexpected{std::move(finished).error()};
  if (faults != 0) return Unexpected{concat({Decimal{faults}, " lines are not resources"})};
  return concat({Decimal{object.size}, " bytes", types.summary()});
}

int fetch_all(S3& s3, std::string const& prefix, OutputDirectory& directory, Secrets& secrets) {
  // The last folder of the prefix is the job's own: its ids are in the name. Without it, two jobs would have the same
  // names. The prefix ends with a slash.
  std::size_t const kept = prefix.rfind('/', prefix.size() - 2) + 1;
  std::size_t objects = 0;
  std::size_t failures = 0;
  std::string token;
  do {
    auto page = s3.list(prefix, token);
    if (!page) return fail(secrets, page.error());
    for (auto const& object : page->objects) {
      if (++objects > max_objects) return fail(secrets, "the list has more than 1,000,000 objects");
      std::string const name = object.key.substr(kept);
      // The console of S3 makes an empty object for a folder.
      if (object.size == 0 && name.ends_with('/')) continue;
      std::string_view const fault = name_fault(name);
      auto const done = fault.empty() ? fetch(s3, object, name, directory, secrets)
                                      : Unexpected{"not downloaded, since its name is not safe: " + std::string{fault}};
      if (done) print(secrets, stdout, printable(name) + ": " + *done);
      else ++failures, fail(secrets, printable(name) + ": " + done.error());
    }
    token = std::move(page->next);
  } while (!token.empty());
  if (objects == 0) return fail(secrets, "there are no results below " + printable(prefix));
  if (failures != 0) return fail(secrets, concat({Decimal{failures}, " of ", Decimal{objects}, " files failed"}));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  constexpr char const* usage = "usage: healthlake-fetch DATASTORE-ID JOB-ID DIRECTORY\n";
  if (argc == 2 && std::string_view{argv[1]} == "--help") return std::fputs(usage, stdout), 0;
  if (argc != 4) return std::fputs(usage, stderr), 2;
  // libcurl would write the keys of every connection to this file.
  unsetenv("SSLKEYLOGFILE");
  Secrets secrets{max_signatures};
  add_secrets_of_environment(secrets);
  auto place = configured_place();
  if (!place) return fail(secrets, place.error(), 2);

  SystemRuntime runtime;
  Keys keys{place->s3.region, runtime, secrets,
            [&](std::string const& text) { print(secrets, stderr, "healthlake-fetch: warning: " + text); }};
  if (auto const found = keys.get(); !found) return fail(secrets, to_string(found.error()), 2);
  auto const job = completed_job({.datastore_id = argv[1], .job_id = argv[2]}, *place, keys, runtime, secrets);
  if (!job) return fail(secrets, job.error());
  auto const results = export_prefix(*job);
  if (!results) return fail(secrets, to_string(results.error()));
  print(secrets, stdout, concat({"results are below s3://", results->bucket, "/", printable(results->key)}));
  auto s3 = S3::open(std::move(place->s3), results->bucket, keys, runtime, secrets);
  if (!s3) return fail(secrets, s3.error());
  auto directory = OutputDirectory::open(argv[3]);
  if (!directory) return fail(secrets, directory.error());
  return fetch_all(*s3, results->key, *directory, secrets);
}

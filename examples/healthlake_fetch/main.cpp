// healthlake-fetch: downloads the results of an export job that has completed, and reads them as NDJSON.
//
//   healthlake-fetch DATASTORE-ID JOB-ID DIRECTORY
//
// Environment: AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN; AWS_ENDPOINT_URL_HEALTHLAKE and
// AWS_ENDPOINT_URL_S3 for other servers than AWS's; HEALTHLAKE_FETCH_PAGE_SIZE for fewer than 1,000 objects per page.
// Exit status: 0 everything was downloaded, and every line is a resource; 1 not everything; 2 usage.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>

#include "healthlake/healthlake.hpp"
#include "healthlake/json/ndjson.hpp"
#include "healthlake/model/export_prefix.hpp"
#include "healthlake/sign/environment.hpp"
#include "healthlake/text/text.hpp"
#include "output.hpp"
#include "s3.hpp"

namespace {

using namespace healthlake;
using namespace healthlake_fetch;

// A list that never ends has to end.
constexpr std::size_t max_objects = 1'000'000;

int fail(std::string const& what, int status = 1) {
  std::fprintf(stderr, "healthlake-fetch: %s\n", what.c_str());
  return status;
}

std::string variable(char const* name) {
  char const* const value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string{value};
}

// The job, provided that its results are complete.
Result<ExportJobProperties, std::string> completed_job(std::string datastore_id, std::string job_id,
                                                       S3Options const& options, SystemRuntime& runtime) {
  auto const endpoint =
      resolve_endpoint({.region = options.region, .endpoint = variable("AWS_ENDPOINT_URL_HEALTHLAKE")});
  if (!endpoint) return Unexpected{to_string(endpoint.error())};
  CurlTransport transport;
  SigV4<OpensslSha256> signer;
  ClientOptions const settings{.region = options.region, .credentials = options.credentials, .endpoint = *endpoint};
  Client client{transport, signer, runtime, settings};
  auto described =
      client.describe_fhir_export_job({.datastore_id = std::move(datastore_id), .job_id = std::move(job_id)});
  if (!described) return Unexpected{to_string(described.error())};
  ExportJobProperties& job = described->output.export_job_properties;
  if (job.job_status != JobStatus::completed && job.job_status != JobStatus::completed_with_errors)
    return Unexpected{"the job is not complete: its status is " + printable(job.job_status.text())};
  return std::move(job);
}

// Downloads one object, and reads its lines on the way.
Result<std::string, std::string> fetch(S3& s3, S3Object const& object, std::string const& name,
                                       OutputDirectory& directory) {
  std::map<std::string, std::size_t> resources;
  std::size_t faults = 0;
  auto const visit = [&](Result<NdjsonRecord, NdjsonFault> const& line) {
    if (line) ++resources[line->resource_type];
    else if (++faults <= 10) std::fprintf(stderr, "%s: %s\n", printable(name).c_str(), to_string(line.error()).c_str());
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
  std::string summary = concat({Decimal{object.size}, " bytes"});
  for (auto const& [type, count] : resources) append(summary, {", ", Decimal{count}, " ", type});
  return summary;
}

int fetch_all(S3& s3, std::string const& prefix, OutputDirectory& directory) {
  std::size_t objects = 0;
  std::size_t failures = 0;
  std::string token;
  do {
    auto page = s3.list(prefix, token);
    if (!page) return fail(page.error());
    for (auto const& object : page->objects) {
      if (++objects > max_objects) return fail("the list has more than 1,000,000 objects");
      std::string const name = object.key.substr(prefix.size());
      // The console of S3 makes an empty object for a folder.
      if (object.size == 0 && (name.empty() || name.ends_with('/'))) continue;
      std::string_view const fault = name_fault(name);
      auto const done = fault.empty() ? fetch(s3, object, name, directory)
                                      : Unexpected{"not downloaded, since its name is not safe: " + std::string{fault}};
      if (done) std::printf("%s: %s\n", printable(name).c_str(), done->c_str());
      else ++failures, fail(printable(name) + ": " + done.error());
    }
    token = std::move(page->next);
  } while (!token.empty());
  if (objects == 0) return fail("there are no results below " + printable(prefix));
  if (failures != 0) return fail(concat({Decimal{failures}, " of ", Decimal{objects}, " files failed"}));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return std::fputs("usage: healthlake-fetch DATASTORE-ID JOB-ID DIRECTORY\n", stderr), 2;
  auto const credentials = credentials_from_environment();
  if (!credentials) return fail(to_string(credentials.error()), 2);
  S3Options options{
      .region = variable("AWS_REGION"), .credentials = *credentials, .endpoint = variable("AWS_ENDPOINT_URL_S3")};
  if (auto const size = variable("HEALTHLAKE_FETCH_PAGE_SIZE"); !size.empty())
    options.page_size = std::atoi(size.c_str());

  SystemRuntime runtime;
  auto const job = completed_job(argv[1], argv[2], options, runtime);
  if (!job) return fail(job.error());
  auto const results = export_prefix(*job);
  if (!results) return fail(to_string(results.error()));
  std::printf("results are below s3://%s/%s\n", results->bucket.c_str(), printable(results->key).c_str());
  auto s3 = S3::open(std::move(options), results->bucket, runtime);
  if (!s3) return fail(s3.error());
  auto directory = OutputDirectory::open(argv[3]);
  if (!directory) return fail(directory.error());
  return fetch_all(*s3, results->key, *directory);
}

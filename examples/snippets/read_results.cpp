// The results of an export: where they are, and reading them line by line.
#include <map>
#include <string>

#include "healthlake/json/ndjson.hpp"
#include "healthlake/model/export_prefix.hpp"
#include "in_process.hpp"
using namespace healthlake;

int main() {
  InProcess here;
  if (!here.service.add_datastore("c0ffee", {{"Patient",
                                              "{\"resourceType\":\"Patient\",\"id\":\"p1\"}\n"
                                              "{\"resourceType\":\"Patient\",\"id\":\"p2\"}\n"
                                              "{\"resourceType\":\"Group\",\"id\":\"g1\"}\n"}}))
    return 1;
  auto const started = here.client.start_fhir_export_job(
      {.output_data_config = {S3Configuration{"s3://example-bucket/export", "alias/my-key"}},
       .datastore_id = "c0ffee",
       .data_access_role_arn = "arn:aws:iam::123456789012:role/HealthLakeExport"});
  auto const wait = here.client.wait<FHIRExportJobCompleted>(
      {.datastore_id = "c0ffee", .job_id = value_or_exit(started).output.job_id}, {.delay = Milliseconds{5'000}});
  if (wait.end != WaitEnd::success) return 1;

  auto const results = export_prefix(wait.last->output.export_job_properties);
  if (!results) return std::fprintf(stderr, "%s\n", to_string(results.error()).c_str()), 1;
  auto const keys = here.objects.list(results->bucket, results->key);  // with S3: ListObjectsV2
  if (!keys) return 1;

  std::map<std::string, int> resources;
  NdjsonReader reader;
  auto const visit = [&](Result<NdjsonRecord, NdjsonFault> const& line) {
    if (line) ++resources[line->resource_type];
    else std::printf("%s\n", to_string(line.error()).c_str());
  };
  for (auto const& key : *keys) {
    auto const bytes = here.objects.get(results->bucket, key);  // with S3: GetObject
    if (!bytes) return 1;
    constexpr std::size_t piece = 32;  // of any size
    for (std::size_t at = 0; at < bytes->size(); at += piece) reader.feed(bytes->substr(at, piece), visit);
    reader.finish(visit);
  }
  for (auto const& [type, count] : resources) std::printf("%d %s\n", count, type.c_str());
}

// This library as one of the peers that measure.py compares; see there for what a peer reads and answers. Usage:
// ours FOLDER, where FOLDER holds the bodies of the responses.
#include <openssl/opensslv.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <string>

#include "healthlake/healthlake.hpp"
#include "healthlake/runtime/system.hpp"
#include "healthlake/sign/openssl.hpp"

// Counted in tests/bench/allocations.cpp.
extern std::size_t allocations;

namespace {

using namespace healthlake;

std::string const region = "us-east-1";
Credentials const credentials{"AKIAIOSFODNN7EXAMPLE", Secret{"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}, {}};

DescribeFHIRExportJobRequest const describe{.datastore_id = "c0ffee00c0ffee00c0ffee00c0ffee00",
                                            .job_id = "0123456789abcdef0123456789abcdef"};
StartFHIRExportJobRequest const start{
    .job_name = "nightly-export-of-ward-7",
    .output_data_config = {S3Configuration{
        "s3://my-export-bucket/exports/nightly",
        "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"}},
    .datastore_id = describe.datastore_id,
    .data_access_role_arn = "arn:aws:iam::123456789012:role/HealthLakeExportRole"};
ListFHIRExportJobsRequest const list{.datastore_id = describe.datastore_id};

[[noreturn]] void fail(std::string const& what) {
  std::fprintf(stderr, "ours: %s\n", what.c_str());
  std::exit(1);
}

template <class R>
auto const& must(R const& result) {
  if (!result) fail(to_string(result.error()));
  return *result;
}

void must_be(bool good, char const* what) {
  if (!good) fail(std::string{"the answer is not the one expected: "} + what);
}

struct Canned {
  std::string body{};
  bool keep = false;
  HttpRequest last{};

  HttpReply send(HttpRequest const& request) {
    if (keep) last = request;
    return HttpResponse{.status = 200, .headers = {}, .body = body};
  }
};

std::string read(std::string const& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) fail("cannot read " + path);
  return {std::istreambuf_iterator<char>{file}, {}};
}

double cpu_nanoseconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

void measure(std::function<void()> const& work, long iterations) {
  std::size_t const allocated = allocations;
  double const begun = cpu_nanoseconds();
  for (long i = 0; i < iterations; ++i) work();
  double const time = cpu_nanoseconds() - begun;
  double const count = static_cast<double>(iterations);
  std::printf("%.1f %.1f\n", time / count, static_cast<double>(allocations - allocated) / count);
}

std::string header(HttpRequest const& request, char const* name) {
  auto const value = request.headers.find(name);
  return value ? std::string{*value} : "-";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) fail("usage: ours FOLDER");
  Canned transport;
  SigV4<OpensslSha256> signer;
  SystemRuntime runtime;
  ClientOptions const options{.region = region,
                              .credentials = credentials,
                              .endpoint = *resolve_endpoint({.region = region}),
                              .call = {.retry = {.max_attempts = 1}}};
  Client client{transport, signer, runtime, options};
  HttpRequest one_post = must(write_request<DescribeFHIRExportJob>(describe, options.endpoint));

  std::map<std::string, std::function<void()>> const cases{
      {"describe",
       [&] {
         auto const answer = client.describe_fhir_export_job(describe);
         must_be(must(answer).output.export_job_properties.job_status == JobStatus::completed, "describe");
       }},
      {"start",
       [&] {
         auto const answer = client.start_fhir_export_job(start);
         must_be(must(answer).output.job_status == JobStatus::submitted, "start");
       }},
      {"list",
       [&] {
         auto const answer = client.list_fhir_export_jobs(list);
         auto const& jobs = must(answer).output.export_job_properties_list;
         must_be(jobs.size() == 100 && jobs.back().job_status == JobStatus::completed, "list");
       }},
      {"sign", [&] {
         auto const headers = signer.sign(one_post, credentials, {.region = region, .time = runtime.now()});
         for (auto const& [name, value] : must(headers)) one_post.headers.set(name, value);
         if (transport.keep) transport.last = one_post;
       }}};

  for (std::string verb, argument; std::cin >> verb >> argument; std::fflush(stdout)) {
    if (verb == "version") {
      std::printf("g++ " __VERSION__ ", OpenSSL " OPENSSL_VERSION_STR "\n");
      continue;
    }
    transport.keep = verb == "check";
    std::string const& name = transport.keep ? argument : verb;
    auto const found = cases.find(name);
    if (found == cases.end()) fail("there is no case " + name);
    if (name != "sign") transport.body = read(argv[1] + ("/" + name + ".json"));
    if (transport.keep) {
      found->second();
      std::printf("%s\t%s\t%s\n", header(transport.last, "X-Amz-Target").c_str(),
                  header(transport.last, "Authorization").c_str(), transport.last.body.c_str());
    } else {
      measure(found->second, std::stol(argument));
    }
  }
}

// What a call costs and what of it is whose: each part on its own, the whole call over a transport in memory, and in
// the same run the floor (the bare hash work of a signature) and the rivals (nlohmann/json as tokenizer and as DOM).
// The counter "allocs" is heap allocations in one iteration.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <nlohmann/json.hpp>

#include "healthlake/healthlake.hpp"
#include "healthlake/json/nlohmann.hpp"
#include "healthlake/sign/openssl.hpp"

// Counted in allocations.cpp.
extern std::size_t allocations;

namespace {

using namespace healthlake;

constexpr Timestamp now{1'786'145'687'000};

ExportJobProperties job() {
  return {.job_id = "0123456789abcdef0123456789abcdef",
          .job_name = "nightly-export-of-ward-7",
          .job_status = JobStatus::completed,
          .submit_time = {1'786'145'687'250},
          .end_time = Timestamp{1'786'145'999'500},
          .datastore_id = "c0ffee00c0ffee00c0ffee00c0ffee00",
          .output_data_config = {S3Configuration{
              "s3://my-export-bucket/exports/nightly",
              "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"}},
          .data_access_role_arn = "arn:aws:iam::123456789012:role/HealthLakeExportRole",
          .message = "Export job completed"};
}

DescribeFHIRExportJobRequest const describe_input{.datastore_id = "c0ffee00c0ffee00c0ffee00c0ffee00",
                                                  .job_id = "0123456789abcdef0123456789abcdef"};
StartFHIRExportJobRequest const start_input{
    .job_name = "nightly-export-of-ward-7",
    .output_data_config = job().output_data_config,
    .datastore_id = "c0ffee00c0ffee00c0ffee00c0ffee00",
    .data_access_role_arn = "arn:aws:iam::123456789012:role/HealthLakeExportRole"};

std::string describe_body() { return *encode(DescribeFHIRExportJobResponse{job()}); }
std::string list_body(std::size_t jobs) {
  return *encode(ListFHIRExportJobsResponse{.export_job_properties_list = {jobs, job()}});
}

struct Canned {
  HttpResponse response;
  HttpReply send(HttpRequest const& request) {
    benchmark::DoNotOptimize(request.body.data());
    return response;
  }
};

struct StoppedClock {
  Timestamp now() { return ::now; }
  void sleep(Milliseconds) {}
  std::uint64_t operator()() { return state_ += 0x9E3779B97F4A7C15U; }

 private:
  std::uint64_t state_ = 0;
};

ClientOptions options() {
  return {.region = "us-east-1",
          .credentials = {"AKIAIOSFODNN7EXAMPLE", Secret{"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}, {}},
          .endpoint = *resolve_endpoint({.region = "us-east-1"})};
}

// Runs `work` and counts its allocations; it returns whether it did what it should.
template <class Work>
void measure(benchmark::State& state, Work work) {
  std::size_t const before = allocations;
  for (auto _ : state)
    if (!work()) return state.SkipWithError("failed");
  state.counters["allocs"] =
      benchmark::Counter(static_cast<double>(allocations - before), benchmark::Counter::kAvgIterations);
}

template <Operation Op>
void whole_call(benchmark::State& state, std::string body, typename Op::Input const& input) {
  Canned transport{{.status = 200, .body = std::move(body)}};
  SigV4<OpensslSha256> signer;
  StoppedClock runtime;
  Client client{transport, signer, runtime, options()};
  measure(state, [&] { return client.call<Op>(input).has_value(); });
}

void call_describe(benchmark::State& state) {
  whole_call<DescribeFHIRExportJob>(state, describe_body(), describe_input);
}
void call_start(benchmark::State& state) {
  whole_call<StartFHIRExportJob>(state, R"({"JobId":"0123456789abcdef0123456789abcdef","JobStatus":"SUBMITTED"})",
                                 start_input);
}
void call_list(benchmark::State& state) {
  whole_call<ListFHIRExportJobs>(state, list_body(static_cast<std::size_t>(state.range(0))),
                                 {.datastore_id = describe_input.datastore_id});
}
BENCHMARK(call_describe);
BENCHMARK(call_start);
BENCHMARK(call_list)->Arg(100)->Arg(500);

void validate_start(benchmark::State& state) {
  measure(state, [] { return violations(start_input).empty(); });
}
void encode_start(benchmark::State& state) {
  measure(state, [] { return encode(start_input).has_value(); });
}
BENCHMARK(validate_start);
BENCHMARK(encode_start);

void decode_describe(benchmark::State& state) {
  std::string const body = describe_body();
  measure(state, [&] { return decode<DescribeFHIRExportJobResponse>(body).has_value(); });
}
void decode_describe_nlohmann_sax(benchmark::State& state) {
  std::string const body = describe_body();
  DecodeOptions const with_nlohmann{.tokenizer = nlohmann_engine::tokenize};
  measure(state, [&] { return decode<DescribeFHIRExportJobResponse>(body, with_nlohmann).has_value(); });
}
void decode_describe_nlohmann_dom(benchmark::State& state) {
  std::string const body = describe_body();
  measure(state, [&] { return nlohmann::json::parse(body, nullptr, false).is_object(); });
}
BENCHMARK(decode_describe);
BENCHMARK(decode_describe_nlohmann_sax);
BENCHMARK(decode_describe_nlohmann_dom);

void decode_list(benchmark::State& state) {
  std::string const body = list_body(static_cast<std::size_t>(state.range(0)));
  measure(state, [&] { return decode<ListFHIRExportJobsResponse>(body).has_value(); });
}
void decode_list_nlohmann_dom(benchmark::State& state) {
  std::string const body = list_body(static_cast<std::size_t>(state.range(0)));
  measure(state, [&] { return nlohmann::json::parse(body, nullptr, false).is_object(); });
}
BENCHMARK(decode_list)->Arg(100)->Arg(500);
BENCHMARK(decode_list_nlohmann_dom)->Arg(100)->Arg(500);

void decode_error(benchmark::State& state) {
  HttpResponse const response = *write_error(ThrottlingException{.message = "Rate exceeded"}, {.request_id = "r"});
  measure(state, [&] { return read_error(response).retry == RetryKind::throttling; });
}
BENCHMARK(decode_error);

template <class H>
void sign_post(benchmark::State& state) {
  SigV4<H> signer;
  ClientOptions const client = options();
  HttpRequest const request = *write_request<DescribeFHIRExportJob>(describe_input, client.endpoint);
  measure(state, [&] {
    return signer.authorization(request, client.credentials, {.region = "us-east-1", .time = now}).has_value();
  });
}
// The hashing of one signature and nothing else: body, canonical request, and the HMAC of the string to sign.
template <class H>
void sign_post_bare_hashes(benchmark::State& state) {
  H hash;
  ClientOptions const client = options();
  HttpRequest const request = *write_request<DescribeFHIRExportJob>(describe_input, client.endpoint);
  SigV4<H> signer;
  SigningContext const context{.region = "us-east-1", .time = now};
  std::string const canonical = *signer.canonical_request(request, client.credentials, context);
  std::string const to_sign = *signer.string_to_sign(request, client.credentials, context);
  Digest const key{};
  Digest digest{};
  measure(state, [&] {
    bool const good = hash_of(hash, as_bytes(request.body), digest) && hash_of(hash, as_bytes(canonical), digest) &&
                      hmac(hash, Bytes{key}, as_bytes(to_sign), digest);
    benchmark::DoNotOptimize(digest);
    return good;
  });
}
BENCHMARK(sign_post<OpensslSha256>);
BENCHMARK(sign_post_bare_hashes<OpensslSha256>);
BENCHMARK(sign_post<Sha256>);
BENCHMARK(sign_post_bare_hashes<Sha256>);

void waiter_step(benchmark::State& state) {
  HttpReply const reply{HttpResponse{.status = 200, .body = *encode(DescribeFHIRExportJobResponse{[] {
                                                      auto running = job();
                                                      running.job_status = JobStatus::in_progress;
                                                      return running;
                                                    }()})}};
  StoppedClock entropy;
  Session session;
  Timestamp time = now;
  Waiter<FHIRExportJobCompleted> waiter{describe_input,
                                        options().endpoint,
                                        session,
                                        Entropy{entropy},
                                        {},
                                        {.delay = Milliseconds{1}, .max_attempts = 0U}};
  measure(state, [&] {
    bool const sent = std::holds_alternative<Send>(waiter.next(time));
    waiter.receive(reply, time);
    time = time + Milliseconds{1};
    return sent;
  });
}
BENCHMARK(waiter_step);

}  // namespace

BENCHMARK_MAIN();

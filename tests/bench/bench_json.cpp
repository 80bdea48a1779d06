// Text to structs and back: our codec, and in the same run what others take for it. simdjson fills the same structs;
// nlohmann/json once drives our decoder as its tokenizer (SAX), and once builds its own tree (DOM).
#include <nlohmann/json.hpp>

#include "healthlake/json/nlohmann_tokenizer.hpp"
#include "inputs.hpp"
#include "measure.hpp"
#include "simdjson_reader.hpp"

namespace healthlake::bench {
namespace {

std::size_t jobs_of(benchmark::State const& state) { return static_cast<std::size_t>(state.range(0)); }

void validate_start(benchmark::State& state) {
  auto const input = start_input();
  measure(state, [&] { return violations(input).empty(); });
}
void encode_start(benchmark::State& state) {
  auto const input = start_input();
  measure(state, [&] { return encode(input).has_value(); });
}
BENCHMARK(validate_start);
BENCHMARK(encode_start);

template <Shape Output>
void ours(benchmark::State& state, std::string const& body, DecodeOptions const& options = {}) {
  measure(state, [&] {
    auto const decoded = decode<Output>(body, options);
    benchmark::DoNotOptimize(decoded);
    return decoded.has_value();
  });
}

template <Shape Output>
void simdjson(benchmark::State& state, std::string const& body) {
  SimdjsonReader reader{body};
  Output once;
  if (!reader.read(once) || once != decode<Output>(body)->value)
    return state.SkipWithError("simdjson reads something else than our decoder");
  measure(state, [&] {
    Output output;
    bool const good = reader.read(output);
    benchmark::DoNotOptimize(output);
    return good;
  });
}

void nlohmann_dom(benchmark::State& state, std::string const& body) {
  measure(state, [&] { return nlohmann::json::parse(body, nullptr, false).is_object(); });
}

DecodeOptions const with_nlohmann{.tokenizer = nlohmann_tokenizer};

void decode_describe(benchmark::State& state) { ours<DescribeFHIRExportJobResponse>(state, describe_body()); }
void decode_describe_simdjson(benchmark::State& state) {
  simdjson<DescribeFHIRExportJobResponse>(state, describe_body());
}
void decode_describe_nlohmann_sax(benchmark::State& state) {
  ours<DescribeFHIRExportJobResponse>(state, describe_body(), with_nlohmann);
}
void decode_describe_nlohmann_dom(benchmark::State& state) { nlohmann_dom(state, describe_body()); }
BENCHMARK(decode_describe);
BENCHMARK(decode_describe_simdjson);
BENCHMARK(decode_describe_nlohmann_sax);
BENCHMARK(decode_describe_nlohmann_dom);

void decode_list(benchmark::State& state) { ours<ListFHIRExportJobsResponse>(state, list_body(jobs_of(state))); }
void decode_list_simdjson(benchmark::State& state) {
  simdjson<ListFHIRExportJobsResponse>(state, list_body(jobs_of(state)));
}
void decode_list_nlohmann_sax(benchmark::State& state) {
  ours<ListFHIRExportJobsResponse>(state, list_body(jobs_of(state)), with_nlohmann);
}
void decode_list_nlohmann_dom(benchmark::State& state) { nlohmann_dom(state, list_body(jobs_of(state))); }
BENCHMARK(decode_list)->Arg(100)->Arg(500);
BENCHMARK(decode_list_simdjson)->Arg(100)->Arg(500);
BENCHMARK(decode_list_nlohmann_sax)->Arg(100)->Arg(500);
BENCHMARK(decode_list_nlohmann_dom)->Arg(100)->Arg(500);

void decode_error(benchmark::State& state) {
  HttpResponse const response = *write_error(ThrottlingException{.message = "Rate exceeded"}, {.request_id = "r"});
  measure(state, [&] { return read_error(response).retry == RetryKind::throttling; });
}
BENCHMARK(decode_error);

}  // namespace
}  // namespace healthlake::bench

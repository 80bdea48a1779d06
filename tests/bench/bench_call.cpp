// The whole call, validated, signed, sent over a transport in memory and decoded; and one step of a waiter.
#include <variant>

#include "healthlake/sign/openssl.hpp"
#include "inputs.hpp"
#include "measure.hpp"

namespace healthlake::bench {
namespace {

template <Operation Op>
void whole_call(benchmark::State& state, std::string body, typename Op::Input const& input) {
  Canned transport{response(std::move(body))};
  SigV4<OpensslSha256> signer;
  StoppedClock runtime;
  Client client{transport, signer, runtime, options()};
  measure(state, [&] { return client.call<Op>(input).has_value(); });
}

void call_describe(benchmark::State& state) {
  whole_call<DescribeFHIRExportJob>(state, describe_body(), describe_input());
}
void call_start(benchmark::State& state) { whole_call<StartFHIRExportJob>(state, start_body(), start_input()); }
void call_list(benchmark::State& state) {
  whole_call<ListFHIRExportJobs>(state, list_body(static_cast<std::size_t>(state.range(0))),
                                 {.datastore_id = job().datastore_id});
}
BENCHMARK(call_describe);
BENCHMARK(call_start);
BENCHMARK(call_list)->Arg(100)->Arg(500);

// One poll of a running job: the request is written, the answer read, the next wait planned; nothing is signed.
void waiter_step(benchmark::State& state) {
  HttpReply const reply{response(describe_body(JobStatus::in_progress))};
  StoppedClock entropy;
  Session session;
  Timestamp time = now;
  WaitOptions const endless{.delay = Milliseconds{1}, .max_attempts = 0U};
  Waiter<FHIRExportJobCompleted> waiter{describe_input(), options().endpoint, session, Entropy{entropy}, {}, endless};
  measure(state, [&] {
    bool const sent = std::holds_alternative<Send>(waiter.next(time));
    waiter.receive(reply, time);
    time = time + Milliseconds{1};
    return sent;
  });
}
BENCHMARK(waiter_step);

}  // namespace
}  // namespace healthlake::bench

BENCHMARK_MAIN();

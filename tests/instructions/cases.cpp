// The work whose cost tests/instructions/run.sh counts: cases CASE. Only what runs inside `counted` counts.
//
// Each case does its work twice and the second time is counted, so that what is made once and kept (the signing key,
// scratch memory, the allocator's first arena) is no part of it. Input, clock and entropy are fixed. The whole calls
// hash by OpenSSL, whose instructions count.py counts apart.
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "bench/inputs.hpp"
#include "bench/sign_floor.hpp"
#include "healthlake/sign/openssl.hpp"

using namespace healthlake;
namespace inputs = healthlake::bench;

// callgrind counts from the entry of this function to its end (--toggle-collect=counted). Not inlined, and with C's
// linkage, so that the name stays.
extern "C" [[gnu::noinline]] bool counted(bool (*work)(void*), void* state) { return work(state); }

namespace {

template <class Work>
bool run(Work work) {
  auto const erased = [](void* state) { return (*static_cast<Work*>(state))(); };
  return work() && counted(erased, &work);
}

template <Shape Output>
bool decode_case(std::string const& body) {
  return run([&] { return decode<Output>(body).has_value(); });
}

bool encode_start() {
  return run([input = inputs::start_input()] { return encode(input).has_value(); });
}
bool validate_start() {
  return run([input = inputs::start_input()] { return violations(input).empty(); });
}
bool decode_describe() { return decode_case<DescribeFHIRExportJobResponse>(inputs::describe_body()); }
bool decode_list_100() { return decode_case<ListFHIRExportJobsResponse>(inputs::list_body(100)); }

bool decode_error() {
  HttpResponse const response = *write_error(ThrottlingException{.message = "Rate exceeded"}, {.request_id = "r"});
  return run([&] { return read_error(response).retry == RetryKind::throttling; });
}

// Stands in for a SHA-256 that costs nothing, so that what signing does beside hashing shows.
struct NoHash {
  void reset() noexcept { bytes_ = 0; }
  void update(Bytes bytes) noexcept { bytes_ += bytes.size(); }
  [[nodiscard]] bool finish(Digest& digest) noexcept {
    digest.fill(static_cast<std::uint8_t>(bytes_));
    return true;
  }

 private:
  std::size_t bytes_ = 0;
};

template <class H>
bool sign() {
  SigV4<H> signer;
  ClientOptions const client = inputs::options();
  HttpRequest const post = inputs::request();
  return run([&] { return signer.sign(post, client.credentials, inputs::signing_context()).has_value(); });
}

template <class Engine>
bool sign_floor() {
  Engine engine;
  inputs::Messages const all = inputs::messages();
  Digest digest{};
  return run([&] { return inputs::hash_all(engine, all, digest); });
}

template <Operation Op>
bool call_case(std::string body, typename Op::Input const& input) {
  inputs::Canned transport{inputs::response(std::move(body))};
  SigV4<OpensslSha256> signer;
  inputs::StoppedClock runtime;
  Client client{transport, signer, runtime, inputs::options()};
  return run([&] { return client.call<Op>(input).has_value(); });
}
bool call_describe() { return call_case<DescribeFHIRExportJob>(inputs::describe_body(), inputs::describe_input()); }
bool call_start() { return call_case<StartFHIRExportJob>(inputs::start_body(), inputs::start_input()); }

bool waiter_step() {
  HttpReply const reply{inputs::response(inputs::describe_body(JobStatus::in_progress))};
  inputs::StoppedClock entropy;
  Session session;
  Timestamp time = inputs::now;
  WaitOptions const endless{.delay = Milliseconds{1}, .max_attempts = 0U};
  Waiter<FHIRExportJobCompleted> waiter{
      inputs::describe_input(), inputs::options().endpoint, session, Entropy{entropy}, {}, endless};
  return run([&] {
    bool const sent = std::holds_alternative<Send>(waiter.next(time));
    waiter.receive(reply, time);
    time = time + Milliseconds{1};
    return sent;
  });
}

struct Case {
  std::string_view name;
  bool (*run)();
};
constexpr Case cases[] = {{"validate_start", validate_start},
                          {"encode_start", encode_start},
                          {"decode_describe", decode_describe},
                          {"decode_list_100", decode_list_100},
                          {"decode_error", decode_error},
                          {"sign", sign<Sha256>},
                          {"sign_floor", sign_floor<inputs::Portable>},
                          {"sign_openssl", sign<OpensslSha256>},
                          {"sign_openssl_floor", sign_floor<inputs::KeptContext>},
                          {"sign_no_hash", sign<NoHash>},
                          {"call_describe", call_describe},
                          {"call_start", call_start},
                          {"waiter_step", waiter_step}};

}  // namespace

int main(int argc, char** argv) {
  for (Case const& each : cases) {
    if (argc < 2) std::printf("%.*s\n", static_cast<int>(each.name.size()), each.name.data());
    else if (argv[1] == each.name) return each.run() ? 0 : 1;
  }
  // Without an argument the names were asked for.
  return argc < 2 ? 0 : 2;
}

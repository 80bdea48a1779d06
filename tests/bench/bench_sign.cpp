// SigV4 of one POST, and below it the floor: its bare hashes.
#include "healthlake/sign/openssl.hpp"
#include "inputs.hpp"
#include "measure.hpp"
#include "sign_floor.hpp"

namespace healthlake::bench {
namespace {

template <class H>
void sign_post(benchmark::State& state) {
  SigV4<H> signer;
  ClientOptions const client = options();
  HttpRequest const post = request();
  measure(state, [&] {
    auto const headers = signer.sign(post, client.credentials, signing_context());
    benchmark::DoNotOptimize(headers);
    return headers.has_value();
  });
}
BENCHMARK(sign_post<OpensslSha256>);
BENCHMARK(sign_post<Sha256>);

template <class Engine>
void sign_floor(benchmark::State& state) {
  Engine engine;
  Messages const all = messages();
  Digest digest{};
  measure(state, [&] {
    bool const good = hash_all(engine, all, digest);
    benchmark::DoNotOptimize(digest);
    return good;
  });
}
BENCHMARK(sign_floor<KeptContext>);
BENCHMARK(sign_floor<Portable>);

}  // namespace
}  // namespace healthlake::bench

// Fuzzes an HTTP stack, here cpp-httplib, through the Transport concept: the local service's responses, changed by the
// wire mutator, over a loopback socket. Prints what the stack accepted that a strict reader of HTTP/1.1 refuses.
//
//   fuzz-http-stack [SEEDS [FIRST]]
//
// Invariants, for every seed: the stack does not crash; an exchange ends by its deadline; a response that a strict
// reader accepts is either refused or returned with the same status and body.
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/client.hpp"
#include "healthlake/local/local_healthlake.hpp"
#include "healthlake/testing/virtual_runtime.hpp"
#include "healthlake/testing/wire_mutator.hpp"
#include "healthlake/transport/exchange.hpp"
#include "httplib_transport.hpp"
#include "loopback_server.hpp"

namespace {
using namespace healthlake;

// Prepared for each seed, since a signal handler must not format.
char crash_message[64];
extern "C" void on_crash(int signal) {
  static_cast<void>(!write(STDERR_FILENO, crash_message, std::strlen(crash_message)));
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

struct Report {
  unsigned exchanges = 0, same = 0, refused = 0, stricter = 0, late = 0;
  // What was found, how often, and an example.
  std::map<std::string, std::pair<unsigned, std::string>> findings{};
};

// What a strict reader makes of the bytes, and the end of the connection after them.
HttpReply strict_reply(HttpRequest const& request, std::string_view bytes) {
  HttpExchange exchange{request};
  exchange.wrote(exchange.to_write().size());
  exchange.read(bytes);
  exchange.closed();
  return exchange.reply();
}

/// The network between the service and the stack.
template <TimedTransport Stack>
class HostileNetwork {
 public:
  static constexpr std::chrono::milliseconds timeout{300};

  HostileNetwork(LocalHealthLake& service, Stack& stack, Report& report)
      : service_(service), stack_(stack), report_(report) {}

  void begin(std::uint64_t seed) {
    source_ = ByteSource::from_seed(seed);
    seed_ = std::to_string(seed);
    std::snprintf(crash_message, sizeof crash_message, "crashed with seed %s\n", seed_.c_str());
  }

  HttpReply send(HttpRequest const& to_service) {
    WireMutation const mutation =
        mutate_wire(wire_of(*service_.send(to_service)), source_, {.max_bytes = 1 << 17, .max_changes = 1});
    server_.play(
        {.pieces = pieces(mutation.bytes), .pause = source_.one_in(64) ? timeout / 2 : std::chrono::milliseconds{}});
    HttpRequest request = to_service;
    request.scheme = "http";
    request.authority = server_.authority();
    auto const begin = std::chrono::steady_clock::now();
    HttpReply reply = stack_.send(request, {.timeout = Milliseconds{timeout.count()}});
    bool const late = std::chrono::steady_clock::now() - begin > 2 * timeout;
    server_.wait();
    compare(reply, strict_reply(request, mutation.bytes), late, mutation);
    return reply;
  }

 private:
  std::vector<std::string> pieces(std::string_view bytes) {
    std::vector<std::string> pieces;
    while (!bytes.empty()) {
      std::size_t const size = pieces.size() == 4 ? bytes.size() : source_.below(bytes.size()) + 1;
      pieces.emplace_back(bytes.substr(0, size));
      bytes.remove_prefix(size);
    }
    return pieces;
  }

  void compare(HttpReply const& reply, HttpReply const& strict, bool late, WireMutation const& mutation) {
    ++report_.exchanges;
    if (late) ++report_.late;
    if (!reply) return void(++(strict ? report_.stricter : report_.refused));
    if (!strict) return found("accepted although " + strict.error().message, mutation);
    if (reply->status == strict->status && reply->body == strict->body) return void(++report_.same);
    found("another response than the one sent: " + std::string{to_string(mutation.notes.back().change)}, mutation);
  }
  void found(std::string const& what, WireMutation const& mutation) {
    auto& [count, example] = report_.findings[what];
    if (count++ == 0) example = "seed " + seed_ + ": " + to_string(mutation.notes);
  }

  LocalHealthLake& service_;
  Stack& stack_;
  Report& report_;
  LoopbackServer server_{};
  std::string seed_{};
  ByteSource source_ = ByteSource::from_seed(0);
};
}  // namespace

int main(int argc, char** argv) {
  std::uint64_t const seeds = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 300;
  std::uint64_t const first = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 0;
  for (int const signal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE}) std::signal(signal, &on_crash);

  VirtualRuntime runtime;
  MemoryStore objects;
  LocalHealthLake service{[&runtime] { return runtime.now(); }, objects};
  std::string const datastore = "0123456789abcdef0123456789abcdef";
  if (!service.add_datastore(datastore, {{"Patient", R"({"resourceType":"Patient","id":"p1"})"}})) return 1;
  loops::HttplibTransport stack;
  Report report;
  HostileNetwork network{service, stack, report};
  NoSigner signer;
  Client client{network, signer, runtime, {.region = "us-east-1"}};
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    network.begin(seed);
    if (seed % 2 == 0) static_cast<void>(client.list_fhir_export_jobs({.datastore_id = datastore}));
    else static_cast<void>(client.describe_fhir_datastore({.datastore_id = datastore}));
  }

  std::printf("%u exchanges: %u accepted by both, %u refused by both, %u refused by the stack alone\n",
              report.exchanges, report.same, report.refused, report.stricter);
  std::printf("%u ended later than they may\n", report.late);
  for (auto const& [what, found] : report.findings)
    std::printf("%u times %s\n  %s\n", found.first, what.c_str(), found.second.c_str());
}

// Changes a response in a few ways, and shows what a strict reader makes of each.
#include <cstdio>
#include <string>

#include "healthlake/testing/wire_mutator.hpp"
#include "healthlake/transport/exchange.hpp"
using namespace healthlake;

int main() {
  HttpResponse response{.status = 200, .body = R"({"JobId":"j1","Count":12})"};
  response.headers.add("Content-Type", "application/x-amz-json-1.0");
  std::string const message = wire_of(response);

  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    auto source = ByteSource::from_seed(seed);
    WireMutation const mutation = mutate_wire(message, source, {.max_changes = 1});
    HttpExchange exchange{{.authority = "h"}};
    exchange.wrote(exchange.to_write().size());
    exchange.read(mutation.bytes);
    exchange.closed();
    HttpReply const reply = exchange.reply();
    std::string const read = reply ? std::to_string(reply->status) + " " + reply->body : reply.error().message;
    std::printf("%s\n  %s\n", to_string(mutation.notes).c_str(), read.c_str());
  }

  // A connection that ends at every byte.
  std::size_t whole = 0;
  for (std::size_t size = 0; size < message.size(); ++size) {
    HttpExchange exchange{{.authority = "h"}};
    exchange.wrote(exchange.to_write().size());
    exchange.read(truncate_wire(message, size).bytes);
    exchange.closed();
    if (exchange.reply()) ++whole;
  }
  std::printf("%zu of %zu cut responses were taken for whole\n", whole, message.size());
}

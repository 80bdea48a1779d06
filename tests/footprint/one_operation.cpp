// A program that calls one operation, for check.py: what is linked into it?
#include <cstdlib>

#include "healthlake/healthlake.hpp"

using namespace healthlake;

namespace {

struct Nowhere {
  HttpReply send(HttpRequest const&) { return Unexpected{TransportError{}}; }
};

struct NoTime {
  Timestamp now() { return {}; }
  void sleep(Milliseconds) {}
  std::uint64_t random() { return 0; }
};

}  // namespace

int main() {
  Nowhere transport;
  NoSigner signer;
  NoTime runtime;
  Client client{transport, signer, runtime, {}};
  return client.describe_fhir_export_job({.datastore_id = "a", .job_id = "b"}) ? EXIT_SUCCESS : EXIT_FAILURE;
}

// Invariants of examples/loops/export.hpp: the time of a run is what passes while it runs, whatever the clock is set
// to; whatever was under way when it is up, the export has timed out. And of run.hpp: what is looked up for an
// endpoint.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "export.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "run.hpp"
#include "tests/support/virtual_time.hpp"

using namespace healthlake;
using virtual_time::noon;
using virtual_time::seconds;

namespace {

struct Fixture {
  virtual_time::Runtime runtime = virtual_time::without_jitter();
  loops::Common common{.datastore_id = "c0ffee00c0ffee00c0ffee00c0ffee00",
                       .endpoint = virtual_time::endpoint(),
                       .credentials = {"AKIDEXAMPLE", Secret{"secret"}, {}},
                       .left = seconds(10),
                       .seen = noon};
  loops::Export one{common, Entropy{runtime}, "token-000"};

  // The time that the request may take; nullopt if there is none.
  std::optional<Milliseconds> time_of_send(Timestamp now) {
    auto const ask = one.next(now);
    if (!ask || !std::holds_alternative<Send>(*ask)) return std::nullopt;
    return std::get<Send>(*ask).timeout;
  }
};

}  // namespace

TEST_CASE("a clock that is set back adds nothing to the time of the run") {
  Fixture f;
  CHECK(f.time_of_send(noon) == seconds(10));
  CHECK(f.time_of_send(noon + seconds(9)) == seconds(1));
  Timestamp const before = noon - seconds(3'600);
  f.one.receive(virtual_time::started(), before);
  CHECK(f.time_of_send(before) == seconds(1));
  CHECK_FALSE(f.one.next(before + seconds(1)));
  CHECK(f.one.end() == loops::End::timed_out);
}

TEST_CASE("a device that learns the date has lost no time") {
  Fixture f;
  f.common.seen = Timestamp{};
  CHECK(f.time_of_send(Timestamp{}) == seconds(10));
  CHECK(f.time_of_send(Timestamp{} + seconds(2)) == seconds(8));
  f.one.receive(virtual_time::started(), noon);
  CHECK(f.time_of_send(noon) == seconds(8));
}

TEST_CASE("an export whose last attempt ends with the time of the run has timed out") {
  Fixture f;
  Timestamp now = noon;
  int sends = 0;
  while (auto const ask = f.one.next(now)) {
    if (auto const* wait = std::get_if<Wait>(&*ask)) {
      now = wait->until;
    } else if (++sends < 8) {
      f.one.receive(virtual_time::service_error(503, "X"), now);
    } else {
      now = now + *std::get<Send>(*ask).timeout;
      f.one.receive(virtual_time::transport_error(TransportReason::read_timeout), now);
    }
  }
  CHECK(sends == 8);
  CHECK(f.one.end() == loops::End::timed_out);
  CHECK(now == noon + seconds(10));
}

TEST_CASE("a call that fails while there is time has failed") {
  Fixture f;
  CHECK(f.time_of_send(noon));
  f.one.receive(virtual_time::service_error(400, "AccessDeniedException"), noon + seconds(9));
  CHECK_FALSE(f.one.next(noon + seconds(9)));
  CHECK(f.one.end() == loops::End::call_failed);
}

TEST_CASE("what is looked up for an endpoint") {
  struct Case {
    Endpoint endpoint;
    char const* name;
    char const* port;
  };
  for (auto const& [endpoint, name, port] :
       {Case{{.scheme = "http", .authority = "localhost"}, "localhost", "80"},
        Case{{.scheme = "https", .authority = "a.example"}, "a.example", "443"},
        Case{{.scheme = "http", .authority = "127.0.0.1:8080"}, "127.0.0.1", "8080"},
        Case{{.scheme = "http", .authority = "[::1]:8080"}, "::1", "8080"},
        Case{{.scheme = "https", .authority = "[::1]"}, "::1", "443"}}) {
    auto const host = loops::host_of(endpoint);
    CHECK(host.name == name);
    CHECK(host.port == port);
  }
}

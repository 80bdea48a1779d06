#include <doctest/doctest.h>

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

#include "../support/conformance.hpp"
#include "healthlake/model/all.hpp"
#include "healthlake/model/waiter.hpp"

using namespace healthlake;

namespace {
// Compares one waiter with the model, and notes that it was.
template <WaiterShape W>
void compare(nlohmann::json const& waiters, std::set<std::string>& compared) {
  std::string const name{W::name};
  CAPTURE(name);
  REQUIRE(waiters.contains(name));
  auto const& expected = waiters.at(name);
  CHECK(W::Operation::name == expected.at("operation").get<std::string>());
  CHECK(Milliseconds{W::delay}.count == expected.at("delay").get<std::int64_t>() * 1000);
  CHECK(W::max_attempts == expected.at("maxAttempts").get<unsigned>());
  auto const& acceptors = expected.at("acceptors");
  REQUIRE(W::acceptors.size() == acceptors.size());
  for (std::size_t i = 0; i < acceptors.size(); ++i) {
    CAPTURE(i);
    Acceptor const& acceptor = W::acceptors[i];
    auto const& rule = acceptors.at(i);
    CHECK((acceptor.matcher == Acceptor::Matcher::path ? "path" : "error") == rule.at("matcher").get<std::string>());
    CHECK((acceptor.state == WaiterState::success ? "success" : "failure") == rule.at("state").get<std::string>());
    CHECK(acceptor.path == rule.value("argument", ""));
    CHECK(acceptor.expected == rule.at("expected").get<std::string>());
  }
  compared.insert(name);
}
}  // namespace

TEST_CASE("conformance: every waiter of the service model, with its acceptors in order") {
  auto const waiters = load_conformance("model/waiters.json").at("waiters");
  std::set<std::string> compared;
  AllWaiters::for_each([&]<WaiterShape W>() { compare<W>(waiters, compared); });
  CHECK(compared.size() == AllWaiters::size);
  CHECK(compared.size() == waiters.size());
}

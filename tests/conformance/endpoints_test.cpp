#include <doctest/doctest.h>

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

#include "../support/conformance.hpp"
#include "healthlake/http/endpoint.hpp"

using namespace healthlake;

TEST_CASE("conformance: every endpoint of the service's own test file") {
  auto const cases = load_conformance("endpoints/healthlake.json");
  std::size_t urls = 0;
  std::size_t errors = 0;
  for (auto const& test : cases) {
    auto const& params = test.at("params");
    CAPTURE(params.dump());
    auto const endpoint = resolve_endpoint({.region = params.value("Region", ""),
                                            .use_fips = params.value("UseFIPS", false),
                                            .use_dual_stack = params.value("UseDualStack", false),
                                            .endpoint = params.value("Endpoint", "")});
    auto const& expect = test.at("expect");
    if (expect.contains("url")) {
      ++urls;
      REQUIRE(endpoint);
      CHECK(endpoint->url() == expect.at("url").get<std::string>());
    } else {
      ++errors;
      REQUIRE_FALSE(endpoint);
      auto const* setup = endpoint.error().as<SetupError>();
      REQUIRE(setup != nullptr);
      CHECK(setup->phase == SetupPhase::endpoint);
      CHECK(setup->message.starts_with(expect.at("error").get<std::string>()));
    }
  }
  CHECK(urls == 20);
  CHECK(errors == 3);
}

TEST_CASE("conformance: host prefixes") {
  auto const data = load_conformance("endpoints/host-prefix.json");
  std::size_t ran = 0;
  for (auto const& test : data.at("cases")) {
    CAPTURE(test.dump());
    auto endpoint = resolve_endpoint({.endpoint = test.at("endpoint").get<std::string>()});
    REQUIRE(endpoint);
    auto const prefix = data.at("prefixes").value(test.at("operation").get<std::string>(), "");
    if (!prefix.empty() && !test.value("disableHostPrefix", false))
      *endpoint = detail::with_host_prefix(*endpoint, prefix);
    CHECK(endpoint->scheme + "://" + endpoint->authority + endpoint->target() == test.at("url").get<std::string>());
    ++ran;
  }
  CHECK(ran == 8);
}

TEST_CASE("conformance: partitions, their domains and every region of each") {
  auto const data = load_conformance("endpoints/partitions.json");
  std::size_t regions = 0;
  std::set<std::string_view> ids;
  for (auto const& expected : data.at("partitions")) {
    auto const id = expected.at("id").get<std::string>();
    CAPTURE(id);
    CHECK(expected.at("supportsFIPS").get<bool>());
    CHECK(expected.at("supportsDualStack").get<bool>());
    std::set<std::string> names;
    for (auto const& entry : expected.at("regions")) {
      auto const region = entry.get<std::string>();
      CAPTURE(region);
      Partition const& partition = partition_of(region);
      CHECK(partition.id == id);
      CHECK(partition.dns_suffix == expected.at("dnsSuffix").get<std::string>());
      CHECK(partition.dual_stack_dns_suffix == expected.at("dualStackDnsSuffix").get<std::string>());
      ids.insert(partition.id);
      names.insert(region);
      ++regions;
    }
    // The table lists exactly these.
    auto const& listed = partition_of(*names.begin()).regions;
    CHECK(std::set<std::string>(listed.begin(), listed.end()) == names);
  }
  CHECK(ids.size() == 8);
  CHECK(partitions().size() == 8);
  CHECK(regions == 53);
}

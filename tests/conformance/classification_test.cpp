// Which errors the standard retry mode retries, and as which kind.
#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>

#include "../support/conformance.hpp"
#include "healthlake/core/retry_kind.hpp"

using namespace healthlake;

namespace {

RetryKind kind_named(std::string const& name) {
  std::map<std::string, RetryKind> const kinds = {{"none", RetryKind::none},
                                                  {"transient", RetryKind::transient},
                                                  {"throttling", RetryKind::throttling},
                                                  {"timeout", RetryKind::timeout}};
  return kinds.at(name);
}

}  // namespace

TEST_CASE("conformance: the classification of errors") {
  auto const data = load_conformance("retries/standard.json");
  std::size_t exceptions = 0;
  for (auto const& test : data.at("classification")) {
    CAPTURE(test.dump());
    RetryKind const expected = kind_named(test.at("kind").get<std::string>());
    CHECK(test.at("retryable").get<bool>() == (expected != RetryKind::none));
    if (test.contains("exception")) {
      std::string const exception = test.at("exception").get<std::string>();
      if (exception == "connect timeout") {
        CHECK(retry_kind(TransportReason::connect_timeout) == expected);
      } else if (exception == "read timeout") {
        CHECK(retry_kind(TransportReason::read_timeout) == expected);
      } else {
        CHECK(retry_kind(TransportReason::connect_failed) == expected);
        CHECK(retry_kind(TransportReason::connection_lost) == expected);
      }
      ++exceptions;
      continue;
    }
    RetryKind modelled = RetryKind::none;
    if (test.contains("modelledRetryable"))
      modelled = test.at("modelledRetryable").value("throttling", false) ? RetryKind::throttling : RetryKind::transient;
    std::string const code = test.at("code").is_null() ? std::string{} : test.at("code").get<std::string>();
    CHECK(retry_kind(code, test.at("status").get<int>(), modelled) == expected);
  }
  CHECK(data.at("classification").size() == 47);
  CHECK(exceptions == 3);
}

TEST_CASE("conformance: the lists of codes and statuses") {
  auto const data = load_conformance("retries/standard.json");
  CHECK(data.at("throttlingCodes").get<std::set<std::string>>() ==
        std::set<std::string>(throttling_codes.begin(), throttling_codes.end()));
  CHECK(data.at("transientCodes").get<std::set<std::string>>() ==
        std::set<std::string>(transient_codes.begin(), transient_codes.end()));
  CHECK(data.at("transientStatuses").get<std::set<int>>() ==
        std::set<int>(transient_statuses.begin(), transient_statuses.end()));
}

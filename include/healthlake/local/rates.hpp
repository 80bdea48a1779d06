// The request rates that the local service accepts per operation.
//
// Rules: a sliding window; refused requests do not count. After the clock is set back, earlier requests count for at
// most twice the length of the window.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "healthlake/core/timestamp.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The maximum number of requests in any span of the given length. 0 requests: all are refused.
struct RequestRate {
  /// How many.
  std::size_t requests = 1;
  /// In which span of time.
  Milliseconds per{1'000};
};

/// What AWS documents per account ("Amazon HealthLake throttling and quotas"): per minute one request that creates or
/// deletes a data store, and one that starts an export or import job; 10 requests per second of each of the others. It
/// does not mention UpdateFHIRDatastore, RestoreFHIRDatastore and data transformation.
std::map<std::string, RequestRate, std::less<>> documented_rates();

/// Counts the requests of all operations.
class RateLimiter {
 public:
  /// Limits the operations in `rates` and no others.
  explicit RateLimiter(std::map<std::string, RequestRate, std::less<>> const& rates);

  /// Whether a request at this time is within the rate of its operation; if so, it counts.
  bool admit(std::string_view operation, Timestamp now);

 private:
  struct Window {
    RequestRate rate{};
    std::deque<Timestamp> admitted{};
  };

  std::map<std::string, Window, std::less<>> windows_;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/local/impl/rates.ipp"
#endif

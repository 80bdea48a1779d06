// How many requests of an operation an embedded service takes in a span of time.
//
// Rules: a sliding window; a refused request does not count. Includes the standard library and core/.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "healthlake/core/timestamp.hpp"

namespace healthlake {

/// So many requests in any span of that length. 0 requests: none is taken.
struct RequestRate {
  std::size_t requests = 1;
  Milliseconds per{1'000};
};

/// What AWS documents for the export family, per account ("Amazon HealthLake throttling and quotas"): a
/// StartFHIRExportJob per minute, 10 requests per second of each of the others.
inline std::map<std::string, RequestRate, std::less<>> documented_rates() {
  return {{"StartFHIRExportJob", {1, {60'000}}},
          {"DescribeFHIRExportJob", {10, {1'000}}},
          {"ListFHIRExportJobs", {10, {1'000}}}};
}

/// Counts the requests of all operations.
class RateLimiter {
 public:
  explicit RateLimiter(std::map<std::string, RequestRate, std::less<>> const& rates) {
    for (auto const& [operation, rate] : rates) windows_[operation].rate = rate;
  }

  /// Whether a request at this time is within the rate of its operation; if so, it counts.
  bool admit(std::string_view operation, Timestamp now) {
    auto const found = windows_.find(operation);
    if (found == windows_.end()) return true;
    Window& window = found->second;
    while (!window.admitted.empty() && now - window.admitted.front() >= window.rate.per) window.admitted.pop_front();
    if (window.admitted.size() >= window.rate.requests) return false;
    window.admitted.push_back(now);
    return true;
  }

 private:
  struct Window {
    RequestRate rate{};
    std::deque<Timestamp> admitted{};
  };

  std::map<std::string, Window, std::less<>> windows_;
};

}  // namespace healthlake

// The functions of local/rates.hpp.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/local/rates.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL std::map<std::string, RequestRate, std::less<>> documented_rates() {
  std::map<std::string, RequestRate, std::less<>> rates;
  for (auto const* name : {"CreateFHIRDatastore", "DeleteFHIRDatastore", "StartFHIRExportJob", "StartFHIRImportJob"})
    rates[name] = {1, {60'000}};
  for (auto const* name :
       {"DescribeFHIRDatastore", "ListFHIRDatastores", "DescribeFHIRExportJob", "ListFHIRExportJobs",
        "DescribeFHIRImportJob", "ListFHIRImportJobs", "TagResource", "UntagResource", "ListTagsForResource"})
    rates[name] = {10, {1'000}};
  return rates;
}

HEALTHLAKE_DECL RateLimiter::RateLimiter(std::map<std::string, RequestRate, std::less<>> const& rates) {
  for (auto const& [operation, rate] : rates) windows_[operation].rate = rate;
}

HEALTHLAKE_DECL bool RateLimiter::admit(std::string_view operation, Timestamp now) {
  auto const found = windows_.find(operation);
  if (found == windows_.end()) return true;
  Window& window = found->second;
  // A clock that was set back must not leave an operation refused until it has caught up.
  auto const outside = [&](Timestamp admitted) {
    return now - admitted >= window.rate.per || admitted - now >= window.rate.per;
  };
  while (!window.admitted.empty() && outside(window.admitted.front())) window.admitted.pop_front();
  if (window.admitted.size() >= window.rate.requests) return false;
  window.admitted.push_back(now);
  return true;
}

}  // namespace HEALTHLAKE_NAMESPACE

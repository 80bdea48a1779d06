// What a run does by FHIR REST, checked before anything is sent.
#pragma once

#include <string>
#include <vector>

#include "healthlake/rest/shapes.hpp"

namespace healthlake_export {

struct Options;
struct Settings;

struct RestSettings {
  /// Whether FHIR REST is used at all.
  bool rest = false;
  /// Cancel the job instead of waiting for it.
  bool cancel = false;
  /// To start without a job id.
  healthlake::rest::StartExportRequest start{};
};

/// Sets Settings::rest from the options, and from what is already in the other settings; adds what is wrong with them.
void check_rest(Options const& options, Settings& settings, std::vector<std::string>& problems);

}  // namespace healthlake_export

// The options of an export by FHIR REST, as written.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace healthlake_export {

/// Options of start. An empty string is an option that was not given.
struct RestOptions {
  bool rest = false;
  bool cancel = false;
  bool patient = false;
  std::string group{};
  std::vector<std::string> types{};
  std::string since{};
  std::string until{};
  std::vector<std::string> security{};
  std::vector<std::string> tags{};
};

void add_rest(CLI::App& app, RestOptions& options);

}  // namespace healthlake_export

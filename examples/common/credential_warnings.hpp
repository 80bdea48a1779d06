// What the user of a program should know about its credentials, said once.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/text/text.hpp"

namespace healthlake_examples {

class CredentialWarnings {
 public:
  /// Passes to `say` what was not said after the fetch before: the warnings of the provider, and `failure`, the reason
  /// why the credentials could not be renewed.
  template <class Say>
  void after_fetch(healthlake::ProvidedCredentials const& provided, std::optional<healthlake::Error> const& failure,
                   Say const& say) {
    for (auto const& warning : provided.warnings)
      if (std::find(said_.begin(), said_.end(), warning) == said_.end()) say(warning);
    said_ = provided.warnings;
    std::string trouble = failure ? to_string(*failure) : std::string{};
    if (!trouble.empty() && trouble != trouble_)
      say(healthlake::concat(
          {"the credentials could not be renewed: ", trouble,
           provided.expiration ? "\nThose in use expire at " + to_iso8601(*provided.expiration) : ""}));
    trouble_ = std::move(trouble);
  }

 private:
  std::vector<std::string> said_;
  std::string trouble_;
};

}  // namespace healthlake_examples

// An operation that HealthLake does not have, declared and used: docs/adding-an-operation.md explains each step.
#include <cstdio>

#include "healthlake/healthlake.hpp"
#include "healthlake/server/dispatch.hpp"

namespace mine {

using namespace healthlake;

struct CountFHIRResourcesRequest {
  std::string datastore_id{};
  std::optional<std::vector<std::string>> resource_types{};

  static consteval auto shape() {
    using Self = CountFHIRResourcesRequest;
    return structure("CountFHIRResourcesRequest",
                     field<&Self::datastore_id>("DatastoreId", rules::DatastoreId, required),
                     field<&Self::resource_types>("ResourceTypes"));
  }
};

struct CountFHIRResourcesResponse {
  std::int64_t count{};

  static consteval auto shape() {
    using Self = CountFHIRResourcesResponse;
    return structure("CountFHIRResourcesResponse", field<&Self::count>("Count", required));
  }
};

struct CountFHIRResources {
  static constexpr std::string_view name = "CountFHIRResources";
  static constexpr OperationTraits traits{.readonly = true};
  using Input = CountFHIRResourcesRequest;
  using Output = CountFHIRResourcesResponse;
  using Errors = healthlake::Errors<ResourceNotFoundException, ValidationException, InternalServerException>;
};

}  // namespace mine

int main() {
  using namespace healthlake;
  Dispatcher server;
  server.on<mine::CountFHIRResources>(
      [](mine::CountFHIRResourcesRequest const& input,
         RequestContext const&) -> Result<mine::CountFHIRResourcesResponse, HandlerError> {
        if (input.datastore_id != "c0ffee") return Unexpected{ResourceNotFoundException{.message = "no such store"}};
        return mine::CountFHIRResourcesResponse{.count = 310};
      });

  for (auto const* id : {"c0ffee", "nowhere", ""}) {
    auto const request =
        write_request<mine::CountFHIRResources>({.datastore_id = id}, *resolve_endpoint({.region = "us-east-1"}));
    if (!request) {
      std::puts(to_string(request.error()).c_str());
      continue;
    }
    auto const answer = read_response<mine::CountFHIRResources>(server.handle(*request, {}));
    std::puts(answer ? to_string(answer->output).c_str() : to_string(answer.error()).c_str());
  }
}

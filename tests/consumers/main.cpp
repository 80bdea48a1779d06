// Built by every consumer project, against the installed headers, without any option that the route into the build does
// not bring.
#include <cstdio>

#include "healthlake/healthlake.hpp"

int main() {
  healthlake::HttpRequest request;
  request.authority = "healthlake.us-east-1.amazonaws.com";
  auto const body = healthlake::encode(healthlake::DescribeFHIRDatastoreRequest{.datastore_id = "d1"});
  std::printf("%s %s %s\n", request.url().c_str(), body ? body->c_str() : "",
              healthlake::to_iso8601(healthlake::Timestamp::from_seconds(0)).c_str());
}

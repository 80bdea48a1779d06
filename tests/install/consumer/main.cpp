// Built against the installed headers, without any option that healthlake's target does not ask for.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/http/message.hpp"

int main() {
  healthlake::HttpRequest request;
  request.authority = "healthlake.us-east-1.amazonaws.com";
  request.body = nlohmann::json::object().dump();
  std::printf("%s %s %s\n", request.url().c_str(), request.body.c_str(),
              healthlake::to_iso8601(healthlake::Timestamp::from_seconds(0)).c_str());
}

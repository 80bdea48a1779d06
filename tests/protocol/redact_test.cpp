// Invariant: a Redactor for a request knows every value that a signer added, whatever the order in which it wrote them,
// and nothing that the call itself sent.
#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "healthlake/protocol/redact.hpp"

using namespace healthlake;

namespace {
constexpr std::string_view signature = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";

std::string cleaned(std::string_view authorization, std::string text) {
  Headers headers;
  headers.add("X-Amz-Target", "HealthLake.StartFHIRExportJob");
  headers.add(attempt_header, "attempt=1; max=3");
  headers.add("X-Amz-Date", "20260807T120000Z");
  headers.add("Authorization", authorization);
  redactor_for(headers).clean(text);
  return text;
}
}  // namespace

TEST_CASE("redact: the parameters of Signature Version 4 may be in any order") {
  std::string const value{signature};
  for (std::string const& authorization :
       {"AWS4-HMAC-SHA256 Credential=AKID/20260807/us-east-1, SignedHeaders=host;x-amz-date, Signature=" + value,
        "AWS4-HMAC-SHA256 Credential=AKID/20260807/us-east-1, Signature=" + value + ", SignedHeaders=host;x-amz-date",
        "AWS4-HMAC-SHA256 Signature=" + value + ",Credential=AKID/20260807/us-east-1,SignedHeaders=host;x-amz-date",
        "AWS4-HMAC-SHA256 Signature=" + value}) {
    CAPTURE(authorization);
    CHECK(cleaned(authorization, "not " + value + "; host;x-amz-date of AKID/20260807/us-east-1") ==
          "not ***; host;x-amz-date of AKID/20260807/us-east-1");
    CHECK(cleaned(authorization, "HealthLake.StartFHIRExportJob at 20260807T120000Z") ==
          "HealthLake.StartFHIRExportJob at 20260807T120000Z");
  }
}

TEST_CASE("redact: of another scheme, all that follows it is secret") {
  for (std::string const& authorization :
       {"Bearer " + std::string{signature}, "AWS AKID:" + std::string{signature}, std::string{signature},
        "AWS4-HMAC-SHA256 " + std::string{signature}, "Digest username=\"u\", response=" + std::string{signature}}) {
    CAPTURE(authorization);
    CHECK(cleaned(authorization, "not " + std::string{signature} + ".") == "not ***.");
  }
}

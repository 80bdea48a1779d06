// The invariant: names are respelled only where a name of the tables differs in the case of its first letter, and
// nothing else of the text changes; Retry-After is read in both of its forms, or not at all.
#include "healthlake/rest/fhir_rest.hpp"

#include <doctest/doctest.h>

#include <string>

#include "healthlake/core/type_of.hpp"
#include "healthlake/rest/shapes.hpp"

using namespace healthlake;

namespace {
std::string respelled(std::string json) {
  rest::detail::respell_members(json, type_of<rest::DescribedExport>());
  return json;
}
std::optional<std::int64_t> delay(std::string_view value, Timestamp now = *from_amz_date("20261021T072700Z")) {
  auto const found = rest::retry_delay_of({{"Retry-After", value}}, now);
  return found ? std::optional{found->count} : std::nullopt;
}
}  // namespace

TEST_CASE("respelling: names in either case, at any depth; no values, and no other names") {
  CHECK(respelled(R"({"ExportJobProperties":{"JobId":"JobId","jobName":"x","S3Configuration":{"s3Uri":""}}})") ==
        R"({"exportJobProperties":{"jobId":"JobId","JobName":"x","s3Configuration":{"S3Uri":""}}})");
  CHECK(respelled(R"({ "JobStatus" : "A", "message"
 :1})") == R"({ "jobStatus" : "A", "Message"
 :1})");
  // Only the first letter, and only a whole name.
  for (auto const* same : {R"({"JOBID":1,"jobid":1,"JobIdx":1,"xJobId":1,"":1})", R"(["JobId","JobStatus"])", "", "\"",
                           "\"JobId", "\"JobId\\", "\"JobId\"", R"({"a\"JobId":1})", R"({"\u004aobId":1})"}) {
    CAPTURE(same);
    CHECK(respelled(same) == same);
  }
}

TEST_CASE("fault 73: Retry-After in seconds or as a date, bounded; nonsense is no hint") {
  CHECK(delay("7200") == 7'200'000);
  CHECK(delay("0") == 0);
  CHECK(delay("99999999999999999999") == 86'400'000);
  CHECK(delay("86401") == 86'400'000);
  CHECK(delay("Wed, 21 Oct 2026 07:28:00 GMT") == 60'000);
  CHECK(delay("Wed, 21 Oct 2026 07:26:00 GMT") == 0);
  CHECK(delay("Fri, 01 Jan 2100 00:00:00 GMT") == 86'400'000);
  for (auto const* value :
       {"", "-1", "+1", "1.5", "1 s", "soon", "Wed, 21 Oct 2026", "Thu, 21 Oct 2026 07:28:00 GMT"}) {
    CAPTURE(value);
    CHECK_FALSE(delay(value));
  }
  CHECK_FALSE(rest::retry_delay_of({}, Timestamp{}));
}

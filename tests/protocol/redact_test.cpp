// Invariants: a Redactor for a request knows every value that a signer added, whatever the order in which it wrote
// them, and nothing that the call itself sent. Nothing that is reported about a response holds such a value, whichever
// part of the response repeated it; what holds none is reported as it came.
#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/model/export_job.hpp"
#include "healthlake/protocol/aws_json.hpp"
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

TEST_CASE("redact: a secret that is too short to be found in pieces is known without its scheme or its parameters") {
  CHECK(cleaned("Bearer 12345678", "not 12345678.") == "not ***.");
  CHECK(cleaned("AWS4-HMAC-SHA256 Signature=12345678, SignedHeaders=host", "not 12345678.") == "not ***.");
  CHECK(cleaned("AWS4-HMAC-SHA256 SignedHeaders=host, Signature=12345678", "not 12345678.") == "not ***.");
}

namespace {

Headers sent_with_signature() {
  Headers headers;
  headers.add(attempt_header, "attempt=1; max=3");
  headers.add("Authorization", {"Bearer ", signature});
  return headers;
}

struct Read {
  bool done = false;
  ResponseMetadata metadata{};
  std::optional<Error> error{};
};
template <class Op = DescribeFHIRExportJob>
Read read(HttpResponse const& response, ReadOptions const& options = {}) {
  Read read;
  typename Op::Output output;
  read.done = detail::read_erased(operation_info<Op>, response, &output, detail::extras_of<Op>, options, read.metadata,
                                  sent_with_signature(), read.error);
  return read;
}
ServiceError service_error(HttpResponse const& response) {
  Read const found = read(response);
  REQUIRE_FALSE(found.done);
  REQUIRE(found.error->as<ServiceError>() != nullptr);
  return *found.error->as<ServiceError>();
}
Malformed malformed(HttpResponse const& response) {
  Read const found = read(response);
  REQUIRE_FALSE(found.done);
  REQUIRE(found.error->as<Malformed>() != nullptr);
  return *found.error->as<Malformed>();
}

std::string const secret{signature};

}  // namespace

TEST_CASE("redact: an error response") {
  ServiceError const error =
      service_error({403,
                     {{"x-amzn-RequestId", "r " + secret}},
                     R"({"__type":"Denied )" + secret + R"(","message":"not )" + secret + "\"}"});
  CHECK(error.code == "Denied ***");
  CHECK(error.message == "not ***");
  CHECK(error.request_id == "r ***");
  CHECK(service_error({502, {}, "<html>" + secret}).excerpt == "<html>***");
  CHECK(service_error({502, {}, "<html>none"}).excerpt == "<html>none");
}

TEST_CASE("redact: the code of the query protocol") {
  Redactor redactor = redactor_for(sent_with_signature());
  ServiceError const error = detail::read_error({400, {{"x-amzn-query-error", "Denied " + secret + ";Sender"}}, "{}"},
                                                &detail::take_query_code, {}, {}, redactor);
  CHECK(error.code == "Denied ***");
}

TEST_CASE("redact: a malformed response") {
  std::string const body = R"({"a":")" + secret + R"(","ExportJobProperties":7})";
  Malformed const fault = malformed({200, {{"x-amzn-RequestId", "r " + secret}, {"Content-Encoding", secret}}, body});
  CHECK(fault.message.starts_with("the response has `Content-Encoding: ***`, which was not requested: "));
  CHECK(fault.request_id == "r ***");
  CHECK(fault.path == "ExportJobProperties");
  CHECK(fault.excerpt == R"({"a":"***","ExportJobProperties":7)");
  CHECK(fault.offset == body.size() - 1);
  Malformed const plain = malformed({200, {}, R"({"ExportJobProperties":7})"});
  CHECK(plain.excerpt == R"({"ExportJobProperties":7)");
  // No excerpt is taken of a body that has none: of an output that lacks a member.
  CHECK(malformed({200, {}, R"({"a":")" + secret + "\"}"}).excerpt.empty());
}

TEST_CASE("redact: the path of a fault") {
  Malformed fault{.path = "Map." + secret};
  detail::redact(fault, "", sent_with_signature());
  CHECK(fault == Malformed{.path = "Map.***"});
}

TEST_CASE("redact: what is known of a success") {
  constexpr char const* uuid = "0f1e2d3c-4b5a-6978-8796-A5B4C3D2E1F0";
  std::string const body = R"({"ExportJobProperties":{"JobId":"1","JobStatus":"QUEUED","DatastoreId":"2"}})";
  Read const plain = read({200, {{"x-amzn-RequestId", uuid}}, body});
  CHECK(plain.done);
  CHECK(plain.metadata.request_id == uuid);
  CHECK(plain.metadata.missing.size() == 2);
  ReadOptions const any{.missing = MissingMembers::report};
  Read const quoting = read({200, {{"x-amzn-RequestId", secret}}, body}, any);
  CHECK(quoting.done);
  CHECK(quoting.metadata.request_id == "***");
  Read const nothing_missing =
      read<ListFHIRExportJobs>({200, {{"x-amzn-RequestId", "r " + secret}}, R"({"ExportJobPropertiesList":[]})"});
  CHECK(nothing_missing.done);
  CHECK(nothing_missing.metadata.missing.empty());
  CHECK(nothing_missing.metadata.request_id == "r ***");
  // The paths are cleaned whatever the id is.
  for (char const* id : {"", uuid, "short"}) {
    ResponseMetadata metadata{.request_id = id, .missing = {{"Map." + secret, false}}};
    detail::redact(metadata, sent_with_signature());
    CHECK(metadata.request_id == id);
    CHECK(metadata.missing == std::vector<MissingMember>{{"Map.***", false}});
  }
}

TEST_CASE("redact: a UUID has 36 characters, hyphens in four places and hexadecimal digits elsewhere") {
  std::string const uuid = "0123abcd-45EF-6789-abcd-ABCDEF012345";
  CHECK(detail::is_uuid(uuid));
  for (std::size_t length = 0; length < uuid.size(); ++length) CHECK_FALSE(detail::is_uuid(uuid.substr(0, length)));
  CHECK_FALSE(detail::is_uuid(uuid + "0"));
  CHECK_FALSE(detail::is_uuid(uuid + "-"));
  for (std::size_t i = 0; i < uuid.size(); ++i)
    for (char const c : {'-', '.', ',', '0', 'f', 'g', '/', ':', '\0'}) {
      std::string other = uuid;
      other[i] = c;
      bool const hyphen = i == 8 || i == 13 || i == 18 || i == 23;
      CAPTURE(other);
      CHECK(detail::is_uuid(other) == (hyphen ? c == '-' : c == '0' || c == 'f'));
    }
}

// Invariants of the FHIR REST export, for any HTTP message. The input is a request (fuzz::take_request) up to a line
// `----`, and then a response (fuzz::take_response).
// - a 2xx status yields an output or a malformed response, any other status a service error, each with the status and
//   the request id;
// - an accepted output lacks none of its own members; a start has a job's id; options do not change an output;
// - a Content-Location is located only at the endpoint that it is for, and an id in it is one that can be in a path;
// - a server refuses a request with an OperationOutcome of status 400 or more, or reads an input that a client may
//   send; what a client then sends is read as the same input.
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "healthlake/protocol/aws_json.hpp"
#include "healthlake/rest/export.hpp"
#include "healthlake/rest/requests.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {
using namespace healthlake;

Endpoint const endpoint{.authority = "healthlake.us-east-1.amazonaws.com"};

template <class Op>
void check_response(HttpResponse const& http) {
  auto const all = read_response<Op>(http, {.missing = MissingMembers::fail_all});
  auto const own = read_response<Op>(http);
  bool const success = http.status >= 200 && http.status <= 299;
  for (auto const* result : {&all, &own}) {
    if (*result) {
      FUZZ_REQUIRE(success && (*result)->metadata.http_status == http.status, "only a success has an output",
                   http.body);
      FUZZ_REQUIRE((*result)->metadata.request_id == request_id_of(http.headers), "the request id is never lost", "");
      continue;
    }
    Error const& error = (*result).error();
    FUZZ_REQUIRE(error.http_status() == http.status, "the status is never lost", to_string(error));
    auto const* malformed = error.as<Malformed>();
    FUZZ_REQUIRE(success == (malformed != nullptr), "only a success can be malformed", to_string(error));
    if (malformed) FUZZ_REQUIRE(malformed->offset <= http.body.size(), "a fault lies within the body", http.body);
  }
  FUZZ_REQUIRE(!all || own, "what the strictest option believes, the default does", http.body);
  if (all) FUZZ_REQUIRE(all->output == own->output, "options do not change the output", http.body);
  if constexpr (requires { own->output.job_id; })
    if (own && http.body.find("ob") == std::string::npos)
      FUZZ_REQUIRE(rest::detail::match_path_segment(own->output.job_id), "an id that is not in the body is a safe one",
                   own->output.job_id);
  if constexpr (requires { own->output.export_job_properties; })
    if (own) {
      // Never a reason to fail, whatever they are.
      auto const submitted = own->output.export_job_properties.submitted();
      FUZZ_REQUIRE(!submitted || submitted->in_range(), "a time is in range", http.body);
    }
}

void check_location(HttpResponse const& http) {
  auto const location = http.headers.find("Content-Location");
  if (!location) return;
  auto const found = rest::locate_export(*location, endpoint, "store-1");
  if (!found) return;
  FUZZ_REQUIRE(found->datastore_id == "store-1", "it is in the data store", *location);
  FUZZ_REQUIRE(rest::detail::match_path_segment(found->job_id), "the id can be in a path", *location);
  // What follows the path is not looked at.
  std::string place;
  detail::append_lower(place, location->substr(0, location->find_first_of("?#")));
  FUZZ_REQUIRE(
      place.find("//") == std::string::npos || place.find("//healthlake.us-east-1.amazonaws.com") != std::string::npos,
      "an absolute reference names the host", *location);
}

template <class Op>
HttpRequest written(typename Op::Input const& input) {
  auto const request = write_request<Op>(input, endpoint, {.unknown_enum_values = false});
  FUZZ_REQUIRE(request, "what a server read, a client may send", request ? "" : to_string(request.error()));
  FUZZ_REQUIRE(request->target.find_first_of(" \r\n#") == std::string::npos, "the target can be sent", request->target);
  return *request;
}

void check_request(HttpRequest const& http) {
  auto const read = rest::read_export_request(http);
  if (!read) {
    FUZZ_REQUIRE(read.error().status >= 400, "a refusal is an error", http.target);
    auto const error = rest::read_outcome(read.error());
    FUZZ_REQUIRE(!error.code.empty() && !error.message.empty(), "a refusal says why", read.error().body);
    return;
  }
  FUZZ_REQUIRE(rest::is_fhir_target(http.target), "it is below a FHIR endpoint", http.target);
  if (auto const* start = std::get_if<rest::StartExportRequest>(&*read)) {
    auto const again = rest::read_export_request(written<rest::StartExport>(*start));
    FUZZ_REQUIRE(again && std::get<rest::StartExportRequest>(*again) == *start, "it is read as it was written",
                 http.target);
  } else if (auto const* describe = std::get_if<rest::DescribeRequest>(&*read)) {
    auto const again = rest::read_export_request(written<rest::DescribeExport>(describe->job));
    FUZZ_REQUIRE(again && std::get<rest::DescribeRequest>(*again).job == describe->job, "the same job", http.target);
  } else {
    auto const job = std::get<rest::CancelRequest>(*read).job;
    auto const again = rest::read_export_request(written<rest::CancelExport>(job));
    FUZZ_REQUIRE(again && std::get<rest::CancelRequest>(*again).job == job, "the same job", http.target);
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const text = fuzz::as_text(data, size);
  constexpr std::string_view between = "\n----\n";
  std::size_t const at = text.find(between);
  check_request(fuzz::take_request(text.substr(0, at)));
  if (at == std::string_view::npos) return 0;
  HttpResponse const http = fuzz::take_response(text.substr(at + between.size()));
  check_response<rest::StartExport>(http);
  check_response<rest::DescribeExport>(http);
  check_response<rest::CancelExport>(http);
  check_location(http);
  return 0;
}

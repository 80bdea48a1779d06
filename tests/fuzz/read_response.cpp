// Invariants of reading any HTTP response as the response of an operation, which the first line names after the status;
// otherwise the size of the input chooses one:
// - a 2xx status yields an output or a malformed response, any other status a service error; in either case with the
//   status and the request id of the response;
// - an accepted output lacks no required member of its own, unless the options allow it;
// - stricter options accept nothing that looser ones reject, and the values are the same.
#include <string_view>
#include <vector>

#include "healthlake/model/all.hpp"
#include "healthlake/protocol/aws_json.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {
using namespace healthlake;

void check_error(Error const& error, HttpResponse const& http) {
  FUZZ_REQUIRE(error.http_status() == http.status, "the status is never lost", to_string(error));
  std::string const id = request_id_of(http.headers);
  bool const success = http.status >= 200 && http.status <= 299;
  if (auto const* malformed = error.as<Malformed>()) {
    FUZZ_REQUIRE(success, "only a success can be malformed", to_string(error));
    FUZZ_REQUIRE(malformed->request_id == id, "the request id is never lost", id);
    FUZZ_REQUIRE(malformed->offset <= http.body.size(), "a fault lies within the body", to_string(error));
    return;
  }
  auto const* service = error.as<ServiceError>();
  FUZZ_REQUIRE(service && !success, "anything but 2xx is an error of the service", to_string(error));
  FUZZ_REQUIRE(service->request_id == id, "the request id is never lost", id);
}

template <class Op>
void read_as(HttpResponse const& http) {
  auto const all = read_response<Op>(http, {.missing = MissingMembers::fail_all});
  auto const own = read_response<Op>(http);
  auto const any = read_response<Op>(http, {.missing = MissingMembers::report});
  for (auto const* result : {&all, &own, &any}) {
    if (!*result) {
      check_error(result->error(), http);
      continue;
    }
    auto const& metadata = (*result)->metadata;
    FUZZ_REQUIRE(metadata.http_status == http.status, "the status is never lost", http.body);
    FUZZ_REQUIRE(metadata.request_id == request_id_of(http.headers), "the request id is never lost", http.body);
    FUZZ_REQUIRE((*result)->output == (*any).output, "options do not change the output", http.body);
  }
  FUZZ_REQUIRE(!all || own, "what the strictest option believes, the default does", http.body);
  FUZZ_REQUIRE(!own || any, "what the default believes, the loosest option does", http.body);
  if (all) FUZZ_REQUIRE((*all).metadata.missing.empty(), "nothing is missing under fail_all", http.body);
  if (own)
    for (auto const& member : own->metadata.missing)
      FUZZ_REQUIRE(!member.outermost, "no own member is missing under fail_own", member.path);
}

struct Row {
  std::string_view operation;
  void (*read)(HttpResponse const&);
};
std::vector<Row> const& rows() {
  static std::vector<Row> const all = [] {
    std::vector<Row> made;
    AllOperations::for_each([&]<class Op>() { made.push_back({Op::name, &read_as<Op>}); });
    return made;
  }();
  return all;
}
}  // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const text = fuzz::as_text(data, size);
  std::string_view const line = text.substr(0, text.find('\n'));
  Row const* row = &rows()[size % rows().size()];
  for (auto const& other : rows())
    if (line.ends_with(other.operation)) row = &other;
  row->read(fuzz::take_response(text));
  return 0;
}

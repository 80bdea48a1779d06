// Invariants of reading any HTTP response as an error:
// - there is always an error, with the status and the request id of the response;
// - its code has no colon, no blanks at either end, and at most max_error_code_bytes;
// - its message is valid UTF-8 of at most max_error_message_bytes; its excerpt is bounded and printable;
// - the error can be printed, and its body can be decoded as every modelled error;
// - an error that a server writes is read with the same code, message and status.
#include <algorithm>

#include "healthlake/protocol/error_response.hpp"
#include "healthlake/text/utf8.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {
using namespace healthlake;

constexpr ServiceInfo query_service{.target_prefix = "Query", .signing_name = "query", .query_compatible = true};

void check_bounds(ServiceError const& error, HttpResponse const& http) {
  std::string const shown = to_string(Error{error});
  FUZZ_REQUIRE(error.http_status == http.status, "the status is never lost", shown);
  FUZZ_REQUIRE(error.request_id == request_id_of(http.headers), "the request id is never lost", shown);
  FUZZ_REQUIRE(error.code.size() <= max_error_code_bytes, "the code is bounded", error.code);
  FUZZ_REQUIRE(error.message.size() <= max_error_message_bytes, "the message is bounded", error.message);
  FUZZ_REQUIRE(valid_utf8(error.message), "the message is UTF-8", error.message);
  FUZZ_REQUIRE(error.excerpt.size() <= 4 * Malformed::excerpt_limit, "the excerpt is bounded", error.excerpt);
  FUZZ_REQUIRE(std::all_of(error.excerpt.begin(), error.excerpt.end(), [](char c) { return c >= ' ' && c <= '~'; }),
               "the excerpt is printable", error.excerpt);
}

void check_code(std::string_view code) {
  FUZZ_REQUIRE(code.find(':') == std::string_view::npos, "a code has no URI behind it", code);
  if (code.empty()) return;
  for (char const end : {code.front(), code.back()})
    FUZZ_REQUIRE(end != ' ' && end != '\t', "a code has no blank at its ends", code);
}

// What was read is written again, and must be read the same; a code that would be cleaned is left out.
void check_written(ServiceError const& error) {
  if (error.code.empty() || !valid_utf8(error.code) || detail::clean_error_code(error.code) != error.code) return;
  HttpResponse const http = write_error(error.code, error.message, error.http_status, {.request_id = "id-1"});
  ServiceError const again = read_error(http);
  FUZZ_REQUIRE(again.code == error.code, "a code reads back", error.code);
  FUZZ_REQUIRE(again.message == error.message, "a message reads back", error.message);
  FUZZ_REQUIRE(again.http_status == error.http_status && again.request_id == "id-1", "so does the rest", error.code);
  FUZZ_REQUIRE(again.retry == error.retry, "whether to retry depends on code and status", error.code);
}

struct ShapeTest {
  HttpResponse const& http;

  template <class T>
  void operator()() const {
    if constexpr (ErrorShape<T>) {
      auto const error = read_error_as<T>(http);
      if (!error)
        FUZZ_REQUIRE(error.error().http_status == http.status, "the status is never lost", error.error().message);
    }
  }
};
}  // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  HttpResponse const http = fuzz::take_response(fuzz::as_text(data, size));
  ServiceError const error = read_error(http);
  check_bounds(error, http);
  check_code(error.code);
  check_written(error);
  check_bounds(read_error(http, query_service), http);
  fuzz::for_each_type(fuzz::AllShapes{}, ShapeTest{http});
  return 0;
}

// What a signature covers does not depend on the order or the whitespace of the fields.
#include "healthlake/sign/signed_fields.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace healthlake;

namespace {
std::string value(std::string_view raw) {
  return detail::written([&](auto& sink) { detail::write_canonical_value(sink, raw); });
}
}  // namespace

TEST_CASE("whitespace in a value is trimmed and folded") {
  CHECK(value("").empty());
  CHECK(value(" \t ").empty());
  CHECK(value("a") == "a");
  CHECK(value("  a  b\t\tc ") == "a b c");
  CHECK(value("\"a   b\"") == "\"a b\"");
  CHECK(value("value1\r\n  value2\n value3") == "value1 value2 value3");
}

TEST_CASE("fields are sorted by name, values of one name keep their order") {
  std::vector<SignedField> fields{{"x-b", "4", 0},         {"my-header1", "v4 ", 1}, {"x-b-c", "3", 2},
                                  {"my-header1", "v1", 3}, {"host", "h", 4},         {"my-header1", "v3", 5},
                                  {"x_b", "_", 6}};
  sort_signed_fields(fields);
  CHECK(detail::written([&](auto& sink) { detail::write_signed_headers(sink, fields); }) ==
        "host;my-header1;x-b;x-b-c;x_b");
  CHECK(detail::written([&](auto& sink) { detail::write_canonical_headers(sink, fields); }) ==
        "host:h\nmy-header1:v4,v1,v3\nx-b:4\nx-b-c:3\nx_b:_\n");
  std::vector<SignedField> const same{{"a", "1", 0}, {"a", "2", 1}, {"b", "3", 2}};
  CHECK(detail::written([&](auto& sink) { detail::write_signed_headers(sink, same); }) == "a;b");
  CHECK(detail::written([&](auto& sink) { detail::write_canonical_headers(sink, same); }) == "a:1,2\nb:3\n");
  CHECK(
      detail::written([&](auto& sink) { detail::write_canonical_headers(sink, std::vector<SignedField>{}); }).empty());
}

TEST_CASE("headers that intermediaries may change are not signed") {
  for (auto const name :
       {"Authorization", "connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection",
        "TE", "Trailer", "Transfer-Encoding", "Upgrade", "User-Agent", "Expect", "X-Amzn-Trace-Id"}) {
    CAPTURE(name);
    CHECK_FALSE(is_signable(name));
  }
  for (auto const name : {"Host", "Content-Type", "X-Amz-Target", "x-amz-user-agent", "amz-sdk-request", "user-agen"}) {
    CAPTURE(name);
    CHECK(is_signable(name));
  }
}

TEST_CASE("any number of fields is sorted, by either algorithm") {
  for (std::size_t size : {2U, 15U, 16U, 17U, 18U, 100U}) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < size; ++i) names.push_back("n" + std::to_string(i * 7919 % 5));
    std::vector<SignedField> fields;
    for (std::size_t i = 0; i < size; ++i) fields.push_back({names[i], "", i});
    sort_signed_fields(fields);
    for (std::size_t i = 1; i < size; ++i) {
      CAPTURE(size);
      CHECK((fields[i - 1].name < fields[i].name ||
             (fields[i - 1].name == fields[i].name && fields[i - 1].order < fields[i].order)));
    }
  }
}

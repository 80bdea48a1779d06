// What is hashed is what the string shows.
#include "healthlake/sign/canonical_request.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "healthlake/sign/sha256.hpp"

using namespace healthlake;

TEST_CASE("a canonical request lists its parts, one per line") {
  std::vector<SignedField> const fields{{"host", "h", 0}, {"x-amz-date", "d", 1}};
  CanonicalRequest const request{.method = "POST",
                                 .target = "/a/?b=2&a",
                                 .normalize_path = true,
                                 .fields = fields,
                                 .signed_headers = "host;x-amz-date",
                                 .payload_hash = "00ff"};
  CHECK(canonical_request(request) == "POST\n/a/\na=&b=2\nhost:h\nx-amz-date:d\n\nhost;x-amz-date\n00ff");
  CHECK(canonical_request({.method = "GET", .target = "/?"}) == "GET\n/\n\n\n\n");
}

TEST_CASE("what is hashed is what is shown, at any length") {
  for (std::size_t const size : {0U, 1U, 200U, 255U, 256U, 257U, 511U, 512U, 1000U, 5000U}) {
    CAPTURE(size);
    std::string const long_value(size, 'v');
    std::vector<SignedField> const fields{{"host", long_value, 0}};
    CanonicalRequest const request{.method = "POST", .target = "/", .fields = fields, .payload_hash = "0"};
    Sha256 hash;
    Digest a;
    Digest b;
    REQUIRE(hash_of(hash, as_bytes(canonical_request(request)), a));
    REQUIRE(hash_canonical_request(hash, request, b));
    CHECK(a == b);
    Digest c;
    REQUIRE(hash_canonical_request_at_root(hash, request, c));
    CHECK(a == c);
  }
}

#include "healthlake/sign/string_to_sign.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace healthlake;

TEST_CASE("a string to sign consists of algorithm, time, scope and hash") {
  Digest hash{};
  hash[0] = 0xab;
  CHECK(string_to_sign("20260807T233447Z", {"20260807", "us-east-1", "healthlake"}, hash) ==
        "AWS4-HMAC-SHA256\n20260807T233447Z\n20260807/us-east-1/healthlake/aws4_request\nab" + std::string(62, '0'));
}

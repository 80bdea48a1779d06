// Invariant: of two spellings of a member the usual one comes first; a message is bounded; the secrets of a reply are
// wiped.
#include "healthlake/credentials/json_keys.hpp"

#include <doctest/doctest.h>

#include <string>

#include "../support/hash_engines.hpp"

using namespace healthlake;
using namespace healthlake::detail;

TEST_CASE("an error is described by its code and message, in either spelling, and by those in upper case if both are") {
  CHECK(describe_json_error(400, R"({"Code":"A","Message":"m"})", "") == ": A (status 400): m");
  CHECK(describe_json_error(400, R"({"code":"b","message":"n"})", "") == ": b (status 400): n");
  CHECK(describe_json_error(400, R"({"code":"b","message":"n","Code":"A","Message":"m"})", "") ==
        ": A (status 400): m");
  CHECK(describe_json_error(400, R"({"code":"b","Message":"the-secret"})", "the-secret") == ": b (status 400): ***");
  CHECK(describe_json_error(503, "<html>", "") == ": status 503");
}

TEST_CASE("a fault says what and where, in at most 128 bytes of a message") {
  CHECK(describe_fault({.message = "expected a string", .path = "Token", .offset = 7}) ==
        "expected a string at byte 7, in Token");
  CHECK(describe_fault({.message = "trailing characters", .offset = 9}) == "trailing characters at byte 9");
  std::string const longest(128, 'x');
  CHECK(describe_fault({.message = longest}) == longest + " at byte 0");
  CHECK(describe_fault({.message = longest + "y"}) == longest + "... at byte 0");
}

TEST_CASE("the secrets of a reply are wiped") {
  // Short enough to be in the object itself, which has other bytes of that value at most by chance.
  hash_engines::Destroyed<JsonKeys> const secret{[](JsonKeys& it) { it.secret_access_key = "kkkkkkkkkkkkkkk"; }};
  CHECK(secret.bytes_of('k') < 10);
  hash_engines::Destroyed<JsonKeys> const token{[](JsonKeys& it) { it.token = "kkkkkkkkkkkkkkk"; }};
  CHECK(token.bytes_of('k') < 10);
}

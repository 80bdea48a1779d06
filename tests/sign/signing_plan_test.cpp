// Invariant: what a SigV4 keeps from one request to the next (the plan of the headers, the key of the day) never shows:
// it signs each request, and refuses it with the same words, as one that was just made does.
#include "healthlake/sign/signing_plan.hpp"

#include <doctest/doctest.h>

#include <array>
#include <random>
#include <string>
#include <utility>

#include "healthlake/sign/sha256.hpp"
#include "healthlake/sign/sigv4.hpp"

using namespace healthlake;

namespace {

Credentials const long_term{"AKID", Secret{"secret"}, {}};
Credentials const temporary{"AKID", Secret{"secret"}, Secret{"token"}};

SigningContext at(Timestamp time, std::string_view region = "us-east-1") { return {.region = region, .time = time}; }
constexpr Timestamp noon{1'786'145'687'000};

// The headers, or the message of the error.
std::string outcome(Result<Headers> const& result) {
  if (!result) return "error: " + to_string(result.error());
  std::string text;
  for (Header const line : *result) text += std::string{line.name} + ": " + std::string{line.value} + "\n";
  return text;
}

void check_same(SigV4<Sha256>& used, HttpRequest const& request, Credentials const& credentials,
                SigningContext const& context, SigV4Options options = {}) {
  SigV4<Sha256> fresh{options};
  auto const expected = fresh.sign(request, credentials, context);
  CHECK(outcome(used.sign(request, credentials, context)) == outcome(expected));
  // In place: the same headers behind those of the request, or nothing.
  HttpRequest in_place = request;
  auto const added = used.add_to(in_place.headers, in_place, credentials, context);
  CHECK(added.has_value() == expected.has_value());
  if (!added || !*added) {
    CHECK(in_place == request);
    return;
  }
  Headers all = request.headers;
  for (Header const line : *expected) all.add(line.name, line.value);
  CHECK(in_place.headers == all);
}

HttpRequest with(std::initializer_list<Header> headers) {
  HttpRequest request{.authority = "example.org", .headers = headers, .body = "{}"};
  return request;
}

}  // namespace

TEST_CASE("requests of random headers, one after the other, are signed as each on its own") {
  // Few names, so that the same lists come again; all kinds: signed, not signed, added by signing, and invalid.
  constexpr std::array<std::string_view, 16> names{
      "a",  "A",   "b",   "ab",         "Host",       "host", "x-amz-date",    "X-Amz-Security-Token",
      "te", "X-B", "x-b", "user-agent", "not a name", "a\nb", "Authorization", "X-Amz-Content-Sha256"};
  constexpr std::array<std::string_view, 6> values{"1", "", "  two  words ", "a\r\nb", "ä", "line\x01"};
  std::mt19937 random{20260807};
  auto const pick = [&](auto const& from) { return from[random() % from.size()]; };
  for (SigV4Options const options :
       {SigV4Options{}, SigV4Options{.sign_body = true}, SigV4Options{.omit_session_token = true}}) {
    SigV4<Sha256> used{options};
    HttpRequest request = with({});
    for (int round = 0; round < 2'000; ++round) {
      // Half of the time the names stay, and only values differ.
      bool const same_names = random() % 2 == 0;
      Headers headers;
      if (same_names) {
        for (Header const line : request.headers) headers.add(line.name, random() % 8 == 0 ? pick(values) : "3");
      } else {
        for (std::size_t left = random() % 4; left > 0; --left) {
          std::size_t const last = random() % 4 == 0 ? names.size() : names.size() - 4;
          headers.add(names[random() % last], random() % 8 == 0 ? pick(values) : "3");
        }
      }
      request.headers = headers;
      request.authority = random() % 16 == 0 ? "" : random() % 16 == 0 ? "a\nb" : "example.org";
      request.method = random() % 16 == 0 ? "P T" : "POST";
      request.target = random() % 16 == 0 ? "/\r" : "/";
      request.body = std::string(random() % 100, 'x');
      check_same(used, request, random() % 4 == 0 ? temporary : long_term,
                 at(noon + Milliseconds{static_cast<std::int64_t>(random() % 3) * 86'400'000}), options);
    }
  }
}

TEST_CASE("a name that holds two planned names and what would separate them is not mistaken for them") {
  SigV4<Sha256> used;
  check_same(used, with({{"a", "1"}, {"b", "2"}}), long_term, at(noon));
  for (std::string_view const name : {"ab", "a\nb", "a\n", "a\r\nb", ""})
    check_same(used, with({{name, "1"}}), long_term, at(noon));
  check_same(used, with({{"a", "1"}}), long_term, at(noon));
  check_same(used, with({{"a", "1"}, {"b", "2"}, {"c", "3"}}), long_term, at(noon));
}

TEST_CASE("parts of the scope that are equal only when joined do not share a key") {
  SigV4<Sha256> used;
  HttpRequest const request = with({{"a", "1"}});
  Credentials const other{"AKID/20260807/us", Secret{"secret"}, {}};
  check_same(used, request, long_term, {.region = "r", .service = "s", .time = noon});
  check_same(used, request, long_term, {.region = "r/s", .service = "", .time = noon});
  check_same(used, request, long_term, {.region = "", .service = "r/s", .time = noon});
  check_same(used, request, other, {.region = "r", .service = "s", .time = noon});
  check_same(used, request, {"AKI", Secret{"secret"}, {}}, {.region = "r", .service = "s", .time = noon});
  check_same(used, request, {"AKID", Secret{"secret2"}, {}}, {.region = "r", .service = "s", .time = noon});
  check_same(used, request, long_term, {.region = "r", .service = "s", .time = noon});
}

TEST_CASE("a signer that was copied or moved after it signed") {
  SigV4<Sha256> used;
  HttpRequest const request = with({{"b", "1"}, {"a", "2"}});
  check_same(used, request, long_term, at(noon));
  SigV4<Sha256> copy{used};
  SigV4<Sha256> assigned;
  check_same(assigned, with({{"c", "1"}}), temporary, at(noon));
  assigned = used;
  SigV4<Sha256> moved{std::move(used)};
  for (auto* const signer : {&copy, &assigned, &moved}) {
    check_same(*signer, request, long_term, at(noon));
    check_same(*signer, with({{"c", "1"}}), temporary, at(noon));
  }
}

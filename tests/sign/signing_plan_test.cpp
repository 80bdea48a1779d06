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

// Whether the request has a header that signing adds.
bool replaces_one(HttpRequest const& request, Credentials const& credentials, SigV4Options const& options) {
  return request.headers.find("X-Amz-Date") || request.headers.find("Authorization") ||
         (!credentials.session_token.empty() && request.headers.find("X-Amz-Security-Token")) ||
         (options.sign_body && request.headers.find("X-Amz-Content-Sha256"));
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
    if (added) CHECK(replaces_one(request, credentials, options));
    return;
  }
  CHECK_FALSE(replaces_one(request, credentials, options));
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
  // All of it is the same but for one character, where a slash would be.
  std::string const date = to_amz_date(noon).substr(0, 8);
  check_same(used, request, {"Ax" + date, Secret{"secret"}, {}}, {.region = "us", .service = "s", .time = noon});
  check_same(used, request, {"A", Secret{"secret"}, {}}, {.region = date, .service = "us/s", .time = noon});
  for (std::string_view const region : {"us-east-1", "us-east-", "us-east-12", "us", "us-east-1"})
    for (std::string_view const service : {"healthlake", "healthlak", "healthlakes", "/healthlake"})
      check_same(used, request, long_term, {.region = region, .service = service, .time = noon});
}

// Where plans do not last, none is filled again.
TEST_CASE("a plan fits requests with the same names in the same order, and no others" *
          doctest::skip(!detail::SigningPlan::lasts)) {
  detail::AddedHeaders const with_token{.token = true, .token_signed = true, .content_hash = false};
  HttpRequest const planned = with({{"b", "1"}, {"User-Agent", "2"}, {"A", "3"}});
  detail::SigningPlan plan;
  CHECK_FALSE(plan.fill(planned, with_token));
  for (int again = 0; again < 2; ++again) {
    plan.make(planned, with_token);
    CHECK(plan.fill(planned, with_token));
    HttpRequest request = with({{"b", "4"}, {"User-Agent", "5"}, {"A", "6"}});
    request.authority = "another.example";
    REQUIRE(plan.fill(request, with_token));
    plan.fill_added({"date", "token", ""});
    std::string filled;
    for (SignedField const& field : plan.fields())
      filled += std::string{field.name} + "=" + std::string{field.value} + " ";
    CHECK(filled == "a=6 b=4 host=another.example x-amz-date=date x-amz-security-token=token ");
    CHECK(plan.signed_headers() == "a;b;host;x-amz-date;x-amz-security-token");
    CHECK_FALSE(plan.replaces());
  }
  for (HttpRequest const& other :
       {with({{"b", "1"}, {"A", "3"}, {"User-Agent", "2"}}), with({{"b", "1"}, {"User-Agent", "2"}}),
        with({{"b", "1"}, {"User-Agent", "2"}, {"A", "3"}, {"c", "4"}}), with({}),
        with({{"b", "1"}, {"User-Agent", "2"}, {"a", "3"}}), with({{"b", "1"}, {"User-Agent", "2"}, {"A", "3\n"}})})
    CHECK_FALSE(plan.fill(other, with_token));
  CHECK_FALSE(plan.fill(planned, {.token = true, .token_signed = false, .content_hash = false}));
  HttpRequest wrong = planned;
  wrong.authority = "";
  CHECK_FALSE(plan.fill(wrong, with_token));
  wrong.authority = "a\n";
  CHECK_FALSE(plan.fill(wrong, with_token));
  wrong = planned;
  wrong.method = "P T";
  CHECK_FALSE(plan.fill(wrong, with_token));
  wrong = planned;
  wrong.target = "/\r";
  CHECK_FALSE(plan.fill(wrong, with_token));
  // With a Host header, the authority is not signed, whatever it is.
  HttpRequest hosted = with({{"Host", "h"}});
  plan.make(hosted, {});
  hosted.authority = "";
  CHECK(plan.fill(hosted, {}));
  // A copy has no plan, and one that was assigned has none any more.
  detail::SigningPlan copy{plan};
  CHECK_FALSE(copy.fill(hosted, {}));
  copy.make(hosted, {});
  copy = plan;
  CHECK_FALSE(copy.fill(hosted, {}));
  detail::SigningPlan fresh;
  fresh = plan;
  CHECK_FALSE(fresh.fill(hosted, {}));
}

TEST_CASE("what a request has of the headers that signing adds is known for each request") {
  HttpRequest const plain = with({{"a", "1"}, {"b", "2"}, {"c", "3"}, {"d", "4"}, {"e", "5"}, {"f", "6"}});
  detail::SigningPlan plan;
  for (std::string_view const name : {"X-Amz-Date", "authorization", "X-AMZ-Security-Token", "x-amz-content-sha256"}) {
    CAPTURE(name);
    plan.make(with({{"a", "1"}, {name, "2"}, {"b", "3"}}), {true, true, true});
    CHECK(plan.replaces());
    plan.make(plain, {true, true, true});
    CHECK_FALSE(plan.replaces());
    CHECK(plan.fields().size() == 10);
  }
  for (std::string_view const name : {"X-Amz-Security-Token", "X-Amz-Content-Sha256"}) {
    plan.make(with({{name, "2"}}), {});
    CHECK_FALSE(plan.replaces());
  }
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

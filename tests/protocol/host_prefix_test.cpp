#include "healthlake/protocol/host_prefix.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "healthlake/protocol/aws_json.hpp"

using namespace healthlake;

namespace {

inline constexpr Rules pin{.shape = "Pin", .sensitive = true};
inline constexpr Rules any_name{.shape = "Name", .max = 100};

struct Input {
  std::string account{};
  std::string secret = "s";
  static consteval auto shape() {
    return structure("Input", field<&Input::account>("Account", any_name, required),
                     field<&Input::secret>("Secret", pin, required));
  }
};
struct Empty {
  static consteval auto shape() { return structure("Empty"); }
};
struct Base {
  using Input = ::Input;
  using Output = Empty;
  using Errors = healthlake::Errors<>;
};
struct Labelled : Base {
  static constexpr std::string_view name = "Labelled";
  static constexpr OperationTraits traits{.host_prefix = "data.{Account}."};
};
struct Joined : Base {
  static constexpr std::string_view name = "Joined";
  static constexpr OperationTraits traits{.host_prefix = "{Account}-{Secret}-"};
};
// A label at the beginning, and one that appears twice.
struct Bare : Base {
  static constexpr std::string_view name = "Bare";
  static constexpr OperationTraits traits{.host_prefix = "{Account}.{Account}."};
};

Endpoint const endpoint{.authority = "example.com:8080", .path = "/p"};

template <class Op>
std::string authority(Input const& input, Endpoint const& at = endpoint) {
  auto const request = write_request<Op>(input, at);
  REQUIRE(request.has_value());
  return request->authority;
}

template <class Op>
std::vector<Violation> refused(Input const& input, Endpoint const& at = endpoint, ValidateOptions options = {}) {
  Result<HttpRequest> const request = write_request<Op>(input, at, options);
  REQUIRE_FALSE(request.has_value());
  auto const* error = request.error().template as<InvalidInput>();
  REQUIRE(error != nullptr);
  return error->violations;
}

}  // namespace

TEST_CASE("a label's value appears in the host, and in the body as well") {
  CHECK(authority<Labelled>({"bar"}) == "data.bar.example.com:8080");
  CHECK(authority<Labelled>({"0"}) == "data.0.example.com:8080");
  CHECK(authority<Labelled>({"A-1"}) == "data.A-1.example.com:8080");
  CHECK(authority<Labelled>({std::string(63, 'a')}) == "data." + std::string(63, 'a') + ".example.com:8080");
  CHECK(authority<Joined>({"a", "b"}) == "a-b-example.com:8080");
  CHECK(authority<Bare>({"a"}) == "a.a.example.com:8080");
  CHECK(write_request<Labelled>({"bar"}, endpoint)->body == R"({"Account":"bar","Secret":"s"})");
}

TEST_CASE("a value that is not a valid host label is rejected, with its path") {
  std::string const nul(1, '\0');
  for (std::string const& bad :
       {std::string{}, std::string{"a.b"}, std::string{"-a"}, std::string{"a-"}, std::string{"-"}, std::string{"a_b"},
        std::string{"a b"}, std::string{"evil.example/"}, std::string{"a@b"}, std::string{"a:1"}, std::string{"a#"},
        std::string{"a?"}, std::string{"a\r\nHost: b"}, std::string{"{Account}"}, std::string{"%61"}, "a" + nul,
        std::string{"\xC3\xA4"}, std::string(64, 'a')}) {
    CAPTURE(bad);
    auto const violations = refused<Labelled>({bad});
    REQUIRE(violations.size() == 1);
    CHECK(violations[0].path == "Account");
    CHECK(violations[0].rule == Rule::pattern);
    CHECK(violations[0].expected.starts_with("1 to 63 letters, digits and hyphens"));
  }
  CHECK(refused<Labelled>({"a.b"})[0].found == "\"a.b\"");
  CHECK(refused<Labelled>({std::string(64, 'a')})[0].found == "\"" + std::string(64, 'a') + "\"");
  CHECK(refused<Labelled>({std::string(65, 'a')})[0].found == "\"" + std::string(64, 'a') + "\"...");
  // Also for an IP address, which gets no prefix: the input is invalid all the same.
  CHECK(refused<Labelled>({"a.b"}, {.authority = "127.0.0.1:8080"}).size() == 1);
}

TEST_CASE("a sensitive label is not shown") {
  auto const violations = refused<Joined>({"a", "top.secret"});
  REQUIRE(violations.size() == 1);
  CHECK(violations[0].path == "Secret");
  CHECK(violations[0].found == "***");
}

TEST_CASE("labels that do not form a valid host name are rejected") {
  // 40 + 1 + 30 + 1 characters before the endpoint's first dot.
  auto const violations = refused<Joined>({std::string(40, 'a'), std::string(30, 'b')});
  REQUIRE(violations.size() == 1);
  CHECK(violations[0] == Violation{"Secret", Rule::length,
                                   "a host name of at most 253 characters, each label at most 63", "83 characters"});
  // The endpoint's host has 239 characters, plus "data.." and the label.
  std::string host = "com";
  for (int i = 0; i < 4; ++i) host.insert(0, std::string(58, 'h') + ".");
  CHECK(authority<Labelled>({std::string(8, 'a')}, {.authority = host}).size() == 253);
  CHECK(refused<Labelled>({std::string(9, 'a')}, {.authority = host})[0].found == "254 characters");
}

TEST_CASE("an IP address is left unchanged") {
  CHECK(authority<Labelled>({"bar"}, {.authority = "127.0.0.1:8080"}) == "127.0.0.1:8080");
  CHECK(authority<Labelled>({"bar"}, {.authority = "[::1]:8080"}) == "[::1]:8080");
  // No label is to blame for an endpoint that is not valid itself.
  CHECK(authority<Labelled>({"bar"}, {.authority = "127.0.0.1:99999"}) == "127.0.0.1:99999");
}

TEST_CASE("labels are listed after the other violations, within the limit") {
  Input const bad{std::string(101, 'a'), "\xFF"};
  auto const all = refused<Joined>(bad);
  REQUIRE(all.size() == 4);
  CHECK(all[0].rule == Rule::length);
  CHECK(all[1].rule == Rule::utf8);
  CHECK(all[2].path == "Account");
  CHECK(all[3].path == "Secret");
  for (std::size_t const limit : {1U, 2U, 3U, 4U})
    CHECK(refused<Joined>(bad, endpoint, {.max_violations = limit}).size() == limit);
  // A limit of 0 still rejects the input.
  CHECK(refused<Labelled>({"a.b"}, endpoint, {.max_violations = 0}).size() == 1);
}

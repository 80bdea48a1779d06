#include "healthlake/model/operation.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

using namespace healthlake;

namespace {

struct Nothing {
  static consteval auto shape() { return structure("Nothing"); }
};
struct Refused {
  std::optional<std::string> message{};
  static constexpr ErrorTraits error{.http_status = 418, .server_fault = true, .retry = RetryKind::throttling};
  static consteval auto shape() { return structure("Refused", field<&Refused::message>("message")); }
};
struct Plain {
  using Input = Nothing;
  using Output = Nothing;
  using Errors = healthlake::Errors<>;
  static constexpr std::string_view name = "Plain";
};
struct Full {
  using Input = Refused;
  using Output = Nothing;
  using Errors = healthlake::Errors<Refused>;
  static constexpr std::string_view name = "Full";
  static constexpr OperationTraits traits{.host_prefix = "data.", .readonly = true};
  static constexpr ServiceInfo service{.target_prefix = "Other", .query_compatible = true};
};
struct NoName {
  using Input = Nothing;
  using Output = Nothing;
  using Errors = healthlake::Errors<>;
};

}  // namespace

TEST_CASE("which types are operations and which are errors") {
  static_assert(Operation<Plain>);
  static_assert(Operation<Full>);
  static_assert(!Operation<NoName>);
  static_assert(!Operation<Nothing>);
  static_assert(ErrorShape<Refused>);
  static_assert(!ErrorShape<Nothing>);
  CHECK(Full::Errors::list.size() == 1);
}

TEST_CASE("the type-erased view of an operation") {
  OperationInfo const& plain = operation_info<Plain>;
  CHECK(plain.name == "Plain");
  CHECK(plain.service.target_prefix == "HealthLake");
  CHECK(plain.service.signing_name == "healthlake");
  CHECK(plain.service.shape_namespace == "com.amazonaws.healthlake");
  CHECK_FALSE(plain.service.query_compatible);
  CHECK(plain.traits.host_prefix.empty());
  CHECK_FALSE(plain.traits.readonly);
  CHECK(plain.errors.empty());
  CHECK(&plain.input() == &type_of<Nothing>());

  OperationInfo const& full = operation_info<Full>;
  CHECK(full.service.target_prefix == "Other");
  CHECK(full.traits.host_prefix == "data.");
  CHECK(full.traits.readonly);
  CHECK(&full.input() == &type_of<Refused>());
  CHECK(&full.output() == &type_of<Nothing>());
  REQUIRE(full.errors.size() == 1);
  CHECK(full.errors[0]->code == "Refused");
  CHECK(full.errors[0]->traits.http_status == 418);
  CHECK(full.errors[0]->traits.server_fault);
  CHECK(full.errors[0]->traits.retry == RetryKind::throttling);
  CHECK(full.errors[0] == &error_info<Refused>);
}

#include "healthlake/model/waiter.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string_view>

#include "healthlake/model/export_job.hpp"

using namespace healthlake;

namespace {
struct Complete {
  static constexpr std::string_view name = "Complete";
  using Operation = DescribeFHIRExportJob;
  static constexpr Milliseconds delay{1};
  static constexpr unsigned max_attempts = 1;
  static constexpr std::array acceptors{Acceptor{.path = "A", .expected = "B"}};
};
struct WithoutAcceptors {
  [[maybe_unused]] static constexpr std::string_view name = "WithoutAcceptors";
  using Operation = DescribeFHIRExportJob;
  [[maybe_unused]] static constexpr Milliseconds delay{1};
  [[maybe_unused]] static constexpr unsigned max_attempts = 1;
};
struct WithoutOperation {
  [[maybe_unused]] static constexpr std::string_view name = "WithoutOperation";
  [[maybe_unused]] static constexpr Milliseconds delay{1};
  [[maybe_unused]] static constexpr unsigned max_attempts = 1;
  [[maybe_unused]] static constexpr std::array acceptors{Acceptor{}};
};
}  // namespace

static_assert(WaiterShape<Complete>);
static_assert(WaiterShape<FHIRExportJobCompleted>);
static_assert(!WaiterShape<WithoutAcceptors>);
static_assert(!WaiterShape<WithoutOperation>);
static_assert(!WaiterShape<DescribeFHIRExportJob>);
static_assert(!WaiterShape<int>);

TEST_CASE("an acceptor matches a member and means success by default") {
  constexpr Acceptor acceptor = Complete::acceptors[0];
  CHECK(acceptor.matcher == Acceptor::Matcher::path);
  CHECK(acceptor.state == WaiterState::success);
}

TEST_CASE("every final status of an export job is accepted, and no other") {
  auto const state_of = [](std::string_view status) -> std::string_view {
    for (auto const& acceptor : FHIRExportJobCompleted::acceptors) {
      CHECK(acceptor.matcher == Acceptor::Matcher::path);
      CHECK(acceptor.path == "ExportJobProperties.JobStatus");
      if (acceptor.expected == status) return acceptor.state == WaiterState::success ? "success" : "failure";
    }
    return "";
  };
  CHECK(state_of("COMPLETED") == "success");
  CHECK(state_of("COMPLETED_WITH_ERRORS") == "success");
  CHECK(state_of("FAILED") == "failure");
  CHECK(state_of("CANCEL_COMPLETED") == "failure");
  CHECK(state_of("CANCEL_FAILED") == "failure");
  for (char const* status : {"SUBMITTED", "QUEUED", "IN_PROGRESS", "CANCEL_SUBMITTED", "CANCEL_IN_PROGRESS"}) {
    CAPTURE(status);
    CHECK(state_of(status).empty());
  }
  CHECK(FHIRExportJobCompleted::acceptors.size() == 5);
}

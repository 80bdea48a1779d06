// The functions of flow/job_run.hpp.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "healthlake/core/error.hpp"
#include "healthlake/core/retry_kind.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/flow/job_run.hpp"
#include "healthlake/flow/waiter.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL JobProgress new_job(std::string_view datastore_id, Entropy const& entropy) {
  return {.datastore_id = std::string{datastore_id}, .client_token = std::string{random_uuid(entropy).view()}};
}

namespace detail {

HEALTHLAKE_DECL JobPacing::JobPacing(WaiterInfo const& info, WaitOptions const& options)
    : options_(options), limit_(options.timeout) {
  WaitBounds const bounds = bounds_of(info, options);
  options_.delay = bounds.delay;
  options_.max_attempts = bounds.polls;
  options_.max_failed_polls = bounds.failed_polls;
}

HEALTHLAKE_DECL void JobPacing::go_on(Timestamp now) noexcept {
  failed_ = 0;
  pause_.begin(now, Milliseconds{0});
}

HEALTHLAKE_DECL std::optional<WaitEnd> JobPacing::end_with(Error const& error, bool sent, Timestamp now) noexcept {
  if (error.cancelled()) return WaitEnd::cancelled;
  auto const left = limit_.left(now);
  bool const passes = may_pass(error);
  if (passes && left && left->count == 0) return WaitEnd::timed_out;
  ++failed_;
  // A call that ends before it has sent anything would end the same way at once.
  if (!passes || !sent || failed_ == *options_.max_failed_polls) return WaitEnd::call_failed;
  pause_.begin(now, left ? (std::min)(*options_.delay, *left) : *options_.delay);
  return std::nullopt;
}

HEALTHLAKE_DECL std::optional<WaitOptions> JobPacing::wait_options(unsigned polls, Timestamp now) noexcept {
  WaitOptions options = options_;
  options.timeout = limit_.left(now);
  if (*options_.max_attempts == 0) return options;
  if (polls >= *options_.max_attempts) return std::nullopt;
  options.max_attempts = *options_.max_attempts - polls;
  return options;
}

HEALTHLAKE_DECL bool agrees(OperationInfo const& operation, void const* output, std::string_view status,
                            std::string_view name, std::string_view expected) {
  std::string path{status.substr(0, status.rfind('.') + 1)};
  path += name;
  std::string_view const found = text_at(operation.output(), output, path);
  return found.empty() || found == expected;
}

HEALTHLAKE_DECL Error wrong_answer(std::string_view path, std::string_view message) {
  return Malformed{.message = std::string{message}, .path = std::string{path}};
}

}  // namespace detail

}  // namespace HEALTHLAKE_NAMESPACE

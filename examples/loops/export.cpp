#include "export.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "healthlake/core/validate.hpp"
#include "healthlake/drive.hpp"
#include "healthlake/sign/sha256.hpp"
#include "healthlake/sign/sigv4.hpp"

namespace loops {

using namespace healthlake;

namespace {

StartFHIRExportJobRequest request_of(Common const& common, std::string const& token) {
  return {.output_data_config = {S3Configuration{"s3://example-bucket/loops", "alias/example"}},
          .datastore_id = common.datastore_id,
          .data_access_role_arn = "arn:aws:iam::123456789012:role/HealthLakeExport",
          .client_token = token};
}

// A hundred calls at once meet a busy service more often than one does.
CallOptions options_of(Common const& common) { return {.retry = {.max_attempts = 8}, .timeout = common.left}; }

End end_of(WaitEnd end) {
  switch (end) {
    case WaitEnd::success: return End::completed;
    case WaitEnd::failure: return End::job_failed;
    case WaitEnd::timed_out: return End::timed_out;
    case WaitEnd::cancelled: return End::cancelled;
    case WaitEnd::call_failed: break;
  }
  return End::call_failed;
}

}  // namespace

void Common::tick(Timestamp now) {
  constexpr Milliseconds year{std::int64_t{365} * 24 * 3'600 * 1'000};
  Milliseconds const passed = now - std::exchange(seen, now);
  if (left && Milliseconds{0} < passed && passed < year)
    left->count = std::max(left->count - passed.count, std::int64_t{0});
}

Export::Export(Common& common, Entropy entropy, std::string token)
    : common_(&common), entropy_(entropy), token_(std::move(token)) {}

std::optional<Ask> Export::next(Timestamp now) {
  auto const step = ask(now);
  auto const* const send = step ? std::get_if<Send>(&*step) : nullptr;
  if (send == nullptr) return step;
  SigV4<Sha256> signer;
  auto const headers = sign(*send, signer, common_->credentials, common_->region);
  if (headers) return step;
  finish(End::call_failed, headers.error());
  return std::nullopt;
}

std::optional<Ask> Export::ask(Timestamp now) {
  common_->tick(now);
  if (std::holds_alternative<std::monostate>(machine_)) begin();
  if (auto* const start = std::get_if<Start>(&machine_)) {
    if (auto const step = start->ask(now)) return step;
    take_start(start->result());
  }
  if (auto* const wait = std::get_if<Completion>(&machine_)) {
    if (auto const step = wait->ask(now)) return step;
    take_wait(wait->result());
  }
  return std::nullopt;
}

void Export::begin() {
  machine_.emplace<Start>(request_of(*common_, token_), common_->endpoint, common_->session, entropy_,
                          options_of(*common_));
}

void Export::take_start(Start::Outcome started) {
  if (!started) return finish(end_of(started.error()), started.error());
  DescribeFHIRExportJobRequest job{common_->datastore_id, std::move(started->output.job_id)};
  if (!violations(job).empty()) {
    Error error{Malformed{.message = "the service returned no valid JobId", .path = "JobId"}};
    error.effect = Effect::possible;
    error.client_token = token_;
    return finish(End::call_failed, std::move(error));
  }
  job_id_ = job.job_id;
  WaitOptions const options{.delay = common_->poll, .max_attempts = 0, .timeout = common_->left};
  machine_.emplace<Completion>(std::move(job), common_->endpoint, common_->session, entropy_, options_of(*common_),
                               options);
}

void Export::take_wait(Completion::Outcome result) {
  End const end =
      result.end == WaitEnd::call_failed && result.error ? end_of(*result.error) : loops::end_of(result.end);
  finish(end, std::move(result.error));
}

// The last attempt of a call may end with the time of the run, and the error says that no attempts were left.
End Export::end_of(Error const& error) const {
  if (error.cancelled()) return End::cancelled;
  return error.gave_up == GaveUp::timeout || common_->time_is_up() ? End::timed_out : End::call_failed;
}

void Export::finish(End end, std::optional<Error> error) {
  end_ = end;
  error_ = std::move(error);
  machine_.emplace<Finished>();
}

void Export::receive(HttpReply const& reply, Timestamp now) {
  if (auto* const start = std::get_if<Start>(&machine_)) start->receive(reply, now);
  else if (auto* const wait = std::get_if<Completion>(&machine_)) wait->receive(reply, now);
}

void Export::cancel() {
  if (std::holds_alternative<std::monostate>(machine_)) begin();
  if (auto* const start = std::get_if<Start>(&machine_)) {
    start->cancel();
    take_start(start->result());
  }
  if (auto* const wait = std::get_if<Completion>(&machine_)) {
    wait->cancel();
    take_wait(wait->result());
  }
}

}  // namespace loops

// Retrieves the pages of a list operation, as a state machine.
//
// Rules: as in flow/call.hpp, and `next` may also return Page: use it and call `next` again. An empty or absent
// NextToken ends the list. A repeated page token is an error, since the list would never end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "healthlake/flow/call.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// An operation whose input and output both have a NextToken.
template <class Op>
concept Paginated = Operation<Op> && requires(typename Op::Input input, typename Op::Output output) {
  input.next_token = output.next_token;
};

/// One page of a list.
template <class Output>
struct Page {
  Response<Output> response;
};

/// Detects a cycle in a sequence of tokens while storing only two of them (Brent's algorithm): immediately if a token
/// equals the previous one, otherwise within a few rounds of the cycle.
class TokenCycle {
 public:
  /// True if this token is known to repeat an earlier one.
  bool repeats(std::string const& token);

 private:
  std::string last_;
  std::string mark_;
  std::uint64_t seen_ = 0;
  std::uint64_t next_mark_ = 1;
};

/// Retrieves the pages of `Op`, for example `Pager<ListFHIRExportJobs>`.
template <Paginated Op>
class Pager {
 public:
  using Output = typename Op::Output;
  /// How the list ended: the number of pages, or an error.
  using Outcome = Result<std::uint64_t>;
  using PageStep = std::variant<Send, Wait, Page<Output>, Done<Outcome>>;

  /// Starts at `input.next_token` if it is set. `session` and what `entropy` refers to must outlive the pager.
  Pager(typename Op::Input const& input, Endpoint const& endpoint, Session& session, Entropy entropy,
        CallOptions const& options = {})
      : Pager(typename Op::Input{input}, endpoint, session, entropy, options) {}
  /// The same, for an input that is no longer needed.
  Pager(typename Op::Input&& input, Endpoint const& endpoint, Session& session, Entropy entropy,
        CallOptions const& options = {})
      : input_(std::move(input)), endpoint_(endpoint), session_(&session), entropy_(entropy), options_(options) {
    if (input_.next_token) tokens_.repeats(*input_.next_token);
  }

  PageStep next(Timestamp now) {
    using enum PagerState;
    if (state_ == ready) {
      call_.emplace(input_, endpoint_, *session_, entropy_, options_, std::move(spare_));
      state_ = detail::after(pager_transitions, {ready}, {PagerEvent::next});
    }
    if (state_ == fetching) {
      if (auto const step = call_->ask(now)) {
        static_assert(detail::after(pager_transitions, {fetching}, {PagerEvent::call_sends}, StepKind::send) ==
                      fetching);
        static_assert(detail::after(pager_transitions, {fetching}, {PagerEvent::call_waits}, StepKind::wait) ==
                      fetching);
        return detail::step_of<PageStep>(*step);
      }
      if (!call_->error()) return turn();
      Error* const error = call_->take();
      spare_ = call_->take_request();
      if (error->cancelled()) {
        cancel_with(std::move(*error));
      } else {
        error_ = std::move(*error);
        state_ = detail::after(pager_transitions, {fetching}, {PagerEvent::call_failed});
      }
    }
    if (state_ == cancelled) {
      static_assert(detail::after(pager_transitions, {cancelled}, {PagerEvent::next}, StepKind::done) == cancelled);
      return Done<Outcome>{Unexpected{*error_}};
    }
    if (state_ == taken) detail::say_no_result(error_);
    state_ = detail::after(pager_transitions, {done, taken}, {PagerEvent::next}, StepKind::done);
    if (error_) return Done<Outcome>{Unexpected{std::move(*error_)}};
    return Done<Outcome>{pages_};
  }

  /// Ends the list: its result is an Error with `cancelled()`. Has no effect on a list that is done.
  void cancel() {
    if (state_ < PagerState::cancelled) cancel_with(TransportError{TransportReason::cancelled, "", false});
  }
  /// Resumes a cancelled list at the page that was due next. Returns false if the list is not cancelled.
  bool resume() {
    if (state_ != PagerState::cancelled) return false;
    error_.reset();
    state_ = detail::after(pager_transitions, {PagerState::cancelled}, {PagerEvent::resume});
    return true;
  }

  void receive(HttpReply const& reply, Timestamp now) {
    if (state_ == PagerState::fetching) call_->receive(reply, now);
  }
  /// As for Call.
  void lose() noexcept {
    if (state_ == PagerState::fetching) call_->lose();
  }

  [[nodiscard]] PagerState state() const noexcept { return state_; }

 private:
  void cancel_with(Error&& error) {
    error_.emplace(std::move(error));
    error_->gave_up = GaveUp::cancelled;
    using enum PagerState;
    state_ = detail::after(pager_transitions, {ready, fetching}, {PagerEvent::cancel});
  }

  PageStep turn() {
    // Do what may throw first, while the call still has its result.
    auto const& response = call_->response();
    auto const& token = response.output.next_token;
    bool const last = !token || token->empty();
    std::string following;
    if (!last) following = *token;
    if (!last && tokens_.repeats(following))
      error_ = Malformed{.message = "the service gave the same page token again; the list would never end",
                         .path = "NextToken",
                         .http_status = response.metadata.http_status,
                         .request_id = response.metadata.request_id};
    static_cast<void>(call_->take());
    spare_ = call_->take_request();
    ++pages_;
    if (last) {
      state_ = detail::after(pager_transitions, {PagerState::fetching}, {PagerEvent::last_page}, StepKind::page);
    } else if (error_) {
      state_ = detail::after(pager_transitions, {PagerState::fetching}, {PagerEvent::repeated_token}, StepKind::page);
    } else {
      state_ = detail::after(pager_transitions, {PagerState::fetching}, {PagerEvent::page}, StepKind::page);
      input_.next_token = std::move(following);
    }
    return Page<Output>{std::move(call_->response())};
  }

  typename Op::Input input_;
  Endpoint endpoint_;
  Session* session_;
  Entropy entropy_;
  CallOptions options_;
  TokenCycle tokens_;
  std::optional<Call<Op>> call_;
  // The request of the previous page, kept to reuse its memory.
  HttpRequest spare_;
  std::optional<Error> error_;
  std::uint64_t pages_ = 0;
  PagerState state_ = PagerState::ready;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/flow/impl/pager.ipp"
#endif

// Retrieves the pages of a list operation, as a state machine.
//
// Rules: as in flow/call.hpp, and `next` may also return Page: use it and call `next` again. An empty or absent
// NextToken ends the list. A repeated page token is an error, since the list would never end.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/flow/call.hpp"
#include "healthlake/flow/entropy.hpp"
#include "healthlake/flow/step.hpp"
#include "healthlake/flow/transitions.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// An operation whose input and output both have a NextToken.
template <class Op>
concept Paginated = Operation<Op> && requires(typename Op::Input input, typename Op::Output output) {
  input.next_token = output.next_token;
};

/// One page of a list.
template <class Output>
struct Page {
  /// The page as the operation returned it, with its `next_token`.
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

namespace detail {

// The part of a pager that does not depend on the types of its input and output.
class PageMachine {
 public:
  using Outcome = Result<std::uint64_t>;

  PageMachine(OperationInfo const& operation, Extras const& extras, Endpoint const& endpoint, Session& session,
              Entropy entropy, CallOptions const& options, std::optional<std::string> const& first_token);
  // Defined once per program, since most files do nothing else with a machine.
  PageMachine(PageMachine const&);
  PageMachine(PageMachine&&) noexcept;
  PageMachine& operator=(PageMachine const&);
  PageMachine& operator=(PageMachine&&) noexcept;
  ~PageMachine();

  // The next step; nullopt if there is a page, or if the list is done or cancelled. `input` is that of the operation.
  std::optional<Ask> ask(Timestamp now, void const* input);

  // After `ask` returned nullopt: whether that is for a page.
  [[nodiscard]] bool has_page() const noexcept { return state_ == PagerState::fetching; }
  // Whether a reply is due.
  [[nodiscard]] bool is_receiving() const noexcept { return has_page() && call_->state() == CallState::sent; }
  // Takes the page. `token` is its NextToken, and `next` that of the input, which becomes that of the next page.
  void turn(std::optional<std::string> const& token, ResponseMetadata const& metadata,
            std::optional<std::string>& next);
  // What `next` returns as Done, if there is no page.
  Outcome take();

  // Takes the reply to the last Send. Precondition: is_receiving().
  void receive(HttpReply const& reply, Timestamp now, void* output, ResponseMetadata& metadata);
  void lose() noexcept;
  void cancel();
  bool resume();

  [[nodiscard]] PagerState state() const noexcept { return state_; }

 private:
  friend struct Probe;
  void cancel_with(Error&& error);

  OperationInfo const* operation_;
  Extras const* extras_;
  Endpoint endpoint_;
  Session* session_;
  Entropy entropy_;
  CallOptions options_;
  TokenCycle tokens_;
  std::optional<CallMachine> call_;
  // The request of the previous page, kept to reuse its memory.
  HttpRequest spare_;
  std::optional<Error> error_;
  std::uint64_t pages_ = 0;
  PagerState state_ = PagerState::ready;
};

}  // namespace detail

/// Retrieves the pages of `Op`, for example `Pager<ListFHIRExportJobs>`.
template <Paginated Op>
class Pager {
 public:
  /// The output of the operation, which is one page.
  using Output = typename Op::Output;
  /// How the list ended: the number of pages, or an error.
  using Outcome = Result<std::uint64_t>;
  /// What `next` returns.
  using PageStep = std::variant<Send, Wait, Page<Output>, Done<Outcome>>;

  /// Starts at `input.next_token` if it is set. `session` and what `entropy` refers to must outlive the pager.
  Pager(typename Op::Input const& input, Endpoint const& endpoint, Session& session, Entropy entropy,
        CallOptions const& options = {})
      : Pager(typename Op::Input{input}, endpoint, session, entropy, options) {}
  /// The same, for an input that is no longer needed.
  Pager(typename Op::Input&& input, Endpoint const& endpoint, Session& session, Entropy entropy,
        CallOptions const& options = {})
      : input_(std::move(input)),
        machine_(operation_info<Op>, detail::extras_of<Op>, endpoint, session, entropy, options, input_.next_token) {}

  /// Returns the next step at time `now`. A page is moved out, so use it before the next call.
  PageStep next(Timestamp now) {
    if (auto const step = machine_.ask(now, &input_)) return detail::step_of<PageStep>(*step);
    if (!machine_.has_page()) return Done<Outcome>{machine_.take()};
    machine_.turn(response_.output.next_token, response_.metadata, input_.next_token);
    return Page<Output>{std::move(response_)};
  }

  /// For machines that own a pager: what `next` returns while there is neither a page nor an end; otherwise nullopt.
  std::optional<Ask> ask(Timestamp now) { return machine_.ask(now, &input_); }

  /// Ends the list: its result is an Error with `cancelled()`. Has no effect on a list that is done.
  void cancel() { machine_.cancel(); }
  /// Resumes a cancelled list at the page that was due next. Returns false if the list is not cancelled.
  bool resume() { return machine_.resume(); }

  /// Takes the reply to the last Send; ignored if no reply is due. As for Call, if it throws.
  void receive(HttpReply const& reply, Timestamp now) {
    if (!machine_.is_receiving()) return;
    std::destroy_at(&response_);
    std::construct_at(&response_);
    machine_.receive(reply, now, &response_.output, response_.metadata);
  }
  /// As for Call.
  void lose() noexcept { machine_.lose(); }

  /// The state in the table of flow/transitions.hpp.
  [[nodiscard]] PagerState state() const noexcept { return machine_.state(); }

 private:
  friend struct detail::Probe;
  // A page is moved into its step, which must not throw.
  static_assert(std::is_nothrow_move_constructible_v<Response<Output>>);
  static_assert(std::is_nothrow_default_constructible_v<Response<Output>>);

  typename Op::Input input_;
  detail::PageMachine machine_;
  Response<Output> response_{};
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/flow/impl/pager.ipp"
#endif

// What a machine asks its driver to do: send a request, wait, or take the result.
//
// Rules: a machine never blocks and never reads the clock; the driver passes `now`, the wall-clock time within
// Timestamp's range, since signatures need the real time. If the clock is set forward, waits end early; if it is set
// back, a wait in progress restarts and lasts at most its original length.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <variant>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/http/message.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Sign and send this request, then pass the reply to `receive`. It refers to a request inside the machine: valid until
/// the next call of the machine, and only while the machine is not moved.
class Send {
 public:
  /// For machines: the request, the number of the attempt, and the time to sign with.
  Send(HttpRequest& request, unsigned number, Timestamp when)
      : attempt(number), date(when), request_(&request), own_(request.headers.size()) {}

  /// What to send, once the signer's headers were added.
  [[nodiscard]] HttpRequest const& request() const noexcept { return *request_; }
  /// The request's headers: a signer adds its own with Headers::set, for this attempt only. Their names must not be
  /// those of the call's own headers (`has_own`).
  [[nodiscard]] Headers& headers() const noexcept { return request_->headers; }

  /// Whether a header of this name is one of those that the call itself sends.
  [[nodiscard]] bool has_own(std::string_view name) const noexcept;

  /// The number of the attempt, from 1.
  unsigned attempt = 1;
  /// The time to sign with: `now`, corrected for known clock skew.
  Timestamp date{};
  /// The time left for this attempt, greater than 0; nullopt if there is no limit. The machine ends when it has passed,
  /// with or without a reply.
  std::optional<Milliseconds> timeout{};

 private:
  HttpRequest* request_;
  // How many header lines are the call's own.
  std::size_t own_;
};

/// Call `next` again at this time; there is nothing to do until then.
struct Wait {
  /// In terms of the `now` that was passed to `next`.
  Timestamp until{};
};

/// The machine is finished. The result is moved out: if `next` is called again, the result is a SetupError (usage).
template <class R>
struct Done {
  /// How it ended: the Outcome of the machine.
  R result;
};

/// What a machine asks for before it is done.
using Ask = std::variant<Send, Wait>;

namespace detail {
// Converts it to a machine's step type.
template <class AnyStep>
AnyStep step_of(Ask const& ask) {
  if (auto const* wait = std::get_if<Wait>(&ask)) return *wait;
  return *std::get_if<Send>(&ask);
}
}  // namespace detail

/// What `next` returns for a machine with result type R.
template <class R>
using Step = std::variant<Send, Wait, Done<R>>;

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/flow/impl/step.ipp"
#endif

// What a machine asks of whoever drives it: send this, come back then, done.
//
// Rules: a machine never blocks and never asks the time; `now` is wall-clock time as the driver sees it, within
// Timestamp's range, since signatures need the true time. Should the clock be set forward, waits end early; should it
// be set back, a wait under way begins anew and is never longer than it was.
#pragma once

#include <optional>
#include <variant>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/http/message.hpp"

namespace healthlake {

/// Sign and send this, then give the reply to `receive`. It refers to a request inside the machine: good until the
/// machine's next call, and while the machine is not moved.
class Send {
 public:
  Send(HttpRequest& request, unsigned number, Timestamp when) : attempt(number), date(when), request_(&request) {}

  [[nodiscard]] HttpRequest const& request() const noexcept { return *request_; }
  /// The request's headers: what a signer adds goes here, by Headers::set, for this attempt only.
  [[nodiscard]] Headers& headers() const noexcept { return request_->headers; }

  /// From 1.
  unsigned attempt = 1;
  /// The time to sign with: `now`, corrected by what is known of the service's clock.
  Timestamp date{};
  /// The time that is left for this attempt, more than 0; nothing if there is no limit. The machine ends when it is
  /// over, whether there is a reply or not.
  std::optional<Milliseconds> timeout{};

 private:
  HttpRequest* request_;
};

/// Call `next` again at this time; there is nothing to do until then.
struct Wait {
  Timestamp until{};
};

/// The machine is finished. The result is moved out: a machine that is asked again has a SetupError (usage) instead.
template <class R>
struct Done {
  R result;
};

/// What a machine asks for before it is done.
using Ask = std::variant<Send, Wait>;

namespace detail {
// The same as a step of a machine.
template <class AnyStep>
AnyStep step_of(Ask const& ask) {
  if (auto const* wait = std::get_if<Wait>(&ask)) return *wait;
  return *std::get_if<Send>(&ask);
}
}  // namespace detail

/// What a machine of result R asks for.
template <class R>
using Step = std::variant<Send, Wait, Done<R>>;

}  // namespace healthlake

// What an observer of calls, waits and lists is; flow/reports.hpp has the reports, flow/observe.hpp how to observe.
//
// Rules: small, since every program that includes client.hpp includes it.
#pragma once

#include "healthlake/version.hpp"

namespace HEALTHLAKE_NAMESPACE {

struct SendReport;
struct AttemptReport;
struct WaitReport;
struct OutcomeReport;

/// An object with any of these functions; it derives from nothing, and what it does not have is not reported:
/// `on_send(SendReport const&)`, before a request is signed and sent; `on_attempt(AttemptReport const&)`, once an
/// attempt has ended; `on_wait(WaitReport const&)`, when a delay begins; `on_outcome(OutcomeReport const&)`, at the
/// end. They are called by the thread that drives the machine, and must not call it.
template <class O>
concept Observer = requires(O& observer, SendReport const& report) { observer.on_send(report); } ||
                   requires(O& observer, AttemptReport const& report) { observer.on_attempt(report); } ||
                   requires(O& observer, WaitReport const& report) { observer.on_wait(report); } ||
                   requires(O& observer, OutcomeReport const& report) { observer.on_outcome(report); };

/// In place of an Observer: nothing is observed.
struct NoObserver {};

template <class Machine, Observer O>
class Observed;

}  // namespace HEALTHLAKE_NAMESPACE

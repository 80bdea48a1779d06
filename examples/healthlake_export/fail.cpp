#include "commands.hpp"
#include "healthlake/sign/credentials_source.hpp"
#include "healthlake/text/text.hpp"
#include "signals.hpp"

namespace healthlake_export {

using namespace healthlake;

std::string whose_credentials(Run const& run, Error const& error) {
  return refused_credentials(error) ? concat({"\nThe credentials are from ", printable(run.keys.source()), "."})
                                    : std::string{};
}

Exit fail(Run const& run, Error const& error, std::string_view advice) {
  run.progress.finish();
  if (error.cancelled() && caught_signal() != 0) {
    run.out.message(concat({"interrupted", advice}));
    return Exit{interrupted + caught_signal()};
  }
  run.out.message(concat({to_string(error), whose_credentials(run, error), advice}));
  // An error before anything was sent is due to the input.
  bool const unsent = error.kind() == ErrorKind::invalid || error.kind() == ErrorKind::setup;
  return unsent && error.effect == Effect::none ? invalid_input : call_failed;
}

void warn_of_clock(Run const& run, ResponseMetadata const& metadata) {
  if (run.clock_shown || metadata.clock_correction == Milliseconds{}) return;
  run.clock_shown = true;
  run.out.message(concat({"warning: this machine's clock differs from the service's; signed with ",
                          Decimal{metadata.clock_correction.count}, " ms added; set the clock"}));
}

std::string missing_members(ResponseMetadata const& metadata) {
  std::string names;
  for (auto const& member : metadata.missing) append(names, {names.empty() ? "" : ", ", printable(member.path)});
  return names;
}

}  // namespace healthlake_export

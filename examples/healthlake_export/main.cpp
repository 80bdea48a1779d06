// healthlake-export: starts a FHIR export of a data store over libcurl and waits for it to complete; describes and
// lists the export jobs that there are. exit_status.hpp has the exit statuses.
#include <cstdlib>
#include <string>
#include <variant>

#include "command_line.hpp"
#include "commands.hpp"
#include "common/environment.hpp"
#include "common/secrets.hpp"
#include "healthlake/core/error.hpp"
#include "keys.hpp"
#include "limits.hpp"
#include "output.hpp"
#include "progress.hpp"
#include "rest.hpp"
#include "service.hpp"
#include "settings.hpp"
#include "signals.hpp"

namespace healthlake_export {
namespace {

using healthlake_examples::Secrets;

void add_secrets_of_proxies(Secrets& secrets, Options const& options) {
  secrets.add_proxy(options.proxy);
  if (!options.proxy_from_environment) return;
  for (char const* const name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"})
    secrets.add_proxy(healthlake_examples::variable(name));
}

Exit no_credentials(Keys const& keys, healthlake::Error const& error, Output& out) {
  if (error.cancelled() && caught_signal() != 0) {
    out.message("interrupted");
    return Exit{interrupted + caught_signal()};
  }
  auto const fault = keys.fault();
  out.message(to_string(error) +
              (fault == Keys::Fault::nothing_configured ? std::string{"\n"} + set_credentials : std::string{}) +
              "\nNothing was sent to HealthLake.");
  return fault == Keys::Fault::service ? call_failed : invalid_input;
}

Exit run(Options const& options) {
  Secrets secrets{max_signatures};
  add_secrets_of_environment(secrets);
  add_secrets_of_proxies(secrets, options);
  auto const checked = check(options, secrets);
  Settings const& settings = checked.settings;
  Output out{secrets, settings.json};
  if (!checked.problems.empty()) {
    std::string text = "invalid input";
    for (auto const& problem : checked.problems) text += "\n  " + problem;
    out.message(text);
    return invalid_input;
  }
  for (auto const& url : settings.unprotected)
    out.message("warning: " + url +
                " is plain HTTP and not this machine: anybody on the way can read the signed requests and forge the "
                "responses; use https");

  Progress progress{out};
  Keys keys{settings, secrets, out, progress};
  if (auto const first = keys.get(); !first) return no_credentials(keys, first.error(), out);
  Service service{settings, keys, secrets, progress};
  bool clock_shown = false;
  Run const run{settings, keys, service, out, progress, clock_shown};
  Exit const status = settings.command == Command::describe ? describe(run)
                      : settings.command == Command::list   ? list(run)
                      : settings.rest.rest                  ? export_by_rest(run)
                                                            : start(run);
  if (out.failure().empty() || (status != success && status != job_failed)) return status;
  out.message("the output cannot be written: " + out.failure());
  return output_failed;
}

}  // namespace
}  // namespace healthlake_export

int main(int argc, char** argv) {
  using namespace healthlake_export;
  // libcurl would write the keys of every connection to this file.
  unsetenv("SSLKEYLOGFILE");
  watch_signals();
  auto const parsed = parse_command_line(argc, argv);
  if (auto const* const status = std::get_if<Exit>(&parsed)) return *status;
  return run(std::get<Options>(parsed));
}

// healthlake-export: starts a FHIR export of a data store over libcurl and waits for it to complete; describes and
// lists the export jobs that there are. exit_status.hpp has the exit statuses.
#include <cstdlib>
#include <string>
#include <variant>

#include "command_line.hpp"
#include "commands.hpp"
#include "environment.hpp"
#include "output.hpp"
#include "progress.hpp"
#include "rest.hpp"
#include "secrets.hpp"
#include "service.hpp"
#include "settings.hpp"
#include "signals.hpp"

namespace healthlake_export {
namespace {

void add_secrets(Secrets& secrets, Settings const& settings) {
  secrets.add(settings.credentials);
  secrets.add_proxy(settings.proxy);
  if (!settings.proxy_from_environment) return;
  for (char const* const name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"})
    secrets.add_proxy(variable(name));
}

Exit run(Options const& options) {
  auto const checked = check(options);
  Settings const& settings = checked.settings;
  Secrets secrets;
  add_secrets(secrets, settings);
  Output out{secrets, settings.json};
  if (!checked.problems.empty()) {
    std::string text = "invalid input";
    for (auto const& problem : checked.problems) text += "\n  " + problem;
    out.message(text);
    return invalid_input;
  }
  if (is_unprotected(settings.endpoint))
    out.message("warning: " + settings.endpoint.url() +
                " is plain HTTP and not this machine: anybody on the way can read the signed requests and forge the "
                "responses; use https");

  Progress progress{out};
  Service service{settings, secrets, progress};
  Run const run{settings, service, out, progress};
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

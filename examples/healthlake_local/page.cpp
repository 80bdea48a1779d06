#include "page.hpp"

#include <string>
#include <utility>

#include "healthlake/text/text.hpp"
#include "server.hpp"

namespace {

using namespace healthlake;

PageOptions options_of(Arguments const& arguments, SystemRuntime& runtime) {
  PageOptions options{.fault_control = arguments.fault_control, .hosts = arguments.page_hosts};
  for (int i = 0; i < 4; ++i) append(options.token, {i == 0 ? "" : "-", Decimal{runtime.random()}});
  return options;
}

}  // namespace

bool has_page(Arguments const& arguments) {
  return !arguments.no_page && (is_loopback_address(arguments.listen) || !arguments.page_hosts.empty());
}

Page::Page(Arguments const& arguments, LocalHealthLake& healthlake, SystemRuntime& runtime)
    : shown_(has_page(arguments)),
      healthlake_(healthlake),
      runtime_(runtime),
      options_(options_of(arguments, runtime)) {}

std::optional<HttpResponse> Page::answer(HttpRequest const& request) {
  if (!shown_) return std::nullopt;
  return serve_page(
      request, options_,
      [&] {
        LocalOverview overview = healthlake_.overview();
        log_.add_to(overview);
        return overview;
      },
      [&](Fault const& fault) { healthlake_.script(fault); });
}

void Page::note(HttpRequest const& request, HttpReply const& reply, std::chrono::milliseconds time) {
  if (shown_) log_.add(request, reply, runtime_.now(), Milliseconds{time.count()});
}

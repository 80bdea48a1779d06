// The page on which a local service shows itself, as HTML. local/page_requests.hpp answers a browser's requests for it.
//
// Rules: pure functions of an overview. Plain HTML and one style sheet, which fit a phone; no script. Every string is
// escaped where it is written, whatever it is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "healthlake/local/overview.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// How the page is served.
struct PageOptions {
  /// The secret of the forms: at least 16 characters that nobody can guess. With a shorter one, no form is accepted.
  std::string token{};
  /// Shows the form that adds to the fault script, and accepts it.
  bool fault_control = false;
  /// Other hosts than loopback names that a browser may use, without the port: `build-server.example`.
  std::vector<std::string> hosts{};
  /// How often the page loads itself again, in seconds. Default 2.
  int refresh_seconds = 2;
};

/// A string as HTML text or the value of a quoted attribute: `&`, `<`, `>`, `"` and `'` as character references.
std::string escape_html(std::string_view text);

/// The page as an HTML document. `refreshes`: it loads itself again.
std::string render_page(LocalOverview const& overview, PageOptions const& options, bool refreshes = true);

/// The page with the form, and `problem`, what was wrong with the last one.
std::string render_fault_form(LocalOverview const& overview, PageOptions const& options, std::string_view problem = {});

/// The style sheet of both.
std::string_view page_style() noexcept;

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/local/impl/page.ipp"
#endif

// The requests of a browser for the page of a local service (local/page.hpp).
//
//   if (auto page = serve_page(request, options, overview, add_fault)) return *page;  // not a request for the service
//
// Rules: the page is for whoever uses this machine. Its Host must be a loopback name, so that no other site can read it
// by pointing its own name here (DNS rebinding). A form must contain the page's token and come from the page, so that
// no other site can send one (CSRF). A Content-Security-Policy allows its own style sheet and nothing else; nothing is
// cached, framed, or embedded by other sites.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "healthlake/http/message.hpp"
#include "healthlake/local/fault.hpp"
#include "healthlake/local/overview.hpp"
#include "healthlake/local/page.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The maximum size of a form, in bytes.
inline constexpr std::size_t max_form_bytes = std::size_t{64} << 10;
/// How many faults may remain in the script if the form adds some.
inline constexpr std::int64_t max_form_faults = 1'000;

/// Answers a request whose path is that of the page, or begins with it and a dot or a slash; nothing for any other.
///
/// - `GET /_local`: the page; with `Accept: application/json`, and as `/_local.json`, a LocalOverview as JSON. With
///   `?refresh=off`, the page does not load itself again.
/// - `GET /_local.css`: the style sheet.
/// - `GET /_local/faults`, `POST /_local/faults`: the form, which adds to the fault script
///   (local/fault_script.hpp); only with PageOptions::fault_control.
///
/// Others are a 404, or a 405; 403 for a Host that is not allowed and for a form without the token or from another
/// site. `overview` is called once at most; `add_fault` for each fault of a form, all of which are valid.
std::optional<HttpResponse> serve_page(HttpRequest const& request, PageOptions const& options,
                                       std::function<LocalOverview()> const& overview,
                                       std::function<void(Fault const&)> const& add_fault);

namespace detail {

// Whether a browser that sends this Host means this machine.
bool is_page_host(std::string_view host, PageOptions const& options);

// The value of a field of a form (application/x-www-form-urlencoded); nothing if it is absent or there twice.
std::optional<std::string> form_field(std::string_view form, std::string_view name);

}  // namespace detail

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/local/impl/page_requests.ipp"
#endif

// The functions of local/page_requests.hpp.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/http/authority.hpp"
#include "healthlake/http/local_address.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/json/encode.hpp"
#include "healthlake/local/fault.hpp"
#include "healthlake/local/fault_script.hpp"
#include "healthlake/local/overview.hpp"
#include "healthlake/local/page.hpp"
#include "healthlake/local/page_requests.hpp"
#include "healthlake/sign/hash.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/percent.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL bool is_page_host(std::string_view host, PageOptions const& options) {
  Authority parts;
  if (parse_authority(host, parts) != AuthorityFault::none) return false;
  if (is_loopback(parts)) return true;
  return std::any_of(options.hosts.begin(), options.hosts.end(), [&](std::string_view allowed) {
    return equal_ignoring_case(without_final_dot(parts.host), without_final_dot(allowed));
  });
}

HEALTHLAKE_DECL std::optional<std::string> form_field(std::string_view form, std::string_view name) {
  std::optional<std::string> found;
  bool twice = false;
  for_each_piece(form, '&', [&](std::string_view pair) {
    std::size_t const equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != name) return;
    std::string value{pair.substr(equals + 1)};
    std::replace(value.begin(), value.end(), '+', ' ');
    twice = twice || found.has_value();
    found = percent_decode(value);
  });
  return twice ? std::nullopt : found;
}

// A response with the headers that keep a browser from doing anything but showing it.
HEALTHLAKE_DECL HttpResponse page_response(int status, std::string_view type, std::string body) {
  HttpResponse response{.status = status, .body = std::move(body)};
  response.headers.add("Content-Type", type);
  response.headers.add("Content-Security-Policy",
                       "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
                       "frame-ancestors 'none'");
  response.headers.add("X-Content-Type-Options", "nosniff");
  response.headers.add("X-Frame-Options", "DENY");
  response.headers.add("Cross-Origin-Resource-Policy", "same-origin");
  response.headers.add("Cross-Origin-Opener-Policy", "same-origin");
  response.headers.add("Referrer-Policy", "same-origin");
  response.headers.add("Cache-Control", "no-store");
  return response;
}

HEALTHLAKE_DECL HttpResponse page_text(int status, std::string body) {
  return page_response(status, "text/plain; charset=utf-8", std::move(body) + "\n");
}

HEALTHLAKE_DECL HttpResponse page_html(int status, std::string body) {
  return page_response(status, "text/html; charset=utf-8", std::move(body));
}

// Whether the media ranges of Accept name JSON, and not HTML before it.
HEALTHLAKE_DECL bool wants_json(HttpRequest const& request) {
  std::string_view const accept = request.headers.find("Accept").value_or(std::string_view{});
  return accept.find("application/json") < accept.find("text/html");
}

// What is wrong with the origin of a form: it is not the page's own.
HEALTHLAKE_DECL bool is_foreign(HttpRequest const& request, std::string_view host) {
  auto const site = request.headers.find("Sec-Fetch-Site");
  if (site && *site != "same-origin") return true;
  auto const origin = request.headers.find("Origin");
  return origin && *origin != concat({"http://", host}) && *origin != concat({"https://", host});
}

// Adds the faults of a form. Returns what is wrong with it.
HEALTHLAKE_DECL std::string add_faults(std::string_view text, std::int64_t remaining,
                                       std::function<void(Fault const&)> const& add_fault) {
  auto script = read_fault_script(text);
  if (!script) return std::move(script).error();
  if (script->empty()) return "there is no fault in the form";
  if (remaining + static_cast<std::int64_t>(script->size()) > max_form_faults)
    return concat({"more than ", Decimal{max_form_faults}, " faults would remain"});
  for (auto const& fault : *script) add_fault(fault);
  return {};
}

HEALTHLAKE_DECL HttpResponse answer_form(HttpRequest const& request, std::string_view host, PageOptions const& options,
                                         std::function<LocalOverview()> const& overview,
                                         std::function<void(Fault const&)> const& add_fault) {
  constexpr std::size_t shortest_token = 16;
  std::string_view const type = request.headers.find("Content-Type").value_or(std::string_view{});
  if (is_foreign(request, host)) return page_text(403, "The form was sent by another site.");
  if (!equal_ignoring_case(type.substr(0, type.find(';')), "application/x-www-form-urlencoded"))
    return page_text(415, "Expected application/x-www-form-urlencoded.");
  if (request.body.size() > max_form_bytes) return page_text(413, "The form is longer than 64 KiB.");
  auto const token = form_field(request.body, "token");
  if (options.token.size() < shortest_token || !token || !equal_in_constant_time(*token, options.token))
    return page_text(403, "The form does not contain the token of this page; load it again.");
  auto const faults = form_field(request.body, "faults");
  LocalOverview const now = overview();
  std::string const problem = add_faults(faults.value_or(std::string{}), now.fault_count, add_fault);
  if (!problem.empty()) return page_html(400, render_fault_form(now, options, problem));
  HttpResponse response = page_text(303, "The faults were added.");
  response.headers.add("Location", "/_local");
  return response;
}

HEALTHLAKE_DECL HttpResponse answer_get(std::string_view path, std::string_view query, HttpRequest const& request,
                                        PageOptions const& options, std::function<LocalOverview()> const& overview) {
  if (path == "/_local.css") return page_response(200, "text/css; charset=utf-8", std::string{page_style()});
  if (path == "/_local/faults") return page_html(200, render_fault_form(overview(), options));
  if (path == "/_local" && !wants_json(request))
    return page_html(200, render_page(overview(), options, query != "refresh=off"));
  auto const json = encode(overview());
  if (!json) return page_text(500, "The overview cannot be written as JSON.");
  return page_response(200, "application/json", *json);
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL std::optional<HttpResponse> serve_page(HttpRequest const& request, PageOptions const& options,
                                                       std::function<LocalOverview()> const& overview,
                                                       std::function<void(Fault const&)> const& add_fault) {
  std::string_view const target = request.target;
  std::size_t const question = (std::min)(target.find('?'), target.size());
  std::string_view const path = target.substr(0, question);
  std::string_view const query = target.substr((std::min)(question + 1, target.size()));
  if (path != "/_local" && !path.starts_with("/_local.") && !path.starts_with("/_local/")) return std::nullopt;

  std::string_view const host = request.headers.find("Host").value_or(request.authority);
  if (!detail::is_page_host(host, options))
    return detail::page_text(403, "This page is for the machine that it runs on: open it as http://127.0.0.1.");
  bool const form = path == "/_local/faults" && options.fault_control;
  if (path != "/_local" && path != "/_local.json" && path != "/_local.css" && !form)
    return detail::page_text(404, "There is no such page.");
  if (request.method == "GET" || request.method == "HEAD")
    return detail::answer_get(path, query, request, options, overview);
  if (form && request.method == "POST") return detail::answer_form(request, host, options, overview, add_fault);
  HttpResponse response = detail::page_text(405, "The method is not allowed here.");
  response.headers.add("Allow", form ? "GET, HEAD, POST" : "GET, HEAD");
  return response;
}

}  // namespace HEALTHLAKE_NAMESPACE

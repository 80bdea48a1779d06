// The functions of local/page.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/local/overview.hpp"
#include "healthlake/local/page.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// A document. Only literals are written as they are; everything else is escaped.
class Html {
 public:
  template <std::size_t N>
  Html& raw(char const (&markup)[N]) {
    out_.append(markup, N - 1);
    return *this;
  }
  Html& text(std::string_view text) {
    out_ += escape_html(text);
    return *this;
  }
  Html& number(std::int64_t number) { return text(Decimal{number}); }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

// A column of a table, by the member that it shows.
struct Column {
  std::string_view title;
  std::string_view member;
};

inline constexpr Column datastore_columns[] = {{"Data store", "DatastoreId"},
                                               {"Name", "DatastoreName"},
                                               {"Status", "DatastoreStatus"},
                                               {"Created", "CreatedAt"},
                                               {"Resources", "Resources"}};
inline constexpr Column job_columns[] = {
    {"Job", "JobId"}, {"Name", "JobName"}, {"Status", "JobStatus"}, {"Submitted", "SubmitTime"}, {"Ended", "EndTime"}};

HEALTHLAKE_DECL void write_head(Html& html, LocalOverview const& overview, int refresh_seconds) {
  html.raw(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
  if (refresh_seconds > 0) html.raw("<meta http-equiv=\"refresh\" content=\"").number(refresh_seconds).raw("\">\n");
  html.raw(
          "<title>healthlake-local</title>\n<link rel=\"stylesheet\" href=\"/_local.css\">\n</head>\n<body>\n"
          "<header><h1>healthlake-local</h1><p>")
      .text(overview.version)
      .raw(" &middot; ")
      .text(overview.region)
      .raw(" &middot; ")
      .text(to_iso8601(overview.time))
      .raw("</p></header>\n<main>\n");
}

HEALTHLAKE_DECL void write_cell(Html& html, std::string_view title, std::string_view value, bool is_status) {
  html.raw("<td data-label=\"").text(title).raw("\"");
  if (is_status) {
    bool const bad = value.find("FAIL") != std::string_view::npos || value.find("ERROR") != std::string_view::npos;
    bool const good = value == "ACTIVE" || value.starts_with("COMPLETED");
    if (bad) html.raw(" class=\"bad\"");
    else if (good) html.raw(" class=\"good\"");
  }
  html.raw(">").text(value.empty() ? std::string_view{"-"} : value).raw("</td>");
}

HEALTHLAKE_DECL bool has_column(std::string_view member, std::span<Column const> columns) {
  for (auto const& column : columns)
    if (column.member == member) return true;
  return false;
}

// The members that have no column, and the files.
HEALTHLAKE_DECL void write_rest(Html& html, OverviewItem const& item, std::span<Column const> columns, bool open) {
  std::int64_t others = 0;
  for (auto const& [name, value] : item.members) others += has_column(name, columns) ? 0 : 1;
  html.raw("<td data-label=\"More\"><details");
  if (open) html.raw(" open");
  html.raw("><summary>").number(others).raw(" members");
  if (item.file_count > 0) html.raw(", ").number(item.file_count).raw(" files");
  html.raw("</summary><dl>");
  for (auto const& [name, value] : item.members)
    if (!has_column(name, columns)) html.raw("<dt>").text(name).raw("</dt><dd>").text(value).raw("</dd>");
  if (item.file_count > 0) {
    html.raw("<dt>Files</dt><dd><ul>");
    for (auto const& file : item.files) html.raw("<li>").text(file).raw("</li>");
    auto const more = item.file_count - static_cast<std::int64_t>(item.files.size());
    if (more > 0) html.raw("<li>and ").number(more).raw(" more</li>");
    html.raw("</ul></dd>");
  }
  html.raw("</dl></details></td>");
}

HEALTHLAKE_DECL void write_list(Html& html, OverviewList const& list, std::string_view title,
                                std::span<Column const> columns, bool open) {
  html.raw("<section><h2>").text(title).raw(" <small>").number(list.total).raw("</small></h2>\n");
  if (list.items.empty()) {
    html.raw("<p class=\"none\">none</p></section>\n");
    return;
  }
  html.raw("<table><thead><tr>");
  for (auto const& column : columns) html.raw("<th>").text(column.title).raw("</th>");
  html.raw("<th>More</th></tr></thead><tbody>\n");
  for (auto const& item : list.items) {
    html.raw("<tr>");
    for (auto const& column : columns) {
      auto const found = item.members.find(std::string{column.member});
      write_cell(html, column.title, found == item.members.end() ? std::string_view{} : found->second,
                 column.title == "Status");
    }
    write_rest(html, item, columns, open);
    html.raw("</tr>\n");
  }
  html.raw("</tbody></table>\n");
  auto const more = list.total - static_cast<std::int64_t>(list.items.size());
  if (more > 0) html.raw("<p class=\"none\">and ").number(more).raw(" older ones</p>\n");
  html.raw("</section>\n");
}

HEALTHLAKE_DECL void write_requests(Html& html, LocalOverview const& overview) {
  html.raw("<section><h2>Requests <small>").number(overview.request_count).raw("</small></h2>\n");
  if (overview.requests.empty()) {
    html.raw("<p class=\"none\">none</p></section>\n");
    return;
  }
  html.raw(
      "<table><thead><tr><th>Time</th><th>Operation</th><th>Status</th><th>Error</th><th>Latency</th></tr></thead>"
      "<tbody>\n");
  for (auto const& request : overview.requests) {
    html.raw("<tr>");
    write_cell(html, "Time", to_iso8601(request.time), false);
    write_cell(html, "Operation", request.operation, false);
    html.raw("<td data-label=\"Status\"");
    if (request.status < 200 || request.status >= 300) html.raw(" class=\"bad\"");
    html.raw(">").number(request.status).raw("</td>");
    write_cell(html, "Error", request.error, false);
    html.raw("<td data-label=\"Latency\">").number(request.latency_ms).raw(" ms</td></tr>\n");
  }
  html.raw("</tbody></table></section>\n");
}

HEALTHLAKE_DECL void write_faults(Html& html, LocalOverview const& overview, bool with_link) {
  html.raw("<section><h2>Fault script <small>").number(overview.fault_count).raw("</small></h2>\n");
  if (overview.faults.empty()) html.raw("<p class=\"none\">no faults remain</p>\n");
  else html.raw("<ol>");
  for (auto const& fault : overview.faults) html.raw("<li>").text(fault).raw("</li>");
  if (!overview.faults.empty()) html.raw("</ol>\n");
  auto const more = overview.fault_count - static_cast<std::int64_t>(overview.faults.size());
  if (more > 0) html.raw("<p class=\"none\">and ").number(more).raw(" more</p>\n");
  if (with_link) html.raw("<p><a href=\"/_local/faults\">Add faults</a></p>\n");
  html.raw("</section>\n");
}

HEALTHLAKE_DECL void write_health(Html& html, LocalOverview const& overview, bool refreshes) {
  html.raw("<p class=\"health\"><span");
  if (overview.journal == "failing") html.raw(" class=\"bad\"");
  html.raw(">Journal: ").text(overview.journal);
  if (!overview.journal_failure.empty()) html.raw(", ").text(overview.journal_failure);
  html.raw("</span> <span>Signatures: ")
      .text(overview.verifies_signatures ? "verified" : "not verified")
      .raw("</span> ");
  if (refreshes) html.raw("<a href=\"/_local?refresh=off\">Pause</a>");
  else html.raw("<a href=\"/_local\">Resume</a>");
  html.raw(" <a href=\"/_local.json\">JSON</a></p>\n");
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (char const c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

HEALTHLAKE_DECL std::string render_page(LocalOverview const& overview, PageOptions const& options, bool refreshes) {
  detail::Html html;
  detail::write_head(html, overview, refreshes ? options.refresh_seconds : 0);
  detail::write_health(html, overview, refreshes);
  detail::write_list(html, overview.datastores, "Data stores", detail::datastore_columns, !refreshes);
  for (auto const& list : overview.jobs) {
    std::string const title = list.kind == "export"   ? "Export jobs"
                              : list.kind == "import" ? "Import jobs"
                                                      : concat({list.kind, " jobs"});
    detail::write_list(html, list, title, detail::job_columns, !refreshes);
  }
  detail::write_requests(html, overview);
  detail::write_faults(html, overview, options.fault_control);
  html.raw("</main>\n</body>\n</html>\n");
  return html.take();
}

HEALTHLAKE_DECL std::string render_fault_form(LocalOverview const& overview, PageOptions const& options,
                                              std::string_view problem) {
  detail::Html html;
  detail::write_head(html, overview, 0);
  html.raw("<p><a href=\"/_local\">Back</a></p>\n");
  detail::write_faults(html, overview, false);
  html.raw("<section><h2>Add faults</h2>\n");
  if (!problem.empty()) html.raw("<p class=\"bad\" role=\"alert\">").text(problem).raw("</p>\n");
  html.raw("<form method=\"post\" action=\"/_local/faults\"><input type=\"hidden\" name=\"token\" value=\"")
      .text(options.token)
      .raw(
          "\">\n<label for=\"faults\">One per line, each for one request, after those that remain:</label>\n"
          "<textarea id=\"faults\" name=\"faults\" rows=\"8\" spellcheck=\"false\" "
          "placeholder='{\"Refused\":{\"HttpStatus\":429,\"Code\":\"ThrottlingException\"}}'></textarea>\n"
          "<button>Add</button></form></section>\n</main>\n</body>\n</html>\n");
  return html.take();
}

HEALTHLAKE_DECL std::string_view page_style() noexcept {
  return R"(:root { color-scheme: light dark; --line: #d0d7de; --soft: #57606a; --good: #1a7f37; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --line: #3d444d; --soft: #9198a1; --good: #4ac26b; --bad: #ff8182; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 84rem; padding: 1rem; font: 15px/1.45 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1rem; }
h1 { font-size: 1.35rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 1.6rem 0 0.4rem; }
h2::first-letter { text-transform: uppercase; }
header p, small, .none, dt, th, summary { color: var(--soft); font-weight: normal; }
header p { margin: 0; }
.health { display: flex; flex-wrap: wrap; gap: 0.3rem 1.2rem; margin: 0.6rem 0 0; }
.none { margin: 0.2rem 0; }
.good { color: var(--good); }
.bad { color: var(--bad); }
.health, td, dt, dd, li { overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; font-size: 0.9rem; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 1rem 0.3rem 0; border-bottom: 1px solid var(--line); }
th, [data-label="Status"], [data-label="Created"], [data-label="Submitted"], [data-label="Ended"],
[data-label="Time"], [data-label="Latency"], [data-label="Data store"], [data-label="Job"] { white-space: nowrap; }
[data-label="Data store"], [data-label="Job"] { font-family: ui-monospace, monospace; font-size: 0.85rem; }
[data-label="Name"] { min-width: 8rem; }
[data-label="More"] { width: 32%; min-width: 12rem; }
summary { cursor: pointer; }
dl, ul, ol { margin: 0; }
dl { display: grid; grid-template-columns: fit-content(45%) 1fr; gap: 0.1rem 0.8rem; padding: 0.3rem 0; font-size: 0.92em; }
dd { margin: 0; min-width: 0; }
dd ul { padding: 0; list-style: none; }
ol { padding-left: 1.6rem; }
textarea { display: block; width: 100%; margin: 0.4rem 0; font: 13px/1.4 ui-monospace, monospace; }
button { font: inherit; padding: 0.3rem 1.2rem; }
@media (max-width: 64rem) {
  thead { display: none; }
  table, tbody, tr, td { display: block; }
  tr { border: 1px solid var(--line); border-radius: 6px; padding: 0.4rem 0.7rem; margin-bottom: 0.6rem; }
  td { display: grid; grid-template-columns: 5.5rem minmax(0, 1fr); gap: 0 0.6rem; border: 0; padding: 0.12rem 0; }
  td[data-label] { white-space: normal; width: auto; }
  [data-label="Data store"], [data-label="Job"] { font-size: 0.76rem; }
  td::before { content: attr(data-label); color: var(--soft); font: 0.85rem system-ui, sans-serif; }
}
@media (max-width: 30rem) {
  dl { display: block; }
  dt { margin-top: 0.25rem; }
}
)";
}

}  // namespace HEALTHLAKE_NAMESPACE

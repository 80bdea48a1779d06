#include <cstdint>
#include <optional>
#include <string>

#include "commands.hpp"
#include "healthlake/text/text.hpp"
#include "job.hpp"
#include "shell.hpp"

namespace healthlake_export {
namespace {

using namespace healthlake;

class Lister {
 public:
  explicit Lister(Run const& run) : run_(run) {}

  /// Prints a page; returns whether to go on.
  bool print(Service::Listed const& page) {
    if (auto const missing = missing_members(page.metadata); !missing.empty())
      run_.out.message("warning: the response lacks " + missing);
    for (auto const& job : page.output.export_job_properties_list) {
      if (!print(job)) return false;
      ++jobs_;
    }
    bool const late = run_.settings.timeout && run_.progress.elapsed() >= *run_.settings.timeout;
    if (late && page.output.next_token) end_ = "the list did not end within the timeout; there are more jobs";
    return end_.empty() && run_.out.failure().empty();
  }

  Exit end() {
    if (!end_.empty()) {
      run_.out.message(end_);
      return call_failed;
    }
    if (jobs_ == 0 && !run_.settings.json) run_.out.line("no export jobs");
    return success;
  }

 private:
  bool print(ExportJobProperties const& job) {
    if (!run_.settings.json) {
      if (jobs_ == 0) run_.out.line(column_titles());
      run_.out.line(in_columns(job));
      return true;
    }
    auto const json = in_json(job);
    if (json) run_.out.json(*json);
    else end_ = "a job of the list cannot be written as JSON: " + to_string(Error{json.error()});
    return json.has_value();
  }

  Run const& run_;
  std::uint64_t jobs_ = 0;
  // Why the list ended before its end.
  std::string end_{};
};

}  // namespace

Exit list(Run const& run) {
  Lister lister{run};
  auto const& request = run.settings.list;
  if (!request.max_results) {
    auto const pages = run.service.pages(request, [&](Service::Listed const& page) { return lister.print(page); });
    return pages ? lister.end() : fail(run, pages.error(), "");
  }
  auto const page = run.service.list(request);
  if (!page) return fail(run, page.error(), "");
  warn_of_clock(run, page->metadata);
  lister.print(*page);
  if (auto const& token = page->output.next_token; token && !token->empty())
    run.out.message("there may be more jobs:\n  " + command_for_page(run.settings, *token));
  return lister.end();
}

}  // namespace healthlake_export

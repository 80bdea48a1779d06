// The export family of an embedded service: StartFHIRExportJob, DescribeFHIRExportJob, ListFHIRExportJobs.
//
// Rules: when a job starts and ends is settled when it is submitted, so its status is a question of the time only;
// `settle` writes the results of the jobs whose end has come. Jobs run in the order of submission, also across data
// stores (AWS documents first in, first out, and one running job per account). What AWS does not
// document is decided here:
// - a job is SUBMITTED for LocalOptions::submitted_time, then QUEUED if none may start, then IN_PROGRESS;
// - OutputDataConfig comes back as it was given, in either form;
// - lists begin with the newest job; SubmittedBefore and SubmittedAfter leave out the moment itself;
// - a ClientToken counts for LocalOptions::client_token_lifetime. The same token with the same input gives the same
//   job; with another input it is a ValidationException, since Start has no ConflictException in the model;
// - a page token is refused with other filters than those it was made for; MaxResults may change;
// - files that were written before the destination failed stay there.
// May include testing/local/, server/, model/ and core/.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/print.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/json/encode.hpp"
#include "healthlake/model/errors.hpp"
#include "healthlake/model/export_job.hpp"
#include "healthlake/server/dispatch.hpp"
#include "healthlake/testing/local/ndjson.hpp"
#include "healthlake/testing/local/state.hpp"
#include "healthlake/testing/object_store.hpp"

namespace healthlake {

namespace detail {

// A text as the Message of a job, whose pattern has no room for commas, quotes and brackets.
inline std::string job_message(std::string_view text) {
  constexpr std::string_view allowed = " _.:/=+-%@";
  std::string message{text.substr(0, static_cast<std::size_t>(rules::Message.max))};
  for (char& c : message) {
    bool const alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!alphanumeric && allowed.find(c) == std::string_view::npos) c = '_';
  }
  return message;
}

}  // namespace detail

/// The family's state and handlers. Neither copied nor moved, for the handlers point to it.
class LocalExports {
 public:
  explicit LocalExports(LocalState& state) : state_(state) {}
  LocalExports(LocalExports const&) = delete;
  LocalExports& operator=(LocalExports const&) = delete;

  /// Sets the handlers of the three operations.
  void serve(Dispatcher& dispatcher) {
    dispatcher.on<StartFHIRExportJob>([this](auto const& input, auto const& context) { return start(input, context); });
    dispatcher.on<DescribeFHIRExportJob>(
        [this](auto const& input, auto const& context) { return describe(input, context); });
    dispatcher.on<ListFHIRExportJobs>([this](auto const& input, auto const& context) { return list(input, context); });
  }

  /// Ends the jobs whose end has come, and writes their results.
  void settle(Timestamp now) {
    // They end in the order in which they were submitted, since all take the same time.
    while (settled_ < jobs_.size() && jobs_[settled_].end <= now) finish(jobs_[settled_++]);
  }

 private:
  struct Job {
    // With the status `submitted` until the job is done.
    ExportJobProperties properties{};
    Timestamp queued{};
    Timestamp begin{};
    Timestamp end{};
  };
  struct Remembered {
    StartFHIRExportJobRequest input{};
    std::size_t job = 0;
    Timestamp until{};
  };
  template <class Output>
  using Answer = Result<Output, HandlerError>;

  Answer<StartFHIRExportJobResponse> start(StartFHIRExportJobRequest const& input, RequestContext const& context) {
    if (!state_.find_datastore(input.datastore_id)) return no_datastore(input.datastore_id);
    std::erase_if(tokens_, [&](auto const& entry) { return entry.second.until <= context.now; });
    if (input.client_token) {
      auto const known = tokens_.find(*input.client_token);
      if (known != tokens_.end() && known->second.input != input)
        return Unexpected{ValidationException{
            .message = "The ClientToken was used before, for a StartFHIRExportJob with another input."}};
      if (known != tokens_.end()) return started(jobs_[known->second.job], context.now);
      Timestamp const until = context.now + state_.options().client_token_lifetime;
      tokens_.emplace(*input.client_token, Remembered{input, jobs_.size(), until});
    }
    jobs_.push_back(submit(input, context.now));
    return started(jobs_.back(), context.now);
  }

  Job submit(StartFHIRExportJobRequest const& input, Timestamp now) {
    Job job;
    job.properties.job_id = state_.next_id();
    job.properties.job_name = input.job_name;
    job.properties.job_status = JobStatus::submitted;
    job.properties.submit_time = now;
    job.properties.datastore_id = input.datastore_id;
    job.properties.output_data_config = input.output_data_config;
    job.properties.data_access_role_arn = input.data_access_role_arn;
    job.queued = now + state_.options().submitted_time;
    job.begin = job.queued;
    // All take the same time, so a place is free when the job that is so many places in front has ended.
    std::size_t const places = std::max<std::size_t>(state_.options().max_concurrent_jobs, 1);
    if (jobs_.size() >= places) job.begin = std::max(job.begin, jobs_[jobs_.size() - places].end);
    if (!jobs_.empty()) job.begin = std::max(job.begin, jobs_.back().begin);
    job.end = job.begin + state_.options().running_time;
    return job;
  }

  StartFHIRExportJobResponse started(Job const& job, Timestamp now) const {
    return {
        .job_id = job.properties.job_id, .job_status = status(job, now), .datastore_id = job.properties.datastore_id};
  }

  Answer<DescribeFHIRExportJobResponse> describe(DescribeFHIRExportJobRequest const& input,
                                                 RequestContext const& context) {
    if (!state_.find_datastore(input.datastore_id)) return no_datastore(input.datastore_id);
    for (auto const& job : jobs_)
      if (job.properties.job_id == input.job_id && job.properties.datastore_id == input.datastore_id)
        return DescribeFHIRExportJobResponse{.export_job_properties = seen(job, context.now)};
    return Unexpected{ResourceNotFoundException{.message = "There is no export job " + quoted(input.job_id, 64) +
                                                           " of the data store " + quoted(input.datastore_id, 64) +
                                                           "."}};
  }

  Answer<ListFHIRExportJobsResponse> list(ListFHIRExportJobsRequest const& input, RequestContext const& context) {
    if (!state_.find_datastore(input.datastore_id)) return no_datastore(input.datastore_id);
    std::string const filters = filters_of(input);
    std::uint64_t position = jobs_.size();
    if (input.next_token && !input.next_token->empty()) {
      auto const at = state_.read_page_token(filters, *input.next_token);
      if (!at || *at > jobs_.size())
        return Unexpected{ValidationException{
            .message = "The NextToken is none that this service gave for the same DatastoreId and filters."}};
      position = *at;
    }
    std::size_t const limit = input.max_results ? static_cast<std::size_t>(*input.max_results)
                                                : std::max<std::size_t>(state_.options().default_page_size, 1);
    ListFHIRExportJobsResponse page;
    for (; position > 0; --position) {
      Job const& job = jobs_[static_cast<std::size_t>(position) - 1];
      if (!passes(job, input, context.now)) continue;
      if (page.export_job_properties_list.size() == limit) {
        page.next_token = state_.page_token(filters, position);
        break;
      }
      page.export_job_properties_list.push_back(seen(job, context.now));
    }
    return page;
  }

  static bool passes(Job const& job, ListFHIRExportJobsRequest const& input, Timestamp now) {
    ExportJobProperties const& properties = job.properties;
    return properties.datastore_id == input.datastore_id &&
           (!input.job_name || properties.job_name == input.job_name) &&
           (!input.job_status || status(job, now) == *input.job_status) &&
           (!input.submitted_before || properties.submit_time < *input.submitted_before) &&
           (!input.submitted_after || properties.submit_time > *input.submitted_after);
  }

  // What a page token is bound to.
  static std::string filters_of(ListFHIRExportJobsRequest input) {
    input.next_token.reset();
    input.max_results.reset();
    return std::string{ListFHIRExportJobs::name} + encode(input).value_or(std::string{});
  }

  static OpenEnum<JobStatus> status(Job const& job, Timestamp now) {
    if (job.properties.job_status != JobStatus::submitted) return job.properties.job_status;
    if (now >= job.begin) return JobStatus::in_progress;
    return now >= job.queued ? JobStatus::queued : JobStatus::submitted;
  }

  static ExportJobProperties seen(Job const& job, Timestamp now) {
    ExportJobProperties properties = job.properties;
    properties.job_status = status(job, now);
    return properties;
  }

  void finish(Job& job) {
    ExportJobProperties& properties = job.properties;
    properties.end_time = job.end;
    Ndjson const* const resources = state_.find_datastore(properties.datastore_id);  // there: none is ever removed
    auto const written = write_results(properties, *resources);
    if (!written) {
      properties.job_status = JobStatus::failed;
      properties.message = detail::job_message("The destination cannot be written: " + written.error());
    } else if (resources->bad_lines() != 0) {
      properties.job_status = JobStatus::completed_with_errors;
      properties.message =
          detail::job_message(std::to_string(resources->bad_lines()) + " of " + std::to_string(resources->lines()) +
                              " lines are no JSON object with a resourceType and were left out - the first is " +
                              resources->first_bad_line());
    } else {
      properties.job_status = JobStatus::completed;
    }
  }

  // Below `<prefix>/<DatastoreId>-FHIR_EXPORT-<JobId>/`, where the service writes too.
  Result<Unit, std::string> write_results(ExportJobProperties const& properties, Ndjson const& resources) {
    std::string_view uri;
    if (auto const* preview = properties.output_data_config.s3_uri()) uri = *preview;
    if (auto const* current = properties.output_data_config.s3_configuration()) uri = current->s3_uri;
    auto folder = parse_s3_uri(uri);
    if (!folder) return Unexpected{std::string{"OutputDataConfig holds no S3Uri"}};
    if (!folder->key.empty() && !folder->key.ends_with('/')) folder->key.push_back('/');
    folder->key += properties.datastore_id + "-FHIR_EXPORT-" + properties.job_id + "/";
    return write_ndjson(resources, state_.objects(), *folder, state_.options().max_resources_per_file);
  }

  [[nodiscard]] Unexpected<ResourceNotFoundException> no_datastore(std::string_view id) const {
    return Unexpected{ResourceNotFoundException{.message = "There is no data store " + state_.datastore_arn(id) + "."}};
  }

  LocalState& state_;
  std::vector<Job> jobs_;
  std::size_t settled_ = 0;
  std::map<std::string, Remembered, std::less<>> tokens_;
};

}  // namespace healthlake

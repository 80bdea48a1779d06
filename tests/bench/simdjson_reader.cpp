#include "simdjson_reader.hpp"

#include <simdjson.h>

#include <cmath>
#include <optional>
#include <string>

namespace healthlake::bench {
namespace {

namespace ondemand = simdjson::ondemand;

bool take(ondemand::value value, std::string& out) {
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS) return false;
  out = text;
  return true;
}
bool take(ondemand::value value, std::optional<std::string>& out) { return take(value, out.emplace()); }
bool take(ondemand::value value, OpenEnum<JobStatus>& out) {
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS) return false;
  out = OpenEnum<JobStatus>::from(text);
  return true;
}
bool take(ondemand::value value, Timestamp& out) {
  double seconds = 0;
  if (value.get_double().get(seconds) != simdjson::SUCCESS) return false;
  out.milliseconds = std::llround(seconds * 1000);
  return true;
}
bool take(ondemand::value value, std::optional<Timestamp>& out) { return take(value, out.emplace()); }

// Calls `member(key, value)` for each member until it returns false.
template <class Member>
bool each_member(ondemand::object object, Member member) {
  for (auto field : object) {
    std::string_view key;
    ondemand::value value;
    if (field.unescaped_key().get(key) != simdjson::SUCCESS || field.value().get(value) != simdjson::SUCCESS)
      return false;
    if (!member(key, value)) return false;
  }
  return true;
}
template <class Member>
bool each_member(ondemand::value value, Member member) {
  ondemand::object object;
  return value.get_object().get(object) == simdjson::SUCCESS && each_member(object, member);
}

bool take(ondemand::value value, S3Configuration& out) {
  return each_member(value, [&](std::string_view key, ondemand::value member) {
    if (key == "S3Uri") return take(member, out.s3_uri);
    if (key == "KmsKeyId") return take(member, out.kms_key_id);
    return true;
  });
}

bool take(ondemand::value value, OutputDataConfig& out) {
  return each_member(value, [&](std::string_view key, ondemand::value member) {
    if (key == "S3Configuration") return take(member, out.value.emplace<0>());
    if (key == "S3Uri" && out.s3_configuration() == nullptr) return take(member, out.value.emplace<1>());
    return true;
  });
}

bool take(ondemand::value value, ExportJobProperties& out) {
  return each_member(value, [&](std::string_view key, ondemand::value member) {
    if (key == "JobId") return take(member, out.job_id);
    if (key == "JobName") return take(member, out.job_name);
    if (key == "JobStatus") return take(member, out.job_status);
    if (key == "SubmitTime") return take(member, out.submit_time);
    if (key == "EndTime") return take(member, out.end_time);
    if (key == "DatastoreId") return take(member, out.datastore_id);
    if (key == "OutputDataConfig") return take(member, out.output_data_config);
    if (key == "DataAccessRoleArn") return take(member, out.data_access_role_arn);
    if (key == "Message") return take(member, out.message);
    return true;
  });
}

// The members of the outermost object.
template <class Member>
bool read_document(ondemand::parser& parser, simdjson::padded_string const& text, Member member) {
  ondemand::document document;
  ondemand::object object;
  return parser.iterate(text).get(document) == simdjson::SUCCESS &&
         document.get_object().get(object) == simdjson::SUCCESS && each_member(object, member);
}

}  // namespace

struct SimdjsonReader::State {
  simdjson::padded_string text;
  ondemand::parser parser{};
};

SimdjsonReader::SimdjsonReader(std::string_view text) : state_(new State{simdjson::padded_string{text}}) {}
SimdjsonReader::~SimdjsonReader() = default;

bool SimdjsonReader::read(DescribeFHIRExportJobResponse& out) {
  return read_document(state_->parser, state_->text, [&](std::string_view key, ondemand::value member) {
    return key != "ExportJobProperties" || take(member, out.export_job_properties);
  });
}

bool SimdjsonReader::read(ListFHIRExportJobsResponse& out) {
  return read_document(state_->parser, state_->text, [&](std::string_view key, ondemand::value member) {
    if (key == "NextToken") return take(member, out.next_token);
    if (key != "ExportJobPropertiesList") return true;
    ondemand::array jobs;
    if (member.get_array().get(jobs) != simdjson::SUCCESS) return false;
    for (auto element : jobs) {
      ondemand::value job;
      if (element.get(job) != simdjson::SUCCESS || !take(job, out.export_job_properties_list.emplace_back()))
        return false;
    }
    return true;
  });
}

}  // namespace healthlake::bench

#include "shell.hpp"

#include <optional>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/text/text.hpp"

namespace healthlake_export {
namespace {

using namespace healthlake;

class ShellCommand {
 public:
  explicit ShellCommand(Settings const& settings, char const* command) : text_(shell_word(settings.program)) {
    (text_ += ' ') += command;
    if (!settings.profile.empty()) add("--profile", settings.profile);
    if (settings.own_endpoint) add("--endpoint", settings.endpoint.url());
    add("--region", settings.region);
    add("--datastore-id", settings.datastore_id());
    if (!settings.proxy.empty()) add("--proxy", without_password(settings.proxy));
    if (settings.proxy_from_environment) add("--proxy-from-environment");
    if (!settings.ca_file.empty()) add("--ca-file", settings.ca_file);
    if (settings.json) add("--json");
  }

  ShellCommand& add(char const* option) {
    (text_ += ' ') += option;
    return *this;
  }
  ShellCommand& add(char const* option, std::string_view value) {
    add(option);
    // A value that begins like an option would be read as one.
    text_ += value.starts_with('-') ? '=' : ' ';
    text_ += shell_word(value);
    return *this;
  }
  ShellCommand& add_if(char const* option, std::optional<std::string> const& value) {
    return value ? add(option, *value) : *this;
  }
  ShellCommand& add_seconds(char const* option, Milliseconds time) {
    return add(option, to_epoch_seconds(Timestamp{time.count}));
  }
  ShellCommand& add_times(Settings const& settings) {
    if (settings.poll != Settings{}.poll) add_seconds("--poll", settings.poll);
    if (settings.timeout) add_seconds("--timeout", *settings.timeout);
    return *this;
  }
  [[nodiscard]] std::string text() const { return text_; }

 private:
  // The place of a user and a password is shown by words.
  static std::string without_password(std::string_view url) {
    auto const at = url.rfind('@');
    if (at == std::string_view::npos) return std::string{url};
    return "http://USER:PASSWORD@" + std::string{url.substr(at + 1)};
  }

  std::string text_;
};

}  // namespace

std::string shell_word(std::string_view text) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
  if (!text.empty() && text.find_first_not_of(plain) == std::string_view::npos) return std::string{text};
  std::string word = "'";
  for (char const c : text) {
    if (c == '\'') word += "'\\''";
    else word += c;
  }
  return word + "'";
}

std::string command_to_wait(Settings const& settings, std::string_view job_id) {
  return ShellCommand{settings, "start"}.add_times(settings).add("--job-id", job_id).text();
}

std::string command_to_repeat(Settings const& settings, std::string_view client_token) {
  auto const& start = settings.start;
  ShellCommand command{settings, "start"};
  if (auto const* const s3 = start.output_data_config.s3_configuration())
    command.add("--s3-uri", s3->s3_uri).add("--kms-key-id", s3->kms_key_id);
  else if (auto const* const uri = start.output_data_config.s3_uri()) command.add("--preview").add("--s3-uri", *uri);
  command.add("--role-arn", start.data_access_role_arn).add_if("--job-name", start.job_name);
  return command.add_times(settings).add("--client-token", client_token).text();
}

std::string command_to_list(Settings const& settings) {
  return ShellCommand{settings, "list"}.add_if("--job-name", settings.start.job_name).text();
}

std::string command_for_page(Settings const& settings, std::string_view next_token) {
  auto const& list = settings.list;
  ShellCommand command{settings, "list"};
  command.add_if("--job-name", list.job_name);
  if (list.job_status) command.add("--job-status", list.job_status->text());
  if (list.submitted_after) command.add("--submitted-after", to_epoch_seconds(*list.submitted_after));
  if (list.submitted_before) command.add("--submitted-before", to_epoch_seconds(*list.submitted_before));
  if (list.max_results) command.add("--max-results", std::to_string(*list.max_results));
  return command.add("--next-token", next_token).text();
}

}  // namespace healthlake_export

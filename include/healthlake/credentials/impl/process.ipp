// The functions of credentials/process.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "healthlake/core/result.hpp"
#include "healthlake/core/shape.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/credentials/expiration.hpp"
#include "healthlake/credentials/local_system.hpp"
#include "healthlake/credentials/plan.hpp"
#include "healthlake/credentials/process.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/sign/credentials.hpp"
#include "healthlake/sign/hash.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/redactor.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {

// What the program prints.
struct PrintedCredentials {
  std::int32_t version = 0;
  std::string access_key_id{};
  std::string secret_access_key{};
  std::optional<std::string> session_token{};
  std::optional<std::string> expiration{};

  static consteval auto shape(auto...) {
    using Self = PrintedCredentials;
    return structure("PrintedCredentials", field<&Self::version>("Version", required),
                     field<&Self::access_key_id>("AccessKeyId", required),
                     field<&Self::secret_access_key>("SecretAccessKey", required),
                     field<&Self::session_token>("SessionToken"), field<&Self::expiration>("Expiration"));
  }
  PrintedCredentials() = default;
  PrintedCredentials(PrintedCredentials&&) = default;
  PrintedCredentials& operator=(PrintedCredentials&&) = default;
  ~PrintedCredentials() {
    wipe(secret_access_key.data(), secret_access_key.size());
    if (session_token) wipe(session_token->data(), session_token->size());
  }
};

// What is wrong with the output, or the credentials.
inline Result<ProvidedCredentials, std::string> parse_printed(std::string_view output) {
  auto const decoded = decode<PrintedCredentials>(output);
  if (!decoded) {
    // Not the message of the decoder, which may show an excerpt.
    auto const& fault = decoded.error();
    if (fault.path.empty()) return Unexpected{concat({"invalid JSON at byte ", Decimal{fault.offset}})};
    std::string_view const wanted = fault.path == "Version" ? "the number 1" : "a string";
    return Unexpected{concat({"expected ", wanted, " as ", printable_ascii(fault.path)})};
  }
  auto const& printed = decoded->value;
  for (auto const& missing : decoded->missing) return Unexpected{concat({"the member ", missing.path, " is missing"})};
  if (printed.version != 1) return Unexpected{std::string{"expected the number 1 as Version"}};
  if (printed.access_key_id.empty() || !all_are(is_visible, printed.access_key_id))
    return Unexpected{std::string{"expected visible ASCII characters as AccessKeyId"}};
  if (printed.secret_access_key.empty()) return Unexpected{std::string{"the member SecretAccessKey is empty"}};
  std::string_view const token = printed.session_token ? std::string_view{*printed.session_token} : std::string_view{};
  if (!all_are(is_visible, token)) return Unexpected{std::string{"expected visible ASCII characters as SessionToken"}};
  ProvidedCredentials provided{
      {printed.access_key_id, Secret{printed.secret_access_key}, Secret{token}}, std::nullopt, {}, {}};
  if (printed.expiration) {
    provided.expiration = parse_expiration(*printed.expiration);
    if (!provided.expiration)
      return Unexpected{std::string{"expected a time with a zone as Expiration, such as 2026-11-25T20:00:00Z"}};
  }
  return provided;
}

// What a program that failed wrote to standard error, without what it printed to standard output, or any secret in
// that.
inline std::string without_secrets(ProcessOutput const& run) {
  std::string said{run.errors.reveal()};
  Redactor redactor;
  redactor.add(run.output.reveal());
  if (auto const decoded = decode<PrintedCredentials>(run.output.reveal())) {
    redactor.add(decoded->value.secret_access_key);
    if (decoded->value.session_token) redactor.add(*decoded->value.session_token);
  }
  redactor.clean(said);
  return said;
}

// Why there is no output to parse; empty if there is.
inline std::string why_no_output(ProcessOutput const& run, ProcessLimits const& limits) {
  switch (run.status) {
    case ProcessStatus::not_started: return concat({"could not be started: ", run.reason});
    case ProcessStatus::killed: return run.reason.empty() ? "was ended by a signal" : run.reason;
    case ProcessStatus::timed_out:
      return concat({"did not end within ", Decimal{limits.timeout.count / 1000}, " seconds"});
    case ProcessStatus::too_large: return concat({"printed more than ", Decimal{limits.max_output_bytes}, " bytes"});
    case ProcessStatus::exited: break;
  }
  if (run.exit_code == 0) return {};
  std::string why = concat({"ended with exit status ", Decimal{run.exit_code}});
  if (run.errors.empty()) return why;
  append(why, {": ", printable(without_secrets(run), 512)});
  return why;
}

}  // namespace detail

HEALTHLAKE_DECL Result<std::vector<std::string>, std::string> split_command(std::string_view command) {
  if (command.find('\0') != std::string_view::npos) return Unexpected{std::string{"a NUL character"}};
  std::vector<std::string> words;
  bool in_word = false;
  char quote = '\0';
  for (std::size_t i = 0; i < command.size(); ++i) {
    char const c = command[i];
    if (quote == '\0' && detail::is_white_space(c)) {
      in_word = false;
      continue;
    }
    if (!in_word) words.emplace_back();
    in_word = true;
    if (c == quote) {
      quote = '\0';
    } else if (quote == '\0' && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == '\\' && quote != '\'') {
      bool const last = i + 1 == command.size();
      if (last && quote == '\0') return Unexpected{std::string{"a backslash at the end"}};
      bool const escapes = quote == '\0' || (!last && (command[i + 1] == '"' || command[i + 1] == '\\'));
      words.back() += escapes ? command[++i] : c;
    } else {
      words.back() += c;
    }
  }
  if (quote != '\0') return Unexpected{concat({"a ", std::string_view{&quote, 1}, " that is not closed"})};
  if (words.empty()) return Unexpected{std::string{"no command"}};
  return words;
}

HEALTHLAKE_DECL CredentialsOutcome credentials_of_process(LocalSystemRef system, ProcessPlan const& plan,
                                                          Timestamp now) {
  auto const source = concat({"credential_process of ", plan.source});
  auto const failed = [&](std::string_view what) { return concat({source, ": ", what}); };
  ProcessLimits const limits;
  for (int run = 1;; ++run) {
    auto const ran = system.run(plan.arguments, limits);
    if (auto const why = detail::why_no_output(ran, limits); !why.empty())
      return detail::passing_failure(failed(concat({"the program ", why})));
    auto provided = detail::parse_printed(ran.output.reveal());
    if (!provided)
      return detail::credentials_failure(failed(concat({"the output is not as expected: ", provided.error()})));
    if (!provided->expiration || *provided->expiration > now) {
      provided->source = source;
      return std::move(*provided);
    }
    if (run == 2)
      return detail::passing_failure(
          failed(concat({"the program printed credentials that expired at ", to_iso8601(*provided->expiration)})));
  }
}

}  // namespace HEALTHLAKE_NAMESPACE

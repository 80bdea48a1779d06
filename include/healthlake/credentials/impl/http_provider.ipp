// The functions of credentials/http_provider.hpp.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/credentials/http_provider.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/flow/retry.hpp"
#include "healthlake/flow/step.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/http/transport.hpp"
#include "healthlake/sign/credentials.hpp"
#include "healthlake/sign/hash.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/redactor.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL Result<Credentials, std::string> checked_keys(KeyTexts const& keys, KeyTexts const& names) {
  auto const wrong = [](std::string_view text) { return text.empty() || !all_are(is_visible, text); };
  std::string_view const bad = wrong(keys.access_key_id)       ? names.access_key_id
                               : wrong(keys.secret_access_key) ? names.secret_access_key
                               : wrong(keys.session_token)     ? names.session_token
                                                               : std::string_view{};
  if (!bad.empty()) return Unexpected{concat({bad, " is missing, empty or not visible ASCII"})};
  return Credentials{std::string{keys.access_key_id}, Secret{keys.secret_access_key}, Secret{keys.session_token}};
}

HEALTHLAKE_DECL std::string quoted_message(std::string_view message, std::initializer_list<std::string_view> secrets) {
  Redactor redactor;
  for (auto const secret : secrets) redactor.add(secret);
  std::string clean{message};
  redactor.clean(clean);
  return printable(clean, max_quoted_message_bytes);
}

HEALTHLAKE_DECL std::string describe_answer(int status, std::string_view code, std::string_view message,
                                            std::initializer_list<std::string_view> secrets) {
  std::string text = ": ";
  std::string const kind = quoted_message(code, secrets);
  if (kind.empty()) append(text, {"status ", Decimal{status}});
  else append(text, {kind, " (status ", Decimal{status}, ")"});
  if (status >= 300 && status < 400) text += ", and redirects are not followed";
  if (!message.empty()) append(text, {": ", quoted_message(message, secrets)});
  return text;
}

HEALTHLAKE_DECL void wipe_request(HttpRequest& request) noexcept {
  for (auto const& header : request.headers) {
    // The view is into the message's own memory, which is not const.
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
    wipe(const_cast<char*>(header.value.data()), header.value.size());
  }
  request.headers.clear();
  wipe(request.body.data(), request.body.size());
  request.body.clear();
}

HEALTHLAKE_DECL HttpProvider::HttpProvider(Entropy entropy, FetchLimits const& limits)
    : entropy_(entropy), limits_(limits), limit_((std::max)(limits.timeout, Milliseconds{1})) {}

HEALTHLAKE_DECL std::string HttpProvider::quote(std::string_view message) const {
  SentSecrets const secrets = sent_secrets();
  return quoted_message(message, {secrets.token, secrets.secret_key});
}

HEALTHLAKE_DECL std::string HttpProvider::describe(int status, std::string_view code, std::string_view message) const {
  SentSecrets const secrets = sent_secrets();
  return describe_answer(status, code, message, {secrets.token, secrets.secret_key});
}

HEALTHLAKE_DECL Step<CredentialsOutcome> HttpProvider::next(Timestamp now) {
  if (state_ == State::ready) begin(now);
  if (state_ == State::sent && lost_) take_error({TransportReason::connection_lost, "the reply was not read"}, now);
  if (state_ == State::sent) {
    auto const left = limit_.left(now);
    if (left && left->count == 0) take_error({TransportReason::read_timeout, "no reply in time"}, now);
  }
  if (state_ == State::due) {
    if (auto const wait = pause_.left(now)) return *wait;
    prepare(now);
    if (state_ == State::due) {
      state_ = State::sent;
      lost_ = false;
      ++attempt_;
      limit_.restart();
    }
  }
  if (state_ == State::sent) {
    Send send{request_, attempt_, now};
    send.timeout = limit_.left(now);
    return send;
  }
  if (state_ == State::taken) return already_taken();
  state_ = State::taken;
  return Done<CredentialsOutcome>{std::move(outcome_)};
}

HEALTHLAKE_DECL void HttpProvider::receive(HttpReply const& reply, Timestamp now) {
  if (state_ != State::sent) return;
  if (!reply) return take_error(reply.error(), now);
  if (reply->body.size() <= max_credentials_reply_bytes) return take(*reply, now);
  auto failure = failed({"the reply is larger than ", Decimal{max_credentials_reply_bytes}, " bytes (status ",
                         Decimal{reply->status}, ")"});
  if (!is_passing_status(reply->status)) return give_up(std::move(failure), now);
  failure.transient = true;
  again(std::move(failure), RetryKind::transient, now);
}

HEALTHLAKE_DECL void HttpProvider::take_error(TransportError const& error, Timestamp now) {
  if (error.reason == TransportReason::cancelled) return end(CredentialsFailure{error, true});
  auto failure =
      failed_for_now({"no reply: ", to_string(error.reason), error.message.empty() ? "" : ": ", quote(error.message)});
  switch (error.reason) {
    case TransportReason::tls_verification:
    case TransportReason::response_too_large:
    case TransportReason::not_http:
    case TransportReason::proxy_refused: failure.transient = false; return give_up(std::move(failure), now);
    default: return again(std::move(failure), RetryKind::transient, now);
  }
}

HEALTHLAKE_DECL void HttpProvider::again(CredentialsFailure failure, RetryKind kind, Timestamp now) {
  if (++failures_ >= limits_.max_attempts) return give_up(std::move(failure), now);
  state_ = State::due;
  pause_.begin(now, backoff(RetryPolicy{}, kind, failures_, entropy_));
}

HEALTHLAKE_DECL void HttpProvider::give_up(CredentialsFailure failure, Timestamp) { end(std::move(failure)); }

HEALTHLAKE_DECL void HttpProvider::end(CredentialsOutcome outcome) {
  outcome_ = std::move(outcome);
  state_ = State::done;
  wipe_request(request_);
}

HEALTHLAKE_DECL void HttpProvider::end_with(ProvidedCredentials provided, Timestamp now) {
  if (*provided.expiration <= now)
    return end(failed_for_now(
        {"the credentials expired at ", to_iso8601(*provided.expiration), ", or the clock of this machine is wrong"}));
  provided.source = who();
  end(std::move(provided));
}

HEALTHLAKE_DECL void HttpProvider::cancel() {
  if (state_ < State::done)
    end(CredentialsFailure{TransportError{TransportReason::cancelled, "the fetch was cancelled", false}, true});
}

HEALTHLAKE_DECL void HttpProvider::restart() noexcept {
  wipe_request(request_);
  state_ = State::ready;
  failures_ = 0;
  attempt_ = 0;
  pause_ = Pause{};
}

HEALTHLAKE_DECL CredentialsFailure HttpProvider::failed(std::initializer_list<std::string_view> what) const {
  return credentials_failure(concat({who(), ": ", concat_pieces(what.begin(), what.size())}));
}

HEALTHLAKE_DECL CredentialsFailure HttpProvider::failed_for_now(std::initializer_list<std::string_view> what) const {
  return passing_failure(concat({who(), ": ", concat_pieces(what.begin(), what.size())}));
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

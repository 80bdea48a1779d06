// A world for providers of credentials: a machine, a clock that moves only when told to, and services that answer in
// process. Every request is recorded, with its time limit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "healthlake/core/timestamp.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/flow/step.hpp"
#include "healthlake/http/transport.hpp"
#include "test_machine.hpp"
#include "virtual_time.hpp"

namespace service_world {

using healthlake::HttpReply;
using healthlake::HttpRequest;
using healthlake::Timestamp;
using virtual_time::noon;
using virtual_time::seconds;

inline HttpReply reply(int status, std::string body, healthlake::Headers headers = {}) {
  return healthlake::HttpResponse{status, std::move(headers), std::move(body)};
}
inline HttpReply no_reply(healthlake::TransportReason reason) {
  return healthlake::Unexpected{healthlake::TransportError{.reason = reason, .message = "scripted"}};
}

/// The keys that services return, by a name that is part of each, and when they expire.
inline std::string json_keys(std::string const& name, std::string const& expiration) {
  return R"({"Code":"Success","AccessKeyId":"ASIA)" + name + R"(","SecretAccessKey":"secret-of-)" + name +
         R"(","Token":"token-of-)" + name + R"(","Expiration":")" + expiration + "\"}";
}
inline std::string sts_keys(std::string const& name, std::string const& expiration,
                            std::string const& operation = "AssumeRole") {
  return "<" + operation + "Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n <" + operation +
         "Result>\n  <AssumedRoleUser><Arn>arn:aws:sts::1:assumed-role/r/s</Arn></AssumedRoleUser>\n  <Credentials>" +
         "<AccessKeyId>ASIA" + name + "</AccessKeyId><SecretAccessKey>secret-of-" + name +
         "</SecretAccessKey><SessionToken>token-of-" + name + "</SessionToken><Expiration>" + expiration +
         "</Expiration></Credentials>\n </" + operation + "Result>\n <ResponseMetadata><RequestId>1</RequestId>" +
         "</ResponseMetadata>\n</" + operation + "Response>\n";
}
inline std::string sts_error(std::string const& code, std::string const& message) {
  return R"(<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>)" + code +
         "</Code><Message>" + message + "</Message></Error><RequestId>r-1</RequestId></ErrorResponse>";
}

inline healthlake::ProvidedCredentials keys_of(std::string const& name, Timestamp expiration) {
  return {{"ASIA" + name, healthlake::Secret{"secret-of-" + name}, healthlake::Secret{"token-of-" + name}},
          expiration,
          {},
          {}};
}

struct World {
  TestMachine machine{};
  virtual_time::Runtime runtime = virtual_time::without_jitter();
  /// Answers in order; when they are used up, `answer` is asked.
  std::deque<HttpReply> script{};
  std::function<HttpReply(HttpRequest const&)> answer{};
  /// How long each exchange takes.
  healthlake::Milliseconds takes{};
  std::vector<HttpRequest> requests{};
  std::vector<std::optional<healthlake::Milliseconds>> timeouts{};
  std::vector<std::int64_t> waits{};

  World() { machine.variables = {{"HOME", "/home/me"}}; }

  HttpReply reply_to(healthlake::Send const& send) {
    requests.push_back(send.request());
    timeouts.push_back(send.timeout);
    runtime.time = runtime.time + takes;
    if (script.empty()) {
      if (!answer) throw std::logic_error("no answer for " + send.request().method + " " + send.request().url());
      return answer(send.request());
    }
    HttpReply next = std::move(script.front());
    script.pop_front();
    return next;
  }

  /// Takes one step that is not Done.
  template <class P, class Step>
  void take(P& provider, Step const& step) {
    if (auto const* wait = std::get_if<healthlake::Wait>(&step)) {
      waits.push_back((wait->until - runtime.time).count);
      runtime.time = wait->until;
      return;
    }
    auto const answered = reply_to(std::get<healthlake::Send>(step));
    provider.receive(answered, runtime.time);
  }

  /// Runs a provider to its end.
  template <class P>
  healthlake::CredentialsOutcome fetch(P& provider) {
    using Done = healthlake::Done<healthlake::CredentialsOutcome>;
    for (int steps = 0; steps < 100; ++steps) {
      auto step = provider.next(runtime.time);
      if (auto* done = std::get_if<Done>(&step)) return std::move(done->result);
      take(provider, step);
    }
    throw std::logic_error("the provider does not end");
  }
  template <class P>
  healthlake::CredentialsOutcome fetch_again(P& provider) {
    provider.restart();
    return fetch(provider);
  }

  [[nodiscard]] std::string urls() const {
    std::string all;
    for (auto const& request : requests) all += request.method + " " + request.url() + "\n";
    return all;
  }
};

/// The message of a failure; "provided" or "not configured" if it is none.
inline std::string message_of(healthlake::CredentialsOutcome const& outcome) {
  if (auto const* failure = std::get_if<healthlake::CredentialsFailure>(&outcome)) return to_string(failure->error);
  if (auto const* none = std::get_if<healthlake::NotConfigured>(&outcome)) return "not configured: " + none->looked_for;
  return "provided";
}
inline bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// Whether the outcome is those keys.
inline bool provides(healthlake::CredentialsOutcome const& outcome, std::string const& name) {
  auto const* provided = std::get_if<healthlake::ProvidedCredentials>(&outcome);
  return provided != nullptr && provided->credentials == keys_of(name, {}).credentials;
}

inline bool failed(healthlake::CredentialsOutcome const& outcome) {
  return std::holds_alternative<healthlake::CredentialsFailure>(outcome);
}
inline bool passing(healthlake::CredentialsOutcome const& outcome) {
  return failed(outcome) && std::get<healthlake::CredentialsFailure>(outcome).transient;
}

}  // namespace service_world

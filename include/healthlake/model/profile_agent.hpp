// The agent that changes a data transformation profile in a conversation: UpdateProfileWithAgent.
//
// Rules: names, limits and requirements are the service model's (2017-07-01). What is said is sensitive.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/core/shape.hpp"
#include "healthlake/model/errors.hpp"
#include "healthlake/model/operation.hpp"
#include "healthlake/model/rules.hpp"
#include "healthlake/model/transformation_source.hpp"

namespace healthlake {

/// What a message to the agent is.
enum class AgentInputMessageType : std::uint8_t { normal, confirmation_response };
consteval auto enumeration(AgentInputMessageType) {
  return spelled("AgentInputMessageType", "normal", "confirmation_response");
}

/// A message to the agent. Its body is sensitive.
struct AgentInputMessage {
  /// The text; 1 to 40960 characters. Sensitive.
  std::string body{};
  /// What the message is.
  OpenEnum<AgentInputMessageType> type{};

  static consteval auto shape(auto...) {
    using Self = AgentInputMessage;
    return structure("AgentInputMessage", field<&Self::body>("Body", rules::AgentMessageString, required),
                     field<&Self::type>("Type", required));
  }
  friend bool operator==(AgentInputMessage const&, AgentInputMessage const&) = default;
};

/// The input of UpdateProfileWithAgent.
struct UpdateProfileWithAgentRequest {
  /// The profile's id: 32 hexadecimal digits in lower case.
  std::string profile_id{};
  /// The format of the files that are read.
  OpenEnum<SourceFormat> source_format{};
  /// The message to the agent.
  AgentInputMessage input_message{};
  /// Which conversation it belongs to; left out, a new one begins. 1 to 36 characters.
  std::optional<std::string> conversation_id{};

  static consteval auto shape(auto...) {
    using Self = UpdateProfileWithAgentRequest;
    return structure(
        "UpdateProfileWithAgentRequest", field<&Self::profile_id>("ProfileId", rules::ProfileIdString, required),
        field<&Self::source_format>("SourceFormat", required), field<&Self::input_message>("InputMessage", required),
        field<&Self::conversation_id>("ConversationId", rules::ConversationIdString));
  }
  friend bool operator==(UpdateProfileWithAgentRequest const&, UpdateProfileWithAgentRequest const&) = default;
};

/// What a message of the agent is.
enum class AgentOutputMessageType : std::uint8_t {
  initial_greeting,
  normal,
  confirmation,
  complete,
  error,
  options,
  choices
};
consteval auto enumeration(AgentOutputMessageType) {
  return spelled("AgentOutputMessageType", "INITIAL_GREETING", "normal", "confirmation", "complete", "error", "options",
                 "choices");
}

/// A message of the agent. Its body and options are sensitive.
struct AgentOutputMessage {
  /// The text; 1 to 40960 characters. Sensitive.
  std::string body{};
  /// What the message is.
  OpenEnum<AgentOutputMessageType> type{};
  /// Answers to choose from; each 1 to 1024 characters. Sensitive.
  std::optional<std::vector<std::string>> options_list{};

  static consteval auto shape(auto...) {
    using Self = AgentOutputMessage;
    return structure("AgentOutputMessage", field<&Self::body>("Body", rules::AgentMessageString, required),
                     field<&Self::type>("Type", required),
                     field<&Self::options_list>("OptionsList", rules::DataTransformationChatOptionsList));
  }
  friend bool operator==(AgentOutputMessage const&, AgentOutputMessage const&) = default;
};

/// The output of UpdateProfileWithAgent.
struct UpdateProfileWithAgentResponse {
  /// The agent's answer.
  AgentOutputMessage agent_response{};
  /// Which conversation it belongs to; send it back to go on.
  std::string conversation_id{};

  static consteval auto shape(auto...) {
    using Self = UpdateProfileWithAgentResponse;
    return structure("UpdateProfileWithAgentResponse", field<&Self::agent_response>("AgentResponse", required),
                     field<&Self::conversation_id>("ConversationId", rules::ConversationIdString, required));
  }
  friend bool operator==(UpdateProfileWithAgentResponse const&, UpdateProfileWithAgentResponse const&) = default;
};

/// Talks with the agent that changes a profile on request. Errors: see `Errors`.
struct UpdateProfileWithAgent {
  static constexpr std::string_view name = "UpdateProfileWithAgent";
  static constexpr OperationTraits traits{.host_prefix = "datatransformation."};
  using Input = UpdateProfileWithAgentRequest;
  using Output = UpdateProfileWithAgentResponse;
  using Errors = healthlake::Errors<NotImplementedOperationException, ConversationNotFoundException,
                                    ThrottlingException, AgentMessageOutOfContextException, AccessDeniedException,
                                    ResourceNotFoundException, UnsupportedMIMETypeException, ValidationException,
                                    InternalServerException, UnauthorizedException>;
};

}  // namespace healthlake

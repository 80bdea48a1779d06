// The agent that changes a data transformation profile in a conversation: UpdateProfileWithAgent.
//
// Rules: names, limits and requirements are the service model's (2017-07-01). Messages are sensitive.
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

namespace HEALTHLAKE_NAMESPACE {

/// The type of a message to the agent.
enum class AgentInputMessageType : std::uint16_t { normal, confirmation_response, unknown = EnumValue::unknown };
consteval auto enumeration(AgentInputMessageType) {
  return spelled("AgentInputMessageType", "normal", "confirmation_response");
}

/// A message to the agent. Its body is sensitive.
struct AgentInputMessage {
  /// The text of the message; 1 to 40960 characters. Sensitive.
  std::string body{};
  /// The type of the message.
  OpenEnum<AgentInputMessageType> type{};

  template <class Self>
  static consteval auto shape() {
    return structure("AgentInputMessage", field<&Self::body>("Body", rules::AgentMessageString, required),
                     field<&Self::type>("Type", required));
  }
  friend bool operator==(AgentInputMessage const&, AgentInputMessage const&) = default;
};

/// The input of UpdateProfileWithAgent.
struct UpdateProfileWithAgentRequest {
  /// The profile's id: 32 lowercase hexadecimal digits.
  std::string profile_id{};
  /// The format of the files that are read.
  OpenEnum<SourceFormat> source_format{};
  /// The message to the agent.
  AgentInputMessage input_message{};
  /// The id of the conversation; if omitted, a new one begins. 1 to 36 characters.
  std::optional<std::string> conversation_id{};

  template <class Self>
  static consteval auto shape() {
    return structure(
        "UpdateProfileWithAgentRequest", field<&Self::profile_id>("ProfileId", rules::ProfileIdString, required),
        field<&Self::source_format>("SourceFormat", required), field<&Self::input_message>("InputMessage", required),
        field<&Self::conversation_id>("ConversationId", rules::ConversationIdString));
  }
  friend bool operator==(UpdateProfileWithAgentRequest const&, UpdateProfileWithAgentRequest const&) = default;
};

/// The type of a message from the agent.
enum class AgentOutputMessageType : std::uint16_t {
  initial_greeting,
  normal,
  confirmation,
  complete,
  error,
  options,
  choices,
  unknown = EnumValue::unknown
};
consteval auto enumeration(AgentOutputMessageType) {
  return spelled("AgentOutputMessageType", "INITIAL_GREETING", "normal", "confirmation", "complete", "error", "options",
                 "choices");
}

/// A message from the agent. Its body and options are sensitive.
struct AgentOutputMessage {
  /// The text of the message; 1 to 40960 characters. Sensitive.
  std::string body{};
  /// The type of the message.
  OpenEnum<AgentOutputMessageType> type{};
  /// The options to choose from; each 1 to 1024 characters. Sensitive.
  std::optional<std::vector<std::string>> options_list{};

  template <class Self>
  static consteval auto shape() {
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
  /// The id of the conversation; send it with the next message.
  std::string conversation_id{};

  template <class Self>
  static consteval auto shape() {
    return structure("UpdateProfileWithAgentResponse", field<&Self::agent_response>("AgentResponse", required),
                     field<&Self::conversation_id>("ConversationId", rules::ConversationIdString, required));
  }
  friend bool operator==(UpdateProfileWithAgentResponse const&, UpdateProfileWithAgentResponse const&) = default;
};

/// Sends a message to the agent that edits a profile in a conversation. Errors: see `Errors`.
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

}  // namespace HEALTHLAKE_NAMESPACE

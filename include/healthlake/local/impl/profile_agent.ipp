// The functions of local/profile_agent.hpp.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/local/profile_agent.hpp"
#include "healthlake/local/state.hpp"
#include "healthlake/model/errors.hpp"
#include "healthlake/model/profile_agent.hpp"
#include "healthlake/server/dispatch.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL void LocalAgent::serve(Dispatcher& dispatcher) {
  dispatcher.on<UpdateProfileWithAgent>([this](auto const& input, auto const& at) { return talk(input, at.now); });
}

HEALTHLAKE_DECL LocalAgent::Answer LocalAgent::talk(UpdateProfileWithAgentRequest const& input, Timestamp now) {
  auto const profile = state_.find_profile(input.profile_id);
  if (!profile) return Unexpected{profile.error()};
  if ((*profile)->format != input.source_format)
    return Unexpected{ValidationException{.message = "The SourceFormat does not match that of the profile."}};
  bool const confirms = input.input_message.type == AgentInputMessageType::confirmation_response;
  if (!input.conversation_id) return confirms ? out_of_context() : greet(input.profile_id);
  auto const found = conversations_.find(*input.conversation_id);
  if (found == conversations_.end() || found->second.profile_id != input.profile_id)
    return Unexpected{ConversationNotFoundException{.message = "The profile has no such conversation."}};
  Conversation& conversation = found->second;
  if (confirms && !conversation.proposal) return out_of_context();
  AgentOutputMessage message =
      confirms ? confirm(conversation, **profile, input.input_message.body, now) : propose(conversation, input);
  return UpdateProfileWithAgentResponse{std::move(message), *input.conversation_id};
}

HEALTHLAKE_DECL LocalAgent::Answer LocalAgent::out_of_context() {
  return Unexpected{AgentMessageOutOfContextException{.message = "There is nothing to confirm in the conversation."}};
}

HEALTHLAKE_DECL LocalAgent::Answer LocalAgent::greet(std::string const& profile_id) {
  std::string const id = state_.next_uuid();
  conversations_[id] = {.profile_id = profile_id};
  return UpdateProfileWithAgentResponse{{.body = "What should be changed in the profile?",
                                         .type = AgentOutputMessageType::initial_greeting,
                                         .options_list = std::vector<std::string>{"Map a field", "Add a note"}},
                                        id};
}

HEALTHLAKE_DECL AgentOutputMessage LocalAgent::propose(Conversation& conversation,
                                                       UpdateProfileWithAgentRequest const& input) {
  conversation.proposal = input.input_message.body;
  return {.body = "Add this to the profile's draft?",
          .type = AgentOutputMessageType::confirmation,
          .options_list = std::vector<std::string>{"yes", "no"}};
}

HEALTHLAKE_DECL AgentOutputMessage LocalAgent::confirm(Conversation& conversation, LocalProfile& profile,
                                                       std::string const& said, Timestamp now) {
  if (said != "yes" && said != "no")
    return {.body = "Please answer yes or no.",
            .type = AgentOutputMessageType::choices,
            .options_list = std::vector<std::string>{"yes", "no"}};
  std::string text = *std::exchange(conversation.proposal, std::nullopt);
  if (said == "no") return {.body = "Nothing was changed.", .type = AgentOutputMessageType::normal};
  LocalProfileVersion& draft = profile.draft();
  if (draft.mapping.size() >= 500)
    return {.body = "The mapping already has 500 entries, the maximum.", .type = AgentOutputMessageType::error};
  std::size_t number = 1;
  while (draft.mapping.contains("agent/" + std::to_string(number))) ++number;
  draft.mapping.emplace("agent/" + std::to_string(number), std::move(text));
  draft.updated = now;
  return {.body = "The draft was changed.", .type = AgentOutputMessageType::complete};
}

}  // namespace HEALTHLAKE_NAMESPACE

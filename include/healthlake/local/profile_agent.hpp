// The agent of the local service that changes transformation profiles: UpdateProfileWithAgent. It follows a script
// and understands nothing.
//
// Rules: messages are sensitive, so errors do not repeat them. The script:
//   no ConversationId                  a new conversation: INITIAL_GREETING with options, for any message
//   normal                             confirmation: the message is stored, and the agent asks whether to add it
//   confirmation_response `yes`        complete: the message becomes an entry `agent/<n>` of the draft's mapping
//   confirmation_response `no`         normal: the message is discarded
//   confirmation_response, other       choices: yes or no
//   `yes` if the draft is full         error: a mapping has at most 500 entries
// A confirmation without a question is an AgentMessageOutOfContextException. A conversation belongs to its profile; in
// another profile it is a ConversationNotFoundException, like one that does not exist. A SourceFormat other than the
// profile's is a ValidationException.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/local/state.hpp"
#include "healthlake/model/errors.hpp"
#include "healthlake/model/profile_agent.hpp"
#include "healthlake/server/dispatch.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The conversations and the handler. Neither copyable nor movable, since the handler points to it.
class LocalAgent {
 public:
  explicit LocalAgent(LocalState& state) : state_(state) {}
  LocalAgent(LocalAgent const&) = delete;
  LocalAgent& operator=(LocalAgent const&) = delete;

  void serve(Dispatcher& dispatcher) {
    dispatcher.on<UpdateProfileWithAgent>([this](auto const& input, auto const& at) { return talk(input, at.now); });
  }

 private:
  using Answer = Result<UpdateProfileWithAgentResponse, HandlerError>;

  struct Conversation {
    std::string profile_id{};
    /// The message that awaits confirmation, if there is one.
    std::optional<std::string> proposal{};
  };

  Answer talk(UpdateProfileWithAgentRequest const& input, Timestamp now) {
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

  static Answer out_of_context() {
    return Unexpected{AgentMessageOutOfContextException{.message = "There is nothing to confirm in the conversation."}};
  }

  Answer greet(std::string const& profile_id) {
    std::string const id = state_.next_uuid();
    conversations_[id] = {.profile_id = profile_id};
    return UpdateProfileWithAgentResponse{{.body = "What should be changed in the profile?",
                                           .type = AgentOutputMessageType::initial_greeting,
                                           .options_list = std::vector<std::string>{"Map a field", "Add a note"}},
                                          id};
  }

  static AgentOutputMessage propose(Conversation& conversation, UpdateProfileWithAgentRequest const& input) {
    conversation.proposal = input.input_message.body;
    return {.body = "Add this to the profile's draft?",
            .type = AgentOutputMessageType::confirmation,
            .options_list = std::vector<std::string>{"yes", "no"}};
  }

  static AgentOutputMessage confirm(Conversation& conversation, LocalProfile& profile, std::string const& said,
                                    Timestamp now) {
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

  LocalState& state_;
  std::map<std::string, Conversation, std::less<>> conversations_;
};

}  // namespace HEALTHLAKE_NAMESPACE

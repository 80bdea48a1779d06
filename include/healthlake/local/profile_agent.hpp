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

#include <map>
#include <optional>
#include <string>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/local/state.hpp"
#include "healthlake/model/profile_agent.hpp"
#include "healthlake/server/dispatch.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The conversations and the handler. Neither copyable nor movable, since the handler points to it.
class LocalAgent {
 public:
  /// `state` must outlive the agent.
  explicit LocalAgent(LocalState& state) : state_(state) {}
  LocalAgent(LocalAgent const&) = delete;
  LocalAgent& operator=(LocalAgent const&) = delete;

  /// Sets the handler of UpdateProfileWithAgent.
  void serve(Dispatcher& dispatcher);

 private:
  using Answer = Result<UpdateProfileWithAgentResponse, HandlerError>;

  struct Conversation {
    std::string profile_id{};
    /// The message that awaits confirmation, if there is one.
    std::optional<std::string> proposal{};
  };

  Answer talk(UpdateProfileWithAgentRequest const& input, Timestamp now);
  static Answer out_of_context();
  Answer greet(std::string const& profile_id);
  static AgentOutputMessage propose(Conversation& conversation, UpdateProfileWithAgentRequest const& input);
  static AgentOutputMessage confirm(Conversation& conversation, LocalProfile& profile, std::string const& said,
                                    Timestamp now);

  LocalState& state_;
  std::map<std::string, Conversation, std::less<>> conversations_;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/local/impl/profile_agent.ipp"
#endif

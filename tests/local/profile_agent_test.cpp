#include "healthlake/local/profile_agent.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "tests/support/local_bench.hpp"

using namespace healthlake;

namespace {

UpdateProfileWithAgentRequest said(std::string const& profile, std::string body,
                                   std::optional<std::string> conversation = {},
                                   AgentInputMessageType type = AgentInputMessageType::normal) {
  return {.profile_id = profile,
          .source_format = SourceFormat::csv,
          .input_message = {std::move(body), type},
          .conversation_id = std::move(conversation)};
}
constexpr auto confirmation = AgentInputMessageType::confirmation_response;

// What the agent's answer is.
std::string kind(LocalBench& bench, UpdateProfileWithAgentRequest const& request) {
  return std::string{bench.done<UpdateProfileWithAgent>(request).agent_response.type.text()};
}
std::map<std::string, std::string> draft(LocalBench& bench, std::string const& profile) {
  return bench.done<GetDataTransformationProfile>({profile}).profile_mapping;
}

}  // namespace

TEST_CASE("the agent greets, asks, and changes the draft when it may") {
  LocalBench bench;
  std::string const profile = bench.create_profile();
  auto const greeting = bench.done<UpdateProfileWithAgent>(said(profile, "hello"));
  CHECK(greeting.agent_response.type == AgentOutputMessageType::initial_greeting);
  CHECK(greeting.agent_response.options_list.has_value());
  std::string const id = greeting.conversation_id;
  CHECK(id.size() == 36);

  CHECK(kind(bench, said(profile, "map the birth date", id)) == "confirmation");
  CHECK(draft(bench, profile).size() == 1);
  CHECK(kind(bench, said(profile, "perhaps", id, confirmation)) == "choices");
  bench.pass(5);
  auto const complete = bench.done<UpdateProfileWithAgent>(said(profile, "yes", id, confirmation));
  CHECK(complete.agent_response.type == AgentOutputMessageType::complete);
  CHECK(complete.conversation_id == id);
  CHECK(draft(bench, profile).at("agent/1") == "map the birth date");
  CHECK(bench.done<GetDataTransformationProfile>({profile}).last_updated_at == bench.now);

  CHECK(kind(bench, said(profile, "and the name", id)) == "confirmation");
  CHECK(kind(bench, said(profile, "no", id, confirmation)) == "normal");
  CHECK(kind(bench, said(profile, "then this", id)) == "confirmation");
  CHECK(kind(bench, said(profile, "yes", id, confirmation)) == "complete");
  CHECK(draft(bench, profile).at("agent/2") == "then this");
  CHECK(draft(bench, profile).size() == 3);
}

TEST_CASE("a draft that is full is not changed") {
  LocalBench bench;
  std::string const profile = bench.create_profile();
  std::map<std::string, std::string> full;
  for (int i = 0; i < 500; ++i) full.emplace(std::to_string(i), "");
  bench.done<UpdateDataTransformationProfile>({.profile_id = profile, .profile_mapping = full});
  std::string const id = bench.done<UpdateProfileWithAgent>(said(profile, "hello")).conversation_id;
  CHECK(kind(bench, said(profile, "more", id)) == "confirmation");
  CHECK(kind(bench, said(profile, "yes", id, confirmation)) == "error");
  CHECK(draft(bench, profile) == full);
}

TEST_CASE("conversations that are not there, or of another profile, are not found; nothing said is repeated") {
  LocalBench bench;
  std::string const profile = bench.create_profile();
  std::string const other = bench.create_profile();
  std::string const id = bench.done<UpdateProfileWithAgent>(said(profile, "secret-text")).conversation_id;
  CHECK(bench.refused<UpdateProfileWithAgent>(said(profile, "secret-text", "unknown")) ==
        "ConversationNotFoundException");
  CHECK(bench.refused<UpdateProfileWithAgent>(said(other, "secret-text", id)) == "ConversationNotFoundException");
  CHECK(bench.refused<UpdateProfileWithAgent>(said(profile, "secret-text", id, confirmation)) ==
        "AgentMessageOutOfContextException");
  CHECK(bench.refused<UpdateProfileWithAgent>(said(profile, "secret-text", std::nullopt, confirmation)) ==
        "AgentMessageOutOfContextException");
  CHECK(bench.refused<UpdateProfileWithAgent>(said(std::string(32, '0'), "secret-text")) ==
        "ResourceNotFoundException");
  auto request = said(profile, "secret-text", id);
  request.source_format = SourceFormat::ccda;
  CHECK(bench.refused<UpdateProfileWithAgent>(request) == "ValidationException");
  CHECK(bench.errors.find("secret") == std::string::npos);
}

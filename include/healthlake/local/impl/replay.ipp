// The functions of local/replay.hpp.
#pragma once

#include <string>
#include <string_view>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/local/journal_records.hpp"
#include "healthlake/local/replay.hpp"
#include "healthlake/local/state.hpp"
#include "healthlake/model/operation.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL std::string journal_settings(LocalOptions const& options) {
  auto const limit = [](auto const& most) { return most ? std::to_string(*most) : std::string{"none"}; };
  return "region=" + options.region + " account_id=" + options.account_id +
         " submitted_time=" + std::to_string(options.submitted_time.count) +
         " running_time=" + std::to_string(options.running_time.count) +
         " transition_time=" + std::to_string(options.transition_time.count) +
         " client_token_lifetime=" + std::to_string(options.client_token_lifetime.count) +
         " max_concurrent_jobs=" + std::to_string(options.max_concurrent_jobs) +
         " max_datastores=" + limit(options.max_datastores) + " max_profiles=" + limit(options.max_profiles);
}

HEALTHLAKE_DECL Timestamp time_of(JournalRecord const& record) {
  if (auto const* given = record.value.get_if<JournalGiven>()) return given->time;
  if (auto const* request = record.value.get_if<JournalRequest>()) return request->time;
  if (auto const* ended = record.value.get_if<JournalEnded>()) return ended->time;
  if (auto const* passed = record.value.get_if<JournalPassed>()) return passed->time;
  if (auto const* reset = record.value.get_if<JournalReset>()) return reset->time;
  return {Timestamp::min_milliseconds};
}

HEALTHLAKE_DECL Result<JournalContent, std::string> read_whole(std::string_view text, JournalOptions const& options) {
  auto content = read_journal(text);
  if (!content || content->tail != JournalTail::damaged || options.accept_damaged_tail) return content;
  return Unexpected{"line " + std::to_string(content->records.size() + 1) + " of the journal, at byte " +
                    std::to_string(content->bytes) +
                    ", the last one, is damaged, but may have been acknowledged; restore the journal, or "
                    "drop the line with JournalOptions::accept_damaged_tail (healthlake-local: --accept-damaged-tail)"};
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

// Brings the local service to where the writer of a journal was: every request that changed something is answered
// once more, at its time, and must get the same answer.
//
// Rules: a journal that does not fit is refused with the number of the line and the reason, never with content: another
// version, other options, a data store that is not given any more, an answer that comes out different, the end of a job
// that has not ended.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/local/journal_records.hpp"
#include "healthlake/local/state.hpp"
#include "healthlake/model/operation.hpp"
#include "healthlake/protocol/aws_json.hpp"
#include "healthlake/server/dispatch.hpp"
#include "healthlake/text/text.hpp"

namespace healthlake {

/// What opening a journal found.
struct JournalReplay {
  /// Records that were replayed.
  std::size_t records = 0;
  /// Bytes of a last line that was not whole; they were cut off.
  std::size_t dropped_bytes = 0;
};

/// Whether requests of this operation are written to the journal.
constexpr bool changes_state(std::string_view operation) noexcept {
  return !operation.starts_with("Describe") && !operation.starts_with("List") && !operation.starts_with("Get");
}

namespace detail {

// The options that decide about answers; in another setting the same requests might be answered otherwise.
inline std::string journal_settings(LocalOptions const& options) {
  auto const limit = [](auto const& most) { return most ? std::to_string(*most) : std::string{"none"}; };
  return "region=" + options.region + " account_id=" + options.account_id +
         " submitted_time=" + std::to_string(options.submitted_time.count) +
         " running_time=" + std::to_string(options.running_time.count) +
         " transition_time=" + std::to_string(options.transition_time.count) +
         " client_token_lifetime=" + std::to_string(options.client_token_lifetime.count) +
         " max_concurrent_jobs=" + std::to_string(options.max_concurrent_jobs) +
         " max_datastores=" + limit(options.max_datastores) + " max_profiles=" + limit(options.max_profiles);
}

// `settle(time)` does what should have happened by then.
template <class Settle>
class Replay {
 public:
  Replay(LocalState& state, Dispatcher& dispatcher, Settle& settle)
      : state_(state), dispatcher_(dispatcher), settle_(settle), given_(std::exchange(state.datastores(), {})) {}

  Result<Unit, std::string> run(JournalContent& content) {
    for (auto const& record : content.records)
      if (auto const* ended = record.value.template get_if<JournalEnded>()) state_.journal().expect_end(*ended);
    state_.journal().set_replaying(true);
    for (std::size_t i = 0; i < content.records.size(); ++i) {
      std::string const fault = i == 0 ? begin(content.records[0]) : replay(content.records[i]);
      if (!fault.empty()) return Unexpected{"line " + std::to_string(i + 1) + " of the journal: " + fault};
    }
    state_.journal().set_replaying(false);
    return Unit{};
  }

  // The data stores that the journal does not know yet.
  Result<Unit, std::string> give_rest(Timestamp now) {
    for (auto& datastore : given_)
      if (auto written = give(std::move(datastore), now); !written) return written;
    return Unit{};
  }

 private:
  std::string begin(JournalRecord const& record) {
    auto const* begun = record.value.get_if<JournalBegun>();
    if (!begun) return "it does not begin as a journal does";
    if (begun->version != JournalBegun::current_version)
      return "it is of version " + std::to_string(begun->version) + ", and this reads version " +
             std::to_string(JournalBegun::current_version);
    std::string const settings = journal_settings(state_.options());
    if (begun->settings != settings)
      return "it was written with `" + begun->settings + "` and is read with `" + settings + "`";
    std::uint64_t seed = 0;
    char const* const end = begun->seed.data() + begun->seed.size();
    auto const parsed = std::from_chars(begun->seed.data(), end, seed);
    if (parsed.ec != std::errc{} || parsed.ptr != end) return "its seed is no number";
    state_.set_seed(seed);
    return {};
  }

  std::string replay(JournalRecord const& record) {
    if (auto const* given = record.value.get_if<JournalGiven>()) return replay_given(*given);
    if (auto const* request = record.value.get_if<JournalRequest>()) return replay_request(*request);
    if (auto const* ended = record.value.get_if<JournalEnded>()) return replay_end(*ended);
    return "it begins a second time";
  }

  std::string replay_given(JournalGiven const& given) {
    for (auto datastore = given_.begin(); datastore != given_.end(); ++datastore) {
      if (datastore->properties.datastore_id != given.datastore_id) continue;
      auto const done = give(std::move(*datastore), given.time);
      given_.erase(datastore);
      return done ? std::string{} : done.error();
    }
    return "the data store " + quoted(given.datastore_id, 64) + " was given then and is not now";
  }

  std::string replay_request(JournalRequest const& recorded) {
    if (auto const settled = settle_(recorded.time); !settled) return settled.error();
    HttpRequest request{.method = "POST", .target = "/"};
    request.headers.add("X-Amz-Target", std::string{healthlake_service.target_prefix} + "." + recorded.operation);
    request.headers.add("Content-Type", std::string{aws_json_content_type});
    request.body = recorded.input.json;
    HttpResponse const response = dispatcher_.handle(request, {.now = recorded.time});
    if (response.status == 200 && response.body == recorded.output.json) return {};
    return quoted(recorded.operation, 64) + " gets another answer than it got then (HTTP " +
           std::to_string(response.status) + ")";
  }

  std::string replay_end(JournalEnded const& ended) {
    if (auto const settled = settle_(ended.time); !settled) return settled.error();
    if (!state_.journal().find_end(ended.job_id)) return {};
    return "the job " + quoted(ended.job_id, 64) + " ends, and none of that id is due then";
  }

  Result<Unit, std::string> give(LocalDatastore datastore, Timestamp time) {
    datastore.properties.created_at = time;
    JournalGiven record{.time = time, .datastore_id = datastore.properties.datastore_id};
    state_.datastores().push_back(std::move(datastore));
    return state_.journal().write(std::move(record));
  }

  LocalState& state_;
  Dispatcher& dispatcher_;
  Settle& settle_;
  std::deque<LocalDatastore> given_;
};

}  // namespace detail

/// See LocalHealthLake::open_journal. `settle(time)` does what should have happened by then.
template <class Settle>
Result<JournalReplay, std::string> replay_journal(Journal& journal, LocalState& state, Dispatcher& dispatcher,
                                                  Timestamp now, Settle settle) {
  if (state.used() || state.journal().attached())
    return Unexpected{std::string{"a journal is opened once, and before the first request"}};
  auto const text = journal.read();
  if (!text) return Unexpected{text.error()};
  auto content = read_journal(*text);
  if (!content) return Unexpected{std::move(content).error()};
  detail::Replay<Settle> replay{state, dispatcher, settle};
  if (auto replayed = replay.run(*content); !replayed) return Unexpected{std::move(replayed).error()};
  JournalReplay const found{content->records.size(), text->size() - content->bytes};
  if (found.dropped_bytes != 0)
    if (auto cut = journal.cut(content->bytes); !cut) return Unexpected{std::move(cut).error()};
  state.journal().attach(journal);
  if (found.records == 0) {
    JournalBegun begun{.seed = std::to_string(state.options().seed),
                       .settings = detail::journal_settings(state.options())};
    if (auto written = state.journal().write(std::move(begun)); !written) return Unexpected{written.error()};
  }
  if (auto given = replay.give_rest(now); !given) return Unexpected{std::move(given).error()};
  return found;
}

}  // namespace healthlake

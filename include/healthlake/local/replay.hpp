// Replays a journal: every request that changed something is handled again, at its time, and must return the same
// response.
//
// Rules: a journal that does not match is refused with the number of the line and the reason, never with content:
// another version, other options, a data store that has not been added, a different response, the end of a job that has
// not ended. An incomplete last line was never acknowledged, and is dropped; a damaged last line is dropped only if
// JournalOptions say so.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <set>
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

namespace HEALTHLAKE_NAMESPACE {

/// The result of opening a journal.
struct JournalReplay {
  /// Records that were replayed.
  std::size_t records = 0;
  /// Bytes of an incomplete or damaged last line, which were removed.
  std::size_t dropped_bytes = 0;
  /// Whether that line was damaged; see JournalOptions::accept_damaged_tail.
  bool damaged = false;
  /// The latest time of a record. While the clock is before it, time stands still for jobs and data stores; see
  /// LocalHealthLake::reset_clock.
  Timestamp latest{};
};

/// What to do about a damaged journal.
struct JournalOptions {
  /// A complete but damaged last line may have been acknowledged. By default, that is an error; if this is true, the
  /// line is dropped.
  bool accept_damaged_tail = false;
};

/// Whether requests of this operation are written to the journal.
constexpr bool changes_state(std::string_view operation) noexcept {
  return !operation.starts_with("Describe") && !operation.starts_with("List") && !operation.starts_with("Get");
}
/// Whether requests of this operation use an id, unless they repeat an earlier one.
constexpr bool takes_id(std::string_view operation) noexcept {
  return operation.starts_with("Create") || operation.starts_with("Start") || operation.starts_with("Restore");
}

namespace detail {

// The options that responses depend on; with others, the same requests might have different responses.
std::string journal_settings(LocalOptions const& options);

Timestamp time_of(JournalRecord const& record);

// See replay_journal.
template <class Settle, class Reset>
class Replay {
 public:
  Replay(LocalState& state, Dispatcher& dispatcher, Settle& settle, Reset& reset)
      : state_(state),
        dispatcher_(dispatcher),
        settle_(settle),
        reset_(reset),
        given_(std::exchange(state.datastores(), {})) {}

  Result<Unit, std::string> run(JournalContent& content) {
    for (auto const& record : content.records)
      if (auto const* ended = record.value.template get_if<JournalEnded>()) state_.journal().expect_end(*ended);
    state_.journal().set_replaying(true);
    for (std::size_t i = 0; i < content.records.size(); ++i) {
      std::string const fault = i == 0 ? begin(content.records[0]) : replay_in_order(content.records[i]);
      if (!fault.empty()) return Unexpected{"line " + std::to_string(i + 1) + " of the journal: " + fault};
    }
    state_.journal().set_replaying(false);
    return Unit{};
  }

  // The time at which the last record left the service.
  [[nodiscard]] Timestamp latest() const noexcept { return latest_; }

  // Adds the data stores that are not in the journal yet; returns whether there were any.
  Result<bool, std::string> give_rest(Timestamp now) {
    bool any = false;
    for (std::size_t i = 0; i < given_.size(); ++i) {
      if (joined_.contains(i)) continue;
      if (auto written = give(std::move(given_[i]), now); !written) return Unexpected{std::move(written).error()};
      any = true;
    }
    return any;
  }

 private:
  std::string begin(JournalRecord const& record) {
    auto const* begun = record.value.get_if<JournalBegun>();
    if (!begun) return "expected a Begun record";
    if (begun->version < 1 || begun->version > JournalBegun::current_version)
      return "version " + std::to_string(begun->version) + " is not supported; expected 1 to " +
             std::to_string(JournalBegun::current_version);
    std::string const settings = journal_settings(state_.options());
    if (begun->settings != settings)
      return "it was written with the options `" + begun->settings + "`, but the current ones are `" + settings + "`";
    std::uint64_t seed = 0;
    char const* const end = begun->seed.data() + begun->seed.size();
    auto const parsed = std::from_chars(begun->seed.data(), end, seed);
    if (parsed.ec != std::errc{} || parsed.ptr != end) return "the seed is not a number";
    state_.set_seed(seed);
    in_order_ = begun->version > 1;
    return {};
  }

  std::string replay_in_order(JournalRecord const& record) {
    if (record.value.get_if<JournalBegun>()) return "unexpected second Begun record";
    Timestamp const time = time_of(record);
    bool const resets = record.value.get_if<JournalReset>() != nullptr;
    if (in_order_ && !resets && time < latest_) return "its time is before that of an earlier record";
    latest_ = resets ? time : (std::max)(latest_, time);
    return replay(record);
  }

  std::string replay(JournalRecord const& record) {
    if (auto const* given = record.value.get_if<JournalGiven>()) return replay_given(*given);
    if (auto const* request = record.value.get_if<JournalRequest>()) return replay_request(*request);
    if (auto const* ended = record.value.get_if<JournalEnded>()) return replay_end(*ended);
    if (auto const* passed = record.value.get_if<JournalPassed>()) {
      auto const settled = settle_(passed->time);
      return settled ? std::string{} : settled.error();
    }
    bool const reset = reset_(time_of(record));
    return reset ? std::string{} : std::string{"the time is set back while something is in progress"};
  }

  std::string replay_given(JournalGiven const& given) {
    auto* const datastore = given_.find(given.datastore_id);
    if (datastore && joined_.insert(given_.index_of(*datastore)).second) {
      auto const done = give(std::move(*datastore), given.time);
      return done ? std::string{} : done.error();
    }
    return "the data store " + quoted(given.datastore_id, 64) +
           " was added when the journal was written, but has not been added now";
  }

  std::string replay_request(JournalRequest const& recorded) {
    if (auto const settled = settle_(recorded.time); !settled) return settled.error();
    HttpRequest request{.method = "POST", .target = "/"};
    request.headers.add("X-Amz-Target", std::string{healthlake_service.target_prefix} + "." + recorded.operation);
    request.headers.add("Content-Type", std::string{aws_json_content_type});
    request.body = recorded.input.json;
    HttpResponse const response = dispatcher_.handle(request, {.now = recorded.time});
    if (response.status == 200 && response.body == recorded.output.json) return {};
    return quoted(recorded.operation, 64) + " returns a different response than the recorded one (HTTP " +
           std::to_string(response.status) + ")";
  }

  std::string replay_end(JournalEnded const& ended) {
    if (auto const settled = settle_(ended.time); !settled) return settled.error();
    if (!state_.journal().find_end(ended.job_id)) return {};
    return "the job " + quoted(ended.job_id, 64) + " ends, but no job with that id is due at that time";
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
  Reset& reset_;
  LocalTable<LocalDatastore> given_;
  // Which of them are in the journal.
  std::set<std::size_t> joined_{};
  Timestamp latest_{Timestamp::min_milliseconds};
  // In version 1, the times of records went back with the clock.
  bool in_order_ = true;
};

// The part of a journal that can be replayed.
Result<JournalContent, std::string> read_whole(std::string_view text, JournalOptions const& options);

}  // namespace detail

/// See LocalHealthLake::open_journal. `settle(time)` does what is due by then; `reset(time)` sets the time back
/// and returns whether it can, which it cannot while something is in progress.
template <class Settle, class Reset>
Result<JournalReplay, std::string> replay_journal(Journal& journal, LocalState& state, Dispatcher& dispatcher,
                                                  JournalOptions const& options, Timestamp now, Settle settle,
                                                  Reset reset) {
  if (state.used() || state.journal().attached())
    return Unexpected{std::string{"a journal can be opened only once, before the first request"}};
  auto const text = journal.read();
  if (!text) return Unexpected{text.error()};
  auto content = detail::read_whole(*text, options);
  if (!content) return Unexpected{std::move(content).error()};
  detail::Replay<Settle, Reset> replay{state, dispatcher, settle, reset};
  if (auto replayed = replay.run(*content); !replayed) return Unexpected{std::move(replayed).error()};
  JournalReplay found{.records = content->records.size(),
                      .dropped_bytes = text->size() - content->bytes,
                      .damaged = content->tail == JournalTail::damaged,
                      .latest = replay.latest()};
  if (found.dropped_bytes != 0)
    if (auto cut = journal.cut(content->bytes); !cut) return Unexpected{std::move(cut).error()};
  state.journal().attach(journal, std::move(content->check));
  if (found.records == 0) {
    JournalBegun begun{.seed = std::to_string(state.options().seed),
                       .settings = detail::journal_settings(state.options())};
    if (auto written = state.journal().write(std::move(begun)); !written) return Unexpected{written.error()};
  }
  auto const given = replay.give_rest((std::max)(now, found.latest));
  if (!given) return Unexpected{given.error()};
  if (*given) found.latest = (std::max)(now, found.latest);
  return found;
}

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/local/impl/replay.ipp"
#endif

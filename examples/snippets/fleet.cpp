// A fleet: exports of two data stores in one thread, at the rates that AWS documents. The program is stopped halfway,
// and continues from what it wrote.
#include <cstddef>
#include <cstdio>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "healthlake/drive.hpp"
#include "healthlake/flow/job_run.hpp"
#include "healthlake/flow/schedule.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/json/encode.hpp"
#include "healthlake/model/export_job.hpp"
#include "in_process.hpp"
using namespace healthlake;

using Run = JobRun<StartFHIRExportJob, FHIRExportJobCompleted>;

class Fleet {
 public:
  /// `disk` has the progress of each export as JSON, or nothing once it has ended.
  Fleet(InProcess& here, std::vector<std::string>& disk) : here_(here), disk_(disk), runs_(disk.size()) {}

  void run(Timestamp stop) {
    for (std::size_t one = 0; one < runs_.size(); ++one)
      if (!disk_[one].empty()) begin(one);
    while (now() < stop) {
      while (auto const one = deadlines_.take(now())) check_time(*one);
      for (Schedule* const schedule : {&starts_, &polls_})
        while (auto const one = schedule->take(now())) step(*one, *schedule);
      auto const sleep = shortest({starts_.left(now()), polls_.left(now()), deadlines_.left(now())});
      if (!sleep) return;
      here_.runtime.sleep(*sleep);
    }
  }

 private:
  void begin(std::size_t one) {
    auto progress = decode<JobProgress>(disk_[one]);
    if (!progress) return;
    StartFHIRExportJobRequest const input{
        .output_data_config = {S3Configuration{"s3://example-bucket/export", "alias/my-key"}},
        .data_access_role_arn = "arn:aws:iam::123456789012:role/HealthLakeExport"};
    WaitOptions const wait{.delay = Milliseconds{30'000}, .timeout = Milliseconds{3'600'000}};
    runs_[one].emplace(input, progress->value, here_.client.options().endpoint, session_, Entropy{here_.runtime},
                       CallOptions{}, wait);
    deadlines_.set(one, now() + *runs_[one]->time_left(now()), now());
    set(one, now());
  }

  void set(std::size_t one, Timestamp until) {
    JobProgress const& progress = runs_[one]->progress();
    std::size_t const key = progress.datastore_id == "clinic" ? 0 : 1;
    (progress.job_id ? polls_ : starts_).set(one, key, until, now());
  }

  void step(std::size_t one, Schedule& schedule) {
    Run& run = *runs_[one];
    auto const ask = run.ask(now());
    if (!ask) return end(one, to_string(run.end()));
    if (auto const* const wait = std::get_if<Wait>(&*ask)) return set(one, wait->until);
    schedule.sent(now());
    bool const had_id = run.progress().job_id.has_value();
    auto const refused = take_step(run, *ask, here_.service, here_.signer, here_.runtime, {}, "us-east-1");
    if (refused) return end(one, to_string(*refused));
    if (run.progress().job_id && !had_id) {
      disk_[one] = encode(run.progress()).value_or("");
      say(one, "was started");
    }
    if (run.done()) return end(one, to_string(run.end()));
    set(one, now());
  }

  void check_time(std::size_t one) {
    auto const left = runs_[one]->time_left(now());
    if (left->count > 0) return deadlines_.set(one, now() + *left, now());  // the clock was set back
    if (!runs_[one]->ask(now())) end(one, to_string(runs_[one]->end()));
  }

  void end(std::size_t one, std::string_view how) {
    say(one, how);
    // Otherwise, the job goes on, and another run can wait for it.
    Run const& run = *runs_[one];
    if (run.done() && (run.end() == WaitEnd::success || run.end() == WaitEnd::failure)) disk_[one].clear();
    for (Schedule* const schedule : {&starts_, &polls_}) schedule->clear(one);
    deadlines_.clear(one);
    runs_[one].reset();
  }

  static std::optional<Milliseconds> shortest(std::initializer_list<std::optional<Milliseconds>> times) {
    std::optional<Milliseconds> first;
    for (auto const& time : times)
      if (time && (!first || *time < *first)) first = time;
    return first;
  }
  void say(std::size_t one, std::string_view what) const {
    std::printf("%4lld s: %zu %s %.*s\n", static_cast<long long>((now() - VirtualRuntime{}.time).count / 1'000), one,
                runs_[one]->progress().datastore_id.c_str(), static_cast<int>(what.size()), what.data());
  }
  [[nodiscard]] Timestamp now() const { return here_.runtime.now(); }

  InProcess& here_;
  std::vector<std::string>& disk_;
  std::vector<std::optional<Run>> runs_;
  Session session_{};
  Schedule starts_{RateLimit{.requests = 1, .per = {60'000}}};
  Schedule polls_{RateLimit{.requests = 10, .per = {1'000}}};
  Timers deadlines_{};
};

int main() {
  InProcess here;
  std::vector<std::string> disk;
  for (char const* const store : {"clinic", "clinic", "clinic", "hospital"}) {
    if (!here.service.add_datastore(store, {})) return 1;
    disk.push_back(encode(new_job(store, here.runtime)).value_or(""));
  }
  Fleet{here, disk}.run(here.runtime.now() + Milliseconds{70'000});
  std::puts("stopped, with this on the disk:");
  for (auto const& progress : disk) std::puts(progress.empty() ? "-" : progress.c_str());
  Fleet{here, disk}.run(Timestamp{Timestamp::max_milliseconds});
}

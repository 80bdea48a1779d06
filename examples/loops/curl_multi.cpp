// 100 exports in one thread, over libcurl's multi interface: for programs that use libcurl already.
//
// Each export that sends has a transfer (curl_transfer.hpp); each that waits has a timer.
#include <curl/curl.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

#include "curl_transfer.hpp"
#include "healthlake/flow/timers.hpp"
#include "interrupt.hpp"
#include "run.hpp"

using namespace healthlake;

/// The loop. Only waits have timers: libcurl limits the time of a transfer itself.
class CurlLoop {
 public:
  explicit CurlLoop(loops::Run& run) : run_(run), multi_(curl_multi_init(), curl_multi_cleanup) {}
  ~CurlLoop() {
    for (auto const& transfer : transfers_) curl_multi_remove_handle(multi_.get(), transfer->handle());
  }
  CurlLoop(CurlLoop const&) = delete;
  CurlLoop& operator=(CurlLoop const&) = delete;

  void go() {
    for (std::size_t i = 0; i < run_.exports.size(); ++i) step(i);
    while (!transfers_.empty() || !timers_.empty()) {
      wait_for_events();
      if (loops::caught_signal() != 0) return run_.cancel();
      int running = 0;
      curl_multi_perform(multi_.get(), &running);
      take_replies();
      while (auto const due = timers_.take(run_.runtime.now())) step(*due);
    }
  }

 private:
  void step(std::size_t i) {
    Timestamp const now = run_.runtime.now();
    auto const ask = run_.exports[i].next(now);
    if (!ask) return;
    if (auto const* const wait = std::get_if<Wait>(&*ask)) return timers_.set(i, wait->until, now);
    transfers_.push_back(std::make_unique<loops::Transfer>(i, std::get<Send>(*ask)));
    if (curl_multi_add_handle(multi_.get(), transfers_.back()->handle()) != CURLM_OK) throw std::bad_alloc{};
  }

  void wait_for_events() {
    curl_waitfd signal{.fd = loops::signal_descriptor(), .events = CURL_WAIT_POLLIN, .revents = 0};
    auto const left = timers_.left(run_.runtime.now()).value_or(Milliseconds{60'000});
    // libcurl shortens this by its own timers.
    curl_multi_poll(multi_.get(), &signal, 1, static_cast<int>(std::min(left.count, std::int64_t{60'000})), nullptr);
  }

  void take_replies() {
    int more = 0;
    while (auto const* const message = curl_multi_info_read(multi_.get(), &more)) {
      CURLcode const code = message->data.result;
      loops::Transfer* transfer = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      std::size_t const machine = transfer->machine;
      auto const reply = transfer->reply(code);
      curl_multi_remove_handle(multi_.get(), transfer->handle());
      run_.exports[machine].receive(reply, run_.runtime.now());
      std::erase_if(transfers_, [&](auto const& each) { return each.get() == transfer; });
      step(machine);
    }
  }

  loops::Run& run_;
  std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi_;
  Timers timers_{};
  std::vector<std::unique_ptr<loops::Transfer>> transfers_{};
};

int main(int argc, char** argv) {
  loops::Run run{argc, argv};
  if (run.status) return *run.status;
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || !loops::catch_signals()) return 3;
  CurlLoop{run}.go();
  curl_global_cleanup();
  return run.report(loops::caught_signal());
}

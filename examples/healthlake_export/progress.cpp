#include "progress.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>

#include "signals.hpp"

namespace healthlake_export {

using healthlake::Milliseconds;

Progress::Progress(Output& out) : out_(out), begin_(std::chrono::steady_clock::now()) {}

Milliseconds Progress::elapsed() const {
  auto const time = std::chrono::steady_clock::now() - begin_;
  return {std::chrono::duration_cast<std::chrono::milliseconds>(time).count()};
}

std::optional<Milliseconds> Progress::left_of(std::optional<Milliseconds> limit) const {
  if (limit) limit->count = std::max<std::int64_t>(limit->count - elapsed().count, 1);
  return limit;
}

void Progress::show(std::string_view status) {
  if (status == status_) return;
  finish();
  status_ = status;
  if (out_.is_terminal()) out_.status(text());
  else out_.line(text());
}

void Progress::tick() {
  if (!status_.empty()) out_.status(text());
}

void Progress::finish() {
  out_.keep_status();
  status_.clear();
}

std::string Progress::text() const {
  std::array<char, 32> time{};
  std::snprintf(time.data(), time.size(), "%7.1f s  ", static_cast<double>(elapsed().count) / 1000);
  return time.data() + status_;
}

bool TickingRuntime::sleep(Milliseconds time) {
  while (time.count > 0 && caught_signal() == 0) {
    Milliseconds const part{std::min<std::int64_t>(time.count, 100)};
    SystemRuntime::sleep(part);
    time.count -= part.count;
    progress_.tick();
  }
  return caught_signal() == 0;
}

}  // namespace healthlake_export

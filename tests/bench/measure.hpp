// Runs one piece of work under Google Benchmark and counts what it takes from the heap.
#pragma once

#include <benchmark/benchmark.h>

#include <cstddef>

// What operator new was asked for since the program began: allocations.cpp.
extern std::size_t allocations;
extern std::size_t allocated_bytes;

namespace healthlake::bench {

/// `work` returns whether it did what it should; a failure ends the benchmark with an error. The counters "allocs" and
/// "bytes" are those of one iteration.
template <class Work>
void measure(benchmark::State& state, Work work) {
  // What is made once and kept (a signing key, scratch memory) is not part of it.
  if (!work()) return state.SkipWithError("failed before it was measured");
  std::size_t const count = allocations;
  std::size_t const bytes = allocated_bytes;
  for (auto _ : state)
    if (!work()) return state.SkipWithError("failed");
  auto const each = [](std::size_t total) {
    return benchmark::Counter(static_cast<double>(total), benchmark::Counter::kAvgIterations);
  };
  state.counters["allocs"] = each(allocations - count);
  state.counters["bytes"] = each(allocated_bytes - bytes);
}

}  // namespace healthlake::bench

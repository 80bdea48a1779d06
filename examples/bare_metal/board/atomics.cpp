// Compare-and-swap for a core that has no instruction for it: ARMv6-M, the Cortex-M0. RetryQuota needs it, since the
// tasks of a product may share a session.
//
// Rules: compiled without link-time optimization, which must not see a function that it generates calls to. One core
// only: with interrupts disabled, nothing else runs. On other cores the linker drops it.
#include <cstdint>

extern "C" bool compare_exchange(std::uint32_t volatile* value, std::uint32_t* expected, std::uint32_t desired, bool,
                                 int, int) asm("__atomic_compare_exchange_4");

bool compare_exchange(std::uint32_t volatile* value, std::uint32_t* expected, std::uint32_t desired, bool, int, int) {
  std::uint32_t mask = 0;
  asm volatile("mrs %0, primask\n cpsid i" : "=r"(mask) : : "memory");
  std::uint32_t const found = *value;
  bool const same = found == *expected;
  if (same) *value = desired;
  asm volatile("msr primask, %0" : : "r"(mask) : "memory");
  *expected = found;
  return same;
}

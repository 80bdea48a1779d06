// Counts heap allocations. In a file of its own, so that no compiler inlines one operator and not the other.
#include <cstdlib>
#include <new>

std::size_t allocations = 0;
std::size_t allocated_bytes = 0;

void* operator new(std::size_t size) {
  ++allocations;
  allocated_bytes += size;
  if (void* memory = std::malloc(size)) return memory;
  std::abort();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

// Runs a fuzz target on files, without a fuzzer; see coverage.sh.
#include "healthlake/testing/fuzz.hpp"

// For custom mutators, which nothing calls here.
// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t*, std::size_t size, std::size_t) { return size; }

int main(int argc, char** argv) { return healthlake::fuzz::replay(&LLVMFuzzerTestOneInput, argc, argv); }

// Runs a fuzz target on files, without a fuzzer; see coverage.sh.
#include "healthlake/testing/fuzz.hpp"

int main(int argc, char** argv) { return healthlake::fuzz::replay(&LLVMFuzzerTestOneInput, argc, argv); }

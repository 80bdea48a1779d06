// Runs a fuzz target on the files that are named, without a fuzzer: seeds, or the input of a failure.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size);

int main(int argc, char** argv) {
  if (argc < 2) return std::fputs("usage: replay FILE...\n", stderr), 2;
  for (int i = 1; i < argc; ++i) {
    std::ifstream file{argv[i], std::ios::binary};
    if (!file) return std::fprintf(stderr, "%s cannot be read\n", argv[i]), 2;
    std::string const bytes{std::istreambuf_iterator<char>{file}, {}};
    LLVMFuzzerTestOneInput(reinterpret_cast<unsigned char const*>(bytes.data()), bytes.size());
  }
}

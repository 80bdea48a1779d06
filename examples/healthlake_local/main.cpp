// healthlake-local: serves the data stores in a directory as a HealthLake service over HTTP, for any client or SDK.
//
// Exit status: 0 after SIGTERM or SIGINT; 1 it cannot listen on the address; 2 invalid input.
//
// One idea per file, none of which takes long to compile: arguments (the command line), server (Boost.Beast), service
// (this library), page (what a browser sees of it). The bodies of the library's functions are compiled once, by
// healthlake::compiled_local_storage.
#include <csignal>

#include "arguments.hpp"
#include "service.hpp"

int main(int argc, char** argv) {
  // A file size limit is an error like a full disk, and must not end the process.
  std::signal(SIGXFSZ, SIG_IGN);
  Arguments arguments;
  if (auto const status = parse_arguments(argc, argv, arguments)) return *status;
  return run(arguments);
}

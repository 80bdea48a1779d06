// Runs the HTTP server of healthlake-local until a signal ends it.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "handler.hpp"

/// Whether this is an address and a port to listen on: `127.0.0.1:8080`, `localhost:0`, `[::1]:8080`.
bool is_listen_address(std::string_view text);

/// Whether such an address can be reached from this machine only.
bool is_loopback_address(std::string_view text);

/// Passes requests to `handler`, and calls `settle` five times a second, until SIGTERM or SIGINT. Prints the address
/// once it listens. Returns the exit status: 1 if it cannot listen there. Precondition: is_listen_address(listen).
int serve(std::string const& listen, http_server::Handler handler, std::function<void()> const& settle);

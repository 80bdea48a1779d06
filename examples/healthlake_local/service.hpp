// The local service that healthlake-local serves.
#pragma once

#include "arguments.hpp"

/// Sets the service up as the arguments say and serves it until a signal ends it. Returns the exit status: 1 if it
/// cannot listen on the address, 2 if the data, the journal or another input cannot be used.
int run(Arguments const& arguments);

// The function bodies of transport/curl*.hpp, for programs that compile with HEALTHLAKE_SEPARATE_COMPILATION.
//
// Rules: exactly one source file of the program includes this header, and one (the same or another) includes
// transport/src.hpp.
#pragma once

#include "healthlake/version.hpp"

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#error "define HEALTHLAKE_SEPARATE_COMPILATION for every file of the program, or do not include this header"
#endif

#include "healthlake/transport/impl/curl.ipp"
#include "healthlake/transport/impl/curl_connections.ipp"
#include "healthlake/transport/impl/curl_exchange.ipp"

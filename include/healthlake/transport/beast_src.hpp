// The function bodies of transport/beast*.hpp, for programs that compile with HEALTHLAKE_SEPARATE_COMPILATION.
//
// Rules: exactly one source file of the program includes this header, and one (the same or another) includes
// transport/src.hpp.
#pragma once

#include "healthlake/version.hpp"

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#error "define HEALTHLAKE_SEPARATE_COMPILATION for every file of the program, or do not include this header"
#endif

#include "healthlake/transport/impl/beast.ipp"
#include "healthlake/transport/impl/beast_connect.ipp"
#include "healthlake/transport/impl/beast_connection.ipp"
#include "healthlake/transport/impl/beast_exchange.ipp"
#include "healthlake/transport/impl/beast_proxy.ipp"
#include "healthlake/transport/impl/beast_tls.ipp"

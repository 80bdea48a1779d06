// The function bodies that all HTTP adapters share, for programs that compile with HEALTHLAKE_SEPARATE_COMPILATION.
//
// Rules: exactly one source file of the program includes this header, besides curl_src.hpp or beast_src.hpp.
#pragma once

#include "healthlake/version.hpp"

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#error "define HEALTHLAKE_SEPARATE_COMPILATION for every file of the program, or do not include this header"
#endif

#include "healthlake/transport/impl/checks.ipp"
#include "healthlake/transport/impl/chunked_body.ipp"
#include "healthlake/transport/impl/exchange.ipp"
#include "healthlake/transport/impl/proxy.ipp"
#include "healthlake/transport/impl/response_head.ipp"
#include "healthlake/transport/impl/response_reader.ipp"

// The function bodies of server/, for programs that compile with HEALTHLAKE_SEPARATE_COMPILATION.
//
// Rules: exactly one source file of the program includes this header, and one includes healthlake/src.hpp.
#pragma once

#include "healthlake/version.hpp"

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#error "define HEALTHLAKE_SEPARATE_COMPILATION for every file of the program, or do not include this header"
#endif

#include "healthlake/server/impl/dispatch.ipp"
#include "healthlake/server/impl/sigv4_verifier.ipp"

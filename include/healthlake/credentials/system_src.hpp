// The function bodies of credentials/system.hpp, for programs that compile with HEALTHLAKE_SEPARATE_COMPILATION.
//
// Rules: exactly one source file of the program includes this header, beside the ones that include src.hpp and
// credentials/src.hpp.
#pragma once

#include "healthlake/version.hpp"

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#error "define HEALTHLAKE_SEPARATE_COMPILATION for every file of the program, or do not include this header"
#endif

#include "healthlake/credentials/impl/system.ipp"

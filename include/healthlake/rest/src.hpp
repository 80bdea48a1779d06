// The function bodies of rest/, for programs that compile with HEALTHLAKE_SEPARATE_COMPILATION.
//
// Rules: exactly one source file of the program includes this header, and one healthlake/src.hpp.
#pragma once

#include "healthlake/version.hpp"

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#error "define HEALTHLAKE_SEPARATE_COMPILATION for every file of the program, or do not include this header"
#endif

#include "healthlake/rest/impl/export.ipp"
#include "healthlake/rest/impl/fhir_rest.ipp"
#include "healthlake/rest/impl/outcome.ipp"
#include "healthlake/rest/impl/requests.ipp"
#include "healthlake/rest/impl/rules.ipp"
#include "healthlake/rest/impl/times.ipp"

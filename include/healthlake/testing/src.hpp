// The function bodies of testing/, for programs that compile with HEALTHLAKE_SEPARATE_COMPILATION.
//
// Rules: exactly one source file of the program includes this header, and one includes healthlake/src.hpp.
#pragma once

#include "healthlake/version.hpp"

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#error "define HEALTHLAKE_SEPARATE_COMPILATION for every file of the program, or do not include this header"
#endif

#include "healthlake/testing/impl/arbitrary.ipp"
#include "healthlake/testing/impl/byte_source.ipp"
#include "healthlake/testing/impl/rule_breaker.ipp"
#include "healthlake/testing/impl/samples.ipp"
#include "healthlake/testing/impl/wire_content.ipp"
#include "healthlake/testing/impl/wire_fields.ipp"
#include "healthlake/testing/impl/wire_framing.ipp"
#include "healthlake/testing/impl/wire_message.ipp"
#include "healthlake/testing/impl/wire_mutator.ipp"
#include "healthlake/testing/impl/wire_whole.ipp"

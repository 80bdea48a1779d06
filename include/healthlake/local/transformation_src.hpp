// The function bodies of what local/ has for data transformation: see local/src.hpp.
//
// Rules: exactly one source file of a program that includes local/src.hpp somewhere includes this header.
#pragma once

#include "healthlake/version.hpp"

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#error "define HEALTHLAKE_SEPARATE_COMPILATION for every file of the program, or do not include this header"
#endif

#include "healthlake/local/impl/conversion.ipp"
#include "healthlake/local/impl/profile_agent.ipp"
#include "healthlake/local/impl/transformation_jobs.ipp"
#include "healthlake/local/impl/transformation_profiles.ipp"

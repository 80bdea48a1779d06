// The function bodies of what local/ has for data stores, their tags, and export and import jobs: see local/src.hpp.
//
// Rules: exactly one source file of a program that includes local/src.hpp somewhere includes this header.
#pragma once

#include "healthlake/version.hpp"

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#error "define HEALTHLAKE_SEPARATE_COMPILATION for every file of the program, or do not include this header"
#endif

#include "healthlake/local/impl/backups.ipp"
#include "healthlake/local/impl/datastores.ipp"
#include "healthlake/local/impl/exports.ipp"
#include "healthlake/local/impl/import_run.ipp"
#include "healthlake/local/impl/imports.ipp"
#include "healthlake/local/impl/rest_front.ipp"
#include "healthlake/local/impl/selection.ipp"
#include "healthlake/local/impl/tags.ipp"

// The function bodies of local/storage/ that need POSIX, for programs that compile with
// HEALTHLAKE_SEPARATE_COMPILATION.
//
// Rules: exactly one source file of the program includes this header, and one includes healthlake/local/src.hpp.
#pragma once

#include "healthlake/version.hpp"

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#error "define HEALTHLAKE_SEPARATE_COMPILATION for every file of the program, or do not include this header"
#endif

#include "healthlake/local/storage/impl/data_directory.ipp"
#include "healthlake/local/storage/impl/file_journal.ipp"
#include "healthlake/local/storage/impl/file_store.ipp"
#include "healthlake/local/storage/impl/posix_file.ipp"

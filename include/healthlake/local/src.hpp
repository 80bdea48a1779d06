// The function bodies of local/, for programs that compile with HEALTHLAKE_SEPARATE_COMPILATION.
//
// Rules: exactly one source file of the program includes this header. Others, or the same one, include
// healthlake/src.hpp, healthlake/server/src.hpp and, so that no file takes long to compile,
// healthlake/local/transformation_src.hpp; and healthlake/local/storage/src.hpp for files on POSIX systems.
#pragma once

#include "healthlake/version.hpp"

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#error "define HEALTHLAKE_SEPARATE_COMPILATION for every file of the program, or do not include this header"
#endif

#include "healthlake/local/impl/backups.ipp"
#include "healthlake/local/impl/datastores.ipp"
#include "healthlake/local/impl/exports.ipp"
#include "healthlake/local/impl/fault_script.ipp"
#include "healthlake/local/impl/import_run.ipp"
#include "healthlake/local/impl/imports.ipp"
#include "healthlake/local/impl/journal_records.ipp"
#include "healthlake/local/impl/local_healthlake.ipp"
#include "healthlake/local/impl/ndjson.ipp"
#include "healthlake/local/impl/rates.ipp"
#include "healthlake/local/impl/records.ipp"
#include "healthlake/local/impl/replay.ipp"
#include "healthlake/local/impl/s3_folder.ipp"
#include "healthlake/local/impl/state.ipp"
#include "healthlake/local/impl/tags.ipp"
#include "healthlake/local/storage/impl/journal.ipp"
#include "healthlake/local/storage/impl/object_store.ipp"

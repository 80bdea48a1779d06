// The function bodies of local/, for programs that compile with HEALTHLAKE_SEPARATE_COMPILATION.
//
// Rules: exactly one source file of the program includes this header, and one each healthlake/src.hpp,
// healthlake/rest/src.hpp, healthlake/server/src.hpp and, so that none takes long to compile,
// healthlake/local/fhir_src.hpp and healthlake/local/transformation_src.hpp; on POSIX systems also
// healthlake/local/storage/src.hpp.
#pragma once

#include "healthlake/version.hpp"

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#error "define HEALTHLAKE_SEPARATE_COMPILATION for every file of the program, or do not include this header"
#endif

#include "healthlake/local/impl/fault_script.ipp"
#include "healthlake/local/impl/journal_records.ipp"
#include "healthlake/local/impl/local_healthlake.ipp"
#include "healthlake/local/impl/ndjson.ipp"
#include "healthlake/local/impl/overview.ipp"
#include "healthlake/local/impl/page.ipp"
#include "healthlake/local/impl/page_requests.ipp"
#include "healthlake/local/impl/rates.ipp"
#include "healthlake/local/impl/records.ipp"
#include "healthlake/local/impl/replay.ipp"
#include "healthlake/local/impl/s3_folder.ipp"
#include "healthlake/local/impl/state.ipp"
#include "healthlake/local/storage/impl/journal.ipp"
#include "healthlake/local/storage/impl/object_store.ipp"

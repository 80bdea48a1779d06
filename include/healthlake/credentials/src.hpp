// The function bodies of credentials/, for programs that compile with HEALTHLAKE_SEPARATE_COMPILATION.
//
// Rules: exactly one source file of the program includes this header, beside the one that includes src.hpp.
#pragma once

#include "healthlake/version.hpp"

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#error "define HEALTHLAKE_SEPARATE_COMPILATION for every file of the program, or do not include this header"
#endif

#include "healthlake/credentials/impl/cached.ipp"
#include "healthlake/credentials/impl/container.ipp"
#include "healthlake/credentials/impl/default_chain.ipp"
#include "healthlake/credentials/impl/default_credentials.ipp"
#include "healthlake/credentials/impl/environment.ipp"
#include "healthlake/credentials/impl/environment_plans.ipp"
#include "healthlake/credentials/impl/expiration.ipp"
#include "healthlake/credentials/impl/http_provider.ipp"
#include "healthlake/credentials/impl/ini.ipp"
#include "healthlake/credentials/impl/instance_metadata.ipp"
#include "healthlake/credentials/impl/json_keys.ipp"
#include "healthlake/credentials/impl/local_system.ipp"
#include "healthlake/credentials/impl/process.ipp"
#include "healthlake/credentials/impl/profile.ipp"
#include "healthlake/credentials/impl/provided.ipp"
#include "healthlake/credentials/impl/sha1.ipp"
#include "healthlake/credentials/impl/shared_files.ipp"
#include "healthlake/credentials/impl/sso.ipp"
#include "healthlake/credentials/impl/sso_token.ipp"
#include "healthlake/credentials/impl/sts.ipp"
#include "healthlake/credentials/impl/token_file.ipp"

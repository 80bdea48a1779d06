// credential_process: a program that prints credentials as JSON.
//
// Rules: the command is split like a command of a POSIX shell, but no shell runs it: no variables, no `~`, no pipes.
// The exit status decides; what the program prints to standard error is part of the message of a failure, without any
// part of its standard output. Standard output is never shown.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "healthlake/core/result.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/credentials/local_system.hpp"
#include "healthlake/credentials/plan.hpp"
#include "healthlake/credentials/provided.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// Splits a command: words are separated by white space; within `'...'` every character is itself; within `"..."` a
/// backslash escapes `"` and itself; elsewhere it escapes any character. The error says what is wrong: a quote that is
/// not closed, a backslash at the end, no word.
Result<std::vector<std::string>, std::string> split_command(std::string_view command);

/// Runs the program and waits for it, once more if the credentials that it printed have expired. The output is the
/// number 1 as Version, AccessKeyId, SecretAccessKey and, optionally, SessionToken and Expiration, without which they
/// do not expire.
CredentialsOutcome credentials_of_process(LocalSystemRef system, ProcessPlan const& plan, Timestamp now);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/credentials/impl/process.ipp"
#endif

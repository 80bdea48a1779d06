// The version of this library, the C++ standard it requires, and how it is compiled. CMake reads the numbers from here.
//
// Rules: a header that includes no other header of this library includes this one, so that the first error of a
// compiler in an older mode says what is wrong.
#pragma once

#if defined(_MSVC_LANG) ? _MSVC_LANG < 202002L : __cplusplus < 202002L
#error "healthlake needs C++20: compile with -std=c++20 (/std:c++20) or later"
#endif

/// Semantic Versioning 2.0.0. Before 1.0, a minor version may change the interface.
#define HEALTHLAKE_VERSION_MAJOR 0
/// The minor version.
#define HEALTHLAKE_VERSION_MINOR 1
/// The patch version.
#define HEALTHLAKE_VERSION_PATCH 0
/// The full version as a string literal: `"0.1.0"`.
#define HEALTHLAKE_VERSION \
  HEALTHLAKE_DETAIL_DOTTED(HEALTHLAKE_VERSION_MAJOR, HEALTHLAKE_VERSION_MINOR, HEALTHLAKE_VERSION_PATCH)

/// How the function bodies of this library are compiled. By default every file that includes a header compiles what it
/// uses of it. With HEALTHLAKE_SEPARATE_COMPILATION defined for the whole program, headers only declare, and one source
/// file of the program includes `healthlake/src.hpp` (and the `*src.hpp` of each adapter in use): see
/// docs/compile-time.md. HEALTHLAKE_DECL stands before every function defined in an `impl/*.ipp`.
#if defined(HEALTHLAKE_SEPARATE_COMPILATION)
#define HEALTHLAKE_DECL
#define HEALTHLAKE_DETAIL_MODE separate
#else
#define HEALTHLAKE_DECL inline
#define HEALTHLAKE_DETAIL_MODE header_only
#endif

/// Before a function that runs once a program, once a transfer over the network or when something is wrong: compilers
/// optimize it for its size and keep it apart from the code of every call. With -Os, that is done to all functions.
#if defined(__GNUC__) && !defined(__OPTIMIZE_SIZE__)
#define HEALTHLAKE_COLD [[gnu::cold]]
#else
#define HEALTHLAKE_COLD
#endif

/// What every header opens: `healthlake`, and in it an inline namespace of the version and the mode, such as
/// `v0_1_0_header_only`. Files that disagree about either use different types and do not link with each other.
#define HEALTHLAKE_NAMESPACE                                                                   \
  healthlake::inline HEALTHLAKE_DETAIL_TAG(HEALTHLAKE_VERSION_MAJOR, HEALTHLAKE_VERSION_MINOR, \
                                           HEALTHLAKE_VERSION_PATCH, HEALTHLAKE_DETAIL_MODE)

#define HEALTHLAKE_DETAIL_TAG(major, minor, patch, mode) HEALTHLAKE_DETAIL_JOINED(major, minor, patch, mode)
#define HEALTHLAKE_DETAIL_JOINED(major, minor, patch, mode) v##major##_##minor##_##patch##_##mode
// NOLINTNEXTLINE(bugprone-macro-parentheses): parentheses would be in the string.
#define HEALTHLAKE_DETAIL_DOTTED(major, minor, patch) HEALTHLAKE_DETAIL_QUOTED(major.minor.patch)
#define HEALTHLAKE_DETAIL_QUOTED(text) #text

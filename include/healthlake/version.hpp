// The version of this library, and the C++ standard it requires. CMake reads the numbers from here.
//
// Rules: a header that includes no other header of this library includes this one, so that the first error of a
// compiler in an older mode says what is wrong.
#pragma once

#if defined(_MSVC_LANG) ? _MSVC_LANG < 202002L : __cplusplus < 202002L
#error "healthlake needs C++20: compile with -std=c++20 (/std:c++20) or later"
#endif

/// Semantic Versioning 2.0.0. Before 1.0, a minor version may change the interface.
#define HEALTHLAKE_VERSION_MAJOR 0
#define HEALTHLAKE_VERSION_MINOR 1
#define HEALTHLAKE_VERSION_PATCH 0
/// The full version as a string literal: `"0.1.0"`.
#define HEALTHLAKE_VERSION \
  HEALTHLAKE_DETAIL_DOTTED(HEALTHLAKE_VERSION_MAJOR, HEALTHLAKE_VERSION_MINOR, HEALTHLAKE_VERSION_PATCH)

// NOLINTNEXTLINE(bugprone-macro-parentheses): parentheses would be in the string.
#define HEALTHLAKE_DETAIL_DOTTED(major, minor, patch) HEALTHLAKE_DETAIL_QUOTED(major.minor.patch)
#define HEALTHLAKE_DETAIL_QUOTED(text) #text

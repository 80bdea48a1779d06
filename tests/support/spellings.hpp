// The ways in which a peer may spell what it was sent: encodings, and encodings of encodings.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/text/base64.hpp"

namespace spellings {

/// Every character that is not a letter or a digit, or simply every one, by a printf format for its code.
inline std::string escaped(std::string_view text, char const* format, bool all = false) {
  std::string out;
  for (char const c : text) {
    bool const plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    char spelled[16];
    std::snprintf(spelled, sizeof spelled, format, static_cast<unsigned>(static_cast<unsigned char>(c)));
    if (plain && !all) out += c;
    else out += spelled;
  }
  return out;
}

inline std::string replaced(std::string_view text, std::string_view what, std::string_view by) {
  std::string out{text};
  for (std::size_t at = 0; (at = out.find(what, at)) != std::string::npos; at += by.size())
    out.replace(at, what.size(), by);
  return out;
}

inline std::string wrapped(std::string_view text, std::size_t width, std::string_view by) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += width) out += std::string{text.substr(at, width)} + std::string{by};
  return out;
}

inline std::string base64(std::string_view text) {
  std::string out;
  healthlake::append_base64(out, text);
  return out;
}

/// All of them. None holds a control character, a quotation mark, or a backslash that JSON would not take.
inline std::vector<std::string> of(std::string_view secret) {
  std::string const text{secret};
  std::string const named = replaced(replaced(replaced(text, "/", "&sol;"), "+", "&plus;"), "=", "&equals;");
  return {text,
          escaped(text, "%%%02X"),
          escaped(text, "%%%02x"),
          escaped(text, "%%%02X", true),
          escaped(escaped(text, "%%%02X"), "%%%02X"),
          escaped(escaped(escaped(text, "%%%02X"), "%%%02X"), "%%%02x"),
          escaped(escaped(text, "%%%02X", true), "%%%02X", true),
          replaced(text, "/", "\\/"),
          escaped(text, "\\u%04x"),
          escaped(text, "\\u%04X", true),
          escaped(escaped(text, "%%%02X"), "\\u%04x"),
          escaped(escaped(text, "&#x%X;"), "\\u%04x"),
          escaped(text, "&#x%x;"),
          escaped(text, "&#x%04X;"),
          escaped(text, "&#%u;"),
          escaped(text, "&#%03u;", true),
          named,
          replaced(named, "&", "&amp;"),
          replaced(escaped(text, "&#%u;"), "&", "&amp;amp;"),
          wrapped(text, 20, " "),
          wrapped(text, 5, "\\n    "),
          wrapped(text, 20, "\\\" + "),
          wrapped(escaped(text, "%%%02X", true), 6, "\\r\\n\\t"),
          base64(text),
          base64("x-amz-security-token:" + text + "\nx-amz-target:"),
          base64("ab" + text + "c"),
          escaped(base64("a" + text + "bc"), "%%%02X"),
          replaced(replaced(base64(text), "+", "-"), "/", "_"),
          escaped(text, "%02x", true),
          escaped(text, "%02X ", true),
          escaped(text, "%02x:", true),
          escaped(text, "%02X-", true),
          escaped(text, "%02x, ", true),
          escaped(text, "0x%02x, ", true),
          escaped(text, "0X%02X ", true),
          escaped(text, "%%u%04X", true),
          escaped(text, "%%u%04x"),
          text.substr(0, text.size() / 2),
          text.substr(0, 20),
          text.substr(text.size() / 3, 31),
          text.substr(text.size() - 16)};
}

}  // namespace spellings

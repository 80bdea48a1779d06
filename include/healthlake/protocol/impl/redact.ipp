// The functions of protocol/redact.hpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "healthlake/core/error.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/protocol/redact.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/redactor.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL Redactor redactor_for(Headers const& sent) {
  Redactor redactor;
  bool added = false;
  for (Header const line : sent) {
    std::string_view secret = line.value;
    if (equal_ignoring_case(line.name, "authorization")) {
      // RFC 9110, 11.4: a scheme, a space, and the rest. The parameters of Signature Version 4 are in any order.
      std::string_view constexpr name = "Signature=";
      std::size_t const signature = secret.starts_with("AWS4-") ? secret.find(name) : std::string_view::npos;
      if (signature == std::string_view::npos) secret.remove_prefix(secret.find(' ') + 1);
      else secret = secret.substr(signature + name.size(), secret.find(',', signature) - signature - name.size());
    }
    if (added && !equal_ignoring_case(line.name, "x-amz-date")) redactor.add(secret);
    added = added || line.name == attempt_header;
  }
  return redactor;
}

}  // namespace HEALTHLAKE_NAMESPACE

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL std::string excerpt_at_start(std::string_view text, Redactor& redactor) {
  std::string clean;
  if (redactor.clean(text, clean)) text = clean;
  return excerpt_before(text, Malformed::excerpt_limit);
}

HEALTHLAKE_DECL void redact(Malformed& fault, std::string_view body, Headers const& sent) {
  Redactor redactor = redactor_for(sent);
  redactor.clean(fault.message);
  redactor.clean(fault.path);
  redactor.clean(fault.request_id);
  std::string clean;
  std::size_t offset = fault.offset;
  if (!fault.excerpt.empty() && redactor.clean(body, clean, &offset)) fault.excerpt = excerpt_before(clean, offset);
}

HEALTHLAKE_DECL bool is_uuid(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size(); ++i)
    if (i == 8 || i == 13 || i == 18 || i == 23 ? text[i] != '-' : !is_hex_digit(text[i])) return false;
  return text.size() == 36;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

// The functions of http/request_check.hpp.
#pragma once

#include <string>
#include <string_view>

#include "healthlake/http/message.hpp"
#include "healthlake/http/request_check.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL bool refuse(std::string& fault, std::string_view before, std::string_view text,
                            std::string_view after) {
  append(fault, {before, printable_ascii(text), after});
  return false;
}

HEALTHLAKE_DECL bool check_well_formed(HttpRequest const& request, std::string& fault) {
  if (!is_token(request.method))
    return refuse(fault, "the method `", request.method, "` is not a token (RFC 9110, 9.1)");
  if (forbidden_field_value(request.target)) return refuse(fault, "the request target contains CR, LF or NUL", {}, {});
  for (auto const& [name, value] : request.headers) {
    if (!is_token(name)) return refuse(fault, "the header name `", name, "` is not a token (RFC 9110, 5.1)");
    if (forbidden_field_value(value))
      return refuse(fault, "the value of the header ", name, " contains CR, LF or NUL (RFC 9110, 5.5); remove it");
  }
  return request.headers.count("host") <= 1 || refuse(fault, "the header Host appears more than once", {}, {});
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

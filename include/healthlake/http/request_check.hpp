// Checks that a request cannot be used to inject headers or split the HTTP message; for the signer and the transports.
//
// Rules: a fault may name a header but never contains its value.
#pragma once

#include <string>
#include <string_view>

#include "healthlake/http/message.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// Writes a message with an untrusted string in the middle; returns false.
bool refuse(std::string& fault, std::string_view before, std::string_view text, std::string_view after);

// Returns false if the request is not well-formed; `fault`, which must be empty, then says why.
bool check_well_formed(HttpRequest const& request, std::string& fault);

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/http/impl/request_check.ipp"
#endif

// Host prefixes with labels filled in from the input, such as `{Account}.data` (Smithy, endpoint and hostLabel traits).
//
// Rules: the value must be one label of a host name, 1 to 63 letters, digits and hyphens, no hyphen at either end (RFC
// 1123, 2.1), so that no value can direct a request to another host. That the members exist is checked at compile time
// (model/operation.hpp).
#pragma once

#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/http/endpoint.hpp"
#include "healthlake/model/operation.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// The endpoint with the operation's host prefix, its labels filled in from the input. Appends a violation for each
// value that is not a valid label, and one if the resulting host name is not valid.
Endpoint with_host_labels(Endpoint const& endpoint, OperationInfo const& operation, void const* input,
                          std::vector<Violation>& violations);

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/protocol/impl/host_prefix.ipp"
#endif

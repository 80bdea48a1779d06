// The functions of protocol/host_prefix.hpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/core/path.hpp"
#include "healthlake/core/shape.hpp"
#include "healthlake/core/walk.hpp"
#include "healthlake/http/authority.hpp"
#include "healthlake/http/endpoint.hpp"
#include "healthlake/model/operation.hpp"
#include "healthlake/protocol/host_prefix.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL Endpoint with_host_labels(Endpoint const& endpoint, OperationInfo const& operation, void const* input,
                                          std::vector<Violation>& violations) {
  std::string_view rest = operation.traits.host_prefix;
  std::string prefix;
  std::string last;
  std::size_t const before = violations.size();
  Type const& type = operation.input();
  Path const root = Path::root(type.sensitive);
  for (auto open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
    prefix += rest.substr(0, open);
    rest.remove_prefix(open + 1);
    std::size_t const close = rest.find('}');
    Member const& member = *type.find(rest.substr(0, close));
    rest.remove_prefix(close + 1);
    auto const& label = *static_cast<std::string const*>(member.get(input));
    Path const path = member_path(root, member);
    last = path.text();
    if (!is_host_label(label))
      violations.push_back({last, Rule::pattern,
                            "1 to 63 letters, digits and hyphens, no hyphen at either end (a label of the host name)",
                            path.sensitive() ? "***" : quoted(label, 64)});
    prefix += label;
  }
  Endpoint at = with_host_prefix(endpoint, prefix.append(rest));
  Authority parts;
  bool const wrong = parse_authority(at.authority, parts) != AuthorityFault::none;
  if (!last.empty() && violations.size() == before && at != endpoint && wrong)
    violations.push_back({last, Rule::length, "a host name of at most 253 characters, each label at most 63",
                          concat({Decimal{parts.host.size()}, " characters"})});
  return at;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

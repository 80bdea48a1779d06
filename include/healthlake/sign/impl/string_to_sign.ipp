// The functions of sign/string_to_sign.hpp.
#pragma once

#include <string>
#include <string_view>

#include "healthlake/sign/hash.hpp"
#include "healthlake/sign/sink.hpp"
#include "healthlake/sign/string_to_sign.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL void append_scope(std::string& out, CredentialScope const& scope) {
  append(out, {scope.date, "/", scope.region, "/", scope.service, "/", scope_end});
}

HEALTHLAKE_DECL std::string scope_text(CredentialScope const& scope) {
  std::string text;
  append_scope(text, scope);
  return text;
}

HEALTHLAKE_DECL void write_string_to_sign(Sink& sink, std::string_view amz_date, std::string_view scope,
                                          Digest const& canonical_request_hash) {
  for (auto const line : {sigv4_algorithm, amz_date, scope}) {
    sink.put(line);
    sink.put('\n');
  }
  sink.put(view(to_hex(canonical_request_hash)));
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL std::string string_to_sign(std::string_view amz_date, CredentialScope const& scope,
                                           Digest const& canonical_request_hash) {
  return detail::written([&](detail::Sink& sink) {
    detail::write_string_to_sign(sink, amz_date, detail::scope_text(scope), canonical_request_hash);
  });
}

}  // namespace HEALTHLAKE_NAMESPACE

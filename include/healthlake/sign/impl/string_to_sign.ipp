// The functions of sign/string_to_sign.hpp.
#pragma once

#include <string>
#include <string_view>

#include "healthlake/sign/hash.hpp"
#include "healthlake/sign/sink.hpp"
#include "healthlake/sign/string_to_sign.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL void write_scope(Sink& sink, CredentialScope const& scope) {
  for (auto const part : {scope.date, scope.region, scope.service}) {
    sink.put(part);
    sink.put('/');
  }
  sink.put(std::string_view{"aws4_request"});
}

HEALTHLAKE_DECL void write_string_to_sign(Sink& sink, std::string_view amz_date, CredentialScope const& scope,
                                          Digest const& canonical_request_hash) {
  sink.put(sigv4_algorithm);
  sink.put('\n');
  sink.put(amz_date);
  sink.put('\n');
  write_scope(sink, scope);
  sink.put('\n');
  sink.put(view(to_hex(canonical_request_hash)));
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL std::string string_to_sign(std::string_view amz_date, CredentialScope const& scope,
                                           Digest const& canonical_request_hash) {
  return detail::written(
      [&](detail::Sink& sink) { detail::write_string_to_sign(sink, amz_date, scope, canonical_request_hash); });
}

}  // namespace HEALTHLAKE_NAMESPACE

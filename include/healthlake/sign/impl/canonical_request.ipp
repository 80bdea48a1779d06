// The functions of sign/canonical_request.hpp.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "healthlake/sign/canonical_request.hpp"
#include "healthlake/sign/canonical_uri.hpp"
#include "healthlake/sign/hash.hpp"
#include "healthlake/sign/signed_fields.hpp"
#include "healthlake/sign/sink.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// From the headers on.
HEALTHLAKE_DECL void write_canonical_rest(Sink& sink, CanonicalRequest const& request) {
  write_canonical_headers(sink, request.fields);
  sink.put('\n');
  sink.put(request.signed_headers);
  sink.put('\n');
  sink.put(request.payload_hash);
}

HEALTHLAKE_DECL void write_canonical_request(Sink& sink, CanonicalRequest const& request) {
  std::size_t const question = request.target.find('?');
  sink.put(request.method);
  sink.put('\n');
  write_canonical_path(sink, request.target.substr(0, question), request.normalize_path, request.encode_path);
  sink.put('\n');
  if (question != std::string_view::npos) write_canonical_query(sink, request.target.substr(question + 1));
  sink.put('\n');
  write_canonical_rest(sink, request);
}

HEALTHLAKE_DECL void write_canonical_request_at_root(Sink& sink, CanonicalRequest const& request) {
  sink.put(request.method);
  sink.put("\n/\n\n");
  write_canonical_rest(sink, request);
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL std::string canonical_request(CanonicalRequest const& request) {
  return detail::written([&](detail::Sink& sink) { detail::write_canonical_request(sink, request); });
}

}  // namespace HEALTHLAKE_NAMESPACE

// The protocol of HealthLake's FHIR REST interface, for clients: an operation's input to an HTTP request, an HTTP
// response to its output.
//
// Rules: an operation with `using Protocol = FhirRest` is called by the same machines and clients as the others
// (flow/, client.hpp). Where its input goes is in its `binding`. The path contains `$` as it is, and the signature
// encodes it once, as it encodes every path; the values of the query are encoded once, commas too, so that what is sent
// is in the form that is signed. A request is sent only to the endpoint, whatever a response says: of a
// Content-Location, only the job's id counts. Retry-After is taken in both of its forms (RFC 9110, 10.2.3), within the
// limits of the retry policy.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/core/error.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/core/type.hpp"
#include "healthlake/http/endpoint.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/json/decode_options.hpp"
#include "healthlake/model/operation.hpp"
#include "healthlake/protocol/aws_json.hpp"

namespace HEALTHLAKE_NAMESPACE::rest {

namespace detail {

// How an operation is mapped to HTTP.
struct Binding {
  std::string_view method;
  std::span<Header const> headers;
  // Appends the path below the endpoint and the query.
  void (*write_target)(std::string& target, void const* input);
  // What the table of the input cannot express; null if there is nothing.
  bool (*check)(void const* input, Violation& violation) = nullptr;
  // The member of the input that is the body; null if there is none.
  void const* (*body)(void const* input) = nullptr;
  Type const& (*body_type)() = nullptr;
  // Takes what is not in the body of a success; `decoded` is false if that could not be read. Returns whether this is
  // an output.
  bool (*finish)(void* output, HttpResponse const& response, bool decoded, std::vector<MissingMember>& missing);
};

// The names of the members in JSON text, spelled as in the tables of `type` where only the case of the first letter
// differs. The text keeps its length.
void respell_members(std::string& json, Type const& type);

bool write_rest(HttpRequest& request, OperationInfo const& operation, void const* input, Endpoint const& endpoint,
                healthlake::detail::WriteOptions const& options, Binding const& binding, std::optional<Error>& error);

bool read_rest(OperationInfo const& operation, HttpResponse const& response, void* output,
               healthlake::detail::Extras const& extras, ReadOptions const& options, ResponseMetadata& metadata,
               Headers const& sent, Binding const& binding, std::optional<Error>& error);

}  // namespace detail

/// The longest delay that a response can ask for.
inline constexpr Milliseconds longest_retry_after{86'400'000};

/// The delay that a response asks for: the header Retry-After in seconds or as an IMF-fixdate. Nullopt if it is absent
/// or neither; 0 for a date in the past; at most `longest_retry_after`.
std::optional<Milliseconds> retry_delay_of(Headers const& headers, Timestamp now);

/// The protocol.
struct FhirRest {
  /// Writes the request of an operation. Returns false with the reason in `error`.
  template <Operation Op>
  static bool write(HttpRequest& request, OperationInfo const& operation, void const* input, Endpoint const& endpoint,
                    healthlake::detail::WriteOptions const& options, std::optional<Error>& error) {
    return detail::write_rest(request, operation, input, endpoint, options, Op::binding, error);
  }
  /// Reads the response to `sent`. Returns false with the reason in `error`.
  template <Operation Op>
  static bool read(OperationInfo const& operation, HttpResponse const& response, void* output,
                   healthlake::detail::Extras const& extras, ReadOptions const& options, ResponseMetadata& metadata,
                   Headers const& sent, std::optional<Error>& error) {
    return detail::read_rest(operation, response, output, extras, options, metadata, sent, Op::binding, error);
  }
  /// As retry_delay_of.
  static std::optional<Milliseconds> retry_after(Headers const& headers, Timestamp now) {
    return retry_delay_of(headers, now);
  }
};

}  // namespace HEALTHLAKE_NAMESPACE::rest

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/rest/impl/fhir_rest.ipp"
#endif

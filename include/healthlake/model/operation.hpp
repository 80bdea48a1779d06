// The Operation concept: a name, an input, an output and the errors that it can return.
//
// Rules: an operation is a type without state; everything about it is constant. The protocol and the flows work on the
// type-erased OperationInfo.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "healthlake/core/error.hpp"
#include "healthlake/core/shape.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The properties that all operations of a service share.
struct ServiceInfo {
  /// The prefix of the operation's name in X-Amz-Target.
  std::string_view target_prefix{};
  /// The service in the credential scope of a signature.
  std::string_view signing_name{};
  /// The namespace of an error's shape in "__type", where awsJson1_0 requires an absolute shape id.
  std::string_view shape_namespace{};
  /// Smithy's awsQueryCompatible trait: the header x-amzn-query-error overrides the error's code.
  bool query_compatible = false;
};

/// Amazon HealthLake, from the metadata of its service model.
inline constexpr ServiceInfo healthlake_service{
    .target_prefix = "HealthLake", .signing_name = "healthlake", .shape_namespace = "com.amazonaws.healthlake"};

/// The traits of a modelled error.
struct ErrorTraits {
  /// The HTTP status of the error response (Smithy's httpError trait).
  int http_status = 400;
  /// Whether it is a server error (Smithy's error trait).
  bool server_fault = false;
  /// Smithy's retryable trait, which no error of this service has.
  RetryKind retry = RetryKind::none;
  /// Smithy's awsQueryError trait: the error's code in the query protocol. A server of a query compatible service sends
  /// it in addition to the shape's name, as x-amzn-query-error.
  std::string_view query_code = {};
};

/// The shape of a modelled error: a structure with `static constexpr ErrorTraits error`.
template <class E>
concept ErrorShape = Shape<E> && requires {
  { E::error } -> std::convertible_to<ErrorTraits>;
};

/// A modelled error, type-erased.
struct ErrorInfo {
  /// The name of the shape, by which errors are told apart: `ConflictException`.
  std::string_view code{};
  /// Its HTTP status and retryability.
  ErrorTraits traits;
};

/// The ErrorInfo of an ErrorShape.
template <ErrorShape E>
inline constexpr ErrorInfo error_info{detail::table_of<E>.shape, E::error};

/// The errors that an operation declares. That each is an ErrorShape is checked by its error_info, when the operation
/// is used.
template <class... E>
struct Errors {
  /// In the order of the declaration.
  static constexpr std::array<ErrorInfo const*, sizeof...(E)> list{&error_info<E>...};
};

/// How a client may send an operation again while nobody knows what became of an earlier attempt: its reply was lost,
/// or it was answered by a 500, 502, 503 or 504, after which the service may have acted.
enum class Repeat : std::uint8_t {
  /// Not declared. Smithy's readonly trait makes it `reads`, a ClientToken that every request has (it is required, or
  /// generated if absent) `by_token`, Smithy's idempotent trait `with_note`, in this order; without any of them it is
  /// `if_not_done`.
  derived,
  /// Freely: it changes nothing.
  reads,
  /// Freely: by its ClientToken the service recognizes a repetition, and answers it as it answered the first.
  by_token,
  /// Freely, with a note: twice is as good as once, but the repetition may be answered with a Conflict or NotFound that
  /// the earlier attempt caused. The error says so (Effect::earlier).
  with_note,
  /// Only if it cannot have happened: the request did not reach the server, or it was throttled or its signature
  /// refused.
  if_not_done,
};

/// The optional traits of an operation.
struct OperationTraits {
  /// The prefix of the endpoint's host (Smithy's endpoint trait). `{Member}` is replaced with the value of that
  /// required string member of the input (hostLabel trait); a value that is not a valid host label is InvalidInput.
  std::string_view host_prefix = {};
  /// Smithy's readonly and idempotent traits.
  bool readonly = false;
  /// Whether a repetition changes nothing more.
  bool idempotent = false;
  /// For an operation whose model has too few traits to derive it from: a read that is not marked readonly, or a
  /// change that may happen twice and is not marked idempotent. `operation_info` has what was derived.
  Repeat repeat = Repeat::derived;
  /// Smithy's requestCompression trait: the request may be compressed; see protocol/content_coding.hpp.
  bool gzip = false;
  /// Whether the operation has no output: a server sends no body, not even `{}`. `Output` must not have members.
  bool no_output = false;
};

/// An operation: `Input`, `Output`, `Errors`, `name`, and optionally `traits`, `service` and `Protocol`, which is
/// awsJson1_0 unless it is declared (rest/fhir_rest.hpp has another one).
template <class O>
concept Operation = Shape<typename O::Input> && Shape<typename O::Output> && requires {
  O::Errors::list.size();
  std::string_view{O::name};
};

/// An operation, type-erased.
struct OperationInfo {
  /// The operation's name in the service model: `StartFHIRExportJob`.
  std::string_view name{};
  /// The service, whose name is in X-Amz-Target.
  ServiceInfo service;
  /// The traits, with OperationTraits::repeat derived.
  OperationTraits traits;
  /// The type of the input; a function, so that a table links only what is used.
  Type const& (*input)();
  /// The type of the output.
  Type const& (*output)();
  /// The errors that the operation declares.
  std::span<ErrorInfo const* const> errors;
};

/// Declared and never defined: an invalid operation calls one of these functions at compile time, and the compiler's
/// message names it (as in core/shape.hpp).
namespace refuse {
void a_host_label_is_the_name_of_a_required_string_member_in_braces();
void an_operation_without_output_has_an_output_without_members();
}  // namespace refuse

namespace detail {

// Whether every `{...}` of a host prefix is the name of a required string member of `Input`.
template <class Input>
consteval bool has_host_labels(std::string_view prefix) {
  for (auto open = prefix.find_first_of("{}"); open != std::string_view::npos; open = prefix.find_first_of("{}")) {
    auto const close = prefix.find('}', open);
    if (prefix[open] == '}' || close == std::string_view::npos) return false;
    bool found = false;
    for (Member const& member : table_of<Input>.members)
      found = found || (member.name == prefix.substr(open + 1, close - open - 1) && has(member.flags, required) &&
                        member.type == &type_of<std::string>);
    if (!found) return false;
    prefix.remove_prefix(close + 1);
  }
  return true;
}

// A member by which the service recognizes a repetition. A required one has no idempotencyToken trait.
constexpr bool is_client_token(Member const& member) noexcept {
  return has(member.flags, idempotency_token) || (member.name == "ClientToken" && member.type == &type_of<std::string>);
}

consteval Repeat repeat_of(OperationTraits const& traits, std::span<Member const> input) {
  if (traits.repeat != Repeat::derived) return traits.repeat;
  if (traits.readonly) return Repeat::reads;
  for (Member const& member : input)
    if (is_client_token(member) && has(member.flags, idempotency_token | required)) return Repeat::by_token;
  return traits.idempotent ? Repeat::with_note : Repeat::if_not_done;
}

template <Operation O>
consteval OperationInfo make_operation_info() {
  OperationInfo info{O::name,        healthlake_service, {}, &type_of<typename O::Input>, &type_of<typename O::Output>,
                     O::Errors::list};
  if constexpr (requires { O::traits; }) info.traits = O::traits;
  if constexpr (requires { O::service; }) info.service = O::service;
  info.traits.repeat = repeat_of(info.traits, table_of<typename O::Input>.members);
  if (!has_host_labels<typename O::Input>(info.traits.host_prefix))
    refuse::a_host_label_is_the_name_of_a_required_string_member_in_braces();
  if (info.traits.no_output && !table_of<typename O::Output>.members.empty())
    refuse::an_operation_without_output_has_an_output_without_members();
  return info;
}
}  // namespace detail

/// The OperationInfo of an Operation.
template <Operation O>
inline constexpr OperationInfo operation_info = detail::make_operation_info<O>();

}  // namespace HEALTHLAKE_NAMESPACE

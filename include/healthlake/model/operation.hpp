// What an operation is: a name, an input, an output and the errors it can answer with.
//
// Rules: an operation is a type that holds no state; everything about it is a constant. The type-erased
// OperationInfo is what the protocol and the flows work on. May include core/.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "healthlake/core/error.hpp"
#include "healthlake/core/shape.hpp"

namespace healthlake {

/// What all operations of a service share.
struct ServiceInfo {
  /// In front of the operation's name in X-Amz-Target.
  std::string_view target_prefix{};
  /// In the credential scope of a signature.
  std::string_view signing_name{};
  /// In front of the name of an error's shape in "__type", which awsJson1_0 wants as an absolute shape id.
  std::string_view shape_namespace{};
  /// Smithy's awsQueryCompatible trait: the header x-amzn-query-error overrides the error's code.
  bool query_compatible = false;
};

/// Amazon HealthLake, from the metadata of its service model.
inline constexpr ServiceInfo healthlake_service{
    .target_prefix = "HealthLake", .signing_name = "healthlake", .shape_namespace = "com.amazonaws.healthlake"};

/// The traits of a modelled error.
struct ErrorTraits {
  /// Sent with the error by a server. Those of 2025 are in the Smithy model; the later ones follow RFC 9110.
  int http_status = 400;
  /// The model says it is the server's fault.
  bool server_fault = false;
  /// Smithy's retryable trait, which no error of this service has.
  RetryKind retry = RetryKind::none;
};

/// A shape that is an error of the service: a structure with `static constexpr ErrorTraits error`.
template <class E>
concept ErrorShape = Shape<E> && requires {
  { E::error } -> std::convertible_to<ErrorTraits>;
};

/// An error as the type-erased code sees it.
struct ErrorInfo {
  std::string_view code{};
  ErrorTraits traits;
  Type const& (*type)();
};

template <ErrorShape E>
inline constexpr ErrorInfo error_info{detail::table_of<E>.shape, E::error, &type_of<E>};

/// The errors an operation declares.
template <ErrorShape... E>
struct Errors {
  static constexpr std::array<ErrorInfo const*, sizeof...(E)> list{&error_info<E>...};
};

/// The traits an operation may have beside its name and shapes.
struct OperationTraits {
  /// In front of the endpoint's host.
  std::string_view host_prefix = {};
  /// Smithy's readonly and idempotent traits.
  bool readonly = false;
  bool idempotent = false;
};

/// An operation: `Input`, `Output`, `Errors`, `name`, and optionally `traits` and `service`.
template <class O>
concept Operation = Shape<typename O::Input> && Shape<typename O::Output> && requires {
  O::Errors::list.size();
  std::string_view{O::name};
};

/// An operation as the type-erased code sees it.
struct OperationInfo {
  std::string_view name{};
  ServiceInfo service;
  OperationTraits traits;
  Type const& (*input)();
  Type const& (*output)();
  std::span<ErrorInfo const* const> errors;
};

namespace detail {
template <Operation O>
consteval OperationInfo make_operation_info() {
  OperationInfo info{O::name,        healthlake_service, {}, &type_of<typename O::Input>, &type_of<typename O::Output>,
                     O::Errors::list};
  if constexpr (requires { O::traits; }) info.traits = O::traits;
  if constexpr (requires { O::service; }) info.service = O::service;
  return info;
}
}  // namespace detail

template <Operation O>
inline constexpr OperationInfo operation_info = detail::make_operation_info<O>();

}  // namespace healthlake

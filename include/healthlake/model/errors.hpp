// The modelled errors of the service.
//
// Rules: a client compares codes (`error.is("ConflictException")` or `error_code(error) == ErrorCode::conflict`), a
// server returns one of these shapes. Each has one member, Message with a capital M. The statuses are those of the
// service's Smithy model (November 2026); AgentMessageOutOfContextException has none there and is sent with 400, the
// default for client errors.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "healthlake/core/error.hpp"
#include "healthlake/core/open_enum.hpp"
#include "healthlake/model/operation.hpp"
#include "healthlake/model/rules.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The codes of the modelled errors; compare with `error_code`.
enum class ErrorCode : std::uint16_t {
  access_denied,
  agent_message_out_of_context,
  conflict,
  conversation_not_found,
  failed_dependency,
  internal_server,
  not_implemented_operation,
  resource_not_found,
  service_quota_exceeded,
  throttling,
  unauthorized,
  unsupported_mime_type,
  validation,
  unknown = EnumValue::unknown
};
consteval auto enumeration(ErrorCode) {
  return spelled("ErrorCode", "AccessDeniedException", "AgentMessageOutOfContextException", "ConflictException",
                 "ConversationNotFoundException", "FailedDependencyException", "InternalServerException",
                 "NotImplementedOperationException", "ResourceNotFoundException", "ServiceQuotaExceededException",
                 "ThrottlingException", "UnauthorizedException", "UnsupportedMIMETypeException", "ValidationException");
}

/// The code of an error response; open, since services also return codes that are in no model.
inline OpenEnum<ErrorCode> error_code(ServiceError const& error) { return OpenEnum<ErrorCode>::from(error.code); }

/// Access is denied: the caller lacks a permission, or the service lacks access to the caller's resources.
struct AccessDeniedException {
  std::optional<std::string> message{};

  static constexpr ErrorTraits error{.http_status = 403};
  template <class Self>
  static consteval auto shape() {
    return structure("AccessDeniedException", field<&Self::message>("Message", rules::HealthLakeString));
  }
  friend bool operator==(AccessDeniedException const&, AccessDeniedException const&) = default;
};

/// The resource is in a state that does not allow the request now, such as a data store that is UPDATING.
struct ConflictException {
  std::optional<std::string> message{};

  static constexpr ErrorTraits error{.http_status = 409};
  template <class Self>
  static consteval auto shape() {
    return structure("ConflictException", field<&Self::message>("Message", rules::HealthLakeString));
  }
  friend bool operator==(ConflictException const&, ConflictException const&) = default;
};

/// A request to a service that the operation depends on (S3, KMS, IAM) failed.
struct FailedDependencyException {
  std::optional<std::string> message{};

  static constexpr ErrorTraits error{.http_status = 424};
  template <class Self>
  static consteval auto shape() {
    return structure("FailedDependencyException", field<&Self::message>("Message", rules::HealthLakeString));
  }
  friend bool operator==(FailedDependencyException const&, FailedDependencyException const&) = default;
};

/// The service failed. Retried because of its status, 500.
struct InternalServerException {
  std::optional<std::string> message{};

  static constexpr ErrorTraits error{.http_status = 500, .server_fault = true};
  template <class Self>
  static consteval auto shape() {
    return structure("InternalServerException", field<&Self::message>("Message", rules::HealthLakeString));
  }
  friend bool operator==(InternalServerException const&, InternalServerException const&) = default;
};

/// The requested resource was not found.
struct ResourceNotFoundException {
  std::optional<std::string> message{};

  static constexpr ErrorTraits error{.http_status = 404};
  template <class Self>
  static consteval auto shape() {
    return structure("ResourceNotFoundException", field<&Self::message>("Message", rules::HealthLakeString));
  }
  friend bool operator==(ResourceNotFoundException const&, ResourceNotFoundException const&) = default;
};

/// Too many requests. Retried.
struct ThrottlingException {
  std::optional<std::string> message{};

  static constexpr ErrorTraits error{.http_status = 429};
  template <class Self>
  static consteval auto shape() {
    return structure("ThrottlingException", field<&Self::message>("Message", rules::HealthLakeString));
  }
  friend bool operator==(ThrottlingException const&, ThrottlingException const&) = default;
};

/// The input is invalid.
struct ValidationException {
  std::optional<std::string> message{};

  static constexpr ErrorTraits error{.http_status = 400};
  template <class Self>
  static consteval auto shape() {
    return structure("ValidationException", field<&Self::message>("Message", rules::HealthLakeString));
  }
  friend bool operator==(ValidationException const&, ValidationException const&) = default;
};

/// The message to the profile agent is out of the profile's context.
struct AgentMessageOutOfContextException {
  std::string message{};

  static constexpr ErrorTraits error{.http_status = 400};
  template <class Self>
  static consteval auto shape() {
    return structure("AgentMessageOutOfContextException", field<&Self::message>("Message", required));
  }
  friend bool operator==(AgentMessageOutOfContextException const&, AgentMessageOutOfContextException const&) = default;
};

/// The conversation with the profile agent was not found, or has expired.
struct ConversationNotFoundException {
  std::string message{};

  static constexpr ErrorTraits error{.http_status = 404};
  template <class Self>
  static consteval auto shape() {
    return structure("ConversationNotFoundException", field<&Self::message>("Message", required));
  }
  friend bool operator==(ConversationNotFoundException const&, ConversationNotFoundException const&) = default;
};

/// The operation is not implemented.
struct NotImplementedOperationException {
  std::string message{};

  static constexpr ErrorTraits error{.http_status = 501, .server_fault = true};
  template <class Self>
  static consteval auto shape() {
    return structure("NotImplementedOperationException", field<&Self::message>("Message", required));
  }
  friend bool operator==(NotImplementedOperationException const&, NotImplementedOperationException const&) = default;
};

/// The request would exceed a quota of the account. Not a throttling error, and not retried.
struct ServiceQuotaExceededException {
  std::optional<std::string> message{};

  static constexpr ErrorTraits error{.http_status = 400};
  template <class Self>
  static consteval auto shape() {
    return structure("ServiceQuotaExceededException", field<&Self::message>("Message", rules::HealthLakeString));
  }
  friend bool operator==(ServiceQuotaExceededException const&, ServiceQuotaExceededException const&) = default;
};

/// The caller is not authorized to use the profile agent.
struct UnauthorizedException {
  std::string message{};

  static constexpr ErrorTraits error{.http_status = 401};
  template <class Self>
  static consteval auto shape() {
    return structure("UnauthorizedException", field<&Self::message>("Message", required));
  }
  friend bool operator==(UnauthorizedException const&, UnauthorizedException const&) = default;
};

/// The media type of the file is not supported.
struct UnsupportedMIMETypeException {
  std::string message{};

  static constexpr ErrorTraits error{.http_status = 415};
  template <class Self>
  static consteval auto shape() {
    return structure("UnsupportedMIMETypeException", field<&Self::message>("Message", required));
  }
  friend bool operator==(UnsupportedMIMETypeException const&, UnsupportedMIMETypeException const&) = default;
};

}  // namespace HEALTHLAKE_NAMESPACE

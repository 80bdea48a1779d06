#include "healthlake/model/errors.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace healthlake;

namespace {

// A modelled error: its code, its status, and that its one member is Message.
template <ErrorShape E>
void check(std::string_view code, ErrorCode enumerator, int status, bool server_fault = false) {
  CAPTURE(code);
  ErrorInfo const& info = error_info<E>;
  CHECK(info.code == code);
  CHECK(info.traits.http_status == status);
  CHECK(info.traits.server_fault == server_fault);
  CHECK(info.traits.retry == RetryKind::none);
  REQUIRE(type_of<E>().members.size() == 1);
  CHECK(type_of<E>().members[0].name == "Message");
  CHECK(error_code(ServiceError{.code = std::string{code}}) == enumerator);
}

}  // namespace

TEST_CASE("the errors of the service") {
  check<AccessDeniedException>("AccessDeniedException", ErrorCode::access_denied, 403);
  check<ConflictException>("ConflictException", ErrorCode::conflict, 409);
  check<FailedDependencyException>("FailedDependencyException", ErrorCode::failed_dependency, 424);
  check<InternalServerException>("InternalServerException", ErrorCode::internal_server, 500, true);
  check<ResourceNotFoundException>("ResourceNotFoundException", ErrorCode::resource_not_found, 404);
  check<ThrottlingException>("ThrottlingException", ErrorCode::throttling, 429);
  check<ValidationException>("ValidationException", ErrorCode::validation, 400);
  check<ServiceQuotaExceededException>("ServiceQuotaExceededException", ErrorCode::service_quota_exceeded, 400);
  check<AgentMessageOutOfContextException>("AgentMessageOutOfContextException", ErrorCode::agent_message_out_of_context,
                                           400);
  check<ConversationNotFoundException>("ConversationNotFoundException", ErrorCode::conversation_not_found, 404);
  check<NotImplementedOperationException>("NotImplementedOperationException", ErrorCode::not_implemented_operation, 501,
                                          true);
  check<UnauthorizedException>("UnauthorizedException", ErrorCode::unauthorized, 401);
  check<UnsupportedMIMETypeException>("UnsupportedMIMETypeException", ErrorCode::unsupported_mime_type, 415);
  CHECK(enum_table<ErrorCode>.spellings.size() == 13);
}

TEST_CASE("a code that is in no model is kept") {
  auto const code = error_code(ServiceError{.code = "ExpiredTokenException"});
  CHECK_FALSE(code.known());
  CHECK(code == "ExpiredTokenException");
  CHECK_FALSE(error_code(ServiceError{}).known());
}

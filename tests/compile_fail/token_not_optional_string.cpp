// error: an_idempotency_token_is_an_optional_string
#include "healthlake/core/shape.hpp"
#include "healthlake/model/patterns.hpp"

using namespace healthlake;

struct Request {
  std::optional<std::int32_t> token{};
  static consteval auto shape() { return structure("Request", field<&Request::token>("Token", idempotency_token)); }
};
Type const& request = type_of<Request>();

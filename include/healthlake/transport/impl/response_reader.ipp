// The functions of transport/response_reader.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/error.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/transport/chunked_body.hpp"
#include "healthlake/transport/response_head.hpp"
#include "healthlake/transport/response_reader.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_COLD HEALTHLAKE_DECL void ResponseReader::feed(std::string_view& bytes) {
  while (!done_ && !fault_ && !bytes.empty()) {
    if (!head_.complete()) feed_line(bytes);
    else feed_body(bytes);
  }
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void ResponseReader::end(bool whole) {
  if (done_ || fault_) return;
  if (!began_) return lost("the connection was closed before the response");
  if (!head_.complete()) return lost("the connection was closed in the header of the response");
  if (head_.body_end() != BodyEnd::by_connection || !whole)
    return lost("the connection was closed in the body of the response");
  done_ = true;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL HttpResponse ResponseReader::take() {
  return {.status = head_.status(), .headers = std::move(head_.headers()), .body = std::move(body_)};
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void ResponseReader::feed_line(std::string_view& bytes) {
  began_ = true;
  std::size_t const end = bytes.find('\n');
  std::size_t const size = end == std::string_view::npos ? bytes.size() : end + 1;
  std::size_t const room = limits_.header - header_bytes_;
  std::string_view const part = bytes.substr(0, (std::min)(size, room));
  line_ += part;
  header_bytes_ += part.size();
  bytes.remove_prefix(part.size());
  // A response of another protocol may have no lines.
  if (head_.awaits_status() && !ResponseHead::may_begin(line_))
    return fail(TransportReason::not_http, "the response does not begin with a status line of HTTP/1.1 or HTTP/1.0");
  if (part.size() < size) return too_large("header", limits_.header);
  if (end == std::string_view::npos) return;
  if (char const* const wrong = head_.take_line(line_)) return fail(TransportReason::not_http, wrong);
  line_.clear();
  if (head_.complete()) begin_body();
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void ResponseReader::begin_body() {
  if (head_.body_end() == BodyEnd::at_once) done_ = true;
  if (head_.body_end() == BodyEnd::by_chunks) chunks_.emplace(limits_.body, limits_.header - header_bytes_);
  if (head_.body_end() != BodyEnd::by_length) return;
  if (head_.length() > limits_.body) return too_large("body", limits_.body);
  left_ = static_cast<std::size_t>(head_.length());
  done_ = left_ == 0;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void ResponseReader::feed_body(std::string_view& bytes) {
  if (chunks_) return took(chunks_->feed(bytes, body_));
  bool const counted = head_.body_end() == BodyEnd::by_length;
  std::size_t const room = counted ? left_ : limits_.body - body_.size();
  std::string_view const part = bytes.substr(0, room);
  body_ += part;
  bytes.remove_prefix(part.size());
  if (counted) done_ = (left_ -= part.size()) == 0;
  else if (!bytes.empty()) too_large("body", limits_.body);
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void ResponseReader::took(Fed fed) {
  switch (fed) {
    case Fed::more: return;
    case Fed::done: done_ = true; return;
    case Fed::not_http:
      return fail(TransportReason::not_http, "the body does not have a valid chunked coding (RFC 9112, 7.1)");
    case Fed::header_too_large: return too_large("header", limits_.header);
    case Fed::body_too_large: return too_large("body", limits_.body);
  }
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void ResponseReader::too_large(char const* what, std::size_t limit) {
  fail(TransportReason::response_too_large,
       std::string{"the "} + what + " is larger than the limit of " + std::to_string(limit) + " bytes");
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

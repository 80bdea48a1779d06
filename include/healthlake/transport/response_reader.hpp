// An incremental parser of a response: interim responses, head, body, trailer.
//
// Rules: response_head.hpp and chunked_body.hpp decide what is accepted. Header lines, interim responses, chunk
// extensions and trailer have one limit in total, the body another; no memory is reserved for an announced length. No
// sockets.
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

namespace HEALTHLAKE_NAMESPACE::detail {

struct ResponseLimits {
  std::size_t body = 0;
  std::size_t header = 0;
};

class ResponseReader {
 public:
  ResponseReader(ResponseLimits limits, HeadRules rules) : limits_(limits), head_(rules) {}

  // Consumes bytes from the front until the response is complete or invalid. What is left after a complete one does not
  // belong to it.
  void feed(std::string_view& bytes) {
    while (!done_ && !fault_ && !bytes.empty()) {
      if (!head_.complete()) feed_line(bytes);
      else feed_body(bytes);
    }
  }

  // The connection ended; there are no more bytes. `whole` says whether everything that was sent has been received.
  void end(bool whole) {
    if (done_ || fault_) return;
    if (!began_) return lost("the connection was closed before the response");
    if (!head_.complete()) return lost("the connection was closed in the header of the response");
    if (head_.body_end() != BodyEnd::by_connection || !whole)
      return lost("the connection was closed in the body of the response");
    done_ = true;
  }

  // Whether the whole response was read.
  [[nodiscard]] bool done() const noexcept { return done_; }
  // Why it cannot be read.
  [[nodiscard]] std::optional<TransportError> const& fault() const noexcept { return fault_; }
  // Whether the next byte is the first one of a status line.
  [[nodiscard]] bool at_beginning() const noexcept { return head_.awaits_status() && line_.empty(); }
  // Whether the final header is complete, and its status.
  [[nodiscard]] bool has_head() const noexcept { return head_.complete(); }
  [[nodiscard]] int status() const noexcept { return head_.status(); }
  [[nodiscard]] bool keeps_alive() const noexcept { return head_.keeps_alive(); }

  // The response, which is complete.
  [[nodiscard]] HttpResponse take() {
    return {.status = head_.status(), .headers = std::move(head_.headers()), .body = std::move(body_)};
  }

 private:
  void feed_line(std::string_view& bytes) {
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

  void begin_body() {
    if (head_.body_end() == BodyEnd::at_once) done_ = true;
    if (head_.body_end() == BodyEnd::by_chunks) chunks_.emplace(limits_.body, limits_.header - header_bytes_);
    if (head_.body_end() != BodyEnd::by_length) return;
    if (head_.length() > limits_.body) return too_large("body", limits_.body);
    left_ = static_cast<std::size_t>(head_.length());
    done_ = left_ == 0;
  }

  void feed_body(std::string_view& bytes) {
    if (chunks_) return took(chunks_->feed(bytes, body_));
    bool const counted = head_.body_end() == BodyEnd::by_length;
    std::size_t const room = counted ? left_ : limits_.body - body_.size();
    std::string_view const part = bytes.substr(0, room);
    body_ += part;
    bytes.remove_prefix(part.size());
    if (counted) done_ = (left_ -= part.size()) == 0;
    else if (!bytes.empty()) too_large("body", limits_.body);
  }

  void took(Fed fed) {
    switch (fed) {
      case Fed::more: return;
      case Fed::done: done_ = true; return;
      case Fed::not_http:
        return fail(TransportReason::not_http, "the body does not have a valid chunked coding (RFC 9112, 7.1)");
      case Fed::header_too_large: return too_large("header", limits_.header);
      case Fed::body_too_large: return too_large("body", limits_.body);
    }
  }

  void too_large(char const* what, std::size_t limit) {
    fail(TransportReason::response_too_large,
         std::string{"the "} + what + " is larger than the limit of " + std::to_string(limit) + " bytes");
  }
  void lost(char const* why) { fail(TransportReason::connection_lost, why); }
  void fail(TransportReason reason, std::string why) { fault_ = TransportError{reason, std::move(why), true}; }

  ResponseLimits limits_;
  ResponseHead head_;
  bool began_ = false;
  bool done_ = false;
  std::optional<TransportError> fault_{};
  std::size_t header_bytes_ = 0;
  // The header line so far.
  std::string line_{};
  std::string body_{};
  // Missing bytes of a body with a length.
  std::size_t left_ = 0;
  std::optional<ChunkedBody> chunks_{};
};

}  // namespace HEALTHLAKE_NAMESPACE::detail

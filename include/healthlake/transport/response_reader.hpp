// An incremental parser of a response: interim responses, head, body, trailer.
//
// Rules: response_head.hpp and chunked_body.hpp decide what is accepted. Header lines, interim responses, chunk
// extensions and trailer have one limit in total, the body another; no memory is reserved for an announced length. No
// sockets.
#pragma once

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
  void feed(std::string_view& bytes);

  // The connection ended; there are no more bytes. `whole` says whether everything that was sent has been received.
  void end(bool whole);

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
  [[nodiscard]] HttpResponse take();

 private:
  void feed_line(std::string_view& bytes);
  void begin_body();
  void feed_body(std::string_view& bytes);
  void took(Fed fed);
  void too_large(char const* what, std::size_t limit);
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

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/transport/impl/response_reader.ipp"
#endif

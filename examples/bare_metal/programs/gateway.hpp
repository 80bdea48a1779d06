// A Transport over the serial line: plain HTTP/1.1 to a gateway, which speaks TLS with the service.
//
// Rules: sizes are checked before anything is stored, and invalid HTTP is a TransportError. The gateway must verify the
// service's certificate: the signature protects the request, not the response.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "board.hpp"
#include "healthlake/http/transport.hpp"
#include "healthlake/text/text.hpp"

class Gateway {
 public:
  /// The maximum size of a body; a longer one is response_too_large.
  static constexpr std::size_t max_line = 256;
  static constexpr std::size_t max_fields = 16;
  static constexpr std::size_t max_body = 2048;
  /// From the first byte sent to the last one received.
  static constexpr healthlake::Milliseconds patience{10'000};

  healthlake::HttpReply send(healthlake::HttpRequest const& request) {
    deadline_ = board::now() + patience;
    write(request);
    healthlake::HttpResponse response;
    std::size_t length = 0;
    if (!read_status(response) || !read_fields(response, length)) return failure();
    response.body.reserve(length);
    for (; length > 0; --length) {
      int const byte = get();
      if (byte < 0) return failure();
      response.body.push_back(static_cast<char>(byte));
    }
    return response;
  }

 private:
  using Reason = healthlake::TransportReason;

  static void write(healthlake::HttpRequest const& request) {
    for (std::string_view const part : {std::string_view{request.method}, std::string_view{" "},
                                        std::string_view{request.target}, std::string_view{" HTTP/1.1\r\n"}})
      board::line_put(part);
    field("Host", request.authority);
    field("Content-Length", healthlake::Decimal{request.body.size()});
    for (auto const& [name, value] : request.headers) field(name, value);
    board::line_put("\r\n");
    board::line_put(request.body);
  }
  static void field(std::string_view name, std::string_view value) {
    for (std::string_view const part : {name, std::string_view{": "}, value, std::string_view{"\r\n"}})
      board::line_put(part);
  }

  // RFC 9112, 4: `HTTP/1.1 200 OK`.
  bool read_status(healthlake::HttpResponse& response) {
    if (!read_line()) return false;
    if (!line_.starts_with("HTTP/1.1 ") || line_.size() < 12) return fail(Reason::not_http);
    std::size_t status = 0;
    if (!number(std::string_view{line_}.substr(9, 3), status)) return false;
    response.status = static_cast<int>(status);
    return true;
  }

  // RFC 9112, 5, and the length of the body (6.2). The gateway must send a Content-Length.
  bool read_fields(healthlake::HttpResponse& response, std::size_t& length) {
    for (std::size_t count = 0; read_line(); ++count) {
      if (line_.empty()) return true;
      std::size_t const colon = line_.find(':');
      if (colon == std::string::npos) return fail(Reason::not_http);
      if (count == max_fields) return fail(Reason::response_too_large);
      std::string_view const name = std::string_view{line_}.substr(0, colon);
      std::string_view value = std::string_view{line_}.substr(colon + 1);
      while (value.starts_with(' ')) value.remove_prefix(1);
      if (healthlake::equal_ignoring_case(name, "Content-Length")) {
        if (!number(value, length)) return false;
        if (length > max_body) return fail(Reason::response_too_large);
      }
      response.headers.add(name, value);
    }
    return false;
  }

  // A line without its end (CR LF) in `line_`.
  bool read_line() {
    line_.clear();
    for (int byte = get(); byte >= 0; byte = get()) {
      if (byte == '\n' && line_.ends_with('\r')) {
        line_.pop_back();
        return true;
      }
      if (line_.size() == max_line) return fail(Reason::response_too_large);
      line_.push_back(static_cast<char>(byte));
    }
    return false;
  }

  int get() {
    int const byte = board::line_get(deadline_);
    if (byte < 0) reason_ = Reason::read_timeout;
    return byte;
  }

  bool number(std::string_view text, std::size_t& out) {
    auto const parsed = healthlake::parse_integer(text);
    out = static_cast<std::size_t>(parsed.value);
    bool const fits = parsed.size == text.size() && parsed.in_range;
    return (fits && std::in_range<std::size_t>(parsed.value)) || fail(Reason::not_http);
  }

  bool fail(Reason reason) {
    reason_ = reason;
    return false;
  }
  healthlake::HttpReply failure() { return healthlake::Unexpected{healthlake::TransportError{reason_}}; }

  healthlake::Timestamp deadline_{};
  std::string line_;
  Reason reason_ = Reason::connection_lost;
};

static_assert(healthlake::Transport<Gateway>);

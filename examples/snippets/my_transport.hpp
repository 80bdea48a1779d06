// A stand-in for an HTTP stack to fuzz: reads a response from the bytes that a server sent.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>

#include "healthlake/http/transport.hpp"

struct MyTransport {
  /// What a socket would deliver; a connection takes a part of it.
  std::string_view wire;

  healthlake::HttpReply send(healthlake::HttpRequest const&) {
    using namespace healthlake;
    HttpResponse response;
    std::size_t length = 0;
    if (std::string_view const status = line();
        !status.starts_with("HTTP/1.1 ") || !number(status.substr(9, 3), response.status))
      return Unexpected{TransportError{TransportReason::not_http, "no status line"}};
    for (std::string_view field = line(); !field.empty(); field = line()) {
      std::size_t const colon = field.find(':');
      if (colon == std::string_view::npos) return Unexpected{TransportError{TransportReason::not_http, "no field"}};
      std::string_view const value = trim_blanks(field.substr(colon + 1));
      response.headers.add(field.substr(0, colon), value);
      if (field.substr(0, colon) == "Content-Length" && !number(value, length))
        return Unexpected{TransportError{TransportReason::not_http, "no length"}};
    }
    if (length > wire.size()) return Unexpected{TransportError{TransportReason::connection_lost, "cut off"}};
    response.body = wire.substr(0, length);
    wire.remove_prefix(length);
    return response;
  }

 private:
  std::string_view line() {
    std::size_t const end = (std::min)(wire.find("\r\n"), wire.size());
    std::string_view const found = wire.substr(0, end);
    wire.remove_prefix((std::min)(end + 2, wire.size()));
    return found;
  }
  template <class N>
  static bool number(std::string_view digits, N& value) {
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} && end == digits.data() + digits.size();
  }
};

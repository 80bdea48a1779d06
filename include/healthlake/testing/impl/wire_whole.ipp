// The functions of testing/wire_whole.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "healthlake/testing/wire_draw.hpp"
#include "healthlake/testing/wire_message.hpp"
#include "healthlake/testing/wire_whole.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL std::string change_version(WireMessage& message, WireDraw draw) {
  constexpr std::string_view versions[] = {"HTTP/1.0", "HTTP/0.9",  "HTTP/1.2",    "HTTP/2",  "HTTP/2.0",  "HTTP/3",
                                           "HTTP/1",   "HTTP/1.",   "HTTP/1.10",   "HTTP/11", "HTTP/01.1", "http/1.1",
                                           "Http/1.1", "HTTPS/1.1", "ICY",         "HTTP",    "",          "RTSP/1.0",
                                           "HTTP/1,1", "HTTP/-1.1", "HTTP/1.1\x0b"};
  std::size_t const at = message.start.find("HTTP/");
  if (at == nowhere) return {};
  if (draw.below(16) == 15) {
    // HTTP/0.9 has nothing but content.
    std::string const content = message.content();
    message = {};
    message.body = content;
    return "the content without a header, as in HTTP/0.9";
  }
  std::size_t const end = (std::min)(message.start.find_first_of(" \r\n", at), message.start.size());
  std::string_view const version = draw.one(versions);
  std::string const before = message.start.substr(at, end - at);
  message.start.replace(at, end - at, version);
  return concat({"the version ", in_quotes(before), " replaced with ", in_quotes(version)});
}

inline constexpr std::string_view wire_status_lines[] = {"HTTP/1.1 20 OK",
                                                         "HTTP/1.1 2000 OK",
                                                         "HTTP/1.1 +20 OK",
                                                         "HTTP/1.1 -20 OK",
                                                         "HTTP/1.1 2x0 OK",
                                                         "HTTP/1.1 000 OK",
                                                         "HTTP/1.1 099 OK",
                                                         "HTTP/1.1 101 Switching Protocols",
                                                         "HTTP/1.1 600 X",
                                                         "HTTP/1.1 999 X",
                                                         "HTTP/1.1 1000 X",
                                                         "HTTP/1.1 4294967496 OK",
                                                         "HTTP/1.1 200",
                                                         "HTTP/1.1 200 ",
                                                         "HTTP/1.1",
                                                         "HTTP/1.1 ",
                                                         "HTTP/1.1  200 OK",
                                                         "HTTP/1.1\t200 OK",
                                                         "HTTP/1.1 200\tOK",
                                                         "HTTP/1.1 200OK",
                                                         " HTTP/1.1 200 OK",
                                                         "\r\nHTTP/1.1 200 OK",
                                                         "\nHTTP/1.1 200 OK",
                                                         "HTTP/1.1 200 O\rK",
                                                         {"HTTP/1.1 200 O\0K", 16},
                                                         "HTTP/1.1 200 \x1b[2J",
                                                         "HTTP/1.1 200 \xe9",
                                                         "HTTP/1.1200 OK",
                                                         "HTTP/1.1 OK",
                                                         "HTTP/1.1 100 Continue",
                                                         "HTTP/1.1 199 X",
                                                         "HTTP/1.1 206 Partial Content",
                                                         "HTTP/1.1 301 Moved",
                                                         "HTTP/1.1 401 Unauthorized",
                                                         "HTTP/1.1 407 Proxy Authentication Required",
                                                         "HTTP/1.1 200.5 OK",
                                                         "200 OK",
                                                         "\xef\xbb\xbfHTTP/1.1 200 OK",
                                                         "GET / HTTP/1.1"};

inline constexpr std::string_view wire_request_lines[] = {"GET / HTTP/1.1",
                                                          "post / HTTP/1.1",
                                                          "PUT / HTTP/1.1",
                                                          " / HTTP/1.1",
                                                          "POST  / HTTP/1.1",
                                                          "POST / HTTP/1.1 ",
                                                          "POST /",
                                                          "POST",
                                                          "POST * HTTP/1.1",
                                                          "POST http://other.example/ HTTP/1.1",
                                                          "POST //other.example/ HTTP/1.1",
                                                          "POST /../../etc/passwd HTTP/1.1",
                                                          "POST /%2e%2e/ HTTP/1.1",
                                                          "POST /%zz HTTP/1.1",
                                                          "POST / / HTTP/1.1",
                                                          {"POST /\0 HTTP/1.1", 16},
                                                          "POST /\xff HTTP/1.1",
                                                          "POST /?a=b#c HTTP/1.1",
                                                          "CONNECT other.example:443 HTTP/1.1",
                                                          "TRACE / HTTP/1.1",
                                                          "OPTIONS * HTTP/1.1",
                                                          "P\xc3\x96ST / HTTP/1.1",
                                                          "POST\t/\tHTTP/1.1",
                                                          "\r\nPOST / HTTP/1.1",
                                                          "PRI * HTTP/2.0",
                                                          "POST \\ HTTP/1.1",
                                                          "HEAD / HTTP/1.1",
                                                          "HTTP/1.1 200 OK"};

HEALTHLAKE_DECL std::string change_start(WireMessage& message, WireDraw draw) {
  std::string_view const line = message.is_response() ? draw.one(wire_status_lines) : draw.one(wire_request_lines);
  message.start = concat({line, "\r\n"});
  return "the first line replaced with " + quoted(line, 64);
}

HEALTHLAKE_DECL std::string forbid_content(WireMessage& message, WireDraw draw) {
  if (!message.is_response()) return {};
  constexpr std::string_view lines[] = {"HTTP/1.1 204 No Content", "HTTP/1.1 304 Not Modified",
                                        "HTTP/1.1 205 Reset Content"};
  std::string_view const line = draw.one(lines);
  message.start = concat({line, "\r\n"});
  return concat({quoted(line, 64), " with a body of ", Decimal{message.body.size()}, " bytes"});
}

HEALTHLAKE_DECL std::string add_interim(WireMessage& message, WireDraw draw) {
  if (!message.is_response()) {
    message.add("Expect", "100-continue");
    return "Expect: 100-continue added";
  }
  constexpr std::string_view responses[] = {
      "HTTP/1.1 100 Continue\r\n\r\n",
      "HTTP/1.1 100\r\n\r\n",
      "HTTP/1.1 102 Processing\r\n\r\n",
      "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
      "HTTP/1.1 199 X\r\n\r\n",
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n",
      "HTTP/1.1 100 Continue\r\nContent-Length: 3\r\n\r\n",
      "HTTP/1.1 100 Continue\r\nContent-Length: 3\r\n\r\nabc",
      "HTTP/1.1 103 Hints\r\nTransfer-Encoding: chunked\r\n\r\n",
      "HTTP/1.0 100 Continue\r\n\r\n",
      "HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\n",
      "HTTP/1.1 100 Continue\r\n",
      "HTTP/1.1 100 Continue\n\n",
      "HTTP/1.1 103 Hints\r\nno colon\r\n\r\n",
      "HTTP/1.1 099 X\r\n\r\n"};
  std::string_view const response = draw.one(responses);
  std::size_t const count = draw.below(8) == 7 ? (std::min)(draw.below(3000) + 2, draw.room / response.size()) : 1;
  message.interim += copies(count, response);
  if (count == 1) return "preceded by " + quoted(response, 80);
  return concat({"preceded by ", Decimal{count}, " times ", quoted(response, 80)});
}

// Replaces the line end of a line.
HEALTHLAKE_DECL void end_line(std::string& line, std::string_view with) {
  if (!line.ends_with('\n')) return;
  line.resize(line.size() - (line.ends_with("\r\n") ? 2 : 1));
  line += with;
}

HEALTHLAKE_DECL std::string change_line_end(WireMessage& message, WireDraw draw) {
  constexpr std::string_view ends[] = {"\n",    "\r",       "\r\r\n", "\n\n",         "",
                                       " \r\n", "\r\n\r\n", "\x0b\n", "\xe2\x80\xa8", {"\0\r\n", 3}};
  std::string_view const end = draw.one(ends);
  std::size_t const lines = message.fields.size() + 2;
  std::size_t const at = draw.below(lines + 1);
  for (std::size_t i = 0; i < lines; ++i)
    if (i == at || at == lines)
      end_line(i == 0 ? message.start : i + 1 == lines ? message.end : message.fields[i - 1], end);
  if (at == lines) return "every line end replaced with " + in_quotes(end);
  return concat({"the end of line ", Decimal{at + 1}, " of the header replaced with ", in_quotes(end)});
}

HEALTHLAKE_DECL std::string append_excess(WireMessage& message, WireDraw draw) {
  constexpr std::string_view excess[] = {"\r\n",
                                         "\n",
                                         "x",
                                         {"\0", 1},
                                         "\r\n\r\n",
                                         "0\r\n\r\n",
                                         "}",
                                         "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother",
                                         "HTTP/1.1 100 Continue\r\n\r\n",
                                         "HTTP/1.1 500 Excess\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                                         "HTTP/1.1 200 OK\r\n\r\n",
                                         "GET /excess HTTP/1.1\r\nHost: h\r\n\r\n"};
  constexpr std::size_t sizes[] = {100, 4096, 65'536};
  std::size_t const which = draw.below(8);
  std::string const added = which == 7   ? std::string(draw.size(sizes), 'x')
                            : which == 6 ? message.start + message.bytes()
                                         : std::string{draw.one(excess)};
  message.body += added;
  return concat({Decimal{added.size()}, " bytes after the message: ", quoted(added, 48)});
}

HEALTHLAKE_DECL std::string add_noise(WireMessage& message, WireDraw draw) {
  std::string bytes = message.bytes();
  if (bytes.empty()) return {};
  std::size_t const at = draw.below(bytes.size());
  std::size_t const size = draw.below((std::min)(bytes.size() - at, std::size_t{16})) + 1;
  std::string const part = bytes.substr(at, size);
  std::string done;
  switch (draw.below(4)) {
    case 0: {
      bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ (1U << draw.below(8)));
      done = concat({"a bit of ", in_quotes(part.substr(0, 1)), " inverted"});
      break;
    }
    case 1: bytes.erase(at, size), done = in_quotes(part) + " removed"; break;
    case 2: bytes.insert(at, part), done = in_quotes(part) + " repeated"; break;
    default: {
      std::string const added(1, static_cast<char>(draw.source.byte()));
      bytes.insert(at, added), done = in_quotes(added) + " inserted";
    }
  }
  std::string const place = place_of(message, at);
  message = WireMessage{bytes};
  return concat({done, " at byte ", Decimal{at}, ", ", place});
}

HEALTHLAKE_DECL std::string cut(WireMessage& message, WireDraw draw) {
  std::string const bytes = message.bytes();
  if (bytes.empty()) return {};
  std::size_t const size = draw.below(bytes.size());
  std::string const place = place_of(message, size);
  message = WireMessage{std::string_view{bytes}.substr(0, size)};
  return concat({"cut after ", Decimal{size}, " of ", Decimal{bytes.size()}, " bytes, ", place});
}

HEALTHLAKE_DECL std::string place_of(WireMessage const& message, std::size_t size) {
  auto within = [&size](std::string const& part) {
    if (size < part.size()) return true;
    size -= part.size();
    return false;
  };
  if (within(message.interim)) return "in an interim response";
  if (within(message.start)) return "in the first line";
  for (auto const& field : message.fields)
    if (within(field)) return "in the field " + in_quotes(name_of(field));
  return within(message.end) ? "before the empty line" : "in the body";
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

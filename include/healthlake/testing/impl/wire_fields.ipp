// The functions of testing/wire_fields.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "healthlake/testing/wire_draw.hpp"
#include "healthlake/testing/wire_fields.hpp"
#include "healthlake/testing/wire_message.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL std::string change_content_coding(WireMessage& message, WireDraw draw) {
  constexpr std::string_view codings[] = {"gzip",       "deflate", "br", "zstd",    "identity",
                                          "gzip, gzip", "x-gzip",  "",   "unknown", "gzip;q=0"};
  constexpr std::string_view first_bytes[] = {
      "\x1f\x8b\x08", "\x1f\x8b", "x\x9c", "\x28\xb5\x2f\xfd", {"PK\x03\x04\0", 5}};
  if (draw.below(4) == 3) {
    std::string_view const bytes = draw.one(first_bytes);
    message.set_content(std::string{bytes} + message.content());
    return concat({"the content begins with ", in_quotes(bytes), ", and no coding is announced"});
  }
  std::string_view const coding = draw.one(codings);
  message.set("Content-Encoding", coding);
  return concat({"Content-Encoding ", in_quotes(coding), " of content that does not have it"});
}

// One of the field lines, or `nowhere`.
HEALTHLAKE_DECL std::size_t any_field(WireMessage const& message, WireDraw draw) {
  return message.fields.empty() ? nowhere : draw.below(message.fields.size());
}

HEALTHLAKE_DECL std::string repeat_field(WireMessage& message, WireDraw draw) {
  constexpr std::size_t counts[] = {1, 1, 1, 2, 100};
  std::size_t const at = any_field(message, draw);
  if (at == nowhere) return {};
  std::string const line = message.fields[at];
  std::size_t const count = (std::min)(draw.one(counts), draw.room / line.size());
  bool const here = draw.below(2) == 0;
  for (std::size_t i = 0; i < count; ++i)
    message.fields.insert(here ? message.fields.begin() + static_cast<std::ptrdiff_t>(at) : message.fields.end(), line);
  return concat({"the field ", in_quotes(name_of(line)), " sent ", Decimal{count + 1}, " times"});
}

HEALTHLAKE_DECL std::string remove_field(WireMessage& message, WireDraw draw) {
  std::size_t const at = any_field(message, draw);
  if (at == nowhere) return {};
  std::string const line = message.fields[at];
  message.fields.erase(message.fields.begin() + static_cast<std::ptrdiff_t>(at));
  return concat({"the field ", in_quotes(name_of(line)), " removed"});
}

HEALTHLAKE_DECL std::string contradict_field(WireMessage& message, WireDraw draw) {
  constexpr std::string_view lines[] = {"Connection: close",
                                        "Connection: keep-alive",
                                        "Connection: close, keep-alive",
                                        "Connection: Content-Length",
                                        "Connection: upgrade\r\nUpgrade: h2c",
                                        "Keep-Alive: timeout=0, max=0",
                                        "Keep-Alive: timeout=99999999999999999999",
                                        "Trailer: Content-Length",
                                        "Content-Type: text/html",
                                        "Content-Type: application/x-amz-json-1.1; charset=utf-16",
                                        "Content-Type: ;",
                                        "Retry-After: -1",
                                        "Retry-After: 99999999999999999999",
                                        "Retry-After: Thu, 01 Jan 1970 00:00:00 GMT",
                                        "x-amz-retry-after: 1e9",
                                        "Date: Fri, 31 Feb 2026 25:61:61 GMT",
                                        "Date: 0",
                                        "Location: http://127.0.0.1:1/",
                                        "Set-Cookie: a=b; Domain=.com",
                                        "WWW-Authenticate: Basic",
                                        "Proxy-Connection: close",
                                        "Content-Range: bytes 0-1/2",
                                        "x-amzn-requestid: other",
                                        "x-amz-crc32: 1",
                                        "Host: other.example",
                                        "Expect: 200-ok",
                                        "X-HTTP-Method-Override: DELETE",
                                        "Content-MD5: AAAAAAAAAAAAAAAAAAAAAA=="};
  std::string_view const line = draw.one(lines);
  bool const first = draw.below(2) == 1;
  message.fields.insert(first ? message.fields.begin() : message.fields.end(), concat({line, "\r\n"}));
  return concat({"the field line ", quoted(line, 48), " added at the ", first ? "beginning" : "end"});
}

HEALTHLAKE_DECL std::string in_other_case(std::string_view name) {
  std::string out{name};
  for (char& c : out)
    if (is_alpha(c)) c = static_cast<char>(c ^ ' ');
  return out;
}

HEALTHLAKE_DECL std::string change_field_name(WireMessage& message, WireDraw draw) {
  constexpr std::string_view after[] = {" ",    "\t",   " \t ", {"\0", 1}, "\r",      "\x0b",
                                        "\xa0", "\x7f", ":",    "()",      "\xc3\xa9"};
  constexpr std::string_view before[] = {" ", "\t", ":", {"\0", 1}, "\r", "\xef\xbb\xbf"};
  std::size_t const at = any_field(message, draw);
  if (at == nowhere) return {};
  std::string& line = message.fields[at];
  std::string const name{name_of(line)};
  auto rename = [&](std::string const& to) {
    line.replace(0, name.size(), to);
    return concat({"the field ", in_quotes(name), " renamed to ", in_quotes(to)});
  };
  switch (draw.below(6)) {
    case 0: return rename(in_other_case(name));
    case 1: return rename(name + std::string{draw.one(after)});
    case 2: return rename(std::string{draw.one(before)} + name);
    case 3: return rename("");
    case 4: {
      std::size_t const where = draw.below(name.size() + 1);
      return rename(std::string{name}.insert(where, draw.one(after)));
    }
    default: {
      if (name.size() == line.size()) return {};
      line.erase(name.size(), 1);
      return concat({"the field ", in_quotes(name), " without its colon"});
    }
  }
}

HEALTHLAKE_DECL std::string change_field_value(WireMessage& message, WireDraw draw) {
  constexpr std::string_view inserts[] = {
      {"\0", 1}, "\r", "\n", "\x01", "\x1b[2J", "\x7f", "\xff", "\xc3\xa9",
      "\t",      "  ", ",",  ";",    "\"",      "\\",   "\x80", "\r\nX-Injected: 1"};
  std::size_t const at = any_field(message, draw);
  if (at == nowhere) return {};
  std::string& line = message.fields[at];
  std::string const name{name_of(line)};
  std::string const value{value_of(line)};
  if (draw.below(4) == 3) {
    line = name + ":\r\n";
    return concat({"the field ", in_quotes(name), " without a value"});
  }
  std::string_view const insert = draw.one(inserts);
  line = concat({name, ": ", std::string{value}.insert(draw.below(value.size() + 1), insert), "\r\n"});
  return concat({in_quotes(insert), " inserted into the value of the field ", in_quotes(name)});
}

HEALTHLAKE_DECL std::string fold_field(WireMessage& message, WireDraw draw) {
  constexpr std::string_view folds[] = {"\r\n ", "\r\n\t", "\r\n \r\n ", "\n ", "\r\n        ", "\r\n \t\r\n", "\r "};
  std::size_t const at = any_field(message, draw);
  if (at == nowhere) return {};
  std::string& line = message.fields[at];
  std::string const name{name_of(line)};
  std::string const value{value_of(line)};
  std::string_view const fold = draw.one(folds);
  line = concat({name, ": ", std::string{value}.insert(draw.below(value.size() + 1), fold), "\r\n"});
  return concat({"the value of the field ", in_quotes(name), " folded with ", in_quotes(fold)});
}

HEALTHLAKE_DECL std::string enlarge_field(WireMessage& message, WireDraw draw) {
  constexpr std::size_t sizes[] = {255, 1024, 4096, 8190, 8192, 16'384, 65'536, 102'400};
  std::size_t const size = draw.size(sizes);
  std::size_t const where = draw.below(3);
  std::string const padding(size, where == 2 ? ' ' : 'a');
  if (where == 0 || message.fields.empty()) {
    message.fields.push_back(concat({padding, ": b\r\n"}));
    return concat({"a field name of ", Decimal{size}, " bytes added"});
  }
  std::string& line = message.fields[draw.below(message.fields.size())];
  std::size_t const colon = line.find(':');
  if (colon == nowhere) return {};
  line.insert(colon + 1, padding);
  return concat({"the value of the field ", in_quotes(name_of(line)), " preceded by ", Decimal{size}, " bytes"});
}

HEALTHLAKE_DECL std::string add_many_fields(WireMessage& message, WireDraw draw) {
  constexpr std::size_t counts[] = {10, 100, 101, 256, 1000, 1025, 5001};
  constexpr std::string_view line = "X: 1\r\n";
  std::size_t const count = (std::min)(draw.one(counts), draw.room / line.size());
  for (std::size_t i = 0; i < count; ++i) message.fields.emplace_back(line);
  return concat({Decimal{count}, " field lines added"});
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

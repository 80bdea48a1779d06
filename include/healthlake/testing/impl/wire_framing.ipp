// The functions of testing/wire_framing.hpp.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/testing/wire_draw.hpp"
#include "healthlake/testing/wire_framing.hpp"
#include "healthlake/testing/wire_message.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// Spellings of a length that is `size` or nearly so.
HEALTHLAKE_DECL std::string spelled_length(std::size_t size, WireDraw draw) {
  std::string const right{Decimal{size}.view()};
  std::string const more{Decimal{size + 1}.view()};
  std::string const less{Decimal{size == 0 ? 1 : size - 1}.view()};
  std::string const forms[] = {more,
                               less,
                               "0",
                               std::string{Decimal{2 * size + 1}.view()},
                               "-" + right,
                               "+" + right,
                               "0" + right,
                               copies(40, "0") + right,
                               "0x" + right,
                               right + ".0",
                               right + "e0",
                               "",
                               " ",
                               "x",
                               right + " bytes",
                               right + " " + right,
                               right + "," + right,
                               right + ", " + more,
                               right + ",",
                               "," + right,
                               right + ";",
                               "\"" + right + "\"",
                               "-1",
                               "4294967296",
                               "9223372036854775807",
                               "9223372036854775808",
                               "18446744073709551615",
                               "18446744073709551616",
                               copies(400, "9"),
                               right + "\x0b",
                               right + "\xa0",
                               "\t" + right + "\t",
                               "1" + right};
  return draw.one(forms);
}

HEALTHLAKE_DECL std::string change_length(WireMessage& message, WireDraw draw) {
  std::string const name = "Content-Length";
  std::size_t const at = message.find(name);
  std::string const before{at == nowhere ? "none" : value_of(message.fields[at])};
  if (at != nowhere && draw.below(8) == 7) {
    message.remove(name);
    return concat({name, ": ", before, " removed"});
  }
  std::string const length = spelled_length(message.body.size(), draw);
  message.set(name, length);
  return concat({name, ": ", in_quotes(before), " replaced with ", in_quotes(length)});
}

HEALTHLAKE_DECL std::string repeat_length(WireMessage& message, WireDraw draw) {
  std::string const right{Decimal{message.body.size()}.view()};
  std::string const length = draw.below(3) == 0 ? right : spelled_length(message.body.size(), draw);
  constexpr std::string_view names[] = {"Content-Length", "content-length", "CONTENT-LENGTH", "Content-Length "};
  std::string_view const name = draw.one(names);
  std::size_t const at = message.find("content-length");
  std::string const line = concat({name, ": ", length, "\r\n"});
  if (at == nowhere) message.fields.insert(message.fields.begin(), concat({"Content-Length: ", right, "\r\n"}));
  bool const first = draw.below(2) == 1;
  message.fields.insert(first ? message.fields.begin() : message.fields.end(), line);
  return concat(
      {"Content-Length: ", right, first ? " preceded by " : " followed by ", in_quotes(name), ": ", in_quotes(length)});
}

HEALTHLAKE_DECL std::string change_transfer_coding(WireMessage& message, WireDraw draw) {
  constexpr std::string_view codings[] = {
      "chunked",  "Chunked",           "gzip",        "gzip, chunked", "chunked, gzip", "chunked, chunked",
      "identity", "identity, chunked", "xchunked",    "chunkedx",      "chunked;q=1",   "",
      ",",        "\vchunked",         "\"chunked\"", "chunked\xa0",   "trailers",      "deflate",
      "chunk"};
  std::string_view const coding = draw.one(codings);
  bool const with_length = draw.below(3) == 2;
  if (!with_length) message.remove("content-length");
  message.set("Transfer-Encoding", coding);
  return concat({"Transfer-Encoding ", in_quotes(coding), " of a body that does not have it, ",
                 with_length ? "with" : "without", " Content-Length"});
}

HEALTHLAKE_DECL std::string hexadecimal(std::size_t number) {
  char digits[16];
  char* const end = std::to_chars(digits, digits + sizeof digits, number, 16).ptr;
  return {digits, end};
}

// The content in pieces of random sizes.
HEALTHLAKE_DECL std::vector<std::string> pieces_of(std::string_view content, WireDraw draw) {
  std::vector<std::string> pieces;
  // A chunk takes some bytes more.
  std::size_t const most = (std::min)(draw.room / 16, std::size_t{64});
  while (!content.empty()) {
    std::size_t const size =
        pieces.size() >= most ? content.size() : draw.below((std::min)(content.size(), std::size_t{200})) + 1;
    pieces.emplace_back(content.substr(0, size));
    content.remove_prefix(size);
  }
  return pieces;
}

HEALTHLAKE_DECL std::string chunk_of(std::string_view piece) {
  return concat({hexadecimal(piece.size()), "\r\n", piece, "\r\n"});
}

// Replaces the framing with the chunked coding, whatever the body then is.
HEALTHLAKE_DECL void frame_by_chunks(WireMessage& message, std::string body) {
  if (!message.chunked()) {
    message.remove("content-length");
    message.set("Transfer-Encoding", "chunked");
  }
  message.body = std::move(body);
}

HEALTHLAKE_DECL std::string add_chunks(WireMessage& message, WireDraw draw) {
  std::vector<std::string> const pieces = pieces_of(message.content(), draw);
  std::string body;
  for (auto const& piece : pieces) body += chunk_of(piece);
  frame_by_chunks(message, body + "0\r\n\r\n");
  return concat({"the content in ", Decimal{pieces.size()}, " chunks"});
}

// A chunk in a wrong or unusual form.
struct ChunkForm {
  std::string bytes;
  std::string done;
};

HEALTHLAKE_DECL ChunkForm odd_chunk(std::string const& piece, WireDraw draw) {
  std::string const size = hexadecimal(piece.size());
  std::string const more = hexadecimal(piece.size() + 1);
  std::string const sizes[] = {more,
                               hexadecimal(piece.size() - 1),
                               "0" + size,
                               copies(60, "0") + size,
                               "+" + size,
                               "-" + size,
                               "0x" + size,
                               " " + size,
                               size + " ",
                               size + "\t",
                               size + " x",
                               "",
                               "g",
                               "1000000000000000" + size,
                               "ffffffffffffffff",
                               "8000000000000000",
                               "7fffffffffffffff",
                               "FFFFFFFF",
                               copies(300, "f"),
                               size + ";a=b",
                               size + " ; a=\"b;c\"",
                               size + ";",
                               size + ";" + copies(500, "e"),
                               size + ";a\n",
                               size + ";\x01",
                               size + "\r"};
  constexpr std::string_view ends[] = {"\n", "\r", "", "\r\n\r\n", "\n\r", "x\r\n", " \r\n", {"\0\r\n", 3}};
  switch (draw.below(3)) {
    case 0: {
      std::string const& odd = draw.one(sizes);
      return {concat({odd, "\r\n", piece, "\r\n"}),
              concat({"a chunk of ", size, " (hexadecimal) bytes with the size ", in_quotes(odd)})};
    }
    case 1: {
      std::string_view const end = draw.one(ends);
      return {concat({size, end, piece, "\r\n"}), concat({"the size of a chunk followed by ", in_quotes(end)})};
    }
    default: {
      std::string_view const end = draw.one(ends);
      return {concat({size, "\r\n", piece, end}), concat({"a chunk followed by ", in_quotes(end)})};
    }
  }
}

// A last chunk and trailer in a wrong or unusual form.
HEALTHLAKE_DECL std::string_view odd_end(WireDraw draw) {
  constexpr std::string_view ends[] = {"",
                                       "0",
                                       "0\r\n",
                                       "0\r\n\r",
                                       "0\n\n",
                                       "000\r\n\r\n",
                                       "0;a=b\r\n\r\n",
                                       "0\r\nX: y\r\n\r\n",
                                       "0\r\nContent-Length: 1\r\n\r\n",
                                       "0\r\nTransfer-Encoding: chunked\r\n\r\n",
                                       "0\r\nno colon\r\n\r\n",
                                       "0\r\nX: y\r\n z\r\n\r\n",
                                       "0\r\nX: y",
                                       "0\r\nX : y\r\n\r\n",
                                       "-0\r\n\r\n",
                                       "0 \r\n\r\n",
                                       "0x\r\n\r\n",
                                       "0\r\n0\r\n\r\n",
                                       "0\r\n\r\n0\r\n\r\n",
                                       "0\r\nX: \x01\r\n\r\n",
                                       "\r\n0\r\n\r\n"};
  return draw.one(ends);
}

HEALTHLAKE_DECL std::string break_chunks(WireMessage& message, WireDraw draw) {
  std::vector<std::string> const pieces = pieces_of(message.content(), draw);
  std::size_t const odd = draw.below(pieces.size() + 1);
  std::string body;
  std::string done;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (i != odd) {
      body += chunk_of(pieces[i]);
      continue;
    }
    ChunkForm const form = odd_chunk(pieces[i], draw);
    body += form.bytes;
    done = form.done;
  }
  if (!done.empty()) {
    frame_by_chunks(message, body + "0\r\n\r\n");
    return done;
  }
  std::string_view const end = odd_end(draw);
  frame_by_chunks(message, body + std::string{end});
  return concat({"the last chunk and trailer replaced with ", in_quotes(end)});
}

HEALTHLAKE_DECL std::string smuggle(WireMessage& message, WireDraw draw) {
  constexpr std::string_view lines[] = {
      "Transfer-Encoding: chunked",       "Transfer-Encoding : chunked",
      "Transfer-Encoding:\tchunked",      "transfer-encoding: chunked",
      "Transfer-Encoding:chunked",        "Transfer-Encoding: identity, chunked",
      "Transfer-Encoding: \vchunked",     "X: y\nTransfer-Encoding: chunked",
      "X: y\rTransfer-Encoding: chunked", "Transfer-Encoding:\r\n chunked",
      " Transfer-Encoding: chunked",      "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
      "Transfer_Encoding: chunked",       "Transfer-Encoding: chunk\r\n ed"};
  std::string_view const line = draw.one(lines);
  std::string const content = message.content();
  // Shorter for a reader of the one, longer for a reader of the other.
  bool const chunks = draw.below(2) == 1 && !content.empty();
  std::string const body = chunks ? chunk_of(content) + "0\r\n\r\n" : "0\r\n\r\n" + content;
  message.remove("transfer-encoding");
  message.set("Content-Length", Decimal{body.size()});
  bool const first = draw.below(2) == 1;
  message.fields.insert(first ? message.fields.begin() : message.fields.end(), concat({line, "\r\n"}));
  message.body = body;
  return concat({"Content-Length: ", Decimal{body.size()}, first ? " after " : " before ", quoted(line, 64),
                 chunks ? ", in chunks" : ", behind an empty last chunk"});
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

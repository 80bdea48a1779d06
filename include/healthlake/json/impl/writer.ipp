// The functions of json/writer.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "healthlake/json/writer.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/bytes.hpp"
#include "healthlake/text/hex.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL void append_json_string(std::string& out, std::string_view text) {
  // RFC 8259, 7: the characters that have a two-character escape, and its second character.
  constexpr std::string_view named = "\"\\\b\f\n\r\t";
  constexpr std::string_view names = "\"\\bfnrt";
  out.push_back('"');
  auto const escaped = [](char c) { return detail::is_c0_control(c) || c == '"' || c == '\\'; };
  auto const marks = [](std::uint64_t word) {
    return detail::bytes::below(word, 0x20) | detail::bytes::equal(word, '"') | detail::bytes::equal(word, '\\');
  };
  for (;;) {
    std::size_t const plain = detail::bytes::run(text, 0, marks, escaped);
    out.append(text, 0, plain);
    if (plain == text.size()) break;
    char const c = text[plain];
    text.remove_prefix(plain + 1);
    out.push_back('\\');
    if (auto const index = named.find(c); index != std::string_view::npos) {
      out.push_back(names[index]);
    } else {
      constexpr auto hex = detail::lower_hex_digits;
      char const digits[] = {'u', '0', '0', hex[static_cast<unsigned char>(c) >> 4], hex[c & 15]};
      out.append(digits, sizeof digits);
    }
  }
  out.push_back('"');
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL void JsonWriter::key(std::string_view name) {
  separate();
  detail::append_json_string(*out_, name);
  out_->push_back(':');
  comma_ = false;
}

HEALTHLAKE_DECL void JsonWriter::plain_key(std::string_view name) {
  if (!detail::bytes::words_pay) return key(name);
  put_plain(name, 1);
  out_->back() = ':';
  comma_ = false;
}

HEALTHLAKE_DECL void JsonWriter::plain_string(std::string_view text) {
  put_plain(text, 0);
  comma_ = true;
}

HEALTHLAKE_DECL void JsonWriter::string(std::string_view text) {
  separate();
  detail::append_json_string(*out_, text);
  comma_ = true;
}

HEALTHLAKE_DECL void JsonWriter::integer(std::int64_t number) {
  separate();
  detail::append_json_integer(*out_, number);
  comma_ = true;
}

HEALTHLAKE_DECL void JsonWriter::raw(std::string_view json) {
  separate();
  *out_ += json;
  comma_ = true;
}

HEALTHLAKE_DECL std::string& JsonWriter::value() {
  separate();
  comma_ = true;
  return *out_;
}

HEALTHLAKE_DECL void JsonWriter::put_plain(std::string_view text, std::size_t more) {
  std::size_t const begin = out_->size();
  out_->resize(begin + (comma_ ? 3 : 2) + text.size() + more);
  char* at = out_->data() + begin;
  if (comma_) *at++ = ',';
  *at++ = '"';
  *std::copy_n(text.data(), text.size(), at) = '"';
}

HEALTHLAKE_DECL void JsonWriter::separate() {
  if (comma_) out_->push_back(',');
}

HEALTHLAKE_DECL void JsonWriter::open(char bracket) {
  separate();
  out_->push_back(bracket);
  comma_ = false;
}

HEALTHLAKE_DECL void JsonWriter::close(char bracket) {
  out_->push_back(bracket);
  comma_ = true;
}

}  // namespace HEALTHLAKE_NAMESPACE

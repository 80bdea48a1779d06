// The functions of testing/wire_content.hpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/testing/wire_content.hpp"
#include "healthlake/testing/wire_draw.hpp"
#include "healthlake/testing/wire_message.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/hex.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// The content of a message as JSON, and one of its values, if there is any.
struct WireJson {
  WireJson(WireMessage const& message, WireDraw draw)
      : text(message.content()),
        parts(json_parts(text)),
        part(parts.empty() ? JsonPart{} : parts[draw.below(parts.size())]) {}

  [[nodiscard]] std::string value() const { return text.substr(part.begin, part.end - part.begin); }
  [[nodiscard]] std::string name() const { return text.substr(part.name_begin, part.name_end - part.name_begin); }
  [[nodiscard]] std::string place() const {
    if (part.has_name())
      return "the value of " + in_quotes(std::string_view{name()}.substr(1, part.name_end - part.name_begin - 2));
    return concat({"the value at byte ", Decimal{part.begin}});
  }
  // Replaces the value.
  std::string replace(WireMessage& message, std::string_view with) const {
    message.set_content(std::string{text}.replace(part.begin, part.end - part.begin, with));
    return concat({place(), ", ", in_quotes(value()), ", replaced with ", in_quotes(with)});
  }
  // Keeps only the values that `keep` accepts.
  template <class Keep>
  void filter(WireDraw draw, Keep keep) {
    std::vector<JsonPart> kept;
    for (auto const& each : parts)
      if (keep(each)) kept.push_back(each);
    parts = kept;
    if (!parts.empty()) part = parts[draw.below(parts.size())];
  }

  std::string text;
  std::vector<JsonPart> parts;
  JsonPart part;
};

HEALTHLAKE_DECL std::string change_json_type(WireMessage& message, WireDraw draw) {
  WireJson const json{message, draw};
  if (json.parts.empty()) return {};
  std::string const value = json.value();
  bool const string = value.size() > 1 && value.front() == '"';
  std::string const unquoted = string ? value.substr(1, value.size() - 2) : "\"" + value + "\"";
  std::string const forms[] = {"null",
                               "true",
                               "false",
                               "0",
                               "-1",
                               "1.5",
                               "\"\"",
                               "\"x\"",
                               "[]",
                               "{}",
                               "[null]",
                               "{\"\":null}",
                               "[" + value + "]",
                               "{\"value\":" + value + "}",
                               "[" + value + "," + value + "]",
                               unquoted,
                               unquoted};
  return json.replace(message, draw.one(forms));
}

HEALTHLAKE_DECL std::string change_json_number(WireMessage& message, WireDraw draw) {
  constexpr std::string_view forms[] = {"1e400",
                                        "-1e400",
                                        "1e-400",
                                        "-0",
                                        "-0.0",
                                        "01",
                                        "-01",
                                        "1.",
                                        ".5",
                                        "+1",
                                        "1e",
                                        "1e+",
                                        "0x10",
                                        "NaN",
                                        "Infinity",
                                        "-Infinity",
                                        "9007199254740993",
                                        "2147483648",
                                        "4294967296",
                                        "9223372036854775807",
                                        "9223372036854775808",
                                        "-9223372036854775809",
                                        "18446744073709551616",
                                        "1E2",
                                        "1.0",
                                        "1e0",
                                        "1_000",
                                        "-",
                                        "1.7976931348623159e308",
                                        "253402300800",
                                        "-62135596801",
                                        "1.0000000000000000000000000000000000000000000000001",
                                        "777777777777777777777777777777777777777777777777777777777777"};
  WireJson json{message, draw};
  if (json.parts.empty()) return {};
  auto const is_number = [&json](JsonPart const& each) {
    return json.text[each.begin] == '-' || is_digit(json.text[each.begin]);
  };
  // Mostly a number for a number.
  if (!draw.source.one_in(3)) {
    WireJson numbers{json};
    numbers.filter(draw, is_number);
    if (!numbers.parts.empty()) json = numbers;
  }
  return json.replace(message, draw.one(forms));
}

// `A` as `\u0041`.
HEALTHLAKE_DECL std::string unicode_escape(char c) {
  auto const byte = static_cast<unsigned char>(c);
  return {'\\', 'u', '0', '0', lower_hex_digits[byte >> 4U], lower_hex_digits[byte & 15U]};
}

HEALTHLAKE_DECL std::string change_json_member(WireMessage& message, WireDraw draw) {
  WireJson json{message, draw};
  json.filter(draw, [](JsonPart const& each) { return each.has_name(); });
  if (json.parts.empty()) return {};
  std::size_t const end = json.part.end;
  std::size_t const name_begin = json.part.name_begin;
  std::string const name = json.name();
  std::string const member = json.text.substr(name_begin, end - name_begin);
  auto insert = [&](std::string const& what, std::string const& done) {
    message.set_content(std::string{json.text}.insert(name_begin, what + ","));
    return concat({"the member ", in_quotes(name), " ", done});
  };
  auto rename = [&](std::string const& to) {
    message.set_content(std::string{json.text}.replace(name_begin, name.size(), to));
    return concat({"the member ", in_quotes(name), " renamed to ", in_quotes(to)});
  };
  switch (draw.below(8)) {
    case 0: return insert(member, "sent twice");
    case 1: return insert(name + ":null", "preceded by one with null");
    case 2: return insert(name + ":\"other\"", "preceded by one with another value");
    case 3: {
      std::string_view const text = json.text;
      bool const before = text.substr(0, name_begin).ends_with(',');
      bool const after = !before && text.substr(end).starts_with(',');
      message.set_content(concat({text.substr(0, name_begin - before), text.substr(end + after)}));
      return concat({"the member ", in_quotes(name), " removed"});
    }
    case 4: return rename("\"\"");
    case 5: return name.size() > 2 ? rename("\"" + unicode_escape(name[1]) + name.substr(2)) : std::string{};
    case 6: {
      std::string other = name;
      for (char& c : other) c = ascii_lower(c);
      return rename(other == name ? "\"" + name : other);
    }
    default: {
      std::size_t const depth = draw.below(64);
      return insert("\"Unknown\":" + copies(depth, "[") + "{}" + copies(depth, "]"), "preceded by an unknown one");
    }
  }
}

HEALTHLAKE_DECL std::string change_json_depth(WireMessage& message, WireDraw draw) {
  constexpr std::size_t depths[] = {1, 2, 31, 62, 63, 64, 65, 127, 128, 512, 1000, 10'000};
  WireJson const json{message, draw};
  if (json.parts.empty()) return {};
  bool const arrays = draw.below(2) == 0;
  std::string_view const open = arrays ? "[" : "{\"a\":";
  std::string_view const close = arrays ? "]" : "}";
  std::size_t const depth = (std::min)(draw.one(depths), draw.room / 8);
  message.set_content(std::string{json.text}.replace(json.part.begin, json.part.end - json.part.begin,
                                                     copies(depth, open) + json.value() + copies(depth, close)));
  return concat({json.place(), " nested in ", Decimal{depth}, arrays ? " arrays" : " objects"});
}

HEALTHLAKE_DECL std::string change_json_syntax(WireMessage& message, WireDraw draw) {
  WireJson const json{message, draw};
  if (json.parts.empty()) return {};
  std::string text = json.text;
  auto insert = [&](std::size_t at, std::string_view what) {
    message.set_content(text.insert(at, what));
    return concat({in_quotes(what), " inserted at byte ", Decimal{at}, " of the content"});
  };
  constexpr std::string_view inserts[] = {",", ",,", "/**/", "//\n", "'",        ":", "}",  "]",
                                          "{", "[",  "\"",   "\x0c", "\xc2\xa0", "#", "NaN"};
  constexpr std::string_view ends[] = {",", "}", "x", "{}", "\n\n", " null", ";", "//", "<html>"};
  constexpr std::string_view others[] = {"",   " ",         "{",       "\"",    "nul",
                                         "{]", "undefined", "{'a':1}", "{a:1}", "<html></html>"};
  switch (draw.below(6)) {
    case 0: return insert(json.part.begin, draw.one(inserts));
    case 1: return insert(json.part.end, draw.one(inserts));
    case 2: return insert(text.size(), draw.one(ends));
    case 3: {
      std::string_view const other = draw.one(others);
      message.set_content(other);
      return "the content replaced with " + in_quotes(other);
    }
    case 4: {
      std::size_t const count = draw.below((std::min)(draw.room, std::size_t{4096}) + 1);
      message.set_content(text.insert(json.part.begin, copies(count, " \n")));
      return concat({Decimal{2 * count}, " characters of whitespace inserted at byte ", Decimal{json.part.begin},
                     " of the content"});
    }
    default: {
      std::size_t const at = draw.below(text.size());
      message.set_content(text.erase(at, 1));
      return concat({"byte ", Decimal{at}, " of the content removed"});
    }
  }
}

// Inserts into a string of the JSON content; into any content if it has none.
HEALTHLAKE_DECL std::string insert_into_string(WireMessage& message, WireDraw draw, std::string_view what) {
  WireJson json{message, draw};
  json.filter(draw,
              [&json](JsonPart const& each) { return json.text[each.begin] == '"' && each.end - each.begin > 1; });
  std::size_t at = 0;
  if (!json.parts.empty()) at = json.part.begin + 1 + draw.below(json.part.end - json.part.begin - 1);
  else if (!json.text.empty()) at = draw.below(json.text.size());
  message.set_content(json.text.insert(at, what));
  return concat({in_quotes(what), " inserted into ", json.parts.empty() ? "the content" : json.place()});
}

HEALTHLAKE_DECL std::string change_utf8(WireMessage& message, WireDraw draw) {
  // Continuation bytes alone, overlong forms, surrogates, beyond U+10FFFF, cut sequences, bytes that are never used;
  // and the edges of what is valid.
  constexpr std::string_view forms[] = {"\x80",
                                        "\xbf",
                                        "\xc0\xaf",
                                        "\xc1\xbf",
                                        "\xe0\x80\xaf",
                                        "\xf0\x80\x80\xaf",
                                        "\xed\xa0\x80",
                                        "\xed\xbf\xbf",
                                        "\xed\xa0\xbd\xed\xb8\x80",
                                        "\xf4\x90\x80\x80",
                                        "\xf8\x88\x80\x80\x80",
                                        "\xc3",
                                        "\xe2\x82",
                                        "\xf0\x9f\x98",
                                        "\xfe",
                                        "\xff",
                                        "\xe9",
                                        "\xed\x9f\xbf",
                                        "\xee\x80\x80",
                                        "\xf4\x8f\xbf\xbf",
                                        "\xef\xbf\xbf",
                                        "\xe2\x80\xa8",
                                        "\xc2\x80"};
  return insert_into_string(message, draw, draw.one(forms));
}

HEALTHLAKE_DECL std::string change_escape(WireMessage& message, WireDraw draw) {
  constexpr std::string_view forms[] = {"\\ud800",
                                        "\\udc00",
                                        "\\udfff",
                                        "\\ud800\\ud800",
                                        "\\ud83d\\ude00",
                                        "\\ud83dx",
                                        "\\u0000",
                                        "\\uFFFF",
                                        "\\u12",
                                        "\\u",
                                        "\\uzzzz",
                                        "\\u{41}",
                                        "\\x41",
                                        "\\a",
                                        "\\'",
                                        "\\",
                                        "\\\\",
                                        "\\/",
                                        "\\U0041",
                                        "\\0",
                                        "\n",
                                        "\t",
                                        "\x01",
                                        "\x1f",
                                        "\x7f",
                                        {"\0", 1},
                                        "\\\n"};
  return insert_into_string(message, draw, draw.one(forms));
}

// Each byte as a code unit of `size` bytes.
HEALTHLAKE_DECL std::string widened(std::string_view text, std::size_t size, bool big_endian) {
  std::string out;
  for (char const c : text) {
    std::string unit(size, '\0');
    (big_endian ? unit.back() : unit.front()) = c;
    out += unit;
  }
  return out;
}

HEALTHLAKE_DECL std::string change_unicode_form(WireMessage& message, WireDraw draw) {
  std::string const text = message.content();
  struct Form {
    std::string_view name, mark;
    std::size_t size;
    bool big_endian;
  };
  constexpr Form forms[] = {{"after a byte order mark", "\xef\xbb\xbf", 1, false},
                            {"after two byte order marks", "\xef\xbb\xbf\xef\xbb\xbf", 1, false},
                            {"after half a byte order mark", "\xef\xbb", 1, false},
                            {"in UTF-16LE, with a byte order mark", "\xff\xfe", 2, false},
                            {"in UTF-16BE, with a byte order mark", "\xfe\xff", 2, true},
                            {"in UTF-16LE", "", 2, false},
                            {"in UTF-16BE", "", 2, true},
                            {"in UTF-32LE, with a byte order mark", {"\xff\xfe\0\0", 4}, 4, false},
                            {"in UTF-32BE", "", 4, true}};
  Form const& form = draw.one(forms);
  if (text.empty() || text.size() * (form.size - 1) > draw.room) return {};
  message.set_content(std::string{form.mark} + widened(text, form.size, form.big_endian));
  return concat({"the content ", form.name});
}

HEALTHLAKE_DECL std::string change_error(WireMessage& message, WireDraw draw) {
  if (!message.is_response()) return {};
  constexpr std::string_view statuses[] = {"400", "401", "403", "404", "408", "409", "413", "424",
                                           "429", "500", "502", "503", "504", "200", "599"};
  constexpr std::string_view contents[] = {
      R"({"__type":"ValidationException","message":"m"})",
      R"({"__type":"com.amazonaws.healthlake#ThrottlingException","Message":"m"})",
      R"({"__type":"ConflictException:http://internal.amazon.com/coral/com.amazonaws.healthlake/","message":"m"})",
      R"({"code":"AccessDeniedException"})",
      R"({"Code":"InternalServerException","Message":null})",
      R"({"__type":null,"code":"ValidationException"})",
      R"({"__type":7,"message":["m"]})",
      R"({"__type":"ValidationException","__type":"ThrottlingException"})",
      R"({"__type":"","message":""})",
      R"({"__type":"#","message":"m"})",
      R"({"__type":":","message":"m"})",
      R"({"__type":"a#b#c:d:e"})",
      R"({"message":"only a message"})",
      R"({"Message":{"message":"m"},"message":"n"})",
      R"([{"__type":"ValidationException"}])",
      R"({"error":{"code":"X"}})",
      "null",
      "[]",
      "{}",
      "",
      " ",
      "\"ValidationException\"",
      "<html><body><h1>503 Service Unavailable</h1></body></html>",
      R"({"__type":"ResourceNotFoundException","message":")"};
  constexpr std::string_view types[] = {"ValidationException",
                                        "ThrottlingException:http://internal.amazon.com/coral/",
                                        "com.amazonaws.healthlake#ConflictException",
                                        "",
                                        ":",
                                        "#",
                                        "a,b",
                                        "UnknownException",
                                        "\xe9",
                                        "ExpiredTokenException"};
  std::string_view const status = draw.one(statuses);
  std::string_view const content = draw.one(contents);
  message.start = concat({"HTTP/1.1 ", status, " Error\r\n"});
  message.set_content(content);
  std::string done = concat({"an error of status ", status, " with ", in_quotes(content)});
  if (draw.below(2) == 0) return done;
  std::string_view const type = draw.one(types);
  message.add(draw.below(2) == 0 ? "x-amzn-errortype" : "X-Amzn-ErrorType", type);
  return concat({done, " and x-amzn-errortype ", in_quotes(type)});
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

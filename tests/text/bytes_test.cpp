#include "healthlake/text/bytes.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace healthlake::detail;

namespace {
bool is_marked(std::uint64_t marks, std::size_t byte) { return (marks >> (8 * byte + 7) & 1) != 0; }
}  // namespace

TEST_CASE("the lowest mark of a word is right, and there is one if there must be") {
  for (unsigned value = 0; value < 256; ++value)
    for (std::size_t byte = 0; byte < 8; ++byte) {
      // All other bytes are `~`, which is never marked.
      std::uint64_t const word = (bytes::ones * '~' & ~(std::uint64_t{0xFF} << 8 * byte)) | std::uint64_t{value}
                                                                                                << 8 * byte;
      for (unsigned const limit : {0x20U, 0x21U, 0x7eU}) {
        std::uint64_t const marks = bytes::below(word, static_cast<unsigned char>(limit));
        CHECK((marks != 0) == (value < limit));
        if (marks != 0) CHECK(is_marked(marks & (~marks + 1), byte));
      }
      std::uint64_t const marks = bytes::equal(word, '"');
      CHECK((marks != 0) == (value == '"'));
      if (marks != 0) CHECK(is_marked(marks & (~marks + 1), byte));
    }
}

TEST_CASE("a run ends at the first stop, at any position and whatever else is marked") {
  auto const marks = [](std::uint64_t word) { return bytes::below(word, ' '); };
  auto const stops = [](char c) { return c == '\n'; };
  for (std::size_t size = 0; size < 40; ++size)
    for (std::size_t from = 0; from <= size; ++from)
      for (std::size_t stop = from; stop <= size; ++stop) {
        // Every third byte is marked but is not a stop.
        std::string text(size, 'a');
        for (std::size_t i = 0; i < size; i += 3) text[i] = '\t';
        if (stop < size) text[stop] = '\n';
        REQUIRE(bytes::run(text, from, marks, stops) == stop - from);
      }
}

TEST_CASE("a run is scanned eight bytes at a time, and only marked bytes are looked at") {
  if (!bytes::words_pay) return;
  std::size_t words = 0;
  std::size_t bytes_seen = 0;
  auto const marks = [&](std::uint64_t word) { return ++words, bytes::below(word, ' '); };
  auto const stops = [&](char c) { return ++bytes_seen, c == '\n'; };
  std::string text(64, 'a');
  CHECK(bytes::run(text, 0, marks, stops) == 64);
  CHECK(words == 8);
  CHECK(bytes_seen == 0);
  if (std::endian::native != std::endian::little) return;
  text[60] = '\n';
  CHECK(bytes::run(text, 0, marks, stops) == 60);
  CHECK(words == 16);
  CHECK(bytes_seen == 1);
}

TEST_CASE("plain_json counts what needs no unescaping, wherever the first other byte is") {
  // Every length and place around the borders of the chunks, inside a longer text, so that nothing outside is counted.
  for (std::size_t size = 0; size <= 50; ++size) {
    std::string const plain(size, 'a');
    CHECK(bytes::plain_json(plain, 0) == size);
    for (char const other : {'"', '\\', '\0', '\x1f', '\x80', '\xff'}) {
      for (std::size_t at = 0; at < size; ++at) {
        std::string text = plain;
        text[at] = other;
        for (std::size_t const from : {std::size_t{0}, at / 2, at}) CHECK(bytes::plain_json(text, from) == at - from);
      }
      CHECK(bytes::plain_json(std::string_view{plain + other}.substr(0, size), 0) == size);
    }
    // Nor is anything behind it counted, wherever counting begins.
    for (std::size_t const behind : {0U, 1U, 5U, 15U, 17U, 40U}) {
      std::string const longer = std::string(size + behind, 'a') + std::string(40, '"');
      for (std::size_t from = 0; from <= size; ++from)
        CHECK(bytes::plain_json(std::string_view{longer}.substr(0, size), from) == size - from);
    }
  }
  for (int c = 0; c < 256; ++c) {
    std::string const text(1, static_cast<char>(c));
    bool const stands_for_itself = c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
    CHECK(bytes::plain_json(text + std::string(20, 'a'), 0) == (stands_for_itself ? 21 : 0));
    CHECK(bytes::plain_json(text, 0) == (stands_for_itself ? 1 : 0));
  }
}

TEST_CASE("ascii_run counts up to the first non-ASCII byte, wherever it is") {
  for (std::size_t size = 0; size <= 40; ++size) {
    std::string const ascii(size, '\x7f');
    CHECK(bytes::ascii_run(std::string_view{ascii + "\x80"}.substr(0, size), 0) == size);
    for (std::size_t at = 0; at < size; ++at) {
      std::string text = ascii;
      text[at] = '\x80';
      CHECK(bytes::ascii_run(text, 0) == at);
      CHECK(bytes::ascii_run(text, at) == 0);
      CHECK(bytes::ascii_run(text, at + 1) == size - at - 1);
    }
  }
}

TEST_CASE("same compares strings of every length by all of their bytes") {
  for (std::size_t size = 0; size <= 40; ++size) {
    std::string const text = std::string{"abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH"}.substr(0, size);
    CHECK(bytes::same(text, std::string{text}));
    CHECK_FALSE(bytes::same(text, text + "x"));
    for (std::size_t at = 0; at < size; ++at) {
      std::string other = text;
      other[at] = '*';
      CHECK_FALSE(bytes::same(text, other));
    }
  }
}

TEST_CASE("plain_json stops at the same byte whatever stands before it") {
  for (char const plain : {' ', '!', '#', '[', ']', '~', '\x7f'})
    for (char const other : {'"', '\\', '\0', '\x1f', '\x80', '\xff'})
      for (std::size_t size = 1; size <= 34; ++size)
        CHECK(bytes::plain_json(std::string(size - 1, plain) + other, 0) == size - 1);
}

TEST_CASE("nothing outside two strings is compared, and nothing behind one is counted") {
  std::string const a = "<abcdefghijklmnopqrstuvwxyz0123456789>";
  std::string const b = "(abcdefghijklmnopqrstuvwxyz0123456789)";
  for (std::size_t size = 0; size <= 36; ++size) {
    std::string other = b;
    if (size < 36) other[1 + size] = '*';
    CHECK(bytes::same(std::string_view{a}.substr(1, size), std::string_view{other}.substr(1, size)));
    for (std::size_t from = 0; from <= size; ++from)
      CHECK(bytes::ascii_run(std::string_view{a}.substr(0, size), from) == size - from);
  }
}

TEST_CASE("a number is written in big-endian order") {
  char text[8];
  bytes::put_word(text, 0x6162'6364'6566'6768);
  CHECK(std::string_view{text, 8} == "abcdefgh");
}

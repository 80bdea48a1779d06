#include "healthlake/model/unicode_table.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace {
using healthlake::unicode::letter_separator_or_number;

std::string unicode_data_path() {
  char const* path = std::getenv("HEALTHLAKE_UNICODE_DATA");
  return path != nullptr && *path != '\0' ? path : "/usr/share/unicode/UnicodeData.txt";
}

// The general categories of UnicodeData.txt (field 2) by code point, empty where nothing is assigned. The lines whose
// names end in `First>` and `Last>` denote all code points between them.
std::vector<std::string> categories(std::ifstream& file) {
  std::vector<std::string> result(0x110000);
  std::size_t first = 0;
  for (std::string line; std::getline(file, line);) {
    std::size_t const name = line.find(';') + 1;
    std::size_t const category = line.find(';', name) + 1;
    std::size_t const code_point = std::stoul(line, nullptr, 16);
    if (line.substr(0, category).ends_with("First>;")) {
      first = code_point;
      continue;
    }
    if (!line.substr(0, category).ends_with("Last>;")) first = code_point;
    for (std::size_t c = first; c <= code_point; ++c) result.at(c) = line.substr(category, 2);
  }
  return result;
}
}  // namespace

TEST_CASE("letters, separators and numbers in ASCII") {
  std::string found;
  for (char32_t c = 0; c < 0x80; ++c) {
    if (letter_separator_or_number(c)) found += static_cast<char>(c);
  }
  CHECK(found == " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
}

TEST_CASE("letters, separators and numbers of other scripts") {
  struct Fact {
    char32_t code_point;
    bool member;
    char const* what;
  };
  for (auto const& fact : std::vector<Fact>{{0x0080, false, "Cc, the first code point of the table"},
                                            {0x00A0, true, "Zs, no-break space"},
                                            {0x00A1, false, "Po"},
                                            {0x00AA, true, "Lo, feminine ordinal"},
                                            {0x00AD, false, "Cf, soft hyphen"},
                                            {0x00B2, true, "No, superscript two"},
                                            {0x00BD, true, "No, one half"},
                                            {0x00D6, true, "Lu"},
                                            {0x00D7, false, "Sm, multiplication sign"},
                                            {0x00D8, true, "Lu"},
                                            {0x0300, false, "Mn, combining grave"},
                                            {0x0378, false, "unassigned"},
                                            {0x0660, true, "Nd, Arabic-Indic zero"},
                                            {0x0903, false, "Mc"},
                                            {0x0904, true, "Lo"},
                                            {0x1680, true, "Zs, Ogham space"},
                                            {0x200B, false, "Cf, zero width space"},
                                            {0x200A, true, "Zs, hair space"},
                                            {0x2028, true, "Zl, line separator"},
                                            {0x2029, true, "Zp, paragraph separator"},
                                            {0x2160, true, "Nl, Roman numeral one"},
                                            {0x20AC, false, "Sc, euro"},
                                            {0x3400, true, "Lo, first of extension A"},
                                            {0x4DBF, true, "Lo, last of extension A"},
                                            {0x4DC0, false, "So, hexagram"},
                                            {0x4E00, true, "Lo, first unified ideograph"},
                                            {0xAC00, true, "Lo, first Hangul syllable"},
                                            {0xD7A3, true, "Lo, last Hangul syllable"},
                                            {0xD7A4, false, "unassigned"},
                                            {0xD800, false, "Cs, surrogate"},
                                            {0xE000, false, "Co, private use"},
                                            {0xFEFF, false, "Cf, byte order mark"},
                                            {0xFFFF, false, "noncharacter"},
                                            {0x10000, true, "Lo, Linear B"},
                                            {0x1D7FF, true, "Nd, mathematical monospace nine"},
                                            {0x1F600, false, "So, emoji"},
                                            {0x323AF, true, "Lo, last of extension H: the last member of Unicode 15"},
                                            {0x323B0, false, "unassigned"},
                                            {0x10FFFF, false, "noncharacter"},
                                            {0x110000, false, "no code point"},
                                            {0xFFFFFFFF, false, "no code point"}}) {
    CAPTURE(fact.what);
    CHECK(letter_separator_or_number(fact.code_point) == fact.member);
  }
  static_assert(letter_separator_or_number(U'ü') && !letter_separator_or_number(U'€'));
}

TEST_CASE("the table is small") {
  CHECK(sizeof healthlake::unicode::detail::range_bytes + sizeof healthlake::unicode::detail::checkpoints < 3000);
}

TEST_CASE("all code points agree with UnicodeData.txt") {
  std::ifstream file(unicode_data_path());
  if (!file) {
    MESSAGE("skipped: no " << unicode_data_path() << "; install unicode-data or set HEALTHLAKE_UNICODE_DATA");
    return;
  }
  auto const category = categories(file);
  std::size_t members = 0;
  std::size_t wrong = 0;
  for (std::size_t c = 0; c < category.size(); ++c) {
    bool const member = !category[c].empty() && std::string("LZN").find(category[c].front()) != std::string::npos;
    if (member) ++members;
    if (letter_separator_or_number(static_cast<char32_t>(c)) == member) continue;
    if (++wrong <= 10) MESSAGE("U+" << std::hex << c << " is " << (category[c].empty() ? "unassigned" : category[c]));
  }
  CHECK_MESSAGE(wrong == 0, "made from Unicode " << healthlake::unicode::version
                                                 << "; tests/unicode/generate_table.py writes the table again");
  CHECK(members > 130'000);
}

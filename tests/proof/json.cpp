// Claim: the library's tokenizer accepts exactly the strings that nlohmann/json accepts, and reads the same values.
//
// Tried on every string of at most N symbols; N is the argument, 5 without one. The symbols are the characters with a
// meaning of their own in RFC 8259, one or two of each class of the others, the three literals, and pieces of strings
// that are valid only in some places: an escape of half a pair, a control character, a byte that is not UTF-8.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "healthlake/json/decode.hpp"
#include "healthlake/json/own_tokenizer.hpp"
#include "healthlake/json/shape_builder.hpp"
#include "healthlake/json/tokenize.hpp"

namespace {

constexpr std::array<std::string_view, 24> symbols{"{",    "}",    "[", "]",     ",",     ":",        "\"",   "\\",
                                                   "-",    "+",    ".", "e",     "0",     "7",        " ",    "u",
                                                   "true", "null", "a", "ud83c", "udfe5", "\xC3\xA9", "\x1F", "\xFF"};

class Check {
 public:
  void compare(std::string const& text) {
    ++tried;
    healthlake::Document document;
    healthlake::ShapeBuilder builder{healthlake::type_of<healthlake::Document>(), &document, options_};
    tokenize(text, builder, options_);
    bool const ours = !builder.failed();
    bool const theirs = nlohmann::json::accept(text);
    accepted += theirs;
    if (ours == theirs && (!ours || nlohmann::json::parse(document.json) == nlohmann::json::parse(text))) return;
    if (++wrong <= 10) std::printf("ours %d, nlohmann/json %d: %s\n", ours, theirs, text.c_str());
  }

  // Every string that begins with `text` and has at most `more` symbols after it.
  void all(std::string& text, unsigned more) {
    compare(text);
    if (more == 0) return;
    std::size_t const size = text.size();
    for (std::string_view const symbol : symbols) {
      all(text += symbol, more - 1);
      text.resize(size);
    }
  }

  std::uint64_t tried = 0, accepted = 0, wrong = 0;

 private:
  healthlake::DecodeOptions options_{};
};

}  // namespace

int main(int argc, char** argv) {
  unsigned const most = argc > 1 ? static_cast<unsigned>(std::atoi(argv[1])) : 5;
  Check check;
  std::string text;
  check.all(text, most);
  std::printf("at most %u of %zu symbols: %llu strings, %llu of them JSON, %llu wrong\n", most, symbols.size(),
              static_cast<unsigned long long>(check.tried), static_cast<unsigned long long>(check.accepted),
              static_cast<unsigned long long>(check.wrong));
  return check.wrong == 0 && check.accepted > 0 ? 0 : 1;
}

// Claim: each matcher of model/patterns.hpp accepts exactly the strings of the expression above it.
//
// Shown, not sampled, in two parts:
// - by a complete test set (automaton.hpp): a matcher with at most k more states than the smallest automaton of its
//   expression cannot differ from it anywhere. k is the argument; 1 without one.
// - the classes are the right ones: after the access string of every state, every code point leads where its class
// does.
//   With the argument `all`, that is every code point of Unicode, otherwise all below U+0800 and 2,000 others.
// The expressions that only count, `X{m,n}` with a large n, have too many states for the first part. For those, every
// length is tried up to n + 2, of each class, and at the limits with one code point of another class at each end and in
// the middle.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/model/patterns.hpp"
#include "healthlake/model/unicode_table.hpp"
#include "tests/proof/automaton.hpp"

namespace {

using proof::Automaton;
using proof::Class;

class Check {
 public:
  explicit Check(healthlake::Pattern const& pattern) : pattern_(pattern) {}

  void expect(std::string_view text, bool accepted) {
    ++count_;
    if (pattern_.matches(text) == accepted) return;
    if (++wrong_ > 5) return;
    std::printf("%s: wrong about a string of %zu bytes, expected %s: %.200s\n", std::string{pattern_.name}.c_str(),
                text.size(), accepted ? "a match" : "no match", std::string{text}.c_str());
  }

  // Everything after `text`, which has led to `state`: at most `more` classes, then each telling string.
  void complete(Automaton const& of, std::string& text, std::size_t state, unsigned more) {
    std::size_t const size = text.size();
    for (auto const& word : of.telling()) {
      expect(text += of.spell(word), of.accepts(state, word));
      text.resize(size);
    }
    if (more == 0) return;
    for (std::size_t by = 0; by < of.classes().size(); ++by) {
      text += of.classes()[by].samples.front();
      complete(of, text, of.next(state, by), more - 1);
      text.resize(size);
    }
  }

  void code_points(Automaton const& of, bool all) {
    for (std::size_t state = 0; state < of.size(); ++state) {
      std::string const begin = of.spell(of.access()[state]);
      for (char32_t c = 0; c < proof::code_points; c += all || c < 0x800 ? 1 : 557) {
        if (!proof::is_scalar(c)) continue;
        std::size_t const to = of.next(state, of.class_of(c));
        std::string const text = begin + proof::utf8(c);
        // The shortest string that is accepted afterwards, if there is one, and the end.
        expect(text, of.accepts(to));
        if (auto const* const end = of.ending(to)) expect(text + of.spell(*end), true);
      }
    }
  }

  // `of` is the automaton of the set that is counted.
  void lengths(Automaton const& of, std::size_t least, std::size_t most) {
    auto allowed = [&of](std::size_t by) { return of.accepts(of.next(0, by)); };
    for (std::size_t by = 0; by < of.classes().size(); ++by)
      for (std::string const& sample : of.classes()[by].samples) {
        std::string text;
        for (std::size_t length = 0; length <= most + 2; ++length, text += sample) {
          expect(text, length >= least && length <= most && (length == 0 || allowed(by)));
          if (length > 2 && length + 3 < most) continue;
          for (std::size_t other = 0; other < of.classes().size(); ++other) {
            bool const good =
                length + 1 >= least && length + 1 <= most && allowed(other) && (length == 0 || allowed(by));
            std::string const& odd = of.classes()[other].samples.back();
            for (std::size_t at : {std::size_t{0}, length / 2, length})
              expect(text.substr(0, at * sample.size()) + odd + text.substr(at * sample.size()), good);
          }
        }
      }
  }

  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] std::size_t wrong() const { return wrong_; }

 private:
  healthlake::Pattern const& pattern_;
  std::size_t count_ = 0;
  std::size_t wrong_ = 0;
};

// `X{m,n}` with an n that is too large for an automaton.
struct Counted {
  std::string_view set;
  std::size_t least, most;
};

std::optional<Counted> counted(std::string_view regex) {
  std::size_t const open = regex.rfind('{');
  if (!regex.ends_with('}') || open == std::string_view::npos) return std::nullopt;
  Counted found{regex.substr(0, open), 0, 0};
  std::string const numbers{regex.substr(open)};
  if (std::sscanf(numbers.c_str(), "{%zu,%zu}", &found.least, &found.most) != 2 || found.most < 1000)
    return std::nullopt;
  return found;
}

bool member(char32_t c) { return healthlake::unicode::letter_separator_or_number(c); }

bool show(healthlake::Pattern const& pattern, unsigned more_states, bool all) {
  Check check{pattern};
  std::size_t states = 0, classes = 0;
  if (auto const by_count = counted(pattern.regex)) {
    Automaton const of{by_count->set, &member};
    states = by_count->most + 2;
    classes = of.classes().size();
    check.lengths(of, by_count->least, by_count->most);
  } else {
    Automaton const of{pattern.regex, &member};
    states = of.size();
    classes = of.classes().size();
    for (std::size_t state = 0; state < of.size(); ++state) {
      std::string text = of.spell(of.access()[state]);
      check.complete(of, text, state, more_states + 1);
    }
    check.code_points(of, all);
  }
  std::printf("%-24s %6zu states %3zu classes %12zu strings, %zu wrong\n", std::string{pattern.name}.c_str(), states,
              classes, check.count(), check.wrong());
  std::fflush(stdout);
  return check.wrong() == 0;
}

}  // namespace

int main(int argc, char** argv) {
  unsigned const more_states = argc > 1 ? static_cast<unsigned>(std::atoi(argv[1])) : 1;
  bool const all = argc > 2 && std::strcmp(argv[2], "all") == 0;
  std::printf("matchers with at most %u more states than their expressions\n", more_states);
  bool good = true;
  for (auto const* const pattern : healthlake::patterns::all) good = show(*pattern, more_states, all) && good;
  return good ? 0 : 1;
}

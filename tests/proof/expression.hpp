// A regular expression of the service model as a term, and its derivatives (Brzozowski 1964): what is left to match
// after a code point.
//
// Rules: only what the model's expressions use is understood; anything else ends the program.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace proof {

using Set = std::function<bool(char32_t)>;
using Mask = std::uint64_t;

constexpr char32_t code_points = 0x110000;

// Whether a code point is in \p{L}, \p{Z} or \p{N}; passed in, so that this file needs nothing of the library.
using Member = bool (*)(char32_t);

inline std::string utf8(char32_t c) {
  auto byte = [](char32_t value) { return static_cast<char>(static_cast<unsigned char>(value)); };
  if (c < 0x80) return {byte(c)};
  if (c < 0x800) return {byte(0xC0 | c >> 6), byte(0x80 | (c & 63))};
  if (c < 0x10000) return {byte(0xE0 | c >> 12), byte(0x80 | (c >> 6 & 63)), byte(0x80 | (c & 63))};
  return {byte(0xF0 | c >> 18), byte(0x80 | (c >> 12 & 63)), byte(0x80 | (c >> 6 & 63)), byte(0x80 | (c & 63))};
}

inline bool is_scalar(char32_t c) { return c < code_points && (c < 0xD800 || c > 0xDFFF); }

// The terms of one expression. A term is a number; equal terms have equal numbers.
class Terms {
 public:
  static constexpr int nothing = 0, empty = 1, unlimited = -1;

  Terms() {
    intern({Kind::nothing, false, {}});
    intern({Kind::empty, true, {}});
  }

  int set(int number) { return intern({Kind::set, false, {number}}); }

  int then(int a, int b) {
    if (a == nothing || b == nothing) return nothing;
    if (a == empty) return b;
    if (b == empty) return a;
    if (terms_[at(a)].kind == Kind::then) {
      int const first = terms_[at(a)].parts[0], rest = terms_[at(a)].parts[1];
      return then(first, then(rest, b));
    }
    return intern({Kind::then, nullable(a) && nullable(b), {a, b}});
  }

  int either(int a, int b) {
    std::set<int> parts;
    for (int const term : {a, b}) {
      if (terms_[at(term)].kind == Kind::either)
        parts.insert(terms_[at(term)].parts.begin(), terms_[at(term)].parts.end());
      else if (term != nothing) parts.insert(term);
    }
    if (parts.empty()) return nothing;
    if (parts.size() == 1) return *parts.begin();
    bool const may_end = std::any_of(parts.begin(), parts.end(), [&](int term) { return nullable(term); });
    return intern({Kind::either, may_end, {parts.begin(), parts.end()}});
  }

  int repeat(int a, int least, int most) {
    if (most == 0 || a == empty) return empty;
    if (least == 1 && most == 1) return a;
    return intern({Kind::repeat, least == 0 || nullable(a), {a, least, most}});
  }

  [[nodiscard]] bool nullable(int term) const { return terms_[at(term)].nullable; }

  // What is left of `term` after a code point in the sets of `in`.
  int derivative(int term, Mask in) {
    auto const known = derivatives_.find({term, in});
    if (known != derivatives_.end()) return known->second;
    Term const of = terms_[at(term)];
    int left = nothing;
    switch (of.kind) {
      case Kind::nothing:
      case Kind::empty: break;
      case Kind::set: left = (in >> of.parts[0] & 1U) != 0 ? empty : nothing; break;
      case Kind::then:
        left = then(derivative(of.parts[0], in), of.parts[1]);
        if (nullable(of.parts[0])) left = either(left, derivative(of.parts[1], in));
        break;
      case Kind::either:
        for (int const part : of.parts) left = either(left, derivative(part, in));
        break;
      case Kind::repeat: {
        int const most = of.parts[2] == unlimited ? unlimited : of.parts[2] - 1;
        left = then(derivative(of.parts[0], in), repeat(of.parts[0], std::max(of.parts[1] - 1, 0), most));
        break;
      }
    }
    return derivatives_[{term, in}] = left;
  }

 private:
  enum class Kind { nothing, empty, set, then, either, repeat };
  struct Term {
    Kind kind;
    bool nullable;
    std::vector<int> parts;
    auto operator<=>(Term const&) const = default;
  };

  static std::size_t at(int term) { return static_cast<std::size_t>(term); }
  int intern(Term term) {
    auto const [known, added] = numbers_.try_emplace(std::move(term), static_cast<int>(terms_.size()));
    if (added) terms_.push_back(known->first);
    return known->second;
  }

  std::vector<Term> terms_{};
  std::map<Term, int> numbers_{};
  std::map<std::pair<int, Mask>, int> derivatives_{};
};

// Parses an expression; its sets get numbers in order.
class Parser {
 public:
  Parser(std::string_view regex, Terms& terms, Member member) : rest_(regex), terms_(terms), member_(member) {
    whole = alternatives();
    if (!rest_.empty()) give_up("an unbalanced parenthesis");
  }

  int whole = Terms::nothing;
  std::vector<Set> sets{};

 private:
  int alternatives() {
    int term = sequence();
    while (take('|')) term = terms_.either(term, sequence());
    return term;
  }

  int sequence() {
    int term = Terms::empty;
    while (!rest_.empty() && rest_.front() != '|' && rest_.front() != ')') term = terms_.then(term, repeated());
    return term;
  }

  int repeated() {
    int term = single();
    if (take('*')) term = terms_.repeat(term, 0, Terms::unlimited);
    else if (take('+')) term = terms_.then(term, terms_.repeat(term, 0, Terms::unlimited));
    else if (take('?')) return terms_.repeat(term, 0, 1);
    else if (take('{')) term = counted(term);
    else return term;
    // A lazy quantifier: it prefers other matches, but the strings that match are the same.
    take('?');
    return term;
  }

  int counted(int term) {
    int const least = number();
    int const most = !take(',') ? least : !rest_.empty() && rest_.front() == '}' ? Terms::unlimited : number();
    if (!take('}')) give_up("a quantifier without an end");
    return terms_.repeat(term, least, most);
  }

  int number() {
    int value = 0;
    if (rest_.empty() || rest_.front() < '0' || rest_.front() > '9') give_up("a quantifier without a number");
    for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; rest_.remove_prefix(1))
      value = value * 10 + (rest_.front() - '0');
    return value;
  }

  int single() {
    if (take('(')) {
      int const term = alternatives();
      if (!take(')')) give_up("an unbalanced parenthesis");
      return term;
    }
    std::string_view const begin = rest_;
    Set set = take('[') ? bracket() : take('.') ? [](char32_t c) { return c != '\n'; } : one();
    // A set that is spelled as an earlier one is the same.
    std::string_view const spelling = begin.substr(0, begin.size() - rest_.size());
    auto const [known, added] = numbers_.try_emplace(spelling, static_cast<int>(sets.size()));
    if (added) sets.push_back(std::move(set));
    if (sets.size() > 64) give_up("more than 64 sets");
    return terms_.set(known->second);
  }

  // A character or an escape.
  Set one() {
    if (rest_.empty()) give_up("an unfinished expression");
    if (!take('\\')) return just(next());
    if (take('d')) return [](char32_t c) { return c >= '0' && c <= '9'; };
    for (auto const& [name, set] : properties())
      if (rest_.starts_with(name)) return rest_.remove_prefix(name.size()), set;
    char const c = next();
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) give_up("an unknown escape");
    return just(c);
  }

  [[nodiscard]] std::vector<std::pair<std::string_view, Set>> properties() const {
    // Only the union of these three occurs, and only that of the two properties of marks.
    Set const letter = [member = member_](char32_t c) { return member(c); };
    Set const any = [](char32_t) { return true; };
    return {{"p{L}", letter}, {"p{Z}", letter}, {"p{N}", letter},
            {"P{M}", any},    {"p{M}", any},    {"p{ASCII}", [](char32_t c) { return c < 0x80; }}};
  }

  Set bracket() {
    bool const inverted = take('^');
    std::vector<Set> parts;
    while (!take(']')) {
      char32_t const first = rest_.empty() ? 0 : static_cast<unsigned char>(rest_.front());
      bool const escaped = first == '\\';
      parts.push_back(one());
      if (escaped || rest_.size() < 2 || rest_[0] != '-' || rest_[1] == ']') continue;
      rest_.remove_prefix(1);
      char32_t const last = static_cast<unsigned char>(next());
      parts.back() = [first, last](char32_t c) { return c >= first && c <= last; };
    }
    return [parts, inverted](char32_t c) {
      return inverted != std::any_of(parts.begin(), parts.end(), [c](Set const& part) { return part(c); });
    };
  }

  static Set just(char which) {
    return [which](char32_t c) { return c == static_cast<unsigned char>(which); };
  }

  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  char next() {
    if (rest_.empty()) give_up("an unfinished expression");
    char const c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  [[noreturn]] static void give_up(char const* why) {
    std::fprintf(stderr, "the expression has %s\n", why);
    std::exit(2);
  }

  std::string_view rest_;
  Terms& terms_;
  Member member_;
  std::map<std::string_view, int> numbers_{};
};

}  // namespace proof

// The smallest automaton of a regular expression over classes of code points, and the parts of a complete test set for
// it (the W-method: Vasilevskii 1973, Chow 1978).
//
// Rules: code points that no set of the expression distinguishes are one class. Two more classes are bytes that are not
// UTF-8, whatever follows them; nothing matches after those. The strings of `access` reach each state, and for any two
// states one of the strings of `telling` is accepted from exactly one of them. A matcher that has at most k more states
// than the automaton, and that agrees with it on access x (at most k + 1 classes) x telling, agrees on every string.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/proof/expression.hpp"

namespace proof {

struct Class {
  Mask sets = 0;
  // What stands for the class in a test: the first code point, and the last if that is another one.
  std::vector<std::string> samples{};
  bool invalid = false;
};

class Automaton {
 public:
  Automaton(std::string_view regex, Member member) {
    Terms terms;
    Parser const parsed{regex, terms, member};
    sets_ = parsed.sets;
    find_classes();
    find_states(terms, parsed.whole);
    merge_states();
    find_access();
    find_endings();
    find_telling();
  }

  [[nodiscard]] std::size_t size() const { return next_.size(); }
  [[nodiscard]] std::vector<Class> const& classes() const { return classes_; }
  [[nodiscard]] std::size_t next(std::size_t state, std::size_t by) const { return next_[state][by]; }
  [[nodiscard]] bool accepts(std::size_t state) const { return accepts_[state]; }
  [[nodiscard]] bool accepts(std::size_t state, std::vector<std::size_t> const& word) const {
    for (std::size_t const by : word) state = next_[state][by];
    return accepts_[state];
  }
  // The shortest string that is accepted from a state; nullptr if there is none.
  [[nodiscard]] std::vector<std::size_t> const* ending(std::size_t state) const {
    return ends_[state] ? &ending_[state] : nullptr;
  }
  [[nodiscard]] std::vector<std::vector<std::size_t>> const& access() const { return access_; }
  [[nodiscard]] std::vector<std::vector<std::size_t>> const& telling() const { return telling_; }

  [[nodiscard]] std::size_t class_of(char32_t c) const { return class_of_.at(mask_of(c)); }

  // A string of these classes, by their first samples.
  [[nodiscard]] std::string spell(std::vector<std::size_t> const& word) const {
    std::string out;
    for (std::size_t const by : word) out += classes_[by].samples.front();
    return out;
  }

 private:
  using Word = std::vector<std::size_t>;

  [[nodiscard]] Mask mask_of(char32_t c) const {
    Mask mask = 0;
    for (std::size_t i = 0; i < sets_.size(); ++i) mask |= Mask{sets_[i](c)} << i;
    return mask;
  }

  void find_classes() {
    std::map<Mask, char32_t> last;
    for (char32_t c = 0; c < code_points; ++c) {
      if (!is_scalar(c)) continue;
      Mask const mask = mask_of(c);
      auto const [known, added] = class_of_.try_emplace(mask, classes_.size());
      if (added) classes_.push_back({.sets = mask, .samples = {utf8(c)}});
      last[mask] = c;
    }
    for (auto const& [mask, c] : last) {
      auto& samples = classes_[class_of_.at(mask)].samples;
      if (samples.front() != utf8(c)) samples.push_back(utf8(c));
    }
    // A byte that is never part of UTF-8, and the encoding of a surrogate.
    for (std::string const bytes : {"\xFF", "\xED\xA0\x80"}) classes_.push_back({.samples = {bytes}, .invalid = true});
  }

  void find_states(Terms& terms, int whole) {
    std::map<int, std::size_t> number{{whole, 0}};
    std::vector<int> states{whole};
    for (std::size_t at = 0; at < states.size(); ++at) {
      std::vector<std::size_t> row;
      for (Class const& by : classes_) {
        int const left = by.invalid ? Terms::nothing : terms.derivative(states[at], by.sets);
        auto const [known, added] = number.try_emplace(left, states.size());
        if (added) states.push_back(left);
        row.push_back(known->second);
      }
      next_.push_back(std::move(row));
      accepts_.push_back(terms.nullable(states[at]));
    }
  }

  // Moore's refinement: states are equal until a class leads them to states that are not.
  void merge_states() {
    std::vector<std::size_t> block(accepts_.begin(), accepts_.end());
    for (std::size_t blocks = 0;;) {
      std::map<std::vector<std::size_t>, std::size_t> number;
      std::vector<std::size_t> refined;
      for (std::size_t state = 0; state < next_.size(); ++state) {
        std::vector<std::size_t> key{block[state]};
        for (std::size_t const to : next_[state]) key.push_back(block[to]);
        refined.push_back(number.try_emplace(std::move(key), number.size()).first->second);
      }
      block = refined;
      if (number.size() == blocks) break;
      blocks = number.size();
    }
    std::vector<std::vector<std::size_t>> next;
    std::vector<bool> accepts;
    for (std::size_t state = 0; state < next_.size(); ++state) {
      if (block[state] != next.size()) continue;
      std::vector<std::size_t> row;
      for (std::size_t const to : next_[state]) row.push_back(block[to]);
      next.push_back(std::move(row));
      accepts.push_back(accepts_[state]);
    }
    next_ = std::move(next);
    accepts_ = std::move(accepts);
  }

  void find_access() {
    access_.assign(size(), {});
    std::vector<bool> found(size(), false);
    found[0] = true;
    std::vector<std::size_t> order{0};
    for (std::size_t at = 0; at < order.size(); ++at)
      for (std::size_t by = 0; by < classes_.size(); ++by) {
        std::size_t const to = next_[order[at]][by];
        if (found[to]) continue;
        found[to] = true;
        access_[to] = access_[order[at]];
        access_[to].push_back(by);
        order.push_back(to);
      }
  }

  void find_endings() {
    ends_ = accepts_;
    ending_.assign(size(), {});
    for (bool more = true; more;) {
      more = false;
      std::vector<bool> const before = ends_;
      for (std::size_t state = 0; state < size(); ++state)
        for (std::size_t by = 0; by < classes_.size() && !ends_[state]; ++by) {
          std::size_t const to = next_[state][by];
          if (!before[to]) continue;
          more = true;
          ends_[state] = true;
          ending_[state] = {by};
          ending_[state].insert(ending_[state].end(), ending_[to].begin(), ending_[to].end());
        }
    }
  }

  // Adds strings until each state has a pattern of acceptance of its own.
  void find_telling() {
    telling_.push_back({});
    std::vector<std::vector<bool>> seen(size());
    for (std::size_t state = 0; state < size(); ++state) seen[state].push_back(accepts_[state]);
    for (;;) {
      std::map<std::vector<bool>, std::size_t> first;
      std::pair<std::size_t, std::size_t> alike{0, 0};
      for (std::size_t state = 0; state < size() && alike.second == 0; ++state)
        if (auto const [known, added] = first.try_emplace(seen[state], state); !added) alike = {known->second, state};
      if (alike.second == 0) return;
      telling_.push_back(telling_apart(alike));
      for (std::size_t state = 0; state < size(); ++state) seen[state].push_back(accepts(state, telling_.back()));
    }
  }

  // The shortest string that exactly one of two states accepts.
  [[nodiscard]] Word telling_apart(std::pair<std::size_t, std::size_t> both) const {
    std::set<std::pair<std::size_t, std::size_t>> known{both};
    std::vector<std::pair<std::pair<std::size_t, std::size_t>, Word>> order{{both, {}}};
    for (std::size_t at = 0;; ++at) {
      auto const [states, word] = order.at(at);
      for (std::size_t by = 0; by < classes_.size(); ++by) {
        std::pair<std::size_t, std::size_t> const to{next_[states.first][by], next_[states.second][by]};
        if (!known.insert(to).second) continue;
        Word longer = word;
        longer.push_back(by);
        if (accepts_[to.first] != accepts_[to.second]) return longer;
        order.push_back({to, std::move(longer)});
      }
    }
  }

  std::vector<Set> sets_{};
  std::vector<Class> classes_{};
  std::map<Mask, std::size_t> class_of_{};
  std::vector<std::vector<std::size_t>> next_{};
  std::vector<bool> accepts_{};
  std::vector<Word> access_{};
  std::vector<Word> telling_{};
  std::vector<bool> ends_{};
  std::vector<Word> ending_{};
};

}  // namespace proof

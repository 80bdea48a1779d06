// The search of text/redactor.hpp: needles in their normal form, an index of eight-character blocks, one pass.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/text/ascii.hpp"
#include "healthlake/text/base64.hpp"
#include "healthlake/text/hex.hpp"
#include "healthlake/text/redactor.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {

// One character of a text, and where in the text its spelling ends.
struct SpelledCharacter {
  char c = '\0';
  std::size_t end = 0;
};

// The characters that a text spells by escapes of escapes, in the form in which they are compared: only visible ASCII,
// in lower case, base64url as base64. Characters are shifted into a queue, and an escape that its end completes is
// reduced to the one it stands for, which may complete another. All escapes are looked for in all texts, for whoever
// made one wrapped it in formats of his own.
class Unescaped {
 public:
  // With `hex_only`, hexadecimal digits alone, for a dump with separators of any kind: `41:42`, `41-42`, `0x41, 0x42`.
  Unescaped(std::string_view text, bool hex_only) noexcept : text_(text), hex_only_(hex_only) {}

  // The next character; NUL at the end of the text.
  SpelledCharacter next() noexcept {
    SpelledCharacter out;
    do {
      while (at_ < text_.size() && (size_ == 0 || (is_lead(at(0).c) && size_ < capacity))) shift();
      if (size_ == 0) return {};
      out = at(0);
      begin_ = end_;
      end_ = out.end;
      ++head_;
      --size_;
    } while (!counts(out.c));
    out.c = out.c == '-' ? '+' : out.c == '_' ? '/' : ascii_lower(out.c);
    return out;
  }
  // Where the spelling of the last character begins.
  [[nodiscard]] std::size_t begin() const noexcept { return begin_; }

 private:
  // Holds the longest escape (`\u002f`, `&equals;`) even if its last character is spelled by another one.
  static constexpr std::size_t capacity = 16;

  static bool is_lead(char c) noexcept { return c == '%' || c == '\\' || c == '&'; }
  SpelledCharacter& at(std::size_t i) noexcept { return queue_[(head_ + i) % capacity]; }
  [[nodiscard]] bool counts(char c) const noexcept {
    if (!hex_only_) return is_visible(c);
    return is_hex_digit(c) && !(c == '0' && size_ == 0 && at_ < text_.size() && ascii_lower(text_[at_]) == 'x');
  }

  void shift() noexcept {
    ++size_;
    at(size_ - 1) = {text_[at_], at_ + 1};
    ++at_;
    // The innermost escape begins at the last lead; a backslash is also what another one escapes.
    for (std::size_t lead = size_ - 1; lead-- > 0;) {
      if (!is_lead(at(lead).c)) continue;
      int const c = spelled(lead);
      if (c < 0) return;
      at(lead).c = static_cast<char>(c);
      at(lead).end = at(size_ - 1).end;
      size_ = lead + 1;
    }
  }

  static constexpr int none = -1;

  // What the escape from `lead` to the last character stands for, a blank if that is not ASCII; `none` if it is not an
  // escape, or not complete.
  int spelled(std::size_t lead) noexcept {
    std::size_t const length = size_ - lead;
    char const kind = ascii_lower(at(lead + 1).c);
    char const last = at(size_ - 1).c;
    if (at(lead).c == '%' && kind != 'u') return length == 3 ? number(lead + 1, size_, 16) : none;
    if (at(lead).c != '&') {
      // `\u{41}` as in ECMAScript; its `escape` writes `%u0041`.
      if (kind == 'u' && at(lead + 2).c == '{') return last == '}' ? number(lead + 3, size_ - 1, 16) : none;
      if (kind == 'u' || kind == 'x') return length == (kind == 'u' ? 6U : 4U) ? number(lead + 2, size_, 16) : none;
      return is_alpha(kind) ? ' ' : kind;
    }
    if (last != ';') return none;
    if (kind == '#') {
      bool const hex = ascii_lower(at(lead + 2).c) == 'x';
      return number(lead + (hex ? 3 : 2), size_ - 1, hex ? 16 : 10);
    }
    // What it stands for, and its name.
    for (std::string_view const entity : {"&amp", "<lt", ">gt", "\"quot", "'apos", "/sol", "+plus", "=equals"}) {
      std::size_t same = 1;
      while (same < entity.size() && at(lead + same).c == entity[same]) ++same;
      if (same == entity.size() && length == same + 1) return entity[0];
    }
    return none;
  }

  int number(std::size_t begin, std::size_t end, int base) noexcept {
    int value = 0;
    for (std::size_t i = begin; i < end; ++i) {
      int const digit = hex_value(at(i).c);
      if (digit < 0 || digit >= base) return none;
      value = value * base + digit;
      if (value > 0x10FFFF) return none;
    }
    return begin == end ? none : value < 0x80 ? value : ' ';
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool hex_only_;
  SpelledCharacter queue_[capacity];
  std::size_t head_ = 0;
  std::size_t size_ = 0;
};

}  // namespace detail

// The text as it will be, up to `copied`.
struct Redactor::Cleaned {
  std::string_view text;
  std::string out{};
  std::size_t copied = 0;
  std::size_t offset = 0;
  std::size_t new_offset = 0;
  // How many more comparisons with the secrets the text may cause: many times what an honest one does. After that, what
  // begins like a piece is hidden like one.
  std::size_t comparisons = 64 + text.size() / 256;

  void keep(std::size_t end) {
    if (offset >= copied) new_offset = out.size() + ((std::min)(offset, end) - copied);
    out.append(text.substr(copied, end - copied));
    copied = end;
  }
  // Never longer than what was there, so one allocation does.
  void hide(std::size_t begin, std::size_t end) {
    if (end <= copied) return;
    if (copied == 0) out.reserve(text.size());
    // A piece that begins where another one ends goes on with it.
    if (copied == 0 || begin > copied) {
      keep((std::max)(begin, copied));
      out += "***";
    }
    if (offset > copied) new_offset = out.size();
    copied = end;
  }
};

// The last characters and where they begin, for what precedes a block.
struct Redactor::Recent {
  static constexpr std::size_t kept = 32;
  char characters[kept];
  std::size_t begins[kept];
  std::size_t count = 0;

  void add(char c, std::size_t begin) noexcept {
    characters[count % kept] = c;
    begins[count % kept] = begin;
    ++count;
  }
};

HEALTHLAKE_COLD HEALTHLAKE_DECL void Redactor::add(std::string_view secret) {
  // The secret, its dump, and base64 three times; and what stands between them.
  constexpr std::size_t room_per_byte = 7;
  constexpr std::size_t more_room = 24;
  needles_.reserve(needles_.size() + room_per_byte * secret.size() + more_room);
  add_form(secret);
  std::string form;
  // The dump is the longest, or base64 of a few bytes.
  constexpr std::size_t shortest = 4;
  form.reserve(2 * secret.size() + shortest);
  for (char const c : secret) {
    form.push_back(detail::lower_hex_digits[static_cast<unsigned char>(c) >> 4]);
    form.push_back(detail::lower_hex_digits[static_cast<unsigned char>(c) & 15]);
  }
  add_form(form);
  // Base64 depends on how many bytes stand before, in threes; its first and last characters, on which.
  std::string bytes;
  for (std::size_t before = 0; before < 3; ++before) {
    bytes.assign(before, char{});
    bytes += secret;
    form.clear();
    append_base64(form, bytes);
    std::size_t const begin = before == 0 ? 0 : before + 1;
    std::size_t const end = bytes.size() * 8 / 6;
    if (end > begin) add_form(std::string_view{form}.substr(begin, end - begin));
  }
}

HEALTHLAKE_COLD HEALTHLAKE_DECL bool Redactor::clean(std::string_view text, std::string& out, std::size_t* offset) {
  if (needles_.empty()) return false;
  if (!slots_) index();
  bool found = false;
  for (bool const hex_only : {false, true}) {
    Cleaned cleaned{.text = text, .offset = offset ? *offset : 0};
    search(cleaned, hex_only);
    if (cleaned.copied == 0) continue;
    cleaned.keep(text.size());
    if (offset) *offset = cleaned.new_offset;
    out = std::move(cleaned.out);
    text = out;
    found = true;
  }
  return found;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void Redactor::add_form(std::string_view text) {
  if (needles_.empty()) needles_.push_back(separator);
  std::size_t const begin = needles_.size();
  detail::Unescaped characters{text, false};
  while (char const c = characters.next().c) needles_.push_back(c);
  if (needles_.size() - begin < min_secret) needles_.resize(begin);
  else needles_.push_back(separator);
}

HEALTHLAKE_COLD HEALTHLAKE_DECL std::uint64_t Redactor::block_at(std::size_t at) const noexcept {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < block; ++i) word = word << 8 | static_cast<unsigned char>(needles_[at + i]);
  return word;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL std::uint32_t& Redactor::slot_of(std::uint64_t word) const noexcept {
  // 2^32 over the golden ratio.
  constexpr std::uint32_t factor = 0x9E3779B1U;
  std::uint32_t const mixed = (static_cast<std::uint32_t>(word) ^ static_cast<std::uint32_t>(word >> 29)) * factor;
  for (std::size_t i = mixed >> 7;; ++i) {
    std::uint32_t& slot = slots_.get()[i & (slot_count_ - 1)];
    if (slot == 0 || block_at(slot) == word) return slot;
  }
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void Redactor::index() {
  slot_count_ = 16;
  while (slot_count_ < needles_.size() / 4) slot_count_ *= 2;
  slots_.reset(new std::uint32_t[slot_count_]());
  for (std::size_t at = 1; at + block <= needles_.size();) {
    std::size_t const end = needles_.find(separator, at);
    for (; at + block <= end; at += block) {
      std::uint32_t& slot = slot_of(block_at(at));
      if (slot == 0) slot = static_cast<std::uint32_t>(at);
    }
    at = end + 1;
  }
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void Redactor::search(Cleaned& cleaned, bool hex_only) const {
  Recent recent;
  std::uint64_t window = 0;
  // Where the last piece that was found ends.
  std::size_t hidden = 0;
  detail::Unescaped characters{cleaned.text, hex_only};
  for (auto next = characters.next(); next.c != '\0'; next = characters.next()) {
    recent.add(next.c, characters.begin());
    window = window << 8 | static_cast<unsigned char>(next.c);
    if (recent.count < block || next.end <= hidden) continue;
    std::size_t const found = slot_of(window);
    if (found != 0) hidden = (std::max)(hidden, hide_pieces(found, characters, next.end, recent, cleaned));
  }
}

HEALTHLAKE_COLD HEALTHLAKE_DECL std::size_t Redactor::hide_pieces(std::size_t found,
                                                                  detail::Unescaped const& characters, std::size_t end,
                                                                  Recent const& recent, Cleaned& cleaned) const {
  std::string_view const needles = needles_;
  std::string_view const same = needles.substr(found, block);
  std::size_t piece_begin = 0;
  std::size_t piece_end = 0;
  for (std::size_t at = found; at != std::string_view::npos; at = needles.find(same, at + 1)) {
    std::size_t first = at;
    std::size_t before = recent.count - block;
    for (; before > 0 && recent.count - before < Recent::kept &&
           recent.characters[(before - 1) % Recent::kept] == needles[first - 1];
         --before)
      --first;
    std::size_t last = at + block;
    std::size_t last_end = end;
    detail::Unescaped ahead = characters;
    for (auto next = ahead.next(); next.c == needles[last]; next = ahead.next()) {
      last_end = next.end;
      ++last;
    }
    bool const whole = needles[first - 1] == separator && needles[last] == separator;
    bool const too_many = cleaned.comparisons == 0;
    if (!too_many) --cleaned.comparisons;
    if (!whole && last - first < min_piece && !too_many) continue;
    std::size_t const begin = recent.begins[before % Recent::kept];
    piece_begin = piece_end == 0 ? begin : (std::min)(piece_begin, begin);
    piece_end = (std::max)(piece_end, last_end);
    if (too_many) break;
  }
  if (piece_end != 0) cleaned.hide(piece_begin, piece_end);
  return piece_end;
}

}  // namespace HEALTHLAKE_NAMESPACE

// Finds secrets in an untrusted string, in any of the encodings below, and replaces them by `***`.
//
// Rules: replaced are a whole secret, and any 16 or more consecutive characters of one, so that a piece that someone
// else cut off or wrapped is found too. Searched for are the secret itself, its base64 and its hexadecimal dump, with
// any separators; each of them also percent-encoded, or escaped as in JSON, ECMAScript or HTML (by escapes of at most
// 16 characters), any number of times and mixed, in either case, and with white space in between. Secrets of fewer than
// 8 visible ASCII characters are not searched for: they would be found in every other word. The time is linear in the
// size of the string, whatever it contains, and memory is allocated only for the secrets and for a string that
// contained one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "healthlake/owner.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {
class Unescaped;
}

/// Knows secrets, and takes them out of strings. It holds copies of them.
class Redactor {
 public:
  /// A shorter secret is not looked for; visible ASCII characters count.
  static constexpr std::size_t min_secret = 8;
  /// So many characters of a longer one in a row are replaced.
  static constexpr std::size_t min_piece = 16;

  /// Adds a secret; all of them before the first `clean`.
  void add(std::string_view secret);

  /// Replaces each secret in `text` by `***`; returns whether there was one.
  bool clean(std::string& text) { return clean(text, text); }
  /// The same for a string that stays: `out` is the new one, and is left alone if there was no secret. `offset` is a
  /// place in the text, and is moved along; one within a secret comes behind it.
  bool clean(std::string_view text, std::string& out, std::size_t* offset = nullptr);

 private:
  // Eight characters of a secret: what a search begins with. Any min_piece in a row hold a whole one.
  static constexpr std::size_t block = 8;
  static_assert(min_piece >= 2 * block - 1 && min_secret >= block);
  // Between two forms; it is not visible, so no text has it.
  static constexpr char separator = '\n';

  struct Cleaned;
  struct Recent;

  void add_form(std::string_view text);

  [[nodiscard]] std::uint64_t block_at(std::size_t at) const noexcept;

  // The slot of a block, or the empty one where it belongs.
  [[nodiscard]] std::uint32_t& slot_of(std::uint64_t word) const noexcept;

  // A table of where in `needles_` each block begins, at least half of it empty. Of equal blocks the first one is kept.
  void index();

  void search(Cleaned& cleaned, bool hex_only) const;

  // Hides what a block of a secret is part of, in the longest way that any place of the block in the secrets allows.
  // `end` is where the block ends in the text. Returns where the piece ends, or 0 if none was long enough.
  std::size_t hide_pieces(std::size_t found, detail::Unescaped const& characters, std::size_t end, Recent const& recent,
                          Cleaned& cleaned) const;

  // All forms of all secrets, each between separators.
  std::string needles_;
  detail::Owner<std::uint32_t, detail::DeleteArray> slots_;
  std::size_t slot_count_ = 0;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/text/impl/redactor.ipp"
#endif

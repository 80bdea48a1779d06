// Who signs: an access key, its secret and, for temporary credentials, a session token.
//
// Rules: a secret is never part of any text this library makes, cannot be streamed, and its memory is overwritten when
// it goes. Nothing here reads the environment (sign/environment.hpp does).
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/sign/hash.hpp"
#include "healthlake/text/ascii.hpp"

namespace healthlake {

/// A text that is wiped from memory when it is destroyed, assigned to or moved from. It lives in a block of its own,
/// never in the small buffer of a std::string, so that moving it leaves no copy behind. Not printable; `reveal()` is
/// the only way to its text, so that a search for it finds every use.
class Secret {
 public:
  Secret() = default;
  /// Copies the text; wiping the original is the caller's business.
  explicit Secret(std::string_view text) : size_(text.size()) {
    if (text.empty()) return;
    text_ = std::make_unique<char[]>(size_);
    std::copy(text.begin(), text.end(), text_.get());
  }
  Secret(Secret const& other) : Secret(other.reveal()) {}
  Secret(Secret&& other) noexcept : text_(std::move(other.text_)), size_(std::exchange(other.size_, 0)) {}
  Secret& operator=(Secret const& other) {
    if (this != &other) *this = Secret{other};
    return *this;
  }
  Secret& operator=(Secret&& other) noexcept {
    if (this == &other) return *this;
    clear();
    text_ = std::move(other.text_);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }
  ~Secret() { clear(); }

  /// The text itself; valid until this object changes.
  [[nodiscard]] std::string_view reveal() const noexcept { return {text_.get(), size_}; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  /// Wipes and empties.
  void clear() noexcept {
    if (text_) wipe(text_.get(), size_);
    text_.reset();
    size_ = 0;
  }

  /// In constant time for texts of the same length.
  friend bool operator==(Secret const& a, Secret const& b) noexcept {
    return equal_in_constant_time(a.reveal(), b.reveal());
  }
  template <class Stream>
  friend Stream& operator<<(Stream&, Secret const&) = delete;

 private:
  std::unique_ptr<char[]> text_;
  std::size_t size_ = 0;
};

/// An access key.
struct Credentials {
  /// Not a secret: it stands in every signed request.
  std::string access_key_id{};
  Secret secret_access_key{};
  /// Of temporary credentials (AWS STS); empty for a long-term key.
  Secret session_token{};

  friend bool operator==(Credentials const&, Credentials const&) = default;
};

/// For logs: the access key id, and that there is a session token, never the secrets.
inline std::string to_string(Credentials const& credentials) {
  std::string text = "access key " + credentials.access_key_id;
  if (!credentials.session_token.empty()) text += " with a session token";
  return text;
}

/// Reads AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN (the names every AWS SDK uses) through
/// `lookup`, a callable `char const*(char const* name)` that returns null for what is not there. The token is
/// optional; an empty value counts as absent. The error is SetupError{credentials}: it names every variable that is
/// missing or holds blanks or control characters, and `source`, where they were looked for; it never quotes a value.
template <class Lookup>
  requires std::is_invocable_r_v<char const*, Lookup&, char const*>
Result<Credentials> credentials_from(Lookup&& lookup, std::string_view source = "the given source") {
  Credentials credentials;
  std::string wrong;
  // The text found is copied or judged before the next look-up: it may stand in a buffer that `lookup` uses again.
  auto read = [&](char const* name, bool wanted) -> std::string_view {
    char const* const found = lookup(name);
    std::string_view const value = found == nullptr ? std::string_view{} : std::string_view{found};
    bool const missing = wanted && value.empty();
    // What can stand in a header, and a line end or blank of a copied value cannot.
    if (!missing && detail::all_are(detail::is_visible, value)) return value;
    if (!wrong.empty()) wrong += ", ";
    wrong += name;
    wrong += missing ? " is missing or empty" : " contains a space, a control or a non-ASCII character";
    return {};
  };
  credentials.access_key_id = read("AWS_ACCESS_KEY_ID", true);
  credentials.secret_access_key = Secret{read("AWS_SECRET_ACCESS_KEY", true)};
  credentials.session_token = Secret{read("AWS_SESSION_TOKEN", false)};
  if (wrong.empty()) return credentials;
  wrong += " (looked for in ";
  wrong += source;
  wrong += "); set both parts of the access key, and the session token if the key is temporary";
  return Unexpected{SetupError{SetupPhase::credentials, std::move(wrong)}};
}

}  // namespace healthlake

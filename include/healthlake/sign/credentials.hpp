// Credentials: an access key id, its secret access key and, for temporary credentials, a session token.
//
// Rules: a secret is never part of a message of this library, cannot be streamed, and is wiped from memory when it is
// destroyed. Nothing here reads the environment (sign/environment.hpp does).
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/owner.hpp"
#include "healthlake/sign/hash.hpp"
#include "healthlake/text/ascii.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// A string that is wiped from memory when it is destroyed, assigned to or moved from. It has a heap block of its own,
/// never the inline buffer of a std::string, so that moving it leaves no copy behind. Not printable; `reveal()` is the
/// only access to the string, so that a search for it finds every use.
class Secret {
 public:
  Secret() = default;
  /// Copies the string; wiping the original is up to the caller.
  explicit Secret(std::string_view text);
  Secret(Secret const& other) : Secret(other.reveal()) {}
  Secret(Secret&& other) noexcept : text_(std::move(other.text_)), size_(std::exchange(other.size_, 0)) {}
  Secret& operator=(Secret const& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret() { clear(); }

  /// The string itself, valid until this object is modified.
  [[nodiscard]] std::string_view reveal() const noexcept { return {text_.get(), size_}; }
  /// Whether there is no string, or an empty one.
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  /// Wipes the string and makes it empty.
  void clear() noexcept;

  /// In constant time for strings of the same length.
  friend bool operator==(Secret const& a, Secret const& b) noexcept {
    return equal_in_constant_time(a.reveal(), b.reveal());
  }
  template <class Stream>
  friend Stream& operator<<(Stream&, Secret const&) = delete;

 private:
  detail::Owner<char, detail::DeleteArray> text_;
  std::size_t size_ = 0;
};

/// AWS credentials.
struct Credentials {
  /// Not a secret: every signed request contains it.
  std::string access_key_id{};
  /// Never sent: it is the key of the signature.
  Secret secret_access_key{};
  /// The token of temporary credentials (AWS STS); empty for a long-term access key.
  Secret session_token{};

  friend bool operator==(Credentials const&, Credentials const&) = default;
};

/// For logs: the access key id, and whether there is a session token; never the secrets.
std::string to_string(Credentials const& credentials);

/// Reads AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN (the names that every AWS SDK uses) through
/// `lookup`, a callable `char const*(char const* name)` that returns null for a variable that is not set. The token is
/// optional; an empty value counts as absent. The error is SetupError{credentials}: it names every variable that is
/// missing or contains anything but visible ASCII, and `source`, where they were looked for; it never quotes a value.
template <class Lookup>
  requires std::is_invocable_r_v<char const*, Lookup&, char const*>
Result<Credentials> credentials_from(Lookup&& lookup, std::string_view source = "the given source") {
  Credentials credentials;
  std::string wrong;
  // A value is copied or checked before the next lookup, since `lookup` may reuse its buffer.
  auto read = [&](char const* name, bool wanted) -> std::string_view {
    char const* const found = lookup(name);
    std::string_view const value = found == nullptr ? std::string_view{} : std::string_view{found};
    bool const missing = wanted && value.empty();
    // Visible ASCII is valid in a header; whitespace that was copied along with a value is not.
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

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/sign/impl/credentials.ipp"
#endif

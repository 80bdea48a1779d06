// HTTP messages as plain values, in the terms of RFC 9110. There is no parser: serialization is up to the transport.
//
// Rules: header names are case-insensitive, values are bytes. A value that contains CR, LF or NUL never leaves this
// library (see `forbidden_field_value`). The field lines of a message are in one block of memory, so that a message
// takes few allocations, and rewriting it takes none.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/text/ascii.hpp"
#include "healthlake/text/bytes.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// One field line (RFC 9110, 5.1 and 5.5). One obtained from a Headers is a view into it, valid until that is modified.
struct Header {
  /// A token, compared without regard to case.
  std::string_view name{};
  /// As it was received or is to be sent.
  std::string_view value{};

  friend bool operator==(Header const&, Header const&) = default;
};

/// Whether `text` is a token, as methods and header names are (RFC 9110, 5.6.2): one or more characters of
/// `tchar`, which are letters, digits and most punctuation, but no space, colon or quotation mark.
constexpr bool is_token(std::string_view text) noexcept {
  constexpr detail::AsciiSet allowed{"!#$%&'*+.^_`|~0-9A-Za-z-"};
  return !text.empty() && detail::all_are(allowed, text);
}

/// Removes leading and trailing spaces and tabs, which are not part of a field value (RFC 9110, 5.5).
constexpr std::string_view trim_blanks(std::string_view text) noexcept {
  while (!text.empty() && detail::is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && detail::is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// The field lines of a message in order; a name may appear more than once.
class Headers {
 public:
  /// Iterates over the lines; dereferencing returns a Header by value.
  class Iterator {
   public:
    using iterator_concept = std::forward_iterator_tag;
    using iterator_category = std::input_iterator_tag;
    using value_type = Header;
    using difference_type = std::ptrdiff_t;
    using reference = Header;
    using pointer = void;

    Iterator() = default;
    /// The line, as a view into the Headers.
    Header operator*() const noexcept;
    /// Goes to the next line.
    Iterator& operator++() noexcept;
    /// Goes to the next line and returns the iterator as it was.
    Iterator operator++(int) noexcept;
    friend bool operator==(Iterator const&, Iterator const&) = default;

   private:
    friend class Headers;
    explicit Iterator(char const* at) : at_(at) {}

    char const* at_ = nullptr;
  };

  Headers() = default;
  /// From lines in this order: `{{"Content-Type", "application/json"}}`.
  Headers(std::initializer_list<Header> lines);

  /// Adds a line at the end. Neither name nor value is checked: a transport refuses what is not valid HTTP.
  void add(std::string_view name, std::string_view value) { add_pieces(name, &value, 1); }
  /// Adds a line whose value is the concatenation of `pieces`.
  template <std::size_t N>
  void add(std::string_view name, std::string_view const (&pieces)[N]) {
    add_pieces(name, pieces, N);
  }

  /// Replaces all field lines of that name with one at the end.
  void set(std::string_view name, std::string_view value) { set_pieces(name, &value, 1); }
  /// The same, with the concatenation of `pieces` as the value.
  template <std::size_t N>
  void set(std::string_view name, std::string_view const (&pieces)[N]) {
    set_pieces(name, pieces, N);
  }
  /// Removes all lines of that name.
  void remove(std::string_view name);
  /// Removes all lines except the first `count`.
  void truncate(std::size_t count);
  /// Removes all lines but keeps the memory.
  void clear() noexcept { bytes_.clear(); }
  /// Reserves memory, in bytes: the sizes of all names and values, plus up to 16 for each line.
  void reserve(std::size_t bytes) { bytes_.reserve(bytes); }

  /// The value of the first field line of that name, as a view; deleted for temporaries.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const& noexcept;
  std::optional<std::string_view> find(std::string_view name) const&& = delete;
  /// The number of lines of that name, which is compared without regard to case.
  [[nodiscard]] std::size_t count(std::string_view name) const noexcept;

  /// The first line.
  [[nodiscard]] Iterator begin() const noexcept { return Iterator{bytes_.data()}; }
  /// Past the last line.
  [[nodiscard]] Iterator end() const noexcept { return Iterator{bytes_.data() + bytes_.size()}; }
  /// The number of lines; found by walking over all of them.
  [[nodiscard]] std::size_t size() const noexcept { return static_cast<std::size_t>(std::distance(begin(), end())); }
  /// Whether there are no lines.
  [[nodiscard]] bool empty() const noexcept { return bytes_.empty(); }

  friend bool operator==(Headers const&, Headers const&) = default;

 private:
  struct Sizes {
    std::size_t name = 0;
    std::size_t value = 0;
  };

  static Sizes sizes_at(char const* line) noexcept;

  void add_pieces(std::string_view name, std::string_view const* pieces, std::size_t count);
  void set_pieces(std::string_view name, std::string_view const* pieces, std::size_t count);

  // Appends a line to memory that has room up to `size`.
  static void put_line(std::string& out, std::size_t size, Sizes sizes, std::string_view name,
                       std::string_view const* pieces);

  // Removes lines from the first `end` bytes and moves up the rest. Nothing from `end` on is modified before all names
  // are compared.
  void remove_before(std::size_t end, std::string_view name);

  // The Sizes, name and value of each line in turn.
  std::string bytes_;
};

/// Whether a field value contains CR, LF or NUL, which are "invalid and dangerous" (RFC 9110, 5.5).
bool forbidden_field_value(std::string_view value) noexcept;

/// A request. `headers` do not include `Host` and `Content-Length`: the transport writes them from `authority` and
/// `body`, and a signer signs `host` from `authority`.
struct HttpRequest {
  /// In upper case, as sent.
  std::string method = "POST";
  /// `https` or `http`.
  std::string scheme = "https";
  /// The host and, unless it is the scheme's default, the port: `healthlake.us-east-1.amazonaws.com`, `127.0.0.1:8080`.
  std::string authority{};
  /// The path and query, percent-encoded, as in the request line.
  std::string target = "/";
  /// Without Host and Content-Length.
  Headers headers{};
  /// The bytes to send; empty for a request without a body.
  std::string body{};

  /// The URL as a whole, for an HTTP stack that takes one.
  [[nodiscard]] std::string url() const { return scheme + "://" + authority + target; }
  friend bool operator==(HttpRequest const&, HttpRequest const&) = default;
};

/// A complete response: a transport returns it only once the entire body was received.
struct HttpResponse {
  /// Three digits, 100 to 999.
  int status = 0;
  /// All field lines, in the order in which they were received.
  Headers headers{};
  /// The bytes of the body, without the transfer coding.
  std::string body{};

  friend bool operator==(HttpResponse const&, HttpResponse const&) = default;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/http/impl/message.ipp"
#endif

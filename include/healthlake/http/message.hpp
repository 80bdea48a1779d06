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
  std::string_view name{};
  std::string_view value{};

  friend bool operator==(Header const&, Header const&) = default;
};

/// Whether `text` is a token, as methods and header names are (RFC 9110, 5.6.2): one or more letters, digits or
/// ``!#$%&'*+-.^_`|~``.
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
    Header operator*() const noexcept {
      Sizes const sizes = sizes_at(at_);
      char const* const name = at_ + sizeof(Sizes);
      return {{name, sizes.name}, {name + sizes.name, sizes.value}};
    }
    Iterator& operator++() noexcept {
      Sizes const sizes = sizes_at(at_);
      at_ += sizeof(Sizes) + sizes.name + sizes.value;
      return *this;
    }
    Iterator operator++(int) noexcept {
      Iterator const before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(Iterator const&, Iterator const&) = default;

   private:
    friend class Headers;
    explicit Iterator(char const* at) : at_(at) {}

    char const* at_ = nullptr;
  };

  Headers() = default;
  Headers(std::initializer_list<Header> lines) {
    for (auto const& line : lines) add(line.name, line.value);
  }

  void add(std::string_view name, std::string_view value) { add(name, {value}); }
  /// Adds a line whose value is the concatenation of `pieces`.
  void add(std::string_view name, std::initializer_list<std::string_view> pieces) {
    Sizes sizes{.name = name.size()};
    for (auto const piece : pieces) sizes.value += piece.size();
    std::size_t const size = bytes_.size() + sizeof sizes + sizes.name + sizes.value;
    // The arguments may be views into the old buffer, so it is released last.
    std::string grown;
    bool const grows = size > bytes_.capacity();
    if (grows) {
      grown.reserve((std::max)({size, 2 * bytes_.size(), std::size_t{128}}));
      grown = bytes_;
    }
    std::string& out = grows ? grown : bytes_;
    std::size_t at = out.size();
    out.resize(size);
    auto const put = [&](void const* from, std::size_t count) {
      if (count != 0) std::memcpy(out.data() + at, from, count);
      at += count;
    };
    put(&sizes, sizeof sizes);
    put(name.data(), name.size());
    for (auto const piece : pieces) put(piece.data(), piece.size());
    if (grows) bytes_ = std::move(grown);
  }

  /// Replaces all field lines of that name with one at the end.
  void set(std::string_view name, std::string_view value) { set(name, {value}); }
  void set(std::string_view name, std::initializer_list<std::string_view> pieces) {
    std::size_t const old_end = bytes_.size();
    add(name, pieces);
    // The name in the new line, since the argument may be a view into a line that is removed.
    remove_before(old_end, (*Iterator{bytes_.data() + old_end}).name);
  }
  void remove(std::string_view name) {
    if (count(name) != 0) remove_before(bytes_.size(), std::string{name});
  }
  /// Removes all lines except the first `count`.
  void truncate(std::size_t count) {
    Iterator line = begin();
    for (; count > 0 && line != end(); --count) ++line;
    bytes_.resize(static_cast<std::size_t>(line.at_ - bytes_.data()));
  }
  /// Removes all lines but keeps the memory.
  void clear() noexcept { bytes_.clear(); }
  /// Reserves memory, in bytes: the sizes of all names and values, plus up to 16 for each line.
  void reserve(std::size_t bytes) { bytes_.reserve(bytes); }

  /// The value of the first field line of that name, as a view; deleted for temporaries.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const& noexcept {
    for (Header const line : *this)
      if (equal_ignoring_case(line.name, name)) return line.value;
    return std::nullopt;
  }
  std::optional<std::string_view> find(std::string_view name) const&& = delete;
  [[nodiscard]] std::size_t count(std::string_view name) const noexcept {
    std::size_t found = 0;
    for (Header const line : *this) found += equal_ignoring_case(line.name, name) ? 1 : 0;
    return found;
  }

  [[nodiscard]] Iterator begin() const noexcept { return Iterator{bytes_.data()}; }
  [[nodiscard]] Iterator end() const noexcept { return Iterator{bytes_.data() + bytes_.size()}; }
  [[nodiscard]] std::size_t size() const noexcept { return static_cast<std::size_t>(std::distance(begin(), end())); }
  [[nodiscard]] bool empty() const noexcept { return bytes_.empty(); }

  friend bool operator==(Headers const&, Headers const&) = default;

 private:
  struct Sizes {
    std::size_t name = 0;
    std::size_t value = 0;
  };

  static Sizes sizes_at(char const* line) noexcept {
    Sizes sizes;
    std::memcpy(&sizes, line, sizeof sizes);
    return sizes;
  }

  // Removes lines from the first `end` bytes and moves up the rest. Nothing from `end` on is modified before all names
  // are compared.
  void remove_before(std::size_t end, std::string_view name) {
    std::size_t kept = 0;
    for (std::size_t at = 0; at < end;) {
      Sizes const sizes = sizes_at(bytes_.data() + at);
      std::size_t const size = sizeof sizes + sizes.name + sizes.value;
      if (!equal_ignoring_case({bytes_.data() + at + sizeof sizes, sizes.name}, name)) {
        if (kept != at) std::memmove(bytes_.data() + kept, bytes_.data() + at, size);
        kept += size;
      }
      at += size;
    }
    bytes_.erase(kept, end - kept);
  }

  // The Sizes, name and value of each line in turn.
  std::string bytes_;
};

/// Whether a field value contains CR, LF or NUL, which are "invalid and dangerous" (RFC 9110, 5.5).
inline bool forbidden_field_value(std::string_view value) noexcept {
  auto const control = [](std::uint64_t word) { return detail::bytes::below(word, ' '); };
  auto const forbidden = [](char c) { return c == '\r' || c == '\n' || c == '\0'; };
  return detail::bytes::run(value, 0, control, forbidden) != value.size();
}

/// A request. `headers` do not include `Host` and `Content-Length`: the transport writes them from `authority` and
/// `body`, and a signer signs `host` from `authority`.
struct HttpRequest {
  std::string method = "POST";
  /// `https` or `http`.
  std::string scheme = "https";
  /// The host and, unless it is the scheme's default, the port: `healthlake.us-east-1.amazonaws.com`, `127.0.0.1:8080`.
  std::string authority{};
  /// The path and query, percent-encoded, as in the request line.
  std::string target = "/";
  Headers headers{};
  std::string body{};

  [[nodiscard]] std::string url() const { return scheme + "://" + authority + target; }
  friend bool operator==(HttpRequest const&, HttpRequest const&) = default;
};

/// A complete response: a transport returns it only once the entire body was received.
struct HttpResponse {
  int status = 0;
  Headers headers{};
  std::string body{};

  friend bool operator==(HttpResponse const&, HttpResponse const&) = default;
};

}  // namespace HEALTHLAKE_NAMESPACE

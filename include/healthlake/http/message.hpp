// HTTP messages as plain values (the words are those of RFC 9110), and no parser: a message's bytes are the
// transport's business.
//
// Rules: header names compare without regard to ASCII case, values are bytes. A value that holds CR, LF or NUL
// never leaves this library (see `forbidden_field_value`). May include core/.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace healthlake {

/// One field line (RFC 9110, 5.1 and 5.5).
struct Header {
  std::string name;
  std::string value;

  friend bool operator==(Header const&, Header const&) = default;
};

constexpr char ascii_lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// RFC 9110, 5.1: "Field names are case-insensitive".
constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return ascii_lower(x) == ascii_lower(y); });
}

/// The field lines of a message in the order of the wire; a name may occur more than once.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<Header> lines) : lines_(lines) {}

  void add(std::string name, std::string value) { lines_.push_back({std::move(name), std::move(value)}); }

  /// Replaces every field line of that name by one.
  void set(std::string_view name, std::string value) {
    remove(name);
    add(std::string{name}, std::move(value));
  }
  void remove(std::string_view name) {
    std::erase_if(lines_, [&](Header const& line) { return equal_ignoring_case(line.name, name); });
  }

  /// The value of the first field line of that name, or null.
  [[nodiscard]] std::string const* find(std::string_view name) const noexcept {
    for (auto const& line : lines_)
      if (equal_ignoring_case(line.name, name)) return &line.value;
    return nullptr;
  }
  [[nodiscard]] std::size_t count(std::string_view name) const noexcept {
    return static_cast<std::size_t>(std::count_if(
        lines_.begin(), lines_.end(), [&](Header const& line) { return equal_ignoring_case(line.name, name); }));
  }

  [[nodiscard]] auto begin() const noexcept { return lines_.begin(); }
  [[nodiscard]] auto end() const noexcept { return lines_.end(); }
  [[nodiscard]] std::size_t size() const noexcept { return lines_.size(); }
  [[nodiscard]] bool empty() const noexcept { return lines_.empty(); }

  friend bool operator==(Headers const&, Headers const&) = default;

 private:
  std::vector<Header> lines_;
};

/// RFC 9110, 5.5: "Field values containing CR, LF, or NUL characters are invalid and dangerous".
constexpr bool forbidden_field_value(std::string_view value) noexcept {
  return std::any_of(value.begin(), value.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

/// A request. `Host` and `Content-Length` are not among `headers`: the transport writes them from `authority`
/// and `body`, and a signer signs `host` from `authority`.
struct HttpRequest {
  std::string method = "POST";
  /// `https` or `http`.
  std::string scheme = "https";
  /// Host and, if it is not the scheme's default, port: `healthlake.us-east-1.amazonaws.com`, `127.0.0.1:8080`.
  std::string authority{};
  /// Path and query as they stand in the request line, percent-encoded.
  std::string target = "/";
  Headers headers{};
  std::string body{};

  [[nodiscard]] std::string url() const { return scheme + "://" + authority + target; }
  friend bool operator==(HttpRequest const&, HttpRequest const&) = default;
};

/// A complete response: a transport returns one only after the whole body came in.
struct HttpResponse {
  int status = 0;
  Headers headers{};
  std::string body{};

  friend bool operator==(HttpResponse const&, HttpResponse const&) = default;
};

}  // namespace healthlake

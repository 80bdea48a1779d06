// The texts that Signature Version 4 hashes, in the order of its specification (AWS IAM User Guide, "Create a signed
// AWS API request"): the canonical request and the string to sign.
//
// Rules: each text has one writer, templated on the sink it writes to, so that what a test reads (TextSink) and what
// is hashed (HashSink) cannot differ. The writers take any bytes and refuse none; SigV4::sign and the verifier
// refuse. Nothing is allocated for a path in normal form without a query. May include http/.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/http/message.hpp"
#include "healthlake/sign/hash.hpp"

namespace healthlake {

inline constexpr std::string_view sigv4_algorithm = "AWS4-HMAC-SHA256";

/// Appends to a string.
class TextSink {
 public:
  explicit TextSink(std::string& out) : out_(out) {}
  void put(char c) { out_.push_back(c); }
  void put(std::string_view text) { out_ += text; }

 private:
  std::string& out_;
};

/// Feeds a Hash or an Hmac, in pieces of up to 256 bytes since a call into an engine costs more than a byte's hashing.
/// `flush()` ends the text.
template <class Engine>
class HashSink {
 public:
  explicit HashSink(Engine& engine) : engine_(engine) {}
  void put(char c) {
    if (used_ == buffer_.size()) flush();
    buffer_[used_++] = static_cast<std::uint8_t>(c);
  }
  void put(std::string_view text) {
    while (!text.empty()) {
      if (used_ == buffer_.size()) flush();
      std::size_t const taken = std::min(text.size(), buffer_.size() - used_);
      std::copy_n(text.begin(), taken, buffer_.begin() + static_cast<std::ptrdiff_t>(used_));
      used_ += taken;
      text.remove_prefix(taken);
    }
  }
  void flush() {
    engine_.update(Bytes{buffer_.data(), used_});
    used_ = 0;
  }

 private:
  Engine& engine_;
  std::array<std::uint8_t, 256> buffer_;
  std::size_t used_ = 0;
};

/// One field line to sign. The views belong to the request.
struct SignedField {
  std::string_view name{};
  std::string_view value{};
  /// The place in the message: field lines of one name keep their order.
  std::size_t order = 0;
};

/// Sorts by lower-case name, then by place: the order of the canonical request.
inline void sort_signed_fields(std::span<SignedField> fields) {
  std::sort(fields.begin(), fields.end(), [](SignedField const& a, SignedField const& b) {
    auto lower = [](char c) { return static_cast<unsigned char>(ascii_lower(c)); };
    std::size_t const common = std::min(a.name.size(), b.name.size());
    for (std::size_t i = 0; i < common; ++i)
      if (lower(a.name[i]) != lower(b.name[i])) return lower(a.name[i]) < lower(b.name[i]);
    return a.name.size() != b.name.size() ? a.name.size() < b.name.size() : a.order < b.order;
  });
}

/// False for the headers a signature leaves out, because something on the way may change them (hop-by-hop: RFC 9110,
/// 7.6.1; trace id, user agent and expectation: as the AWS SDKs do), and for Authorization, which holds the signature.
constexpr bool is_signable(std::string_view name) noexcept {
  constexpr std::string_view left_out[] = {"authorization",
                                           "connection",
                                           "expect",
                                           "keep-alive",
                                           "proxy-authenticate",
                                           "proxy-authorization",
                                           "proxy-connection",
                                           "te",
                                           "trailer",
                                           "transfer-encoding",
                                           "upgrade",
                                           "user-agent",
                                           "x-amzn-trace-id"};
  return std::none_of(std::begin(left_out), std::end(left_out),
                      [&](std::string_view other) { return equal_ignoring_case(name, other); });
}

/// RFC 9110, 5.6.2: one or more letters, digits or ``!#$%&'*+-.^_`|~``. What a method or a header name is made of.
constexpr bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    char const lower = ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
  });
}

namespace detail {
constexpr bool is_unreserved(char c) noexcept {
  char const lower = ascii_lower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

// RFC 3986, 2.1, with upper-case digits; every byte but the unreserved ones (2.3) and `kept`.
template <class Sink>
void write_percent_encoded(Sink& sink, std::string_view text, char kept) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (char const c : text) {
    if (is_unreserved(c) || c == kept) {
      sink.put(c);
      continue;
    }
    auto const byte = static_cast<unsigned char>(c);
    sink.put('%');
    sink.put(digits[byte >> 4]);
    sink.put(digits[byte & 15U]);
  }
}

constexpr int hex_value(char c) noexcept {
  char const lower = ascii_lower(c);
  return c >= '0' && c <= '9' ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The inverse of the above; a `%` that begins no escape stands for itself.
inline std::string percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    int const high = text[i] == '%' && i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    int const low = high >= 0 ? hex_value(text[i + 2]) : -1;
    if (low >= 0) {
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

inline std::string percent_reencode(std::string_view text) {
  std::string out;
  TextSink sink{out};
  write_percent_encoded(sink, percent_decode(text), '-');
  return out;
}

// Calls `use` with every piece of `text` between separators, the last one too.
template <class Use>
constexpr void for_each_piece(std::string_view text, char separator, Use&& use) {
  while (true) {
    std::size_t const end = text.find(separator);
    use(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

// Whether a path has no empty segment but the last, and no `.` or `..`.
constexpr bool is_normal_path(std::string_view path) noexcept {
  if (path.empty() || path[0] != '/' || path.find("//") != std::string_view::npos) return false;
  bool normal = true;
  for_each_piece(path, '/', [&](std::string_view segment) { normal = normal && segment != "." && segment != ".."; });
  return normal;
}
}  // namespace detail

/// Removes dot segments (RFC 3986, 5.2.4) and empty segments; `..` at the root stays there. A path that ends in a dot
/// segment ends in a slash then. The result begins with a slash.
inline std::string normalize_path(std::string_view path) {
  std::string out;
  out.reserve(path.size() + 1);
  bool directory = false;
  detail::for_each_piece(path, '/', [&](std::string_view segment) {
    directory = segment.empty() || segment == "." || segment == "..";
    if (segment == ".." && !out.empty()) out.resize(out.rfind('/'));
    if (directory) return;
    out.push_back('/');
    out += segment;
  });
  if (directory || out.empty()) out.push_back('/');
  return out;
}

/// The canonical URI: the path as it stands in the request line, normalized if asked for, each segment
/// percent-encoded once more even if it holds a `%` already. An empty path is `/`.
template <class Sink>
void write_canonical_path(Sink& sink, std::string_view path, bool normalize) {
  if (normalize && !detail::is_normal_path(path)) {
    detail::write_percent_encoded(sink, normalize_path(path), '/');
    return;
  }
  if (path.empty() || path[0] != '/') sink.put('/');
  detail::write_percent_encoded(sink, path, '/');
}

/// The canonical query: names and values decoded and encoded again, sorted by name, then by value. A parameter
/// without `=` gets an empty value, an empty piece between two `&` is skipped, `+` is a plus sign.
template <class Sink>
void write_canonical_query(Sink& sink, std::string_view query) {
  if (query.empty()) return;
  std::vector<std::pair<std::string, std::string>> parameters;
  detail::for_each_piece(query, '&', [&](std::string_view piece) {
    if (piece.empty()) return;
    std::size_t const equals = piece.find('=');
    auto const value = equals == std::string_view::npos ? std::string_view{} : piece.substr(equals + 1);
    parameters.emplace_back(detail::percent_reencode(piece.substr(0, equals)), detail::percent_reencode(value));
  });
  std::sort(parameters.begin(), parameters.end());
  bool first = true;
  for (auto const& [name, value] : parameters) {
    if (!std::exchange(first, false)) sink.put('&');
    sink.put(name);
    sink.put('=');
    sink.put(value);
  }
}

/// A field value: blanks at both ends removed, every run of blanks inside, quoted or not, made one space. Line breaks
/// count as blanks, so that a folded value (RFC 9112, 5.2) reads like its unfolded form.
template <class Sink>
void write_canonical_value(Sink& sink, std::string_view value) {
  bool begun = false;
  bool blank = false;
  for (char const c : value) {
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      blank = begun;
      continue;
    }
    if (blank) sink.put(' ');
    blank = false;
    begun = true;
    sink.put(c);
  }
}

/// The names in lower case, each once, between semicolons. Precondition: sort_signed_fields.
template <class Sink>
void write_signed_headers(Sink& sink, std::span<SignedField const> fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0 && equal_ignoring_case(fields[i].name, fields[i - 1].name)) continue;
    if (i > 0) sink.put(';');
    for (char const c : fields[i].name) sink.put(ascii_lower(c));
  }
}

/// The canonical headers, one line a name; values of one name are joined by commas. Precondition: sort_signed_fields.
template <class Sink>
void write_canonical_headers(Sink& sink, std::span<SignedField const> fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0 && equal_ignoring_case(fields[i].name, fields[i - 1].name)) {
      sink.put(',');
    } else {
      if (i > 0) sink.put('\n');
      for (char const c : fields[i].name) sink.put(ascii_lower(c));
      sink.put(':');
    }
    write_canonical_value(sink, fields[i].value);
  }
  if (!fields.empty()) sink.put('\n');
}

/// What a canonical request is made of.
struct CanonicalRequest {
  std::string_view method{};
  /// Path and query as in the request line.
  std::string_view target{};
  bool normalize_path = true;
  /// Sorted by sort_signed_fields.
  std::span<SignedField const> fields{};
  /// The SHA-256 of the body as hexadecimal text.
  std::string_view payload_hash{};
};

/// Stage 1: method, path, query, headers, their names and the hash of the body, one below the other.
template <class Sink>
void write_canonical_request(Sink& sink, CanonicalRequest const& request) {
  std::size_t const question = request.target.find('?');
  sink.put(request.method);
  sink.put('\n');
  write_canonical_path(sink, request.target.substr(0, question), request.normalize_path);
  sink.put('\n');
  if (question != std::string_view::npos) write_canonical_query(sink, request.target.substr(question + 1));
  sink.put('\n');
  write_canonical_headers(sink, request.fields);
  sink.put('\n');
  write_signed_headers(sink, request.fields);
  sink.put('\n');
  sink.put(request.payload_hash);
}

/// What a signing key is good for.
struct CredentialScope {
  /// `20260807`
  std::string_view date{};
  std::string_view region{};
  std::string_view service{};
};

/// `20260807/us-east-1/healthlake/aws4_request`
template <class Sink>
void write_scope(Sink& sink, CredentialScope const& scope) {
  for (auto const part : {scope.date, scope.region, scope.service}) {
    sink.put(part);
    sink.put('/');
  }
  sink.put(std::string_view{"aws4_request"});
}

/// Stage 2: algorithm, time, scope and the hash of the canonical request, one below the other.
template <class Sink>
void write_string_to_sign(Sink& sink, std::string_view amz_date, CredentialScope const& scope,
                          Digest const& canonical_request_hash) {
  sink.put(sigv4_algorithm);
  sink.put('\n');
  sink.put(amz_date);
  sink.put('\n');
  write_scope(sink, scope);
  sink.put('\n');
  sink.put(view(to_hex(canonical_request_hash)));
}

/// Stage 1 as text.
inline std::string canonical_request(CanonicalRequest const& request) {
  std::string out;
  TextSink sink{out};
  write_canonical_request(sink, request);
  return out;
}

/// Stage 2 as text.
inline std::string string_to_sign(std::string_view amz_date, CredentialScope const& scope,
                                  Digest const& canonical_request_hash) {
  std::string out;
  TextSink sink{out};
  write_string_to_sign(sink, amz_date, scope, canonical_request_hash);
  return out;
}

}  // namespace healthlake

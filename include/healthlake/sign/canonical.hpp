// The texts that Signature Version 4 hashes, in the order of its specification (AWS IAM User Guide, "Create a signed
// AWS API request"): the canonical request and the string to sign.
//
// Rules: each text has one writer, to a Sink, so that what a test reads (TextSink) and what is hashed (HashSink) cannot
// differ; whoever makes a sink flushes it at the end. The writers take any bytes and refuse none; SigV4::sign and the
// verifier refuse. Nothing is allocated for a path in normal form without a query.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/http/message.hpp"
#include "healthlake/sign/hash.hpp"
#include "healthlake/text/bytes.hpp"

namespace healthlake {

/// The name of the algorithm in an Authorization header and a string to sign.
inline constexpr std::string_view sigv4_algorithm = "AWS4-HMAC-SHA256";

/// Takes text and passes it on in pieces of up to 256 bytes, since a call into an engine costs more than a byte's
/// hashing. `flush()` ends the text. One class for all that text can go to, so that each writer below is there once.
class Sink {
 public:
  void put(char c) {
    if (used_ == buffer_.size()) flush();
    buffer_[used_++] = static_cast<std::uint8_t>(c);
  }
  void put(std::string_view text) {
    while (text.size() > buffer_.size() - used_) {
      std::size_t const room = buffer_.size() - used_;
      append(text.substr(0, room));
      text.remove_prefix(room);
      flush();
    }
    append(text);
  }
  void flush() {
    take_(target_, Bytes{buffer_.data(), used_});
    used_ = 0;
  }

 protected:
  Sink(void* target, void (*take)(void* target, Bytes piece)) : target_(target), take_(take) {}
  ~Sink() = default;

 private:
  void append(std::string_view text) {
    if (!text.empty()) std::memcpy(buffer_.data() + used_, text.data(), text.size());
    used_ += text.size();
  }

  void* target_;
  void (*take_)(void*, Bytes);
  std::size_t used_ = 0;
  std::array<std::uint8_t, 256> buffer_;
};

/// Appends to a string.
class TextSink : public Sink {
 public:
  explicit TextSink(std::string& out)
      : Sink(&out, [](void* target, Bytes piece) {
          static_cast<std::string*>(target)->append(reinterpret_cast<char const*>(piece.data()), piece.size());
        }) {}
};

/// Feeds a Hash or an Hmac.
template <class Engine>
class HashSink : public Sink {
 public:
  explicit HashSink(Engine& engine)
      : Sink(&engine, [](void* target, Bytes piece) { static_cast<Engine*>(target)->update(piece); }) {}
};

/// One field line to sign. The views belong to whoever made it.
struct SignedField {
  /// In lower case.
  std::string_view name{};
  std::string_view value{};
  /// The place in the message: field lines of one name keep their order.
  std::size_t order = 0;
};

namespace detail {
// By insertion for a few fields, which is what nearly all requests have; else a heap sort, so that nobody's headers or
// query cost more than n log n. Far less code than std::sort, which has both and a third algorithm in front.
inline void sort_fields(std::span<SignedField> fields, bool (*before)(SignedField const&, SignedField const&)) {
  if (fields.size() <= 16) {
    for (std::size_t i = 1; i < fields.size(); ++i)
      for (std::size_t k = i; k > 0 && before(fields[k], fields[k - 1]); --k) std::swap(fields[k], fields[k - 1]);
    return;
  }
  auto sift_down = [&](std::size_t root, std::size_t size) {
    for (std::size_t child = 2 * root + 1; child < size; child = 2 * root + 1) {
      if (child + 1 < size && before(fields[child], fields[child + 1])) ++child;
      if (!before(fields[root], fields[child])) return;
      std::swap(fields[root], fields[child]);
      root = child;
    }
  };
  for (std::size_t root = fields.size() / 2; root > 0; --root) sift_down(root - 1, fields.size());
  for (std::size_t size = fields.size(); size > 1;) {
    std::swap(fields[0], fields[--size]);
    sift_down(0, size);
  }
}
}  // namespace detail

/// Sorts by name, then by place: the order of the canonical request.
inline void sort_signed_fields(std::span<SignedField> fields) {
  detail::sort_fields(fields, [](SignedField const& a, SignedField const& b) {
    int const order = a.name.compare(b.name);
    return order != 0 ? order < 0 : a.order < b.order;
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
  for (auto const other : left_out)
    if (equal_ignoring_case(name, other)) return false;
  return true;
}

namespace detail {
constexpr bool is_unreserved(char c) noexcept {
  char const lower = ascii_lower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

// RFC 3986, 2.1, with upper-case digits; every byte but the unreserved ones (2.3) and `kept`.
inline void write_percent_encoded(Sink& sink, std::string_view text, char kept) {
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
  sink.flush();
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
inline void write_canonical_path(Sink& sink, std::string_view path, bool normalize) {
  if (normalize && !detail::is_normal_path(path)) {
    detail::write_percent_encoded(sink, normalize_path(path), '/');
    return;
  }
  if (path.empty() || path[0] != '/') sink.put('/');
  detail::write_percent_encoded(sink, path, '/');
}

/// The canonical query: names and values decoded and encoded again, sorted by name, then by value. A parameter
/// without `=` gets an empty value, an empty piece between two `&` is skipped, `+` is a plus sign.
inline void write_canonical_query(Sink& sink, std::string_view query) {
  if (query.empty()) return;
  // The encoded names and values; three bytes for each byte at most, so no view into it goes stale.
  std::string encoded;
  encoded.reserve(3 * query.size());
  std::vector<SignedField> parameters;
  auto encode = [&](std::string_view text) {
    std::size_t const begin = encoded.size();
    encoded += detail::percent_reencode(text);
    return std::string_view{encoded}.substr(begin);
  };
  detail::for_each_piece(query, '&', [&](std::string_view piece) {
    if (piece.empty()) return;
    std::size_t const equals = piece.find('=');
    auto const value = equals == std::string_view::npos ? std::string_view{} : piece.substr(equals + 1);
    auto const name = encode(piece.substr(0, equals));
    parameters.push_back({name, encode(value), 0});
  });
  detail::sort_fields(parameters, [](SignedField const& a, SignedField const& b) {
    int const order = a.name.compare(b.name);
    return order != 0 ? order < 0 : a.value < b.value;
  });
  bool first = true;
  for (auto const& [name, value, order] : parameters) {
    if (!std::exchange(first, false)) sink.put('&');
    sink.put(name);
    sink.put('=');
    sink.put(value);
  }
}

/// A field value: blanks at both ends removed, every run of blanks inside, quoted or not, made one space. Line breaks
/// count as blanks, so that a folded value (RFC 9112, 5.2) reads like its unfolded form.
inline void write_canonical_value(Sink& sink, std::string_view value) {
  auto const blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  auto const marks = [](std::uint64_t word) { return bytes::below(word, ' ' + 1); };
  for (bool begun = false;; begun = true) {
    while (!value.empty() && blank(value.front())) value.remove_prefix(1);
    if (value.empty()) return;
    if (begun) sink.put(' ');
    std::size_t const run = bytes::run(value, 0, marks, blank);
    sink.put(value.substr(0, run));
    value.remove_prefix(run);
  }
}

/// The names, each once, between semicolons. Precondition: sort_signed_fields.
inline void write_signed_headers(Sink& sink, std::span<SignedField const> fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0 && fields[i].name == fields[i - 1].name) continue;
    if (i > 0) sink.put(';');
    sink.put(fields[i].name);
  }
}

/// The canonical headers, one line a name; values of one name are joined by commas. Precondition: sort_signed_fields.
inline void write_canonical_headers(Sink& sink, std::span<SignedField const> fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0 && fields[i].name == fields[i - 1].name) {
      sink.put(',');
    } else {
      if (i > 0) sink.put('\n');
      sink.put(fields[i].name);
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
  /// Their names, as write_signed_headers gives them.
  std::string_view signed_headers{};
  /// The SHA-256 of the body as hexadecimal text.
  std::string_view payload_hash{};
};

/// Stage 1: method, path, query, headers, their names and the hash of the body, one below the other.
inline void write_canonical_request(Sink& sink, CanonicalRequest const& request) {
  std::size_t const question = request.target.find('?');
  sink.put(request.method);
  sink.put('\n');
  write_canonical_path(sink, request.target.substr(0, question), request.normalize_path);
  sink.put('\n');
  if (question != std::string_view::npos) write_canonical_query(sink, request.target.substr(question + 1));
  sink.put('\n');
  write_canonical_headers(sink, request.fields);
  sink.put('\n');
  sink.put(request.signed_headers);
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
inline void write_scope(Sink& sink, CredentialScope const& scope) {
  for (auto const part : {scope.date, scope.region, scope.service}) {
    sink.put(part);
    sink.put('/');
  }
  sink.put(std::string_view{"aws4_request"});
}

/// Stage 2: algorithm, time, scope and the hash of the canonical request, one below the other.
inline void write_string_to_sign(Sink& sink, std::string_view amz_date, CredentialScope const& scope,
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
  sink.flush();
  return out;
}

/// Stage 2 as text.
inline std::string string_to_sign(std::string_view amz_date, CredentialScope const& scope,
                                  Digest const& canonical_request_hash) {
  std::string out;
  TextSink sink{out};
  write_string_to_sign(sink, amz_date, scope, canonical_request_hash);
  sink.flush();
  return out;
}

}  // namespace healthlake

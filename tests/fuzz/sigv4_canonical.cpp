// Invariants of signing any request (the first byte picks the options, the rest is the request):
// - a request that could split a message (CR, LF or NUL), whose method or a header name is not a token, or that has no
//   host or two, is rejected; any other is signed;
// - the canonical request has the specified lines: method, path, query, one line per signed header, an
//   empty one, the names, the hash; names are in lower case, sorted, each once; spaces are single and never at an end;
// - the order of headers of different names does not matter, and headers that are not signable do not either;
// - what is hashed is the canonical request as the string shows it;
// - the verifier accepts what was signed, unless the session token was not signed.
#include <algorithm>
#include <vector>

#include "healthlake/server/sigv4_verifier.hpp"
#include "healthlake/sign/sha256.hpp"
#include "healthlake/sign/sigv4.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {
using namespace healthlake;

constexpr Timestamp now = Timestamp::from_seconds(1'786'145'687);
constexpr SigningContext context{.region = "us-east-1", .time = now};

bool signable_request(HttpRequest const& request) {
  if (!is_token(request.method) || forbidden_field_value(request.target)) return false;
  for (auto const& [name, value] : request.headers)
    if (!is_token(name) || forbidden_field_value(value)) return false;
  std::size_t const hosts = request.headers.count("host");
  return hosts == 1 || (hosts == 0 && !request.authority.empty() && !forbidden_field_value(request.authority));
}

void check_path(std::string_view path, SigV4Options const& options) {
  FUZZ_REQUIRE(path.starts_with('/'), "a path begins with a slash", path);
  for (char const c : path)
    FUZZ_REQUIRE(!options.encode_path || detail::is_unreserved(c) || c == '%' || c == '/', "a path is percent-encoded",
                 path);
  if (!options.normalize_path) return;
  FUZZ_REQUIRE(path.find("//") == path.npos, "no segment is empty", path);
  std::string const closed = std::string{path} + "/";
  FUZZ_REQUIRE(closed.find("/./") == closed.npos && closed.find("/../") == closed.npos, "no dot segments", path);
}

void check_header_line(std::string_view line, std::string_view name) {
  FUZZ_REQUIRE(line.starts_with(name) && line.substr(name.size()).starts_with(':'), "a line a name", line);
  std::string_view const value = line.substr(name.size() + 1);
  FUZZ_REQUIRE(value.find("  ") == value.npos && value.find('\t') == value.npos, "blanks are single", line);
  FUZZ_REQUIRE(!value.starts_with(' ') && !value.ends_with(' '), "no blank at an end", line);
}

void check_lines(std::string_view text, HttpRequest const& request, SigV4Options const& options) {
  std::vector<std::string_view> lines;
  for (std::string_view rest = text; !rest.empty();) lines.push_back(fuzz::take_line(rest));
  FUZZ_REQUIRE(lines.size() >= 7, "at least seven lines", text);
  FUZZ_REQUIRE(lines[0] == request.method, "the method comes first", text);
  check_path(lines[1], options);
  FUZZ_REQUIRE(lines.back().size() == 64, "the hash comes last", text);

  std::vector<std::string_view> names;
  detail::for_each_piece(lines[lines.size() - 2], ';', [&](std::string_view name) { names.push_back(name); });
  FUZZ_REQUIRE(lines.size() == names.size() + 6, "one line a signed header", text);
  FUZZ_REQUIRE(lines[names.size() + 3].empty(), "an empty line ends the headers", text);
  for (std::size_t i = 0; i < names.size(); ++i) {
    FUZZ_REQUIRE(i == 0 || names[i - 1] < names[i], "names are sorted, each once", text);
    FUZZ_REQUIRE(std::none_of(names[i].begin(), names[i].end(), [](char c) { return c >= 'A' && c <= 'Z'; }),
                 "names are lower case", text);
    check_header_line(lines[3 + i], names[i]);
  }
  for (std::string_view const name : {"host", "x-amz-date"})
    FUZZ_REQUIRE(std::find(names.begin(), names.end(), name) != names.end(), "host and date are signed", text);
}

// Lines of the same name keep their order, which matters.
HttpRequest reordered(HttpRequest const& request) {
  std::vector<Header> lines{request.headers.begin(), request.headers.end()};
  std::stable_sort(lines.begin(), lines.end(), [](Header const& a, Header const& b) {
    return std::lexicographical_compare(b.name.begin(), b.name.end(), a.name.begin(), a.name.end(),
                                        [](char x, char y) { return detail::ascii_lower(x) < detail::ascii_lower(y); });
  });
  HttpRequest other = request;
  other.headers = {};
  other.headers.add("User-Agent", "anything/1.0");
  for (auto const& line : lines) other.headers.add(line.name, line.value);
  return other;
}

// Whether the verifier must accept the request, or may reject it for what was in it before it was signed.
bool acceptable(HttpRequest const& request, SigV4Options const& options, Credentials const& credentials) {
  bool const token = !credentials.session_token.empty();
  if (token && options.omit_session_token) return false;
  if (!token && request.headers.count("x-amz-security-token") > 0) return false;
  if (!options.sign_body && request.headers.count("x-amz-content-sha256") > 0) return false;
  VerifyOptions const limits;
  return request.headers.size() + 8 < limits.max_signed_headers && request.target.size() <= limits.max_target_size;
}

void check_verified(HttpRequest request, SigV4Options const& options, Credentials const& credentials,
                    Headers const& added) {
  bool const expected = acceptable(request, options, credentials);
  for (auto const& [name, value] : added) request.headers.set(name, value);
  SigV4Verifier<Sha256> verifier{
      {.region = "us-east-1", .normalize_path = options.normalize_path, .encode_path = options.encode_path}};
  auto const verified = verifier.verify(
      request, now, [&](std::string_view id) { return id == credentials.access_key_id ? &credentials : nullptr; });
  std::string_view const why = verified ? std::string_view{} : std::string_view{verified.error().message};
  bool const too_long = added.find("Authorization")->size() > VerifyOptions{}.max_authorization_size;
  FUZZ_REQUIRE(verified || !expected || too_long, "what was signed is accepted", why);
  bool const unsigned_token = options.omit_session_token && !credentials.session_token.empty();
  FUZZ_REQUIRE(!verified || !unsigned_token, "an unsigned session token is refused", "");
}
}  // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const input = fuzz::as_text(data, size);
  if (input.empty()) return 0;
  auto const flags = static_cast<unsigned>(input[0]);
  SigV4Options const options{.normalize_path = (flags & 1) == 0,
                             .encode_path = (flags & 16) == 0,
                             .sign_body = (flags & 2) != 0,
                             .omit_session_token = (flags & 4) != 0};
  Credentials credentials{.access_key_id = "AKIDEXAMPLE", .secret_access_key = Secret{"not/a/real+key"}};
  if ((flags & 8) != 0) credentials.session_token = Secret{"a-session-token"};
  HttpRequest const request = fuzz::take_request(input.substr(1));

  SigV4<Sha256> signer{options};
  auto const added = signer.sign(request, credentials, context);
  FUZZ_REQUIRE(added.has_value() == signable_request(request), "refused if and only if it cannot be signed",
               added ? std::string{"signed"} : to_string(added.error()));
  auto const canonical = signer.canonical_request(request, credentials, context);
  FUZZ_REQUIRE(canonical.has_value() == added.has_value(), "every stage refuses the same", input);
  if (!added) return 0;

  check_lines(*canonical, request, options);
  auto const other = signer.canonical_request(reordered(request), credentials, context);
  FUZZ_REQUIRE(other && *other == *canonical, "the order of different names does not matter", *canonical);

  Sha256 hash;
  Digest digest;
  FUZZ_REQUIRE(hash_of(hash, as_bytes(*canonical), digest), "the portable hash does not fail", "");
  auto const stage_two = signer.string_to_sign(request, credentials, context);
  FUZZ_REQUIRE(stage_two && stage_two->ends_with(view(to_hex(digest))), "what is hashed is what is read", *canonical);
  Header last;
  for (Header const line : *added) last = line;
  FUZZ_REQUIRE(last.name == "Authorization", "the signature comes last", last.name);
  for (auto const& [name, value] : *added)
    FUZZ_REQUIRE(is_token(name) && !forbidden_field_value(value), "the added headers can be sent", name);
  check_verified(request, options, credentials, *added);
  return 0;
}

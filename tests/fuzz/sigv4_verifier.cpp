// Invariants of verifying signatures, in two modes selected by the first byte:
// - any request is rejected, whatever key it names (no input contains a valid signature), and the failure has a code, a
//   status and a bounded message of printable ASCII;
// - a request that was signed and then edited is rejected, unless the edits changed nothing that was signed: method,
//   path, body, the decoded parameters of the query, the signed headers except for whitespace, and the key id. That
//   comparison is independent of the canonicalizer.
#include <algorithm>
#include <utility>
#include <vector>

#include "healthlake/server/sigv4_verifier.hpp"
#include "healthlake/sign/sha256.hpp"
#include "healthlake/sign/sigv4.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {
using namespace healthlake;

constexpr Timestamp now = Timestamp::from_seconds(1'786'145'687);
Credentials const credentials{.access_key_id = "AKIDEXAMPLE",
                              .secret_access_key = Secret{"not/a/real+key"},
                              .session_token = Secret{"a-session-token"}};

SigV4Verifier<Sha256> make_verifier() {
  return SigV4Verifier<Sha256>{{.region = "us-east-1", .normalize_path = false}};
}

void check_any(std::string_view text) {
  HttpRequest const request = fuzz::take_request(text);
  auto verifier = make_verifier();
  // The time is the request's own, so that it is not rejected for its date.
  auto const date = request.headers.find("x-amz-date");
  Timestamp const at = date ? from_amz_date(*date).value_or(now) : now;
  auto const result = verifier.verify(request, at, [](std::string_view) { return &credentials; });
  FUZZ_REQUIRE(!result, "no signature is right by chance", text);
  VerifyFailure const& failure = result.error();
  FUZZ_REQUIRE(!failure.code.empty() && (failure.http_status == 400 || failure.http_status == 403),
               "a refusal has a code and a status", failure.code);
  FUZZ_REQUIRE(failure.message.size() < 512, "its text is bounded", failure.message);
  FUZZ_REQUIRE(std::all_of(failure.message.begin(), failure.message.end(), [](char c) { return c >= ' ' && c <= '~'; }),
               "its text is printable", failure.message);
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool const escape =
        text[i] == '%' && text.size() - i > 2 && digit_of(text[i + 1]) >= 0 && digit_of(text[i + 2]) >= 0;
    out.push_back(escape ? static_cast<char>(digit_of(text[i + 1]) * 16 + digit_of(text[i + 2])) : text[i]);
    if (escape) i += 2;
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> parameters(std::string_view target) {
  std::vector<std::pair<std::string, std::string>> out;
  std::size_t const question = target.find('?');
  std::string rest{question == target.npos ? std::string_view{} : target.substr(question + 1)};
  while (!rest.empty()) {
    std::size_t const end = std::min(rest.find('&'), rest.size());
    std::string const piece = rest.substr(0, end);
    rest.erase(0, end + 1);
    if (piece.empty()) continue;
    std::size_t const equals = std::min(piece.find('='), piece.size());
    out.emplace_back(decoded(piece.substr(0, equals)), equals < piece.size() ? decoded(piece.substr(equals + 1)) : "");
  }
  std::sort(out.begin(), out.end());
  return out;
}

// A path that is empty or lacks its first slash is equivalent to the path with it.
std::string path_of(std::string_view target) {
  std::string path{target.substr(0, target.find('?'))};
  return path.starts_with('/') ? path : "/" + path;
}

// The words of all values of a header, with several lines joined by commas.
std::vector<std::string> words(HttpRequest const& request, std::string_view name) {
  std::string joined;
  std::size_t lines = 0;
  for (auto const& line : request.headers)
    if (equal_ignoring_case(line.name, name)) {
      std::string value{line.value};
      while (!value.empty() &&
             (value.back() == ' ' || value.back() == '\t' || value.back() == '\r' || value.back() == '\n'))
        value.pop_back();
      std::size_t const start = std::min(value.find_first_not_of(" \t\r\n"), value.size());
      joined += (lines++ > 0 ? "," : "") + value.substr(start);
    }
  if (lines == 0 && name == "host") joined = request.authority;
  std::vector<std::string> out{{}};
  for (char const c : joined) {
    bool const blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!blank) out.back().push_back(c);
    else if (!out.back().empty()) out.emplace_back();
  }
  if (out.size() > 1 && out.back().empty()) out.pop_back();
  return out;
}

struct Signed {
  HttpRequest request;
  std::vector<std::string> names;
  std::string signed_headers;
};

Signed make_signed(HttpRequest request) {
  SigV4<Sha256> signer{{.normalize_path = false}};
  auto const added = signer.sign(request, credentials, {.region = "us-east-1", .time = now});
  FUZZ_REQUIRE(added, "the example can be signed", to_string(added.error()));
  for (auto const& [name, value] : *added) request.headers.set(name, value);
  Signed out{.request = request};
  auto const authorization = parse_authorization(*request.headers.find("authorization"));
  out.signed_headers = authorization->signed_headers;
  for (std::string_view rest = out.signed_headers; !rest.empty();) {
    std::size_t const end = std::min(rest.find(';'), rest.size());
    out.names.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

Signed const& example(bool with_query) {
  static Signed const plain = make_signed(
      {.authority = "healthlake.us-east-1.amazonaws.com",
       .headers = {{"Content-Type", "application/x-amz-json-1.0"}, {"X-Amz-Target", "HealthLake.ListFHIRExportJobs"}},
       .body = "{\"DatastoreId\":\"0123\"}"});
  static Signed const query =
      make_signed({.method = "GET",
                   .authority = "example.com:8080",
                   .target = "/a/b%20c?x=1&y=%7E&x=0",
                   .headers = {{"My-Header", "a  b"}, {"My-Header", "c"}, {"User-Agent", "t"}}});
  return with_query ? query : plain;
}

void edit(std::string& text, ByteSource& source) {
  auto const at = static_cast<std::size_t>(source.below(text.size() + 1));
  switch (source.below(4)) {
    case 0: text.insert(at, 1, static_cast<char>(source.byte())); return;
    case 1: text.erase(at, 1); return;
    case 2:
      if (at < text.size()) text[at] = static_cast<char>(text[at] ^ source.byte());
      return;
    default: text.insert(at, source.rest()); return;
  }
}

void edit(HttpRequest& request, ByteSource& source) {
  std::vector<std::pair<std::string, std::string>> lines;
  for (auto const& [name, value] : request.headers) lines.emplace_back(name, value);
  auto const which = static_cast<std::size_t>(source.below(lines.size()));
  switch (source.below(8)) {
    case 0: edit(request.method, source); return;
    case 1: edit(request.authority, source); return;
    case 2: edit(request.target, source); return;
    case 3: edit(request.body, source); return;
    case 4: edit(lines[which].first, source); break;
    case 5: edit(lines[which].second, source); break;
    case 6: lines.push_back(lines[which]); break;
    default: std::swap(lines[which], lines.back()); break;
  }
  request.headers = {};
  for (auto const& [name, value] : lines) request.headers.add(name, value);
}

void check_edited(ByteSource source) {
  Signed const& original = example(source.one_in(2));
  HttpRequest request = original.request;
  for (std::uint64_t edits = source.below(4); edits > 0; --edits) edit(request, source);

  auto verifier = make_verifier();
  auto const verified = verifier.verify(
      request, now, [](std::string_view id) { return id == credentials.access_key_id ? &credentials : nullptr; });
  if (!verified) {
    FUZZ_REQUIRE(request != original.request, "a request that nobody edited is accepted", verified.error().message);
    return;
  }
  HttpRequest const& was = original.request;
  FUZZ_REQUIRE(*verified == credentials.access_key_id, "the key is the signer's", *verified);
  FUZZ_REQUIRE(request.method == was.method, "the method is signed", request.method);
  FUZZ_REQUIRE(request.body == was.body, "the body is signed", request.body);
  FUZZ_REQUIRE(path_of(request.target) == path_of(was.target), "the path is signed", request.target);
  FUZZ_REQUIRE(parameters(request.target) == parameters(was.target), "the query is signed", request.target);
  for (auto const& name : original.names)
    FUZZ_REQUIRE(words(request, name) == words(was, name), "signed headers are signed", name);
  auto const authorization = parse_authorization(*request.headers.find("authorization"));
  FUZZ_REQUIRE(authorization && authorization->signed_headers == original.signed_headers, "which ones is signed", "");
}
}  // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const input = fuzz::as_text(data, size);
  if (input.empty()) return 0;
  // 'R' for a request as it is, 'S' for edits of a signed one.
  if (input[0] % 2 == 0) check_any(input.substr(1));
  else check_edited(ByteSource::from_bytes(input.substr(1)));
  return 0;
}

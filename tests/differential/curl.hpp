// Requests that libcurl signs itself (CURLOPT_AWS_SIGV4), over the loopback interface, to the verifier of this library.
//
// Invariants: a request that libcurl signs as AWS specifies is accepted; any change to what is signed is refused. Where
// libcurl signs otherwise, the request is refused, as it is by AWS. Of 7.88, these are known (`good` is false):
// - the path is signed as it is; AWS specifies that it is encoded once more (except by S3): `$` and `%20` in a path;
// - the query is signed as it is; AWS specifies that it is sorted and encoded, with a `=` for each parameter;
// - a header that is removed, as `-H "Accept:"` does, is signed although it is not sent.
#pragma once

#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "healthlake/http/message.hpp"
#include "healthlake/server/sigv4_verifier.hpp"
#include "healthlake/sign/sha256.hpp"
#include "healthlake/testing/byte_source.hpp"
#include "tests/support/loopback.hpp"

namespace differential {

using namespace healthlake;

// One request as it came, on a connection that is then closed.
inline HttpRequest received(int listener) {
  int const connection = ::accept(listener, nullptr, nullptr);
  std::string bytes;
  std::size_t header = std::string::npos;
  std::size_t body = 0;
  char block[65536];
  while (header == std::string::npos || bytes.size() < header + 4 + body) {
    ssize_t const count = ::read(connection, block, sizeof block);
    if (count <= 0) break;
    bytes.append(block, static_cast<std::size_t>(count));
    if (header != std::string::npos || (header = bytes.find("\r\n\r\n")) == std::string::npos) continue;
    std::size_t const length = bytes.find("Content-Length: ");
    if (length < header) body = std::stoul(bytes.substr(length + 16));
  }
  HttpRequest request{.scheme = "http"};
  std::size_t at = bytes.find("\r\n");
  std::string const line = bytes.substr(0, at);
  request.method = line.substr(0, line.find(' '));
  request.target = line.substr(request.method.size() + 1, line.rfind(' ') - request.method.size() - 1);
  for (at += 2; at < header; at = bytes.find("\r\n", at) + 2) {
    std::string const field = bytes.substr(at, bytes.find("\r\n", at) - at);
    std::size_t const colon = field.find(':');
    std::size_t const value = field.find_first_not_of(' ', colon + 1);
    request.headers.add(field.substr(0, colon), value == std::string::npos ? "" : field.substr(value));
  }
  request.body = bytes.substr(header + 4);
  std::string_view const answer = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
  static_cast<void>(::write(connection, answer.data(), answer.size()));
  ::close(connection);
  return request;
}

struct CurlCase {
  std::string target;
  std::string body;
  std::vector<std::string> headers;
  // Whether 7.88 signs it as AWS specifies.
  bool good = true;
  char const* kind = "";
};

inline CurlCase arbitrary_case(ByteSource& source) {
  static constexpr char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
  auto const word = [&](std::uint64_t least) {
    std::string text;
    for (std::uint64_t n = least + source.below(12); n > 0; --n) text += letters[source.below(sizeof letters - 1)];
    return text;
  };
  CurlCase one;
  for (std::uint64_t n = source.below(4); n > 0; --n) one.target += "/x" + word(0);
  if (one.target.empty()) one.target = "/";
  std::string name = "a";
  for (std::uint64_t n = source.below(4), i = 0; i < n; ++i, name += 'a')
    one.target += (i == 0 ? '?' : '&') + name + "=" + word(0) + (source.one_in(2) ? "%2C%2F" : "");
  for (std::uint64_t n = source.below(4); n > 0; --n)
    one.headers.push_back("X-Test-" + std::to_string(n) + ": " + word(1));
  if (source.one_in(2)) one.headers.push_back("X-Amz-Target: HealthLake.ListFHIRDatastores");
  for (std::uint64_t n = source.below(400); n > 0; --n) one.body += static_cast<char>(source.byte());
  switch (source.below(18)) {
    case 10: one.good = false, one.kind = "`$` in the path", one.target = "/datastore/x/r4/$export"; break;
    case 11: one.good = false, one.kind = "`%20` in the path", one.target = "/a%20b"; break;
    case 12: one.good = false, one.kind = "a query that is not sorted", one.target = "/?b=1&a=2"; break;
    case 13: one.good = false, one.kind = "a bare comma in the query", one.target = "/?a=1,2"; break;
    case 14: one.good = false, one.kind = "a parameter without `=`", one.target = "/?a"; break;
    case 15: one.headers = {"X-Test:   a  b   c "}; break;
    case 16: one.good = false, one.kind = "a header that is removed", one.headers = {"Accept:"}; break;
    default: break;
  }
  return one;
}

inline void send_signed(CurlCase const& one, std::string const& base, std::string const& region) {
  CURL* const easy = curl_easy_init();
  curl_slist* list = nullptr;
  for (auto const& header : one.headers) list = curl_slist_append(list, header.c_str());
  list = curl_slist_append(list, "Content-Type: application/x-amz-json-1.0");
  curl_easy_setopt(easy, CURLOPT_URL, (base + one.target).c_str());
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, one.body.data());
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(one.body.size()));
  curl_easy_setopt(easy, CURLOPT_AWS_SIGV4, ("aws:amz:" + region + ":healthlake").c_str());
  curl_easy_setopt(easy, CURLOPT_USERPWD, "AKIDEXAMPLE:secret/+example");
  curl_easy_setopt(easy, CURLOPT_TIMEOUT, 20L);
  if (CURLcode const code = curl_easy_perform(easy); code != CURLE_OK)
    std::fprintf(stderr, "curl: %s\n", curl_easy_strerror(code));
  curl_slist_free_all(list);
  curl_easy_cleanup(easy);
}

// Every way to change one thing that is signed.
inline std::vector<std::pair<std::string, HttpRequest>> tampered(HttpRequest const& request) {
  std::vector<std::pair<std::string, HttpRequest>> all;
  auto const change = [&](std::string what, auto edit) {
    HttpRequest other = request;
    edit(other);
    all.emplace_back(std::move(what), std::move(other));
  };
  change("method", [](HttpRequest& r) { r.method = "PUT"; });
  change("path", [](HttpRequest& r) { r.target.insert(1, "y"); });
  change("query", [](HttpRequest& r) { r.target += r.target.find('?') == std::string::npos ? "?z=1" : "&z=1"; });
  change("body, one more byte", [](HttpRequest& r) { r.body += 'x'; });
  if (!request.body.empty()) change("body, one bit", [](HttpRequest& r) { r.body.back() ^= 1; });
  std::string const names{request.headers.find("Authorization").value_or("")};
  for (auto const& field : request.headers) {
    std::string lower{field.name};
    for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    if (names.find(lower) == std::string::npos) continue;
    change(std::string{field.name},
           [&](HttpRequest& r) { r.headers.set(std::string{field.name}, std::string{field.value} + "0"); });
  }
  change("Authorization", [&](HttpRequest& r) {
    std::string value = names;
    value.back() = value.back() == '0' ? '1' : '0';
    r.headers.set("Authorization", value);
  });
  change("an x-amz- header", [](HttpRequest& r) { r.headers.add("X-Amz-Added", "1"); });
  return all;
}

}  // namespace differential

inline int curl_signatures(std::size_t count, std::uint64_t seed) {
  using namespace differential;
  curl_global_init(CURL_GLOBAL_DEFAULT);
  int const listener = ::socket(AF_INET, SOCK_STREAM, 0);
  auto const port = testing::bind_to_loopback(listener);
  if (port == 0 || ::listen(listener, 8) != 0) return std::perror("listen"), 1;
  std::string const base = "http://127.0.0.1:" + std::to_string(port);
  Credentials const credentials{"AKIDEXAMPLE", Secret{"secret/+example"}, {}};
  auto const find = [&](std::string_view id) { return id == credentials.access_key_id ? &credentials : nullptr; };
  std::size_t accepted = 0, refused = 0, changed = 0, failures = 0;
  for (std::size_t i = 0; i < count; ++i) {
    auto source = ByteSource::from_seed(seed + i);
    CurlCase const one = arbitrary_case(source);
    std::string const region{source.one_in(2) ? "us-east-1" : "eu-west-2"};
    std::thread client{[&] { send_signed(one, base, region); }};
    HttpRequest const request = received(listener);
    client.join();
    SigV4Verifier<Sha256> verifier{{.region = region}};
    auto const now = Timestamp::from_seconds(
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count());
    auto const caller = verifier.verify(request, now, find);
    bool const right = caller.has_value() == one.good;
    if (!right) {
      ++failures;
      std::printf("FAILED: %s %s (%s): %s\n", request.method.c_str(), request.target.c_str(), one.kind,
                  caller ? "accepted" : caller.error().message.c_str());
      for (auto const& field : request.headers)
        std::printf("  %s: %s\n", std::string{field.name}.c_str(), std::string{field.value}.c_str());
    }
    ++(caller ? accepted : refused);
    if (!caller) continue;
    for (auto const& [what, other] : tampered(request)) {
      ++changed;
      if (!verifier.verify(other, now, find)) continue;
      ++failures;
      std::printf("FAILED: accepted although changed: %s of %s\n", what.c_str(), request.target.c_str());
    }
  }
  ::close(listener);
  curl_global_cleanup();
  std::printf(
      "curl (%s), seed %llu: %zu requests signed by libcurl were accepted; %zu that it signs otherwise than AWS "
      "specifies were refused; %zu tampered ones were refused\n",
      curl_version_info(CURLVERSION_NOW)->version, static_cast<unsigned long long>(seed), accepted, refused, changed);
  return failures == 0 && accepted > 0 ? 0 : 1;
}

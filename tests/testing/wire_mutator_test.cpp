// Invariants of the wire mutator, for messages that are valid, that were mutated before, or that are any bytes:
// - the same message, bytes and options give the same result; it differs from the message and obeys the limit;
// - each change is described in printable ASCII, on one line of at most 250 characters;
// - every kind of change is reached, and those of a message that has JSON and field lines apply to it;
// - a change of the content leaves the framing right;
// - what `wire_of` writes is a valid message with the same parts.
#include "healthlake/testing/wire_mutator.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/testing/wire_message.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/transport/response_reader.hpp"

using namespace healthlake;

namespace {
HttpResponse a_response() {
  HttpResponse response{.status = 200,
                        .body = R"({"JobId":"j1","Tags":[{"Key":"a","Value":null},true],"Count":12,"Rate":0.5})"};
  response.headers.add("Content-Type", "application/x-amz-json-1.0");
  response.headers.add("x-amzn-RequestId", "0123");
  return response;
}

std::string a_request() {
  HttpRequest request{.authority = "127.0.0.1:80", .body = R"({"DatastoreId":"0123","MaxResults":5})"};
  request.headers.add("X-Amz-Target", "HealthLake.ListFHIRExportJobs");
  return wire_of(request);
}

std::string in_chunks() {
  return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n9\r\n{\"JobId\":\r\n5\r\n\"j1\"}\r\n0\r\n\r\n";
}

std::vector<std::string> messages() {
  return {wire_of(a_response()),
          a_request(),
          in_chunks(),
          "HTTP/1.1 100 Continue\r\n\r\n" + in_chunks(),
          "",
          "x",
          "\n",
          "HTTP/1.1 200 OK",
          "HTTP/1.1 200 OK\r\n\r\n",
          std::string(300, '\0')};
}

// The response that a strict reader makes of bytes and the end of the connection.
std::optional<HttpResponse> read_back(std::string_view bytes) {
  detail::ResponseReader reader{{.body = 1 << 20, .header = 1 << 16}, {}};
  reader.feed(bytes);
  reader.end(true);
  if (!reader.done() || !bytes.empty()) return std::nullopt;
  return reader.take();
}

constexpr bool of_content(WireChange change) { return change <= WireChange::error; }
}  // namespace

TEST_CASE("wire_of writes a message that is read back as it was") {
  auto const response = a_response();
  auto const read = read_back(wire_of(response));
  REQUIRE(read.has_value());
  CHECK(read->status == response.status);
  CHECK(read->body == response.body);
  CHECK(read->headers.find("x-amzn-requestid") == "0123");
  CHECK(read->headers.size() == 3);
  for (int const status : {204, 304}) {
    auto const empty = read_back(wire_of(HttpResponse{.status = status}));
    REQUIRE(empty.has_value());
    CHECK(empty->status == status);
    CHECK(empty->headers.empty());
  }
  CHECK(a_request() ==
        "POST / HTTP/1.1\r\nHost: 127.0.0.1:80\r\nX-Amz-Target: HealthLake.ListFHIRExportJobs\r\nContent-Length: "
        "37\r\n\r\n"
        R"({"DatastoreId":"0123","MaxResults":5})");
}

TEST_CASE("the parts of a message are its bytes, whatever those are") {
  for (auto const& message : messages())
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      auto source = ByteSource::from_seed(seed);
      std::string const bytes = mutate_wire(message, source).bytes;
      CHECK(detail::WireMessage{bytes}.bytes() == bytes);
    }
}

TEST_CASE("content is decoded from chunks, and set with its framing") {
  detail::WireMessage chunked{in_chunks()};
  CHECK(chunked.content() == R"({"JobId":"j1"})");
  for (std::string const content : {"", "x", "0123456789abcdef0"}) {
    chunked.set_content(content);
    CHECK(chunked.content() == content);
    CHECK(read_back(chunked.bytes())->body == content);
    detail::WireMessage counted{wire_of(a_response())};
    counted.set_content(content);
    CHECK(read_back(counted.bytes())->body == content);
  }
}

TEST_CASE("JSON values are found, and nothing in what is not JSON") {
  std::string_view const text = R"({"a":[1,"b\"c"],"d":{"e":null}} )";
  auto const parts = detail::json_parts(text);
  std::vector<std::string_view> values, names;
  for (auto const& part : parts) {
    values.push_back(text.substr(part.begin, part.end - part.begin));
    names.push_back(text.substr(part.name_begin, part.name_end - part.name_begin));
  }
  CHECK(values == std::vector<std::string_view>{text.substr(0, text.size() - 1), R"([1,"b\"c"])", "1", R"("b\"c")",
                                                R"({"e":null})", "null"});
  CHECK(names == std::vector<std::string_view>{"", R"("a")", "", "", R"("d")", R"("e")"});
  for (std::string_view const other : {"", " ", "<html>", "\x1f\x8b", "]"}) CHECK(detail::json_parts(other).empty());
  // Cut anywhere, each value lies within the text.
  for (std::size_t size = 0; size < text.size(); ++size)
    for (auto const& part : detail::json_parts(text.substr(0, size)))
      CHECK((part.begin < part.end && part.end <= size));
}

TEST_CASE("the same message, bytes and options give the same result, which differs and obeys the limit") {
  for (auto const& message : messages())
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
      WireOptions const options{
          .max_bytes = seed % 3 == 0 ? message.size() + static_cast<std::size_t>(seed) : std::size_t{1} << 18,
          .max_changes = 1 + static_cast<unsigned>(seed % 4)};
      auto source = ByteSource::from_seed(seed), again = ByteSource::from_seed(seed);
      auto const mutation = mutate_wire(message, source, options);
      CAPTURE(seed);
      CHECK(mutation == mutate_wire(message, again, options));
      CHECK(mutation.bytes.size() <= options.max_bytes);
      if (options.max_bytes > 0) CHECK(mutation.bytes != message);
      if (options.max_bytes > 0) CHECK(!mutation.notes.empty());
      CHECK(mutation.notes.size() <= options.max_changes);
      CHECK(std::is_sorted(mutation.notes.begin(), mutation.notes.end(),
                           [](auto const& a, auto const& b) { return a.change < b.change; }));
    }
}

TEST_CASE("results are the same on every platform") {
  std::uint64_t hash = 14695981039346656037U;
  for (auto const& message : messages())
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
      auto source = ByteSource::from_seed(seed);
      auto const mutation = mutate_wire(message, source);
      for (char const c : mutation.bytes + to_string(mutation.notes))
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
    }
  // Another number when a list of changes or a description was changed on purpose.
  CHECK(hash == 4605942104594637746U);
}

TEST_CASE("a larger message is cut, a small limit is obeyed") {
  std::string const message = wire_of(a_response());
  for (std::size_t most = 0; most < 40; ++most) {
    auto source = ByteSource::from_seed(most);
    auto const mutation = mutate_wire(message, source, {.max_bytes = most});
    CHECK(mutation.bytes.size() <= most);
    REQUIRE(!mutation.notes.empty());
    CHECK(mutation.notes.front().change == WireChange::cut);
  }
}

TEST_CASE("a fuzzer's bytes that are exhausted end it") {
  for (auto const& message : messages())
    for (std::string_view const bytes : {"", "\x07", "\xff\xff\xff\xff"}) {
      auto source = ByteSource::from_bytes(bytes);
      CHECK(mutate_wire(message, source).bytes != message);
      for (std::size_t i = 0; i < wire_change_count; ++i) {
        auto zeros = ByteSource::from_bytes("");
        auto const mutation = mutate_wire(message, static_cast<WireChange>(i), zeros, {});
        if (mutation) CHECK(mutation->bytes != message);
      }
    }
}

TEST_CASE("every kind of change is reached, has a name, and is described for people") {
  std::map<WireChange, std::size_t> reached;
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < wire_change_count; ++i) names.insert(to_string(static_cast<WireChange>(i)));
  CHECK(names.size() == wire_change_count);
  CHECK(to_string(static_cast<WireChange>(wire_change_count)) == "unknown");
  for (std::size_t const none : {wire_change_count, std::size_t{255}}) {
    auto source = ByteSource::from_seed(1);
    CHECK_FALSE(mutate_wire(wire_of(a_response()), static_cast<WireChange>(none), source, {}));
  }
  for (auto const& message : messages())
    for (std::uint64_t seed = 0; seed < 1'000; ++seed) {
      auto source = ByteSource::from_seed(seed);
      for (auto const& [change, text] : mutate_wire(message, source).notes) {
        ++reached[change];
        CHECK(!text.empty());
        CHECK(text.size() <= 250);
        CHECK(detail::all_are(detail::is_printable, text));
      }
    }
  for (std::size_t i = 0; i < wire_change_count; ++i) {
    CAPTURE(to_string(static_cast<WireChange>(i)));
    CHECK(reached[static_cast<WireChange>(i)] > 10);
  }
}

TEST_CASE("every kind applies to a response with JSON, in more than one way") {
  std::string const message = wire_of(a_response());
  for (std::size_t i = 0; i < wire_change_count; ++i) {
    auto const change = static_cast<WireChange>(i);
    CAPTURE(to_string(change));
    std::set<std::string> results;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      auto source = ByteSource::from_seed(seed);
      auto const mutation = mutate_wire(message, change, source, {});
      if (!mutation) continue;
      REQUIRE(mutation->notes.size() == 1);
      CHECK(mutation->notes.front().change == change);
      results.insert(mutation->bytes);
    }
    CHECK(results.size() >= 3);
  }
}

TEST_CASE("a change of the content is framed right, one of the framing often is not") {
  for (std::string const& message : {wire_of(a_response()), in_chunks()}) {
    std::map<WireChange, std::size_t> refused;
    for (std::size_t i = 0; i < wire_change_count; ++i)
      for (std::uint64_t seed = 0; seed < 100; ++seed) {
        auto const change = static_cast<WireChange>(i);
        auto source = ByteSource::from_seed(seed);
        auto const mutation = mutate_wire(message, change, source, {.max_bytes = 1 << 15});
        if (!mutation) continue;
        bool const read = read_back(mutation->bytes).has_value();
        if (!read) ++refused[change];
        CAPTURE(mutation->notes.front().text);
        if (of_content(change)) CHECK((read || mutation->bytes.find("-errortype: \xe9") != std::string::npos));
      }
    for (WireChange const change :
         {WireChange::field_name, WireChange::length, WireChange::length_repeated, WireChange::transfer_coding,
          WireChange::chunk_broken, WireChange::smuggling, WireChange::version, WireChange::start_line,
          WireChange::line_end, WireChange::excess, WireChange::cut}) {
      CAPTURE(to_string(change));
      CHECK(refused[change] > 20);
    }
    CHECK(refused[WireChange::chunks] == 0);
  }
}

TEST_CASE("a message is cut at every byte, and the description names the place") {
  std::string const message = "HTTP/1.1 100 \r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  std::map<std::string, std::size_t> places;
  for (std::size_t size = 0; size < message.size(); ++size) {
    auto const mutation = truncate_wire(message, size);
    CHECK(mutation.bytes == message.substr(0, size));
    REQUIRE(mutation.notes.size() == 1);
    std::string const& text = mutation.notes.front().text;
    CHECK(text.starts_with("cut after " + std::to_string(size) + " of 57 bytes, "));
    ++places[text.substr(text.find(", ") + 2)];
  }
  CHECK(places == std::map<std::string, std::size_t>{{"in an interim response", 17},
                                                     {"in the first line", 17},
                                                     {"in the field \"Content-Length\"", 19},
                                                     {"before the empty line", 2},
                                                     {"in the body", 2}});
}

TEST_CASE("descriptions say what was done") {
  std::string const message = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
  auto done = [&](WireChange change) {
    auto source = ByteSource::from_bytes("");
    auto const mutation = mutate_wire(message, change, source, {});
    return mutation ? to_string(mutation->notes) : std::string{};
  };
  CHECK(done(WireChange::length) == "Content-Length: \"2\" replaced with \"3\"");
  CHECK(done(WireChange::json_type) == "the value at byte 0, \"{}\", replaced with \"null\"");
  CHECK(done(WireChange::version) == "the version \"HTTP/1.1\" replaced with \"HTTP/1.0\"");
  CHECK(done(WireChange::field_repeated) == "the field \"Content-Length\" sent 2 times");
  CHECK(to_string(std::vector<WireNote>{{WireChange::cut, "a"}, {WireChange::noise, "b"}}) == "a; b");
}

// Whatever a field contains, the page has the same markup; and only a browser on this machine, sent by nobody else,
// gets the page or adds a fault.
#include "healthlake/local/page_requests.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "healthlake/json/decode.hpp"
#include "tests/support/filled.hpp"

using namespace healthlake;

namespace {

constexpr std::string_view hostile = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>&lt;&#39;--><!--</td>";
std::string const token = "a-token-of-32-characters-0123456";

// The markup of a document: its tags with the names of their attributes.
std::string markup(std::string_view html) {
  std::string tags;
  bool in_tag = false;
  char quote = '\0';
  for (char const c : html) {
    if (!in_tag && c == '<') in_tag = true;
    if (in_tag && (quote == '\0' || c == quote)) tags += c;
    if (in_tag && quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (in_tag && (c == '"' || c == '\'')) {
      quote = c;
    } else if (in_tag && c == '>') {
      in_tag = false;
    }
  }
  CHECK_FALSE(in_tag);
  return tags;
}

// With something in every field.
LocalOverview overview_with(std::string_view text) {
  auto overview = filled::with<LocalOverview>({text, text});
  auto const add_counts = [](OverviewList& list) {
    for (auto& item : list.items) item.file_count = 2;
  };
  add_counts(overview.datastores);
  for (auto& list : overview.jobs) add_counts(list);
  return overview;
}

HttpRequest get(std::string target) {
  HttpRequest request{.method = "GET", .authority = "127.0.0.1:8080", .target = std::move(target)};
  request.headers.add("Host", "127.0.0.1:8080");
  return request;
}

HttpRequest form(std::string const& faults) {
  HttpRequest request = get("/_local/faults");
  request.method = "POST";
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  request.body = "token=" + token + "&faults=" + faults;
  return request;
}

struct Served {
  PageOptions options{.token = token, .fault_control = true};
  LocalOverview overview{};
  std::vector<Fault> added{};

  std::optional<HttpResponse> operator()(HttpRequest const& request) {
    return serve_page(
        request, options, [&] { return overview; }, [&](Fault fault) { added.push_back(std::move(fault)); });
  }
  int status(HttpRequest const& request) {
    auto const response = (*this)(request);
    return response ? response->status : 0;
  }
};

}  // namespace

TEST_CASE("no field changes the markup") {
  PageOptions const options{.token = token, .fault_control = true};
  LocalOverview const plain = overview_with("plain");
  LocalOverview const bad = overview_with(hostile);
  CHECK(render_page(plain, options).find("plain") != std::string::npos);
  CHECK(markup(render_page(bad, options)) == markup(render_page(plain, options)));
  CHECK(markup(render_fault_form(bad, options, hostile)) == markup(render_fault_form(plain, options, "plain")));
  PageOptions tokened = options;
  tokened.token = hostile;
  CHECK(markup(render_fault_form(plain, tokened)) == markup(render_fault_form(plain, options)));
  for (std::string const& page : {render_page(bad, options), render_fault_form(bad, options, hostile)}) {
    CHECK(page.find("<script") == std::string::npos);
    CHECK(page.find("<img") == std::string::npos);
  }
}

TEST_CASE("every field of an overview is on the page") {
  PageOptions const options{};
  LocalOverview overview = overview_with("value-of-field");
  std::string const page = render_page(overview, options);
  std::size_t count = 0;
  for (std::size_t at = page.find("value-of-field"); at != std::string::npos; at = page.find("value-of-field", at + 1))
    ++count;
  // Version, region, journal and its failure; data stores and two families of two items, a member with its name and two
  // files each; their titles; two requests with operation and error; two faults.
  CHECK(count == 4 + 3 * 2 * 4 + 2 + 2 * 2 + 2);
}

TEST_CASE("characters of markup are escaped, and nothing else is") {
  CHECK(escape_html("a<b>&\"'c") == "a&lt;b&gt;&amp;&quot;&#39;c");
  CHECK(escape_html("plain \xC3\xA4 =/;") == "plain \xC3\xA4 =/;");
}

TEST_CASE("the page is HTML for a browser and JSON for a program, with strict headers") {
  Served served;
  served.overview = overview_with("x");
  auto page = get("/_local");
  page.headers.add("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
  auto const html = *served(page);
  CHECK(html.status == 200);
  CHECK(*html.headers.find("Content-Type") == "text/html; charset=utf-8");
  CHECK(html.body.find("http-equiv=\"refresh\" content=\"2\"") != std::string::npos);
  CHECK(served(get("/_local?refresh=off"))->body.find("http-equiv") == std::string::npos);
  CHECK(served(get("/_local/faults"))->body.find("http-equiv") == std::string::npos);
  auto program = get("/_local");
  program.headers.add("Accept", "application/json");
  for (auto const& request : {program, get("/_local.json")}) {
    auto const json = *served(request);
    CHECK(*json.headers.find("Content-Type") == "application/json");
    auto const read = decode<LocalOverview>(json.body);
    REQUIRE(read);
    CHECK(read->value.datastores.items.size() == 2);
  }
  CHECK(served(get("/_local.css"))->body == page_style());
  for (auto const& target : {"/_local", "/_local.json", "/_local.css", "/_local/faults", "/_local/none"}) {
    auto const response = *served(get(target));
    CHECK(response.headers.find("Content-Security-Policy")->starts_with("default-src 'none'; style-src 'self';"));
    CHECK(response.headers.find("Content-Security-Policy")->find("frame-ancestors 'none'") != std::string::npos);
    CHECK(*response.headers.find("X-Content-Type-Options") == "nosniff");
    CHECK(*response.headers.find("Cache-Control") == "no-store");
    CHECK(*response.headers.find("Cross-Origin-Resource-Policy") == "same-origin");
    CHECK_FALSE(response.headers.find("Access-Control-Allow-Origin"));
  }
}

TEST_CASE("requests for the service are left to it, and unknown pages are not") {
  Served served;
  for (auto const& target : {"/", "/_locals", "/_loca", "/datastore/_local", "/x?/_local", "//_local", "*"})
    CHECK_MESSAGE(!served(get(target)), target);
  for (auto const& target : {"/_local/", "/_local.xml", "/_local/../x", "/_local/faults/"})
    CHECK_MESSAGE(served.status(get(target)) == 404, target);
  for (auto const& method : {"POST", "PUT", "DELETE", "OPTIONS"}) {
    auto request = get("/_local");
    request.method = method;
    CHECK(served.status(request) == 405);
  }
}

TEST_CASE("only a name of this machine, or one that is allowed, gets the page") {
  Served served;
  served.options.hosts = {"build.example"};
  auto const status = [&](std::string const& host) {
    auto request = get("/_local.json");
    request.headers.set("Host", host);
    return served.status(request);
  };
  for (auto const& host : {"127.0.0.1", "127.0.0.1:8080", "localhost", "LocalHost:1", "localhost.", "[::1]:8080",
                           "127.1.2.3", "build.example", "BUILD.example.:80"})
    CHECK_MESSAGE(status(host) == 200, host);
  for (auto const& host : {"", "evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "evil-localhost",
                           "10.0.0.1", "0.0.0.0", "[::]", "169.254.169.254", "127.0.0.1@evil.example", "a b",
                           "evil.build.example", "127.0.0.1:8080:1", "127.1", "2130706433", "[::ffff:127.0.0.1]"})
    CHECK_MESSAGE(status(host) == 403, host);
  HttpRequest const without{.method = "GET", .target = "/_local"};
  CHECK(served.status(without) == 403);
}

TEST_CASE("a form adds all of its faults, or none") {
  Served served;
  auto const response = *served(form("%7B%7D%0D%0A%7B%22LatencyMs%22%3A+5%7D%0D%0A"));
  CHECK(response.status == 303);
  CHECK(*response.headers.find("Location") == "/_local");
  REQUIRE(served.added.size() == 2);
  CHECK(served.added[1].latency.count == 5);
  served.added.clear();
  for (auto const& faults : {"%7B%7D%0A%7B%22Broke%22%3A1%7D", "", "x", "%7B"}) {
    auto const refused = *served(form(faults));
    CHECK(refused.status == 400);
    CHECK(refused.body.find("role=\"alert\"") != std::string::npos);
  }
  auto const script = *served(form("%3Cscript%3E"));
  CHECK(script.body.find("<script") == std::string::npos);
  served.overview.fault_count = max_form_faults;
  CHECK(served.status(form("%7B%7D")) == 400);
  CHECK(served.added.empty());
}

TEST_CASE("a form without the token, or from another site, adds nothing") {
  Served served;
  std::vector<HttpRequest> refused;
  auto const change = [&](auto edit) { edit(refused.emplace_back(form("%7B%7D"))); };
  change([](HttpRequest& r) { r.body = "faults=%7B%7D"; });
  change([](HttpRequest& r) { r.body = "token=&faults=%7B%7D"; });
  change([](HttpRequest& r) { r.body = "token=" + token + "x&faults=%7B%7D"; });
  change([](HttpRequest& r) { r.body += "&token=" + token; });
  change([](HttpRequest& r) { r.headers.add("Origin", "http://evil.example"); });
  change([](HttpRequest& r) { r.headers.add("Origin", "null"); });
  change([](HttpRequest& r) { r.headers.add("Origin", "http://127.0.0.1:8081"); });
  change([](HttpRequest& r) { r.headers.add("Sec-Fetch-Site", "cross-site"); });
  change([](HttpRequest& r) { r.headers.add("Sec-Fetch-Site", "same-site"); });
  change([](HttpRequest& r) { r.headers.set("Host", "evil.example"); });
  for (auto const& request : refused) CHECK_MESSAGE(served.status(request) == 403, request.body);
  auto typed = form("%7B%7D");
  typed.headers.set("Content-Type", "text/plain");
  CHECK(served.status(typed) == 415);
  CHECK(served.status(form(std::string(max_form_bytes, 'x'))) == 413);
  Served tokenless;
  tokenless.options.token = "";
  auto empty = form("%7B%7D");
  empty.body = "token=&faults=%7B%7D";
  CHECK(tokenless.status(empty) == 403);
  Served without;
  without.options.fault_control = false;
  CHECK(without.status(form("%7B%7D")) == 404);
  CHECK(without.status(get("/_local/faults")) == 404);
  for (auto const* const one : {&served, &tokenless, &without}) CHECK(one->added.empty());
  // A browser's own form.
  auto own = form("%7B%7D");
  own.headers.add("Origin", "http://127.0.0.1:8080");
  own.headers.add("Sec-Fetch-Site", "same-origin");
  CHECK(served.status(own) == 303);
}

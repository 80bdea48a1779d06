#include "healthlake/http/endpoint.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace healthlake;

namespace {
std::string url_of(EndpointOptions const& options) {
  auto const endpoint = resolve_endpoint(options);
  return endpoint ? endpoint->url() : to_string(endpoint.error());
}

std::string message_of(EndpointOptions const& options) {
  auto const endpoint = resolve_endpoint(options);
  REQUIRE_FALSE(endpoint);
  auto const* setup = endpoint.error().as<SetupError>();
  REQUIRE(setup != nullptr);
  CHECK(setup->phase == SetupPhase::endpoint);
  return setup->message;
}

EndpointOptions custom(std::string url) { return {.region = "us-east-1", .endpoint = std::move(url)}; }
}  // namespace

TEST_CASE("the endpoint is built from region, partition and options") {
  CHECK(url_of({.region = "us-east-1"}) == "https://healthlake.us-east-1.amazonaws.com");
  CHECK(url_of({.region = "us-east-1", .use_fips = true}) == "https://healthlake-fips.us-east-1.amazonaws.com");
  CHECK(url_of({.region = "us-east-1", .use_dual_stack = true}) == "https://healthlake.us-east-1.api.aws");
  CHECK(url_of({.region = "us-gov-west-1", .use_fips = true, .use_dual_stack = true}) ==
        "https://healthlake-fips.us-gov-west-1.api.aws");
  CHECK(url_of({.region = "cn-north-1"}) == "https://healthlake.cn-north-1.amazonaws.com.cn");
  CHECK(url_of({.region = "cn-north-1", .use_dual_stack = true}) ==
        "https://healthlake.cn-north-1.api.amazonwebservices.com.cn");
  CHECK(url_of({.region = "us-iso-east-1"}) == "https://healthlake.us-iso-east-1.c2s.ic.gov");
}

TEST_CASE("a region belongs to the partition that lists it, or else to the one whose rule it matches, or else to aws") {
  CHECK(partition_of("aws-cn-global").id == "aws-cn");
  CHECK(partition_of("aws-iso-b-global").id == "aws-iso-b");
  CHECK(partition_of("eu-nowhere-7").id == "aws");
  CHECK(partition_of("cn-south-12").id == "aws-cn");
  CHECK(partition_of("eusc-de-west-2").id == "aws-eusc");
  CHECK(partition_of("us-gov-central-1").id == "aws-us-gov");
  CHECK(partition_of("us-iso-south-9").id == "aws-iso");
  CHECK(partition_of("us-isob-south-9").id == "aws-iso-b");
  CHECK(partition_of("eu-isoe-north-1").id == "aws-iso-e");
  CHECK(partition_of("us-isof-west-1").id == "aws-iso-f");
  for (std::string_view const region :
       {"", "cn", "cn-", "cn-north", "cn--1", "cn-north-", "cn-north-x", "cn-north-1x", "xcn-north-1", "cnn-north-1",
        "cn-no.th-1", "moon-base-1", "us-gov-1", "cn-a-b-1"}) {
    CAPTURE(region);
    CHECK(partition_of(region).id == "aws");
  }
  CHECK(partition_of("cn-nO_9-10").id == "aws-cn");
  static_assert(partition_of("us-gov-west-1").dual_stack_dns_suffix == "api.aws");
}

TEST_CASE("a region that belongs to no known partition gets the domain of aws") {
  CHECK(url_of({.region = "moon-base-1"}) == "https://healthlake.moon-base-1.amazonaws.com");
}

TEST_CASE("a region is one label of a host name") {
  for (std::string_view const region :
       {"us-east-1/", "us-east-1.evil.example", "evil.example/#", "a@b", "us east", "-us-east-1", "us-east-1-",
        "us_east", "us-east-1\r\nX: y", "us-east-1?", "us%2deast", "\xc3\xa9", "a:1"}) {
    CAPTURE(region);
    auto const message = message_of({.region = std::string{region}});
    CHECK(message.starts_with("Invalid Configuration: the region is not a valid host label"));
    // It would be signed for, and sent to a host of the caller's.
    CHECK(message_of({.region = std::string{region}, .endpoint = "https://example.com"}) == message);
  }
  std::string const stem(61, 'a');
  CHECK(url_of({.region = "a-" + stem.substr(2) + "-1"}).starts_with("https://"));
  CHECK(message_of({.region = "a-" + stem + "-1"}).starts_with("Invalid Configuration"));
  CHECK(message_of({.region = std::string("us-east-1\0", 10)}).starts_with("Invalid Configuration"));
}

TEST_CASE("a region is in lower case, with a custom endpoint too") {
  for (std::string const region : {"US-EAST-1", "us-East-1", "Us-gov-west-1", "us-iso-east-1A", "AWS-GLOBAL"})
    for (std::string const endpoint : {"", "https://example.com"}) {
      CAPTURE(region);
      CHECK(message_of({.region = region, .endpoint = endpoint}).find("expected lower case") != std::string::npos);
    }
}

TEST_CASE("a region is known, or has the form of one: words and a number") {
  for (auto const& partition : partitions())
    for (std::string_view const region : partition.regions) {
      CAPTURE(region);
      CHECK(url_of({.region = std::string{region}}) ==
            "https://healthlake." + std::string{region} + "." + std::string{partition.dns_suffix});
    }
  // Not of this release.
  for (std::string const region :
       {"us-east-99", "cn-south-12", "eusc-de-west-2", "us-isof-west-1", "moon-base-1", "xx-a-b-c-1", "us-2east-1"}) {
    CAPTURE(region);
    CHECK(url_of({.region = region}).starts_with("https://healthlake." + region + "."));
  }
  for (std::string const region :
       {"us-east-1a", "us-east-1-wl1", "us-east", "us-east-", "useast1", "us-1", "us", "1", "us--east-1", "us-east--1",
        "1us-east-1", "us1-east-1", "global", "aws-moon-global", "us-east-one", "localhost"}) {
    CAPTURE(region);
    auto const message = message_of({.region = region});
    CAPTURE(message);
    CHECK((message.find("words and a number") != std::string::npos || region.ends_with('-')));
    // A server of the caller's may be signed for as it likes.
    if (!region.ends_with('-')) CHECK(resolve_endpoint({.region = region, .endpoint = "http://localhost"}));
  }
}

TEST_CASE("a missing region and options that exclude each other are errors") {
  CHECK(message_of({}).starts_with("Invalid Configuration: Missing Region"));
  CHECK(message_of({.use_fips = true, .endpoint = "https://example.com"})
            .starts_with("Invalid Configuration: FIPS and custom endpoint are not supported"));
  CHECK(message_of({.use_dual_stack = true, .endpoint = "https://example.com"})
            .starts_with("Invalid Configuration: Dualstack and custom endpoint are not supported"));
}

TEST_CASE("a custom endpoint is split into its parts") {
  struct Case {
    std::string_view url;
    Endpoint expected;
  };
  Case const cases[] = {
      {"https://example.com", {"https", "example.com", ""}},
      {"HTTP://Example.COM/Path", {"http", "example.com", "/Path"}},
      {"HTTPS://EXAMPLE.COM:8443", {"https", "example.com:8443", ""}},
      {"https://example.com.", {"https", "example.com.", ""}},
      {"https://example.com.:443/x", {"https", "example.com.", "/x"}},
      {"https://A.", {"https", "a.", ""}},
      {"http://127.0.0.1:8080", {"http", "127.0.0.1:8080", ""}},
      {"https://example.com:443/custom", {"https", "example.com", "/custom"}},
      {"http://example.com:80", {"http", "example.com", ""}},
      {"http://example.com:443", {"http", "example.com:443", ""}},
      {"https://example.com:80", {"https", "example.com:80", ""}},
      {"https://h:65535/a/b%20c/~x;y=z,@:!$&'()*+/", {"https", "h:65535", "/a/b%20c/~x;y=z,@:!$&'()*+"}},
      {"https://h:00443", {"https", "h", ""}},
      {"https://[::1]:080", {"https", "[::1]:80", ""}},
      {"http://my_service.local:1", {"http", "my_service.local:1", ""}},
      {"http://[::1]:8080/x", {"http", "[::1]:8080", "/x"}},
      {"http://[::]", {"http", "[::]", ""}},
      {"http://[1::]", {"http", "[1::]", ""}},
      {"http://[1:2:3:4:5:6:7:8]", {"http", "[1:2:3:4:5:6:7:8]", ""}},
      {"http://[2001:DB8::8:800:200C:417A]:80", {"http", "[2001:db8::8:800:200c:417a]", ""}},
      {"http://[::ffff:192.0.2.1]", {"http", "[::ffff:192.0.2.1]", ""}},
      {"http://[1:2:3:4:5:6:192.0.2.1]", {"http", "[1:2:3:4:5:6:192.0.2.1]", ""}},
      {"http://[1:2:3:4:5:6:7::]", {"http", "[1:2:3:4:5:6:7::]", ""}},
      {"http://a1.2b.c3", {"http", "a1.2b.c3", ""}},
      {"http://h/...x", {"http", "h", "/...x"}},
      {"http://h/%2ex", {"http", "h", "/%2ex"}},
  };
  for (auto const& test : cases) {
    auto const& expected = test.expected;
    std::string_view const url = test.url;
    CAPTURE(url);
    auto const endpoint = resolve_endpoint(custom(std::string{url}));
    REQUIRE(endpoint);
    CHECK(endpoint->scheme == expected.scheme);
    CHECK(endpoint->authority == expected.authority);
    CHECK(endpoint->path == expected.path);
    CHECK(*endpoint == expected);
  }
}

TEST_CASE("an invalid custom endpoint is rejected, and not quoted") {
  struct Case {
    std::string_view url;
    std::string_view what;
  };
  Case const cases[] = {
      {"example.com", "no scheme"},
      {"://example.com", "scheme other"},
      {"ftp://example.com", "scheme other"},
      {" https://example.com", "scheme other"},
      {"https:/example.com", "no scheme"},
      {"https://user:password@example.com", "user info"},
      {"https://example.com?x=y", "query"},
      {"https://example.com/a#b", "fragment"},
      {"https://", "no host"},
      {"https:///path", "no host"},
      {"https://:80", "no host"},
      {"https://a..b", "no host"},
      {"https://.a", "no host"},
      {"https://a..", "no host"},
      {"https://.", "no host"},
      {"https://a..b", "no host"},
      {"https://127.0.0.1.", "final dot"},
      {"https://0x7f.1", "four numbers"},
      {"https://2130706433", "four numbers"},
      {"https://-a", "no host"},
      {"https://a-.b", "no host"},
      {"https://exa mple.com", "no host"},
      {"https://example.com\r\nX: y", "no host"},
      {"https://ex%61mple.com", "no host"},
      {"https://ex\xc3\xa4mple.com", "no host"},
      {"https://example.com\\@evil", "user info"},
      {"https://1.2.3", "IPv4"},
      {"https://1.2.3.256", "IPv4"},
      {"https://1.2.3.04", "IPv4"},
      {"https://1.2.3.4.5", "IPv4"},
      {"https://1.2..4", "no host"},
      {"https://a.7", "IPv4"},
      {"https://::1", "IPv6 address in brackets"},
      {"https://[::1", "brackets"},
      {"https://[::1]x", "IPv6"},
      {"https://[]", "IPv6"},
      {"https://[1]", "IPv6"},
      {"https://[:1]", "IPv6"},
      {"https://[1:]", "IPv6"},
      {"https://[:::]", "IPv6"},
      {"https://[1::2::3]", "IPv6"},
      {"https://[1:2:3:4:5:6:7:8:9]", "IPv6"},
      {"https://[1:2:3:4:5:6:7:8::]", "IPv6"},
      {"https://[12345::]", "IPv6"},
      {"https://[g::]", "IPv6"},
      {"https://[::1.2.3]", "IPv6"},
      {"https://[::1.2.3.4:5]", "IPv6"},
      {"https://[fe80::1%25eth0]", "zone"},
      {"https://a:", "port"},
      {"https://a:0", "port"},
      {"https://a:65536", "port"},
      {"https://a:+80", "port"},
      {"https://a:8o", "port"},
      {"https://a:1:2", "port"},
      {"https://a//", "path"},
      {"https://a/b//c", "path"},
      {"https://a/../b", "path"},
      {"https://a/./b", "path"},
      {"https://a/%2E%2e", "path"},
      {"https://a/.%2e/", "path"},
      {"https://a/%2", "path"},
      {"https://a/%", "path"},
      {"https://a/%gg", "path"},
      {"https://a/%2g", "path"},
      {"https://a/b c", "path"},
      {"https://a/b\nc", "path"},
      {"https://a/\"", "path"},
      {"https://a/\x7f", "path"},
  };
  for (auto const& test : cases) {
    std::string_view const url = test.url;
    CAPTURE(url);
    auto const message = message_of(custom(std::string{url}));
    CAPTURE(message);
    CHECK(message.starts_with("Invalid Configuration: the custom endpoint"));
    CHECK(message.find(test.what) != std::string::npos);
    CHECK(message.find("password") == std::string::npos);
  }
  CHECK(message_of(custom(std::string("http://a\0b", 10))).find("no host") != std::string::npos);
}

TEST_CASE("the size of a custom endpoint is limited") {
  std::string const url = "http://a/";
  CHECK(resolve_endpoint(custom(url + std::string(2048 - url.size(), 'x'))));
  CHECK(message_of(custom(url + std::string(2049 - url.size(), 'x'))).find("2048") != std::string::npos);
  std::string const label(63, 'a');
  std::string const host = label + "." + label + "." + label + "." + std::string(61, 'a');
  CHECK(resolve_endpoint(custom("http://" + host)));
  CHECK(message_of(custom("http://" + host + "a")).find("no host") != std::string::npos);
  CHECK(message_of(custom("http://a" + label)).find("no host") != std::string::npos);
}

TEST_CASE("endpoints are equal if every part is") {
  Endpoint const endpoint{"https", "a", "/b"};
  CHECK(endpoint == Endpoint{"https", "a", "/b"});
  CHECK_FALSE(endpoint == Endpoint{"http", "a", "/b"});
  CHECK_FALSE(endpoint == Endpoint{"https", "b", "/b"});
  CHECK_FALSE(endpoint == Endpoint{"https", "a", ""});
}

TEST_CASE("the request target is the path and a slash") {
  CHECK(Endpoint{"https", "example.com", ""}.target() == "/");
  CHECK(Endpoint{"https", "example.com", "/custom"}.target() == "/custom/");
}

TEST_CASE("a host prefix is prepended to a name, and not to an IP address") {
  auto const prefixed = [](std::string authority) {
    return detail::with_host_prefix({"https", std::move(authority), "/p"}, "datatransformation.").url();
  };
  CHECK(prefixed("healthlake.us-east-1.amazonaws.com") ==
        "https://datatransformation.healthlake.us-east-1.amazonaws.com/p");
  CHECK(prefixed("example.com:8443") == "https://datatransformation.example.com:8443/p");
  CHECK(prefixed("example.com.") == "https://datatransformation.example.com./p");
  CHECK(prefixed("127.0.0.1:8080") == "https://127.0.0.1:8080/p");
  CHECK(prefixed("127.0.0.1") == "https://127.0.0.1/p");
  CHECK(prefixed("[::1]:8080") == "https://[::1]:8080/p");
}

TEST_CASE("endpoint: plain HTTP is unprotected unless it stays on this machine") {
  for (char const* url :
       {"https://healthlake.us-east-1.amazonaws.com", "http://localhost:8080", "http://LocalHost",
        "http://api.localhost/x", "http://localhost.", "http://127.0.0.1", "http://127.9.8.7:1", "http://[::1]:8080"}) {
    CAPTURE(url);
    CHECK_FALSE(is_unprotected(*resolve_endpoint({.endpoint = url})));
  }
  for (char const* url :
       {"http://example.com", "http://localhost.example.", "http://10.0.0.1:80", "http://localhost.example.com",
        "http://mylocalhost", "http://127.example.com", "http://[::2]", "http://[::ffff:10.0.0.1]", "http://0.0.0.0"}) {
    CAPTURE(url);
    CHECK(is_unprotected(*resolve_endpoint({.endpoint = url})));
  }
}

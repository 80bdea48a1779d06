// What a proxy option may be, and what becomes of its user information.
#include "healthlake/transport/proxy.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace healthlake::testing {

TEST_CASE("a proxy: host, port, and user information as Basic authentication (RFC 7617)") {
  struct Case {
    std::string url, host, port, authorization;
  };
  for (auto const& each : std::vector<Case>{
           {"http://proxy.test:3128", "proxy.test", "3128", ""},
           {"HTTP://proxy.test:3128/", "proxy.test", "3128", ""},
           {"proxy.test:3128", "proxy.test", "3128", ""},
           {"http://proxy.test", "proxy.test", "80", ""},
           {"http://127.0.0.1:1", "127.0.0.1", "1", ""},
           {"http://[::1]:3128", "::1", "3128", ""},
           {"http://Aladdin:open%20sesame@proxy.test:3128", "proxy.test", "3128", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
           {"Aladdin:open%20sesame@proxy.test", "proxy.test", "80", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
           // u:p/s#@:%?
           {"http://u:p%2Fs%23%40:%25%3F@proxy.test:3128", "proxy.test", "3128", "Basic dTpwL3MjQDolPw=="},
           {"http://u@proxy.test:3128", "proxy.test", "3128", "Basic dTo="},
           {"http://@proxy.test:3128", "proxy.test", "3128", "Basic Og=="}}) {
    CAPTURE(each.url);
    auto const proxy = detail::parse_proxy(each.url);
    REQUIRE(static_cast<bool>(proxy));
    CHECK(is_proxy_url(each.url));
    CHECK(proxy.host == each.host);
    CHECK(proxy.port == each.port);
    CHECK(proxy.authorization == each.authorization);
  }
}

TEST_CASE("a URL that is not of an HTTP proxy, or is ambiguous, is refused") {
  for (std::string const url : {"",
                                "http://",
                                "://proxy.test",
                                "https://proxy.test:3128",
                                "socks5://proxy.test:1080",
                                "http://proxy.test:0",
                                "http://proxy.test:65536",
                                "http://proxy.test:",
                                "http://proxy.test:x",
                                "http://pro xy:3128",
                                "http://a/b",
                                "http://a:1?b",
                                "http://a:1#b",
                                "http://a:1//",
                                "http://u:p/ss@proxy.test:3128",
                                "http://u:p#ss@proxy.test:3128",
                                "http://u:p?ss@proxy.test:3128",
                                "http://u:p ss@proxy.test:3128",
                                "http://u:p@ss@proxy.test:3128",
                                "http://u:p%@proxy.test:3128",
                                "http://u:p%2@proxy.test:3128",
                                "http://u:p%zz@proxy.test:3128",
                                "http://u:p%0a@proxy.test:3128",
                                "http://u:p%00@proxy.test:3128",
                                "http://u%3Av:p@proxy.test:3128",
                                "http://u:p\xc3\xa9@proxy.test:3128",
                                "http://u:p\r\nX: y@proxy.test:3128",
                                "http://[::1:3128"}) {
    CAPTURE(url);
    CHECK_FALSE(static_cast<bool>(detail::parse_proxy(url)));
    CHECK_FALSE(is_proxy_url(url));
  }
}

}  // namespace healthlake::testing

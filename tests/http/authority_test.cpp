// An authority is an unambiguous host and port, or is rejected for its first fault.
#include "healthlake/http/authority.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace healthlake::detail;

TEST_CASE("host and port are separated") {
  struct Case {
    std::string_view text, host;
    bool name;
    unsigned port;
  };
  std::string const longest =
      std::string(63, 'a') + "." + std::string(63, 'b') + "." + std::string(63, 'c') + "." + std::string(61, 'd');
  std::string const longest_and_dot = longest + ".";
  for (auto const& each : {Case{"healthlake.us-east-1.amazonaws.com", "healthlake.us-east-1.amazonaws.com", true, 0},
                           {"a_b-c", "a_b-c", true, 0},
                           {"a:1", "a", true, 1},
                           {"a:65535", "a", true, 65'535},
                           {"a:000080", "a", true, 80},
                           {longest, longest, true, 0},
                           {longest_and_dot, longest_and_dot, true, 0},
                           {"example.com.:8443", "example.com.", true, 8443},
                           {"1.2.3.a", "1.2.3.a", true, 0},
                           {"0x7f.example", "0x7f.example", true, 0},
                           {"1.2.3.0x", "1.2.3.0x", true, 0},
                           {"127.0.0.1:8080", "127.0.0.1", false, 8080},
                           {"255.255.255.255", "255.255.255.255", false, 0},
                           {"[::1]", "::1", false, 0},
                           {"[fe80::1]:443", "fe80::1", false, 443},
                           {"[::ffff:192.0.2.1]:80", "::ffff:192.0.2.1", false, 80}}) {
    CAPTURE(each.text);
    Authority parts;
    REQUIRE(parse_authority(each.text, parts) == AuthorityFault::none);
    CHECK(parts.host == each.host);
    CHECK(parts.name == each.name);
    CHECK(parts.port == each.port);
  }
}

TEST_CASE("the fault of an authority") {
  struct Case {
    AuthorityFault fault;
    std::string_view text;
  };
  using enum AuthorityFault;
  std::string const label(64, 'a');
  std::string too_long = "a";
  while (too_long.size() <= 253) too_long += ".a";
  std::string const too_long_and_dot = too_long + ".";
  for (auto const& each : {Case{user_information, "me@a"},
                           {user_information, "me:secret@a:80"},
                           {user_information, "a\\@b"},
                           {host, ""},
                           {host, ":80"},
                           {host, "a b"},
                           {host, "a/b"},
                           {host, "a?b"},
                           {host, "a\r\nb"},
                           {host, "a%41"},
                           {host, "a..b"},
                           {host, "a.."},
                           {host, "."},
                           {host, ".a"},
                           {host, ".:80"},
                           {host, too_long_and_dot},
                           {host, "-a"},
                           {host, "a-"},
                           {host, "\xc3\xa4"},
                           {host, label},
                           {host, too_long},
                           {ipv4, "1.2.3"},
                           {ipv4, "1.2.3.256"},
                           {ipv4, "1.2.3.04"},
                           {host, "::1"},
                           {host, "127.0.0.1.."},
                           {host, "127..0.1"},
                           {ipv4, "127.0.0.1."},
                           {ipv4, "127.0.0.1.:80"},
                           {ipv4, "1.2.3.4.5"},
                           {ipv4, "0177.0.0.1"},
                           {ipv4, "0x7f.1"},
                           {ipv4, "0x7f.0.0.0X1"},
                           {ipv4, "0x7f000001"},
                           {ipv4, "2130706433"},
                           {ipv4, "example.7"},
                           {ipv4, "example.7."},
                           {ipv6, "[::1"},
                           {ipv6, "[::1:80"},
                           {ipv6, "[::1%eth0]"},
                           {ipv6, "[v1.a]"},
                           {ipv6, "[127.0.0.1]"},
                           {ipv6, "[::127.0.0.1.]"},
                           {ipv6, "[::1]."},
                           {ipv6, "[::1].:80"},
                           {ipv6, "[]"},
                           {ipv6, "[g::]"},
                           {ipv6, "[::1%25eth0]"},
                           {ipv6, "[1::2::3]"},
                           {ipv6, "[::1]80"},
                           {port, "[::1]:"},
                           {port, "a:"},
                           {port, "a:0"},
                           {port, "a:65536"},
                           {port, "a:18446744073709551617"},
                           {port, "a:+80"},
                           {port, "a:-1"},
                           {port, "a:-0"},
                           {port, "a: 80"},
                           {port, "a:8x"},
                           {port, "a:1:2"}}) {
    CAPTURE(each.text);
    Authority parts;
    CHECK(parse_authority(each.text, parts) == each.fault);
  }
}

// Invariant: an authority is local if and only if its host is this machine or a link-local address, however the address
// is spelled.
#include "healthlake/http/local_address.hpp"

#include <doctest/doctest.h>

using namespace healthlake;

TEST_CASE("this machine and link-local addresses are local, in every spelling") {
  for (char const* local :
       {"127.0.0.1", "127.9.9.9:8080", "localhost", "LOCALHOST:1", "localhost.", "[::1]", "[::1]:80",
        "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::0.0.0.1]", "169.254.169.254", "169.254.170.2:80", "[fd00:ec2::254]",
        "[FD00:0EC2:0::0254]", "[fe80::1]", "[febf:ffff::]"}) {
    CAPTURE(local);
    CHECK(is_local_authority(local));
  }
  for (char const* other :
       {"", "128.0.0.1", "127.0.0.1.evil.example", "a.localhost", "localhost.evil", "[::2]", "[::ffff:127.0.0.1]",
        "[1::]", "169.253.0.1", "169.254.evil", "[fd00:ec3::254]", "[fec0::1]", "fd00:ec2::254", "[::1", "[zz]",
        "127.0.0.1@evil", "healthlake.us-east-1.amazonaws.com"}) {
    CAPTURE(other);
    CHECK(!is_local_authority(other));
  }
}

TEST_CASE("the groups of an IPv6 address") {
  using detail::ipv6_groups;
  using detail::Ipv6Groups;
  CHECK(ipv6_groups("1:2:3:4:5:6:7:8") == Ipv6Groups{1, 2, 3, 4, 5, 6, 7, 8});
  CHECK(ipv6_groups("::") == Ipv6Groups{});
  CHECK(ipv6_groups("::8") == Ipv6Groups{0, 0, 0, 0, 0, 0, 0, 8});
  CHECK(ipv6_groups("1::") == Ipv6Groups{1, 0, 0, 0, 0, 0, 0, 0});
  CHECK(ipv6_groups("1::7:8") == Ipv6Groups{1, 0, 0, 0, 0, 0, 7, 8});
  CHECK(ipv6_groups("1:2:3:4:5:6::8") == Ipv6Groups{1, 2, 3, 4, 5, 6, 0, 8});
  CHECK(ipv6_groups("1:2:3:4:5:6:7::") == Ipv6Groups{1, 2, 3, 4, 5, 6, 7, 0});
  CHECK(ipv6_groups("::2:3:4:5:6:7:8") == Ipv6Groups{0, 2, 3, 4, 5, 6, 7, 8});
  CHECK(ipv6_groups("::ffff:1.2.3.255") == Ipv6Groups{0, 0, 0, 0, 0, 0xFFFF, 0x0102, 0x03FF});
  CHECK(ipv6_groups("ABCD:ef::1") == Ipv6Groups{0xABCD, 0xEF, 0, 0, 0, 0, 0, 1});
}

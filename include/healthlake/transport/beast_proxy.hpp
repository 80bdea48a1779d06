// Which proxy a request of beast.hpp goes through, and what is sent to it.
//
// Rules: the option decides; the environment is used only if an option says so, and then as curl(1) does: http_proxy in
// lower case only, since a CGI program finds a request's `Proxy` header in HTTP_PROXY. Errors contain nothing of the
// URL.
#pragma once

#include <utility>

#include <boost/asio/ip/address.hpp>

#include <string>
#include <string_view>

#include "healthlake/http/message.hpp"
#include "healthlake/transport/checks.hpp"
#include "healthlake/transport/proxy.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// Proxies by scheme, and the hosts that need none. Empty if the variables are not set.
struct ProxyVariables {
  std::string https{};
  std::string http{};
  std::string no_proxy{};
};

ProxyVariables proxy_variables();

// Whether an address is in a network: `10.0.0.0/8`, `fd00::/8`, or the address itself.
bool in_network(boost::asio::ip::address const& address, std::string const& network);

// A comma-separated list of domains, addresses and networks, or `*`. A domain includes its subdomains, whether or not
// it begins with a dot.
bool needs_no_proxy(std::string_view list, std::string const& of_origin);

// The URL of the proxy for an origin, or an empty one.
std::string_view proxy_for(Origin const& origin, std::string const& option, ProxyVariables const& variables);

// RFC 9112, 3.2.3: the target of CONNECT always has a port.
std::string connect_target(Origin const& origin);

std::string connect_head(Origin const& origin, Proxy const& proxy, std::string const& user_agent);

// RFC 9112, 3.2.2: a forwarded request has the whole URL as its target. `head` begins with `method`, a space and the
// target.
void address_through(std::string& head, HttpRequest const& request, Proxy const& proxy);

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/transport/impl/beast_proxy.ipp"
#endif

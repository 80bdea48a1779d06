// The functions of transport/beast_proxy.hpp.
#pragma once

#include <utility>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <boost/system/error_code.hpp>

#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "healthlake/http/authority.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/transport/beast_proxy.hpp"
#include "healthlake/transport/checks.hpp"
#include "healthlake/transport/proxy.hpp"
#include "healthlake/transport/response_head.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL ProxyVariables proxy_variables() {
  auto first_of = [](std::initializer_list<char const*> names) -> std::string {
    for (char const* const name : names)
      if (char const* const value = std::getenv(name); value != nullptr && *value != '\0') return value;
    return {};
  };
  return {.https = first_of({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}),
          .http = first_of({"http_proxy", "all_proxy", "ALL_PROXY"}),
          .no_proxy = first_of({"no_proxy", "NO_PROXY"})};
}

HEALTHLAKE_DECL bool in_network(boost::asio::ip::address const& address, std::string const& network) {
  namespace ip = boost::asio::ip;
  boost::system::error_code wrong;
  bool const wide = network.find('/') != std::string::npos;
  if (address.is_v4()) {
    auto const all = ip::make_network_v4(wide ? network : network + "/32", wrong).canonical();
    return !wrong && ip::network_v4{address.to_v4(), all.prefix_length()}.canonical() == all;
  }
  auto const all = ip::make_network_v6(wide ? network : network + "/128", wrong).canonical();
  return !wrong && ip::network_v6{address.to_v6(), all.prefix_length()}.canonical() == all;
}

HEALTHLAKE_DECL bool needs_no_proxy(std::string_view list, std::string const& of_origin) {
  std::string const host{without_final_dot(of_origin)};
  boost::system::error_code not_an_address;
  auto const address = boost::asio::ip::make_address(host, not_an_address);
  return any_in_list(list, [&](std::string_view entry) {
    if (entry == "*") return true;
    if (!not_an_address) {
      if (entry.starts_with('[') && entry.ends_with(']')) entry = entry.substr(1, entry.size() - 2);
      return in_network(address, std::string{entry});
    }
    if (entry.starts_with('.')) entry.remove_prefix(1);
    entry = without_final_dot(entry);
    if (entry.empty() || entry.size() > host.size()) return false;
    std::size_t const rest = host.size() - entry.size();
    return equal_ignoring_case(std::string_view{host}.substr(rest), entry) && (rest == 0 || host[rest - 1] == '.');
  });
}

HEALTHLAKE_DECL std::string_view proxy_for(Origin const& origin, std::string const& option,
                                           ProxyVariables const& variables) {
  if (!option.empty()) return option;
  std::string_view const url = origin.tls ? variables.https : variables.http;
  return url.empty() || needs_no_proxy(variables.no_proxy, origin.host) ? std::string_view{} : url;
}

HEALTHLAKE_DECL std::string connect_target(Origin const& origin) {
  bool const v6 = origin.host.find(':') != std::string::npos;
  return (v6 ? "[" + origin.host + "]" : origin.host) + ":" + origin.port;
}

HEALTHLAKE_DECL std::string connect_head(Origin const& origin, Proxy const& proxy, std::string const& user_agent) {
  std::string const target = connect_target(origin);
  std::string head = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n";
  if (!user_agent.empty()) head += "User-Agent: " + user_agent + "\r\n";
  if (!proxy.authorization.empty()) head += "Proxy-Authorization: " + proxy.authorization + "\r\n";
  return head += "\r\n";
}

HEALTHLAKE_DECL void address_through(std::string& head, HttpRequest const& request, Proxy const& proxy) {
  if (!proxy.authorization.empty() && !request.headers.find("proxy-authorization"))
    head.insert(head.find("\r\n") + 2, "Proxy-Authorization: " + proxy.authorization + "\r\n");
  head.insert(request.method.size() + 1, request.scheme + "://" + request.authority);
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

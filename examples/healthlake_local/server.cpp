#include "server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <sstream>
#include <utility>

#include "http_server.hpp"

namespace {

std::optional<boost::asio::ip::tcp::endpoint> parse_listen(std::string_view text) {
  auto const colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  std::string_view const digits = text.substr(colon + 1);
  bool const bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";

  std::uint16_t port = 0;
  auto const [end, bad] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  boost::system::error_code error;
  auto const address = boost::asio::ip::make_address(std::string{host}, error);
  if (digits.empty() || bad != std::errc{} || end != digits.data() + digits.size() || error) return std::nullopt;
  if (address.is_v6() != bracketed) return std::nullopt;
  return boost::asio::ip::tcp::endpoint{address, port};
}

void settle_regularly(boost::asio::steady_timer& timer, std::function<void()> const& settle) {
  timer.expires_after(std::chrono::milliseconds{200});
  timer.async_wait([&timer, &settle](boost::system::error_code stopped) {
    if (stopped) return;
    settle();
    settle_regularly(timer, settle);
  });
}

}  // namespace

bool is_listen_address(std::string_view text) { return parse_listen(text).has_value(); }

bool is_loopback_address(std::string_view text) {
  auto const endpoint = parse_listen(text);
  return endpoint && endpoint->address().is_loopback();
}

int serve(std::string const& listen, http_server::Handler handler, std::function<void()> const& settle) {
  boost::asio::io_context context{1};
  http_server::Server server{context, std::move(handler)};
  if (auto const failure = server.listen(*parse_listen(listen))) {
    std::fprintf(stderr, "healthlake-local: cannot listen on %s: %s\n", listen.c_str(), failure.message().c_str());
    return 1;
  }

  // Handle signals before anyone can know that the server is up.
  boost::asio::signal_set signals{context, SIGTERM, SIGINT};
  signals.async_wait([&](auto const&, int) { context.stop(); });
  boost::asio::steady_timer timer{context};
  settle_regularly(timer, settle);

  std::ostringstream address;
  address << server.endpoint();
  std::printf("listening on http://%s\n", address.str().c_str());
  std::fflush(stdout);
  context.run();
  return 0;
}

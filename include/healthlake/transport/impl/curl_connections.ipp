// The functions of transport/curl_connections.hpp.
#pragma once

#include <curl/curl.h>
#ifndef _WIN32
#include <unistd.h>
#endif

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>

#include "healthlake/owner.hpp"
#include "healthlake/transport/curl_connections.hpp"
#include "healthlake/transport/curl_exchange.hpp"
#include "healthlake/transport/curl_options.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_COLD HEALTHLAKE_DECL bool CurlConnection::quiet() noexcept {
  // In HTTP/2, streams assign responses to requests, and libcurl reads what is pending itself.
  if (multiplexed_) return true;
  // Any result but "nothing pending" leads to a new connection.
  std::size_t count = 0;
  return receive_byte(count) == CURLE_AGAIN;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL bool CurlConnection::closed_by_server() noexcept {
  std::size_t count = 0;
  return receive_byte(count) == CURLE_OK && count == 0;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL CURLcode CurlConnection::receive_byte(std::size_t& count) noexcept {
  // The only way to read through all layers of a connection, TLS included, is meant for handles with CONNECT_ONLY. If a
  // version does not allow this, it is an error.
  char byte = 0;
  CURLcode code = curl_easy_setopt(easy_.get(), CURLOPT_CONNECT_ONLY, 1L);
  if (code != CURLE_OK) return code;
  code = curl_easy_recv(easy_.get(), &byte, 1, &count);
  CURLcode const reset = curl_easy_setopt(easy_.get(), CURLOPT_CONNECT_ONLY, 0L);
  return reset == CURLE_OK ? code : reset;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL CURL* CurlConnection::renew() noexcept {
  drop_handle();
  if (multi_) easy_.reset(curl_easy_init());
  return easy_.get();
}

HEALTHLAKE_COLD HEALTHLAKE_DECL CURLcode CurlConnection::run(CurlExchange& exchange, std::atomic<bool> const& cancelled,
                                                             std::function<bool()> const& asked) {
  current_ = &exchange;
  CURLcode const code = perform(exchange, cancelled, asked);
  current_ = nullptr;
  return code;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL int CurlConnection::on_close(void* connection, curl_socket_t socket) noexcept {
  if (auto* const exchange = static_cast<CurlConnection*>(connection)->current_)
    curl_guard(*exchange, [&] { return exchange->closing(socket), true; });
#ifdef _WIN32
  return closesocket(socket);
#else
  return ::close(socket);
#endif
}

HEALTHLAKE_COLD HEALTHLAKE_DECL long CurlConnection::proxy_status() const noexcept {
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_CONNECTCODE, &status);
  return status;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL bool CurlConnection::settle() noexcept {
  for (CURLoption const option :
       {CURLOPT_ERRORBUFFER, CURLOPT_HTTPHEADER, CURLOPT_PROXYHEADER, CURLOPT_POSTFIELDS, CURLOPT_SSL_CTX_DATA})
    curl_easy_setopt(easy_.get(), option, nullptr);
  long version = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_VERSION, &version);
  multiplexed_ = version >= CURL_HTTP_VERSION_2_0;
  socket_ = CURL_SOCKET_BAD;
  curl_easy_getinfo(easy_.get(), CURLINFO_ACTIVESOCKET, &socket_);
  idle_since_ = std::chrono::steady_clock::now();
  return socket_ != CURL_SOCKET_BAD;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL CURLcode CurlConnection::perform(CurlExchange& exchange,
                                                                 std::atomic<bool> const& cancelled,
                                                                 std::function<bool()> const& asked) {
  if (curl_multi_add_handle(multi_.get(), easy_.get()) != CURLM_OK) return CURLE_FAILED_INIT;
  for (int running = 1;;) {
    if (curl_multi_perform(multi_.get(), &running) != CURLM_OK) return CURLE_OUT_OF_MEMORY;
    if (running == 0) break;
    if (cancelled.load(std::memory_order_relaxed)) exchange.stop(TransportReason::cancelled, "cancel() was called");
    else if (asked && asked()) exchange.stop(TransportReason::cancelled, stop_asked);
    if (exchange.stopped || exchange.answered_early()) {
      curl_multi_remove_handle(multi_.get(), easy_.get());
      return CURLE_OK;
    }
    if (exchange.resumes()) curl_easy_pause(easy_.get(), CURLPAUSE_CONT);
    constexpr int milliseconds = static_cast<int>(curl_cancel_interval.count());
    if (curl_multi_poll(multi_.get(), nullptr, 0, milliseconds, nullptr) != CURLM_OK) return CURLE_OUT_OF_MEMORY;
  }
  int left = 0;
  CURLMsg const* const message = curl_multi_info_read(multi_.get(), &left);
  return message != nullptr && message->msg == CURLMSG_DONE ? message->data.result : CURLE_FAILED_INIT;
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void CurlConnection::drop_handle() noexcept {
  if (easy_) curl_multi_remove_handle(multi_.get(), easy_.get());
  easy_.reset();
}

HEALTHLAKE_COLD HEALTHLAKE_DECL CurlPool::CurlPool() {
  // Initializes libcurl if necessary.
  CurlEasy const first{curl_easy_init()};
  if (first) share_.reset(curl_share_init());
  if (!share_) return;
  // Without lock functions, since one thread uses it at a time.
  for (auto const what : {CURL_LOCK_DATA_SSL_SESSION, CURL_LOCK_DATA_DNS})
    curl_share_setopt(share_.get(), CURLSHOPT_SHARE, what);
}

// Takes the first of a list out of it.
HEALTHLAKE_COLD HEALTHLAKE_DECL Owner<CurlConnection> take_first(Owner<CurlConnection>& first) noexcept {
  Owner<CurlConnection> taken{std::move(first)};
  first = std::move(taken->next);
  return taken;
}

// One after the other: freeing the first of a list would free the others by recursion.
HEALTHLAKE_COLD HEALTHLAKE_DECL CurlPool::~CurlPool() {
  while (oldest_) take_first(oldest_);
}

HEALTHLAKE_COLD HEALTHLAKE_DECL Owner<CurlConnection> CurlPool::take(std::string const& origin,
                                                                     std::chrono::milliseconds max_idle_age) {
  auto const now = std::chrono::steady_clock::now();
  // Longer times would overflow the clock's unit.
  std::chrono::steady_clock::duration const most =
      std::clamp<std::chrono::milliseconds>(max_idle_age, std::chrono::milliseconds{0}, std::chrono::hours{24 * 365});
  for (Owner<CurlConnection>* at = &oldest_; *at;) {
    if (now - (*at)->idle_since() >= most || !(*at)->quiet()) take_first(*at);
    else at = &(*at)->next;
  }
  for (Owner<CurlConnection>* at = &oldest_; *at; at = &(*at)->next)
    if ((*at)->origin() == origin) return take_first(*at);
  return Owner<CurlConnection>{new CurlConnection{origin}};
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void CurlPool::keep(Owner<CurlConnection> connection, std::size_t most) noexcept {
  if (most == 0) return;
  std::size_t count = 0;
  Owner<CurlConnection>* end = &oldest_;
  for (; *end; end = &(*end)->next) ++count;
  *end = std::move(connection);
  if (count >= most) take_first(oldest_);
}

HEALTHLAKE_COLD HEALTHLAKE_DECL void CurlLines::add(std::string const& line) {
  curl_slist* const longer = curl_slist_append(list_.get(), line.c_str());
  complete_ = complete_ && longer != nullptr;
  if (longer == nullptr) return;
  // The same list, or its first node.
  static_cast<void>(list_.release());
  list_.reset(longer);
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

// Implementation of curl.hpp: libcurl's handles and the idle connections.
//
// Rules: every exchange has its own easy handle, so that of what libcurl stores about a response, only the connection,
// TLS sessions and resolved names outlive it. (Up to 8.0, a reused handle, reset or not, keeps a pointer into the last
// response's header: libcurl issue 11101.) A connection is reused only if it is quiet: the peer has neither closed it
// nor sent unsolicited data, and no layer of libcurl has unread bytes. One thread at a time.
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
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "healthlake/transport/curl_exchange.hpp"
#include "healthlake/transport/curl_options.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

struct CurlEasyFree {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};
struct CurlMultiFree {
  void operator()(CURLM* handle) const noexcept { curl_multi_cleanup(handle); }
};
struct CurlShareFree {
  void operator()(CURLSH* handle) const noexcept { curl_share_cleanup(handle); }
};
struct CurlListFree {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using CurlEasy = std::unique_ptr<CURL, CurlEasyFree>;

// Sets options one after the other and keeps the first failure.
struct CurlSetup {
  CURL* handle;
  CURLcode code = CURLE_OK;

  template <class V>
  void set(CURLoption option, V value) noexcept {
    if (code == CURLE_OK) code = curl_easy_setopt(handle, option, value);
  }
};

class CurlLines {
 public:
  void add(std::string const& line) {
    curl_slist* const longer = curl_slist_append(list_.get(), line.c_str());
    complete_ = complete_ && longer != nullptr;
    if (longer == nullptr) return;
    static_cast<void>(list_.release());
    list_.reset(longer);
  }
  [[nodiscard]] curl_slist* get() const noexcept { return list_.get(); }
  // False if there was no memory for one of them.
  [[nodiscard]] bool complete() const noexcept { return complete_; }

 private:
  std::unique_ptr<curl_slist, CurlListFree> list_{};
  bool complete_ = true;
};

inline constexpr char const* stop_asked = "CurlOptions::cancelled returned true";

// One connection to one origin, or none yet: a multi handle, whose cache holds the connection, and the easy handle of
// the last exchange, through which the connection can be reached.
class CurlConnection {
 public:
  explicit CurlConnection(std::string origin) : origin_(std::move(origin)), multi_(curl_multi_init()) {}
  ~CurlConnection() { drop_handle(); }
  CurlConnection(CurlConnection const&) = delete;
  CurlConnection& operator=(CurlConnection const&) = delete;

  [[nodiscard]] std::string const& origin() const noexcept { return origin_; }
  [[nodiscard]] curl_socket_t socket() const noexcept { return socket_; }
  [[nodiscard]] CURL* handle() const noexcept { return easy_.get(); }
  [[nodiscard]] bool multiplexed() const noexcept { return multiplexed_; }
  [[nodiscard]] std::chrono::steady_clock::time_point idle_since() const noexcept { return idle_since_; }

  // Whether it can be used again.
  bool quiet() noexcept {
    // In HTTP/2, streams assign responses to requests, and libcurl reads what is pending itself.
    if (multiplexed_) return true;
    // The only way to read through all layers of a connection, TLS included, is meant for handles with CONNECT_ONLY.
    // Any result but "nothing pending" (also an error, if a version does not allow this) leads to a new connection.
    char byte = 0;
    std::size_t count = 0;
    if (curl_easy_setopt(easy_.get(), CURLOPT_CONNECT_ONLY, 1L) != CURLE_OK) return false;
    bool const nothing = curl_easy_recv(easy_.get(), &byte, 1, &count) == CURLE_AGAIN;
    return curl_easy_setopt(easy_.get(), CURLOPT_CONNECT_ONLY, 0L) == CURLE_OK && nothing;
  }

  // A handle for the next exchange; null if there is no memory for it.
  CURL* renew() noexcept {
    drop_handle();
    if (multi_) easy_.reset(curl_easy_init());
    return easy_.get();
  }

  // Runs the exchange to its end, to the end of an early response, or until it is cancelled.
  CURLcode run(CurlExchange& exchange, std::atomic<bool> const& cancelled, std::function<bool()> const& asked) {
    current_ = &exchange;
    CURLcode const code = perform(exchange, cancelled, asked);
    current_ = nullptr;
    return code;
  }

  // For CURLOPT_CLOSESOCKETFUNCTION.
  static int on_close(void* connection, curl_socket_t socket) noexcept {
    if (auto* const exchange = static_cast<CurlConnection*>(connection)->current_)
      curl_guard(*exchange, [&] { return exchange->closing(socket), true; });
#ifdef _WIN32
    return closesocket(socket);
#else
    return ::close(socket);
#endif
  }

  // The status of the response to CONNECT, or 0.
  [[nodiscard]] long proxy_status() const noexcept {
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_CONNECTCODE, &status);
    return status;
  }

  // After an exchange: resets what belongs to it in the handle. False if there is no connection to keep.
  bool settle() noexcept {
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

 private:
  CURLcode perform(CurlExchange& exchange, std::atomic<bool> const& cancelled, std::function<bool()> const& asked) {
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

  void drop_handle() noexcept {
    if (easy_) curl_multi_remove_handle(multi_.get(), easy_.get());
    easy_.reset();
  }

  std::string origin_;
  // Sockets are closed also when the multi handle is freed.
  CurlExchange* current_ = nullptr;
  std::unique_ptr<CURLM, CurlMultiFree> multi_;
  CurlEasy easy_{};
  curl_socket_t socket_ = CURL_SOCKET_BAD;
  bool multiplexed_ = false;
  std::chrono::steady_clock::time_point idle_since_{};
};

// The idle connections, oldest first, and what they share.
class CurlPool {
 public:
  CurlPool() {
    // Initializes libcurl if necessary.
    CurlEasy const first{curl_easy_init()};
    if (first) share_.reset(curl_share_init());
    if (share_ == nullptr) return;
    // Without lock functions, since one thread uses it at a time.
    for (auto const what : {CURL_LOCK_DATA_SSL_SESSION, CURL_LOCK_DATA_DNS})
      curl_share_setopt(share_.get(), CURLSHOPT_SHARE, what);
  }

  // Whether the exchange in progress is to end. Set by any thread or signal handler.
  std::atomic<bool> cancelled{false};
  static_assert(std::atomic<bool>::is_always_lock_free);

  // Null if libcurl could not be set up.
  [[nodiscard]] CURLSH* share() const noexcept { return share_.get(); }

  // A quiet idle connection to `origin`, or one that is still to be opened.
  std::unique_ptr<CurlConnection> take(std::string const& origin, std::chrono::milliseconds max_idle_age) {
    auto const now = std::chrono::steady_clock::now();
    // Longer times would overflow the clock's unit.
    std::chrono::steady_clock::duration const most =
        std::clamp<std::chrono::milliseconds>(max_idle_age, std::chrono::milliseconds{0}, std::chrono::hours{24 * 365});
    std::erase_if(idle_, [&](auto const& kept) { return now - kept->idle_since() >= most || !kept->quiet(); });
    auto const found =
        std::find_if(idle_.begin(), idle_.end(), [&](auto const& kept) { return kept->origin() == origin; });
    if (found == idle_.end()) return std::make_unique<CurlConnection>(origin);
    auto connection = std::move(*found);
    idle_.erase(found);
    return connection;
  }

  // Closes it if there is no memory to keep it: the response that came over it is not lost for that.
  void keep(std::unique_ptr<CurlConnection> connection, std::size_t most) {
    if (most == 0) return;
    if (idle_.size() >= most) idle_.erase(idle_.begin());
    try {
      idle_.push_back(std::move(connection));
    } catch (std::bad_alloc const&) {
      return;
    }
  }

 private:
  // Outlives the handles that use it.
  std::unique_ptr<CURLSH, CurlShareFree> share_{};
  std::vector<std::unique_ptr<CurlConnection>> idle_{};
};

}  // namespace HEALTHLAKE_NAMESPACE::detail

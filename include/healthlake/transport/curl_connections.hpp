// Implementation of curl.hpp: libcurl's handles and the idle connections.
//
// Rules: every exchange has its own easy handle, so that of what libcurl stores about a response, only the connection,
// TLS sessions and resolved names outlive it. (Up to 8.0, a reused handle, reset or not, keeps a pointer into the last
// response's header: libcurl issue 11101.) A connection is reused only if it is quiet: the peer has neither closed it
// nor sent unsolicited data, and no layer of libcurl has unread bytes. One thread at a time.
#pragma once

#include <curl/curl.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>

#include "healthlake/owner.hpp"
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
using CurlEasy = Owner<CURL, CurlEasyFree>;

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
  void add(std::string const& line);
  [[nodiscard]] curl_slist* get() const noexcept { return list_.get(); }
  // False if there was no memory for one of them.
  [[nodiscard]] bool complete() const noexcept { return complete_; }

 private:
  Owner<curl_slist, CurlListFree> list_{};
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
  bool quiet() noexcept;
  // Whether the server has closed it in order. libcurl keeps it even then, if a response in HTTP/1.0 without a length
  // says `Connection: keep-alive`.
  bool closed_by_server() noexcept;

  // A handle for the next exchange; null if there is no memory for it.
  CURL* renew() noexcept;

  // Runs the exchange to its end, to the end of an early response, or until it is cancelled.
  CURLcode run(CurlExchange& exchange, std::atomic<bool> const& cancelled, std::function<bool()> const& asked);

  // For CURLOPT_CLOSESOCKETFUNCTION.
  static int on_close(void* connection, curl_socket_t socket) noexcept;

  // The status of the response to CONNECT, or 0.
  [[nodiscard]] long proxy_status() const noexcept;

  // The one that is idle for a shorter time, while this one is idle.
  Owner<CurlConnection> next{};

  // After an exchange: resets what belongs to it in the handle. False if there is no connection to keep.
  bool settle() noexcept;

 private:
  // Reads a byte if one is pending; `count` is 0 at the end of the connection.
  CURLcode receive_byte(std::size_t& count) noexcept;
  CURLcode perform(CurlExchange& exchange, std::atomic<bool> const& cancelled, std::function<bool()> const& asked);
  void drop_handle() noexcept;

  std::string origin_;
  // Sockets are closed also when the multi handle is freed.
  CurlExchange* current_ = nullptr;
  Owner<CURLM, CurlMultiFree> multi_;
  CurlEasy easy_{};
  curl_socket_t socket_ = CURL_SOCKET_BAD;
  bool multiplexed_ = false;
  std::chrono::steady_clock::time_point idle_since_{};
};

// The idle connections, oldest first, and what they share.
class CurlPool {
 public:
  CurlPool();
  ~CurlPool();
  CurlPool(CurlPool const&) = delete;
  CurlPool& operator=(CurlPool const&) = delete;

  // Whether the exchange in progress is to end. Set by any thread or signal handler.
  std::atomic<bool> cancelled{false};
  static_assert(std::atomic<bool>::is_always_lock_free);

  // Null if libcurl could not be set up.
  [[nodiscard]] CURLSH* share() const noexcept { return share_.get(); }

  // A quiet idle connection to `origin`, or one that is still to be opened.
  Owner<CurlConnection> take(std::string const& origin, std::chrono::milliseconds max_idle_age);

  // Needs no memory: the response that came over the connection is not lost.
  void keep(Owner<CurlConnection> connection, std::size_t most) noexcept;

 private:
  // Outlives the handles that use it.
  Owner<CURLSH, CurlShareFree> share_{};
  Owner<CurlConnection> oldest_{};
};

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/transport/impl/curl_connections.ipp"
#endif

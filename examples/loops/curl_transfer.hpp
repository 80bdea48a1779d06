// An exchange over libcurl: curl_multi.cpp has one for each export that sends.
//
// libcurl connects, encrypts and sends; it passes the bytes of the response on undecoded, and the library reads them
// (HttpExchange), so that the same responses are accepted as by CurlTransport.
#pragma once

#include <curl/curl.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <string>

#include "healthlake/flow/step.hpp"
#include "healthlake/transport/exchange.hpp"
#include "run.hpp"

namespace loops {

/// An exchange that is under way: an easy handle and what it refers to.
class Transfer {
 public:
  Transfer(std::size_t number, healthlake::Send const& send)
      : machine(number), exchange_(send.request()), handle_(curl_easy_init(), curl_easy_cleanup) {
    if (!handle_) throw std::bad_alloc{};
    healthlake::HttpRequest const& request = send.request();
    body_ = request.body;
    for (char const* const own : {"Accept:", "Content-Type:", "Expect:"}) add_line(own);  // libcurl's own: none
    for (auto const& [name, value] : request.headers) add_line(std::string{name}.append(": ").append(value));
    set(CURLOPT_URL, request.url().c_str());
    set(CURLOPT_PATH_AS_IS, 1L);
    set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body_.size()));
    set(CURLOPT_POSTFIELDS, body_.c_str());
    set(CURLOPT_HTTPHEADER, lines_.get());
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_HTTP_TRANSFER_DECODING, 0L);
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(time_for(send).count));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_PROXY, "");
    set(CURLOPT_ERRORBUFFER, text_.data());
    set(CURLOPT_PREREQFUNCTION, &on_request);
    set(CURLOPT_HEADERFUNCTION, &on_bytes);
    set(CURLOPT_WRITEFUNCTION, &on_bytes);
    for (CURLoption const data : {CURLOPT_PREREQDATA, CURLOPT_HEADERDATA, CURLOPT_WRITEDATA, CURLOPT_PRIVATE})
      set(data, static_cast<void*>(this));
  }

  /// The reply, once libcurl has ended the transfer, and before it forgets the connection.
  healthlake::HttpReply reply(CURLcode code) {
    if (code == CURLE_OK && connection_ended()) exchange_.closed();
    else if (code == CURLE_OK)
      exchange_.fail(healthlake::TransportReason::connection_lost, "the response is incomplete");
    else exchange_.fail(reason_of(code), text_.front() != '\0' ? text_.data() : curl_easy_strerror(code));
    return exchange_.reply();
  }

  [[nodiscard]] CURL* handle() const noexcept { return handle_.get(); }

  /// The number of the export.
  std::size_t machine;

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(handle_.get(), option, value);
  }
  void add_line(std::string const& line) {
    auto* const longer = curl_slist_append(lines_.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc{};
    static_cast<void>(lines_.release());
    lines_.reset(longer);
  }

  // libcurl also ends a transfer by the Content-Length of an interim response, which says nothing about the final one.
  [[nodiscard]] bool connection_ended() const {
    curl_socket_t socket = CURL_SOCKET_BAD;
    curl_easy_getinfo(handle_.get(), CURLINFO_ACTIVESOCKET, &socket);
    char byte{};
    return socket == CURL_SOCKET_BAD || recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
  }

  [[nodiscard]] healthlake::TransportReason reason_of(CURLcode code) const {
    using healthlake::TransportReason;
    if (code == CURLE_PEER_FAILED_VERIFICATION) return TransportReason::tls_verification;
    if (code == CURLE_OPERATION_TIMEDOUT)
      return sent_ ? TransportReason::read_timeout : TransportReason::connect_timeout;
    return sent_ ? TransportReason::connection_lost : TransportReason::connect_failed;
  }

  // libcurl is about to send; a second time would be a retry of its own, but retries are the machine's.
  static int on_request(void* self, char*, char*, int, int) noexcept {
    auto& transfer = *static_cast<Transfer*>(self);
    if (transfer.sent_) return CURL_PREREQFUNC_ABORT;
    transfer.sent_ = true;
    transfer.exchange_.wrote(transfer.exchange_.to_write().size());
    return CURL_PREREQFUNC_OK;
  }
  // Header lines with their line ends, and the body with its chunks: everything that the server sent.
  static std::size_t on_bytes(char* data, std::size_t, std::size_t size, void* self) noexcept {
    auto& exchange = static_cast<Transfer*>(self)->exchange_;
    exchange.read({data, size});
    return exchange.failed() ? 0 : size;
  }

  healthlake::HttpExchange exchange_;
  std::string body_;
  bool sent_ = false;
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> lines_{nullptr, curl_slist_free_all};
  std::array<char, CURL_ERROR_SIZE> text_{};
  // The last member, and so the first that is destroyed: it refers to the others.
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle_;
};

}  // namespace loops

// 100 exports in one thread, over libcurl's multi interface: for programs that use libcurl already.
//
// libcurl connects, encrypts and sends; it passes the bytes of the response on undecoded, and the library reads them
// (HttpExchange), so that the same responses are accepted as by CurlTransport.
#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "healthlake/flow/timers.hpp"
#include "healthlake/transport/exchange.hpp"
#include "interrupt.hpp"
#include "run.hpp"

using namespace healthlake;

/// How long one exchange may take, if the deadline is later.
constexpr Milliseconds exchange_time{60'000};

/// An exchange that is under way: an easy handle and what it refers to.
class Transfer {
 public:
  Transfer(std::size_t number, Send const& send)
      : machine(number), handle(curl_easy_init(), curl_easy_cleanup), exchange_(send.request()) {
    if (!handle) throw std::bad_alloc{};
    HttpRequest const& request = send.request();
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
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::min(send.timeout.value_or(exchange_time), exchange_time).count));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_PROXY, "");
    set(CURLOPT_ERRORBUFFER, text_.data());
    set(CURLOPT_PREREQFUNCTION, &on_request);
    set(CURLOPT_HEADERFUNCTION, &on_bytes);
    set(CURLOPT_WRITEFUNCTION, &on_bytes);
    for (CURLoption const data : {CURLOPT_PREREQDATA, CURLOPT_HEADERDATA, CURLOPT_WRITEDATA, CURLOPT_PRIVATE})
      set(data, static_cast<void*>(this));
  }

  /// The reply, once libcurl has ended the transfer.
  HttpReply reply(CURLcode code) {
    if (code == CURLE_OK) exchange_.closed();
    else exchange_.fail(reason_of(code), text_.front() != '\0' ? text_.data() : curl_easy_strerror(code));
    return exchange_.reply();
  }

  std::size_t machine;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle;

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(handle.get(), option, value);
  }
  void add_line(std::string const& line) {
    auto* const longer = curl_slist_append(lines_.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc{};
    static_cast<void>(lines_.release());
    lines_.reset(longer);
  }

  TransportReason reason_of(CURLcode code) const {
    if (code == CURLE_PEER_FAILED_VERIFICATION) return TransportReason::tls_verification;
    if (code == CURLE_OPERATION_TIMEDOUT)
      return sent_ ? TransportReason::read_timeout : TransportReason::connect_timeout;
    return sent_ ? TransportReason::connection_lost : TransportReason::connect_failed;
  }

  // libcurl is about to send; a second time would be a retry of its own, but retries are the machine's.
  static int on_request(void* self, char*, char*, int, int) {
    auto& transfer = *static_cast<Transfer*>(self);
    if (transfer.sent_) return CURL_PREREQFUNC_ABORT;
    transfer.sent_ = true;
    transfer.exchange_.wrote(transfer.exchange_.to_write().size());
    return CURL_PREREQFUNC_OK;
  }
  // Header lines with their line ends, and the body with its chunks: everything that the server sent.
  static std::size_t on_bytes(char* data, std::size_t, std::size_t size, void* self) {
    auto& exchange = static_cast<Transfer*>(self)->exchange_;
    exchange.read({data, size});
    return size;
  }

  HttpExchange exchange_;
  std::string body_;
  bool sent_ = false;
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> lines_{nullptr, curl_slist_free_all};
  std::array<char, CURL_ERROR_SIZE> text_{};
};

/// The loop. An export that waits has a timer; one that sends has a transfer, which libcurl limits.
class CurlLoop {
 public:
  explicit CurlLoop(loops::Run& run) : run_(run), multi_(curl_multi_init(), curl_multi_cleanup) {}
  ~CurlLoop() {
    for (auto const& transfer : transfers_) curl_multi_remove_handle(multi_.get(), transfer->handle.get());
  }
  CurlLoop(CurlLoop const&) = delete;
  CurlLoop& operator=(CurlLoop const&) = delete;

  void go() {
    for (std::size_t i = 0; i < run_.exports.size(); ++i) step(i);
    while (!transfers_.empty() || !timers_.empty()) {
      wait_for_events();
      if (loops::caught_signal() != 0) return run_.cancel();
      int running = 0;
      curl_multi_perform(multi_.get(), &running);
      take_replies();
      while (auto const due = timers_.take(run_.runtime.now())) step(*due);
    }
  }

 private:
  void step(std::size_t i) {
    Timestamp const now = run_.runtime.now();
    auto const ask = run_.exports[i].next(now);
    if (!ask) return;
    if (auto const* const wait = std::get_if<Wait>(&*ask)) return timers_.set(i, wait->until, now);
    transfers_.push_back(std::make_unique<Transfer>(i, std::get<Send>(*ask)));
    if (curl_multi_add_handle(multi_.get(), transfers_.back()->handle.get()) != CURLM_OK) throw std::bad_alloc{};
  }

  void wait_for_events() {
    curl_waitfd signal{.fd = loops::signal_descriptor(), .events = CURL_WAIT_POLLIN, .revents = 0};
    auto const left = timers_.left(run_.runtime.now()).value_or(Milliseconds{60'000});
    // libcurl shortens this by its own timers.
    curl_multi_poll(multi_.get(), &signal, 1, static_cast<int>(std::min(left.count, std::int64_t{60'000})), nullptr);
  }

  void take_replies() {
    int more = 0;
    while (auto const* const message = curl_multi_info_read(multi_.get(), &more)) {
      CURLcode const code = message->data.result;
      Transfer* transfer = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      curl_multi_remove_handle(multi_.get(), transfer->handle.get());
      std::size_t const machine = transfer->machine;
      run_.exports[machine].receive(transfer->reply(code), run_.runtime.now());
      std::erase_if(transfers_, [&](auto const& each) { return each.get() == transfer; });
      step(machine);
    }
  }

  loops::Run& run_;
  std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi_;
  Timers timers_{};
  std::vector<std::unique_ptr<Transfer>> transfers_{};
};

int main(int argc, char** argv) {
  loops::Run run{argc, argv};
  if (run.status) return *run.status;
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || !loops::catch_signals()) return 3;
  CurlLoop{run}.go();
  curl_global_cleanup();
  return run.report(loops::caught_signal());
}

// What the transports of beast.hpp need of an exchange: how it begins and ends. The exchange itself, a chain of
// operations over Asio, is in impl/beast_exchange.ipp.
//
// Rules: those of beast.hpp. An exchange owns everything that its operations use, so that an operation that ends after
// its exchange is safe.
#pragma once

#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <memory>
#include <new>
#include <optional>

#include "healthlake/http/message.hpp"
#include "healthlake/http/transport.hpp"
#include "healthlake/transport/beast_options.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// The type-erased completion handler. Called at most once.
struct BeastCompletion {
  virtual ~BeastCompletion() = default;
  // Throws only what the handler throws, so that no reply is lost.
  virtual void complete(HttpReply reply) = 0;
};

template <class Handler>
class BeastHandler final : public BeastCompletion, public std::enable_shared_from_this<BeastHandler<Handler>> {
 public:
  BeastHandler(Handler handler, boost::asio::any_io_executor const& executor)
      : work_(boost::asio::get_associated_executor(handler, executor)), handler_(std::move(handler)) {}

  void complete(HttpReply reply) override {
    reply_.emplace(std::move(reply));
    bool posted = true;
    try {
      boost::asio::post(work_.get_executor(), [self = this->shared_from_this()] { self->call(); });
    } catch (std::bad_alloc const&) {
      posted = false;
    }
    // A reply on another executor is better than none.
    if (!posted) call();
  }

 private:
  void call() {
    work_.reset();
    std::move(handler_)(*std::move(reply_));
  }

  boost::asio::executor_work_guard<boost::asio::associated_executor_t<Handler, boost::asio::any_io_executor>> work_;
  Handler handler_;
  std::optional<HttpReply> reply_{};
};

// What the exchanges of one transport share (beast_connection.hpp).
struct BeastShared;

std::shared_ptr<BeastShared> make_beast_shared(boost::asio::any_io_executor executor, BeastOptions options);

// Starts an exchange on the executor, which is that of `shared`.
void start_beast_exchange(std::shared_ptr<BeastShared> shared, boost::asio::any_io_executor const& executor,
                          HttpRequest request, SendOptions limits, std::shared_ptr<BeastCompletion> waiting);

// Ends every exchange in progress: as cancelled, on the executor; or as lost, at once.
void cancel_beast_exchanges(std::shared_ptr<BeastShared> const& shared);
void abandon_beast_exchanges(BeastShared& shared, char const* why);

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/transport/impl/beast_exchange.ipp"
#endif

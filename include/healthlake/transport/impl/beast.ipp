// The functions of transport/beast.hpp.
#pragma once

#include <utility>

#include <boost/asio/io_context.hpp>

#include <exception>
#include <memory>
#include <optional>

#include "healthlake/http/transport.hpp"
#include "healthlake/transport/beast.hpp"
#include "healthlake/transport/beast_exchange.hpp"
#include "healthlake/transport/beast_options.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL BeastTransport::BeastTransport(Options options)
    : context_(std::make_unique<boost::asio::io_context>(1)),
      transport_(std::make_unique<AsyncBeastTransport>(context_->get_executor(), std::move(options))) {}
// The connections before their context, also where a transport is assigned to.
HEALTHLAKE_DECL BeastTransport::~BeastTransport() = default;
HEALTHLAKE_DECL BeastTransport::BeastTransport(BeastTransport&& other) noexcept = default;
HEALTHLAKE_DECL BeastTransport& BeastTransport::operator=(BeastTransport&& other) noexcept {
  BeastTransport taken{std::move(other)};
  std::swap(context_, taken.context_);
  std::swap(transport_, taken.transport_);
  return *this;
}

HEALTHLAKE_DECL HttpReply BeastTransport::send(HttpRequest const& request, SendOptions const& limits) {
  if (!context_)
    return Unexpected{TransportError{TransportReason::connect_failed, "the transport was moved from", false}};
  try {
    // First finish what an earlier exchange left, and a cancel() that came too late for it.
    context_->restart();
    context_->poll();
    context_->restart();
    auto const reply = std::make_shared<std::optional<HttpReply>>();
    transport_->async_send(request, limits, [reply](HttpReply got) { reply->emplace(std::move(got)); });
    while (!*reply) try {
        if (context_->run_one() == 0) break;
      } catch (std::exception const& e) {
        detail::abandon_beast_exchanges(*transport_->shared_, e.what());
      }
    if (*reply) return *std::move(*reply);
    return Unexpected{TransportError{TransportReason::connection_lost, "the exchange was abandoned", true}};
  } catch (std::exception const& e) {
    return Unexpected{TransportError{TransportReason::connection_lost, e.what(), true}};
  }
}

HEALTHLAKE_DECL void BeastTransport::cancel() {
  if (transport_) transport_->cancel();
}

}  // namespace HEALTHLAKE_NAMESPACE

// Shared by the programs: their credentials, and the loop that drives a state machine of flow/ on the board.
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>
#include <variant>

#include "board.hpp"
#include "gateway.hpp"
#include "healthlake/drive.hpp"
#include "healthlake/flow/call.hpp"
#include "healthlake/sign/sha256.hpp"
#include "healthlake/sign/sigv4.hpp"

// A key for the scripted peer only; it gives access to nothing else. A product stores its key where it cannot be read
// out.
inline constexpr std::string_view access_key_id = "AKIDDEVICEEXAMPLE";
inline constexpr std::string_view secret_access_key = "device-example-secret";
inline constexpr std::string_view region = "us-east-1";

inline void print_line(std::string_view text) {
  board::print(text);
  board::print("\n");
}

/// One connection to the service.
class Device {
 public:
  healthlake::Session session{};
  healthlake::Endpoint const endpoint{.authority = "healthlake.us-east-1.amazonaws.com"};
  std::uint64_t (*random)() = board::random;

  /// Executes the steps of the machine until it is done; its result is then ready. Calls `look` after each reply.
  template <class Machine, class Look>
  void drive(Machine& machine, Look&& look) {
    while (auto const step = machine.ask(board::now())) {
      if (auto const* send = std::get_if<healthlake::Send>(&*step)) {
        machine.receive(exchange(*send), board::now());
        look();
      } else if (auto const* wait = std::get_if<healthlake::Wait>(&*step)) {
        board::sleep_until(wait->until);
      }
    }
  }

 private:
  // Signs, sends and receives.
  healthlake::HttpReply exchange(healthlake::Send const& send) {
    auto const added =
        signer_.add_to(send.headers(), send.request(), credentials_, {.region = region, .time = send.date});
    if (!added || !*added) board::fail("cannot sign");
    return gateway_.send(send.request());
  }

  healthlake::Credentials const credentials_{std::string{access_key_id}, healthlake::Secret{secret_access_key}, {}};
  healthlake::SigV4<healthlake::Sha256> signer_;
  Gateway gateway_;
};

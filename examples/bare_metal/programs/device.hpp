// Shared by the programs: their credentials, and the loop that drives a state machine of flow/ on the board.
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>
#include <variant>

#include "board.hpp"
#include "gateway.hpp"
#include "healthlake/flow/call.hpp"
#include "healthlake/sign/canonical_request.hpp"
#include "healthlake/sign/sha256.hpp"
#include "healthlake/sign/signing_key.hpp"

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
    if (!sign(send.headers(), send.request(), healthlake::amz_date_of(send.date))) board::fail("cannot sign");
    return gateway_.send(send.request());
  }

  // Adds a signature, by the stages that the class SigV4 consists of. The class also checks credentials and requests,
  // and works out which headers to sign, for 6 kB; here they are always the same, with a value that is always there.
  bool sign(healthlake::Headers& headers, healthlake::HttpRequest const& request, healthlake::AmzDate const& now) {
    using namespace healthlake;
    std::string_view const date{now.data(), now.size()};
    CredentialScope const scope{date.substr(0, 8), region, "healthlake"};
    headers.add("X-Amz-Date", date);
    // Sorted by name, as sort_signed_fields would.
    SignedField fields[] = {{"amz-sdk-invocation-id"},   {"amz-sdk-request"}, {"content-type"},
                            {"host", request.authority}, {"x-amz-date"},      {"x-amz-target"}};
    constexpr std::string_view names =
        "amz-sdk-invocation-id;amz-sdk-request;content-type;host;x-amz-date;x-amz-target";
    for (SignedField& field : fields)
      if (auto const value = headers.find(field.name)) field.value = *value;

    Sha256 hash;
    Digest digest;
    hash_of(hash, as_bytes(request.body), digest);
    HexDigest const payload = to_hex(digest);
    // The endpoint has no path.
    if (!hash_canonical_request_at_root(
            hash, {.method = request.method, .fields = fields, .signed_headers = names, .payload_hash = view(payload)},
            digest))
      return false;
    // The key of the day is derived once.
    if (day_ != scope.date) {
      day_.clear();
      if (!derive_signing_key(hash, secret_access_key, scope, key_)) return false;
      day_ = scope.date;
    }
    Digest signature;
    if (!compute_signature(hash, key_, date, scope, digest, signature)) return false;
    headers.add("Authorization",
                {"AWS4-HMAC-SHA256 Credential=", access_key_id, "/", scope.date, "/", region,
                 "/healthlake/aws4_request, SignedHeaders=", names, ", Signature=", view(to_hex(signature))});
    return true;
  }

  healthlake::SecretDigest key_;
  std::string day_;
  Gateway gateway_;
};

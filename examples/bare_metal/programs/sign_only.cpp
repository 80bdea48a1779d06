// Signs a request with Signature Version 4 and the portable SHA-256, with the stages of sign/canonical_request.hpp: for
// a device that always makes the same request and has its own HTTP stack and JSON text. Prints the Authorization
// header, which the peer verifies.
#include <array>
#include <cstdint>

#include "board.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/sign/canonical_request.hpp"
#include "healthlake/sign/sha256.hpp"
#include "healthlake/sign/signing_key.hpp"
using namespace healthlake;

int main() {
  // From a clock; volatile, so that the compiler cannot compute the date in advance.
  std::int64_t volatile const seconds = 1'786'145'687;
  std::string const date = to_amz_date(Timestamp::from_seconds(seconds));
  std::string_view const body = R"({"DatastoreId":"c0ffee00c0ffee00c0ffee00c0ffee00","JobId":"job-1"})";
  CredentialScope const scope{std::string_view{date}.substr(0, 8), "us-east-1", "healthlake"};
  // Sorted by name, as sort_signed_fields would.
  std::array<SignedField, 4> const fields{{{"content-type", "application/x-amz-json-1.0"},
                                           {"host", "healthlake.us-east-1.amazonaws.com"},
                                           {"x-amz-date", date},
                                           {"x-amz-target", "HealthLake.DescribeFHIRExportJob"}}};
  std::string_view const names = "content-type;host;x-amz-date;x-amz-target";
  Sha256 hash;
  Digest digest;
  hash_of(hash, as_bytes(body), digest);
  HexDigest const payload = to_hex(digest);

  CanonicalRequest const request{
      .method = "POST", .fields = fields, .signed_headers = names, .payload_hash = view(payload)};
  bool signed_it = hash_canonical_request_at_root(hash, request, digest);

  SecretDigest key;
  derive_signing_key(hash, "device-example-secret", scope, key);
  Digest signature;
  signed_it = signed_it && compute_signature(hash, key, date, scope, digest, signature);
  HexDigest const text = to_hex(signature);

  board::print("AWS4-HMAC-SHA256 Credential=AKIDDEVICEEXAMPLE/");
  board::print(scope.date);
  board::print("/us-east-1/healthlake/aws4_request, SignedHeaders=");
  board::print(names);
  board::print(", Signature=");
  board::print(view(text));
  board::print("\n");
  board::exit(signed_it ? 0 : 1);  // never returns, so that no code for destructors is linked
}

// The two operations of S3 that it takes to read the results of a job, ListObjectsV2 and GetObject, with the library's
// own signer and transport.
//
// Rules: nothing that S3 says is trusted: sizes, ranges and entity tags are compared, lists are bounded, and errors are
// printable and without secrets. An object is read in parts of 8 MiB, so that memory does not depend on its size. What
// may succeed later (no response, 429, 5xx) is tried four times. Credentials that S3 refuses are replaced, but not for
// ever: a hostile server would have new ones fetched for each request. Whoever provides them has 6 s to do so.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/remembering_signer.hpp"
#include "common/secrets.hpp"
#include "common/strict_curl.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/http/endpoint.hpp"
#include "healthlake/model/s3_location.hpp"
#include "healthlake/runtime/system.hpp"
#include "healthlake/transport/curl.hpp"
#include "keys.hpp"

namespace healthlake_fetch {

struct S3Object {
  std::string key{};
  std::uint64_t size = 0;
  std::string etag{};
};

struct S3Page {
  std::vector<S3Object> objects{};
  /// The continuation token of the next page; empty on the last one.
  std::string next{};
};

/// How to reach S3.
struct S3Options {
  std::string region{};
  /// An endpoint of its own, such as `http://127.0.0.1:4568`, with the bucket in the path; empty for that of AWS, with
  /// the bucket in the host name (in the path if the name has a dot, for which there is no certificate).
  std::string endpoint{};
  /// Objects per page, at most 1,000.
  int page_size = 1000;
};

class S3 {
 public:
  static constexpr std::uint64_t part_bytes = std::uint64_t{8} << 20;
  /// How often credentials that S3 refuses are replaced.
  static constexpr int max_refusals = 8;
  /// Between two looks whether there are credentials; the first pause is 200 ms, and each one twice as long.
  static constexpr healthlake::Milliseconds longest_pause{3'200};

  /// The error says what is wrong with the endpoint. `keys`, `runtime` and `secrets` must outlive this object.
  static healthlake::Result<S3, std::string> open(S3Options options, std::string bucket, Keys& keys,
                                                  healthlake::SystemRuntime& runtime,
                                                  healthlake_examples::Secrets& secrets);

  /// A page of the objects whose keys begin with `prefix`, in the order of their keys.
  healthlake::Result<S3Page, std::string> list(std::string const& prefix, std::string const& token);

  /// The part of an object that begins at `offset`, which is less than its size: `part_bytes`, or what is left.
  healthlake::Result<std::string, std::string> read(S3Object const& object, std::uint64_t offset);

 private:
  S3(S3Options options, healthlake::Endpoint endpoint, Keys& keys, healthlake::SystemRuntime& runtime,
     healthlake_examples::Secrets& secrets)
      : options_(std::move(options)),
        endpoint_(std::move(endpoint)),
        signer_{healthlake::SigV4{healthlake::OpensslSha256{}, healthlake::sigv4_for_s3}, secrets},
        keys_(&keys),
        runtime_(&runtime) {}

  healthlake::Result<healthlake::HttpResponse, std::string> get(std::string const& target,
                                                                healthlake::Headers const& headers);
  // Others than those that were refused, if any were.
  healthlake::Result<healthlake::Credentials, std::string> credentials_but(
      std::optional<healthlake::Credentials> const& refused);
  // One attempt.
  healthlake::Result<healthlake::HttpResponse, std::string> send(std::string const& target,
                                                                 healthlake::Headers const& headers,
                                                                 healthlake::Credentials const& credentials);

  S3Options options_;
  // With the bucket in its host name or path.
  healthlake::Endpoint endpoint_;
  healthlake::CurlTransport transport_{healthlake_examples::strict_curl_options()};
  healthlake_examples::RememberingSigner signer_;
  Keys* keys_;
  healthlake::SystemRuntime* runtime_;
  int refusals_ = 0;
};

}  // namespace healthlake_fetch

#include "s3.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "healthlake/credentials/expat.hpp"
#include "healthlake/http/partitions.hpp"
#include "healthlake/text/percent.hpp"
#include "healthlake/text/text.hpp"

namespace healthlake_fetch {
namespace {

using namespace healthlake;
using healthlake_examples::Secrets;

// A key of a list with encoding-type=url, where a plus sign is a space.
std::string decoded(std::string text) {
  std::replace(text.begin(), text.end(), '+', ' ');
  return percent_decode(text);
}

std::optional<std::uint64_t> number(std::string_view text) {
  auto const parsed = parse_integer(text);
  if (text.empty() || parsed.size != text.size() || !parsed.in_range || parsed.value < 0) return std::nullopt;
  return static_cast<std::uint64_t>(parsed.value);
}

struct Refusal {
  std::string code{};
  /// `S3 responded with 403 SignatureDoesNotMatch: ...`
  std::string text{};

  // Whether the credentials have expired or were revoked.
  [[nodiscard]] bool of_credentials() const {
    return code == "ExpiredToken" || code == "InvalidToken" || code == "InvalidAccessKeyId";
  }
};

Refusal refusal(HttpResponse const& response, Secrets& secrets) {
  XmlText wanted[] = {XmlText{"Error/Code"}, XmlText{"Error/Message"}};
  std::string text = concat({"S3 responded with ", Decimal{response.status}});
  if (read_xml_with_expat(response.body, wanted) && wanted[0].found)
    append(text, {" ", printable(secrets.cleaned(wanted[0].text), 64), ": ",
                  printable(secrets.cleaned(wanted[1].text), 512)});
  return {std::move(wanted[0].text), std::move(text)};
}

Result<S3Object, std::string> object_of(XmlText const (&wanted)[3], bool url_encoded, std::string_view prefix,
                                        Secrets& secrets) {
  std::string key = url_encoded ? decoded(wanted[0].text) : wanted[0].text;
  auto const size = number(wanted[1].text);
  if (!size) return Unexpected{"the list contains an object without a valid size"};
  if (!key.starts_with(prefix))
    return Unexpected{"the list contains a key outside the prefix: " + quoted(secrets.cleaned(key), 64)};
  return S3Object{std::move(key), *size, wanted[2].text};
}

// An xs:boolean, which S3 writes as `true` or `false`. Taken for false, any other string would end the list early.
std::optional<bool> boolean(std::string_view text) {
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  return std::nullopt;
}

}  // namespace

Result<S3, std::string> S3::open(S3Options options, std::string bucket, Keys& keys, SystemRuntime& runtime,
                                 Secrets& secrets) {
  std::string url = options.endpoint;
  bool const in_path = !url.empty() || bucket.find('.') != std::string::npos;
  if (url.empty())
    url = concat({"https://", in_path ? "" : bucket, in_path ? "" : ".", "s3.", options.region, ".",
                  partition_of(options.region).dns_suffix});
  auto endpoint = parse_endpoint(url);
  if (!endpoint) return Unexpected{to_string(endpoint.error())};
  if (in_path) endpoint->path += "/" + bucket;
  return S3{std::move(options), *std::move(endpoint), keys, runtime, secrets};
}

Result<HttpResponse, std::string> S3::get(std::string const& target, Headers const& headers) {
  constexpr int attempts = 4;
  std::string problem;
  std::optional<Credentials> refused;
  for (int attempt = 1; attempt <= attempts; ++attempt) {
    if (attempt > 1) runtime_->sleep(Milliseconds{50 << attempt});
    auto const credentials = credentials_but(refused);
    if (!credentials) return Unexpected{refused ? problem : credentials.error()};
    auto reply = send(target, headers, *credentials);
    if (!reply) {
      problem = std::move(reply).error();
      continue;
    }
    if (reply->status == 200 || reply->status == 206) return *std::move(reply);
    auto said = refusal(*reply, signer_.secrets);
    problem = std::move(said.text);
    if (said.of_credentials() && ++refusals_ <= max_refusals) {
      keys_->reject(credentials->access_key_id);
      refused = *credentials;
    } else if (reply->status != 429 && reply->status < 500) {
      break;
    }
  }
  return Unexpected{std::move(problem)};
}

Result<Credentials, std::string> S3::credentials_but(std::optional<Credentials> const& refused) {
  for (Milliseconds pause{200};; pause.count *= 2) {
    auto found = keys_->get();
    if (found && refused != *found) return *std::move(found);
    if (pause > longest_pause) return Unexpected{found ? "there are no others" : to_string(found.error())};
    runtime_->sleep(pause);
  }
}

Result<HttpResponse, std::string> S3::send(std::string const& target, Headers const& headers,
                                           Credentials const& credentials) {
  HttpRequest request{.method = "GET",
                      .scheme = endpoint_.scheme,
                      .authority = endpoint_.authority,
                      .target = endpoint_.path + target,
                      .headers = headers};
  auto const added =
      signer_.sign(request, credentials, {.region = options_.region, .service = "s3", .time = runtime_->now()});
  if (!added) return Unexpected{to_string(added.error())};
  for (auto const& [name, value] : *added) request.headers.set(name, value);
  auto reply = transport_.send(request);
  if (!reply) return Unexpected{to_string(Error{reply.error()})};
  return *std::move(reply);
}

Result<S3Page, std::string> S3::list(std::string const& prefix, std::string const& token) {
  std::string target = concat({endpoint_.path.empty() ? "/" : "", "?encoding-type=url&list-type=2&max-keys=",
                               Decimal{options_.page_size}, "&prefix=", percent_encode(prefix)});
  if (!token.empty()) append(target, {"&continuation-token=", percent_encode(token)});
  auto const response = get(target, {});
  if (!response) return Unexpected{response.error()};
  signer_.secrets.keep_last_signature();

  XmlText whole[] = {XmlText{"ListBucketResult/IsTruncated"}, XmlText{"ListBucketResult/NextContinuationToken"},
                     XmlText{"ListBucketResult/EncodingType"}};
  if (!read_xml_with_expat(response->body, whole))
    return Unexpected{std::string{"the response to ListObjectsV2 is not a list"}};
  auto const truncated = boolean(whole[0].text);
  if (!truncated) {
    std::string const found = whole[0].found ? quoted(signer_.secrets.cleaned(whole[0].text), 64) : "none";
    return Unexpected{"the response to ListObjectsV2 is not a list: expected IsTruncated to be true or false, found " +
                      found};
  }
  S3Page page;
  XmlText wanted[] = {XmlText{"Contents/Key"}, XmlText{"Contents/Size"}, XmlText{"Contents/ETag"}};
  ExpatRecords records{response->body, "Contents", wanted};
  while (records.next()) {
    auto object = object_of(wanted, whole[2].text == "url", prefix, signer_.secrets);
    if (!object) return Unexpected{std::move(object).error()};
    page.objects.push_back(*std::move(object));
  }
  if (!records.ok()) return Unexpected{std::string{"the list cannot be read"}};
  if (!*truncated) return page;
  page.next = whole[1].text;
  if (page.next.empty() || page.next == token || page.objects.empty())
    return Unexpected{std::string{"the list says that it goes on, but not where"}};
  return page;
}

Result<std::string, std::string> S3::read(S3Object const& object, std::uint64_t offset) {
  std::uint64_t const size = (std::min)(part_bytes, object.size - offset);
  std::string const range = concat({Decimal{offset}, "-", Decimal{offset + size - 1}});
  Headers headers{{"Range", "bytes=" + range}};
  if (!object.etag.empty()) headers.add("If-Match", object.etag);
  auto response = get("/" + percent_encode(object.key, '/'), headers);
  if (!response) return Unexpected{std::move(response).error()};

  std::string const expected = concat({"bytes ", range, "/", Decimal{object.size}});
  auto const etag = response->headers.find("ETag").value_or("");
  auto const found = response->headers.find("Content-Range").value_or("");
  if (!object.etag.empty() && etag != object.etag)
    return Unexpected{std::string{"the object was replaced while it was read"}};
  bool const all = response->status == 200 && size == object.size;
  if (!all && found != expected)
    return Unexpected{
        concat({"expected the range ", expected, ", found ", quoted(signer_.secrets.cleaned(std::string{found}), 64)})};
  if (response->body.size() != size)
    return Unexpected{concat({"expected ", Decimal{size}, " bytes, found ", Decimal{response->body.size()}})};
  return std::move(response->body);
}

}  // namespace healthlake_fetch

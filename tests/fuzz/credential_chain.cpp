// Invariants of the default chain behind the cache, under any replies, clocks, files and moves. The first byte chooses
// what is configured; then come steps, each of a few bytes, see World::act.
// - keys that have not expired stay in use, whatever happens to a refresh: while there are some, a step is Done with
//   them, or a Send for one caller;
// - what is returned has not expired, and can be signed with; `peek` returns the same;
// - one Send at a time; a fetch, and a failure, ends: whoever asks again at the same time gets the same result, and no
//   request;
// - a Wait is after now, and within a minute;
// - requests go where they may, and no message has a secret that was sent, or keys that were received.
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "healthlake/credentials/cached.hpp"
#include "healthlake/credentials/default_credentials.hpp"
#include "healthlake/credentials/expat.hpp"
#include "healthlake/credentials/sso_token.hpp"
#include "healthlake/http/local_address.hpp"
#include "healthlake/text/utf8.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/support/test_machine.hpp"

namespace {
using namespace healthlake;

constexpr std::string_view sent_secret = "SECRET-THAT-WAS-SENT-0123456789";
constexpr std::string_view received_secret = "SECRET-THAT-WAS-RECEIVED-0123456789";
// By kind, and the profile with that name; small, since each fetch reads it.
struct Config {
  std::string_view profile;
  std::string_view file;
};
constexpr Config configs[] = {
    {"", {}},
    {"", {}},
    {"", {}},
    {"",
     "[default]\nregion = us-east-1\nrole_arn = arn:aws:iam::123456789012:role/R\nsource_profile = keys\n"
     "[profile keys]\naws_access_key_id = AKID\naws_secret_access_key = SECRET-THAT-IS-NEVER-SENT-0123456789\n"
     "aws_session_token = SECRET-THAT-WAS-SENT-0123456789\n"},
    {"chain",
     "[profile chain]\nregion = us-east-1\nrole_arn = arn:aws:iam::123456789012:role/R1\nsource_profile = instance\n"
     "[profile instance]\nrole_arn = arn:aws:iam::123456789012:role/R2\ncredential_source = Ec2InstanceMetadata\n"},
    {"sso",
     "[profile sso]\nsso_session = s\nsso_account_id = 123456789012\nsso_role_name = R\n"
     "[sso-session s]\nsso_region = us-east-1\nsso_start_url = https://start\n"},
    {"program", "[profile program]\ncredential_process = keys\n"},
};

struct Numbers {
  std::uint64_t state;

  std::uint64_t random() {
    return state < 2 ? std::uint64_t{0} - state : state = state * 6'364'136'223'846'793'005U + 1;
  }
};

// The signer of a test: it sends the token as it is.
struct TokenSigner {
  static Result<Headers> sign(HttpRequest const&, Credentials const& with, SigningContext const&) {
    return Headers{{"X-Amz-Security-Token", with.session_token.reveal()}};
  }
};

void check_message(std::string_view text) {
  FUZZ_REQUIRE(std::none_of(text.begin(), text.end(), detail::is_control), "no control character", text);
  FUZZ_REQUIRE(text.find(sent_secret) == std::string_view::npos, "no secret that was sent", text);
  FUZZ_REQUIRE(text.find("SECRET-THAT-IS-NEVER-SENT") == std::string_view::npos, "no secret that is never sent", text);
}

// A provider's replies as they should be, by who is asked.
std::string good_reply(HttpRequest const& request, std::string_view expires) {
  if (request.authority.starts_with("sts."))
    return concat(
        {R"(<R xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><S><Credentials><AccessKeyId>A</AccessKeyId>)"
         "<SecretAccessKey>",
         received_secret, "</SecretAccessKey><SessionToken>", received_secret, "</SessionToken><Expiration>", expires,
         "</Expiration></Credentials></S></R>"});
  if (request.authority.find("sso") != std::string::npos)
    return concat({R"({"roleCredentials":{"accessKeyId":"A","secretAccessKey":")", received_secret,
                   R"(","sessionToken":")", received_secret, R"(","expiration":")", expires, "\"}}"});
  if (request.method == "PUT") return "TOKEN";
  if (request.target.ends_with("security-credentials/") || request.target.ends_with("security-credentials"))
    return "role";
  return concat({R"({"Code":"Success","AccessKeyId":"A","SecretAccessKey":")", received_secret, R"(","Token":")",
                 received_secret, R"(","Expiration":")", expires, "\"}"});
}

class World {
 public:
  World(ByteSource& source, unsigned kind)
      : source_(source),
        numbers_{source.below(3)},
        config_(configs[kind].file),
        cached_(DefaultCredentials{{machine_, numbers_, signer_, &read_xml_with_expat},
                                   {.profile = std::string{configs[kind].profile}}},
                Entropy{numbers_}) {
    machine_.variables["HOME"] = "/home/me";
    machine_.files["/token"] = sent_secret;
    if (!config_.empty()) machine_.files["/home/me/.aws/config"] = config_;
    SsoPlan const plan{
        .session = "s", .region = "us-east-1", .account_id = "123456789012", .role_name = "R", .source = "p"};
    sso_file_ = sso_token_file(machine_, plan);
    machine_.files[sso_file_] =
        concat({R"({"accessToken":")", sent_secret, R"(","expiresAt":"2099-01-01T00:00:00Z"})"});
    if (kind == 0) {
      machine_.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://127.0.0.1/keys";
      machine_.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "/token";
    } else if (kind == 1) {
      machine_.variables["AWS_ROLE_ARN"] = "arn:aws:iam::123456789012:role/R";
      machine_.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/token";
      machine_.variables["AWS_REGION"] = "us-east-1";
    }
    print();
  }

  void run() {
    for (int left = 50; left > 0 && !source_.exhausted(); --left) act();
    finish();
  }

 private:
  using Cached = CachedCredentials<DefaultCredentials>;

  void act() {
    switch (source_.below(12)) {
      case 0: now_ = moved(static_cast<std::int64_t>(source_.number(4))); return step();
      case 1: now_ = moved(-static_cast<std::int64_t>(source_.number(4))); return step();
      case 2: now_ = source_.one_in(2) ? last : Timestamp{Timestamp::min_milliseconds}; return step();
      case 3: return lose();
      case 4:
        if (keys_) {
          cached_.reject(keys_->credentials.access_key_id);
          again_.reset();
        }
        return;
      case 5:
        cached_.cancel();
        sent_.reset();
        again_.reset();
        return;
      case 6: return change_machine();
      case 7: {
        Cached other{std::move(cached_)};
        cached_ = std::move(other);
        return;
      }
      case 8:
        if (keys_ && keys_->expiration) now_ = moved((*keys_->expiration - now_).count - 10'001);
        return step();
      case 9:
        if (wait_) now_ = *wait_;
        return step();
      default:
        if (sent_) receive();
        return step();
    }
  }

  // No pause fits behind the last Timestamp.
  static constexpr Timestamp last{Timestamp::max_milliseconds - 86'400'000};

  [[nodiscard]] Timestamp moved(std::int64_t by) const {
    return {std::clamp(now_.milliseconds + by, Timestamp::min_milliseconds, last.milliseconds)};
  }

  [[nodiscard]] bool in_use() const {
    return keys_ && (!keys_->expiration || now_ + Milliseconds{10'000} < *keys_->expiration);
  }

  void step() {
    bool const in_time = under_way();
    bool const same = again_ && *again_ == now_;
    again_.reset();
    wait_.reset();
    if (in_use()) {
      auto const* peeked = cached_.peek(now_);
      FUZZ_REQUIRE(peeked != nullptr && *peeked == *keys_, "keys that have not expired can be looked at", "");
    }
    auto step = cached_.next(now_);
    if (auto* done = std::get_if<Done<Cached::Outcome>>(&step)) {
      FUZZ_REQUIRE(!in_use() || done->result, "keys that have not expired stay in use", "");
      if (!sent_ || !in_time) sent_.reset();
      check(done->result);
      // Another fetch may follow at once what was cancelled.
      auto const& failure = cached_.last_failure();
      if (!failure || !failure->cancelled()) again_ = now_;
    } else if (auto const* wait = std::get_if<Wait>(&step)) {
      FUZZ_REQUIRE(!in_use(), "nobody waits while there are keys", "");
      FUZZ_REQUIRE(wait->until > now_, "a wait takes time", "");
      FUZZ_REQUIRE(wait->until - now_ <= Milliseconds{60'000}, "a wait is short", "");
      wait_ = wait->until;
    } else {
      FUZZ_REQUIRE(!in_time, "one Send at a time", "");
      FUZZ_REQUIRE(!same, "an outcome is not followed by a request at once", "");
      check(std::get<Send>(step));
    }
  }

  void check(Cached::Outcome const& outcome) {
    if (auto const& failure = cached_.last_failure()) check(*failure);
    if (!outcome) return check(outcome.error());
    auto const& provided = **outcome;
    auto const& keys = provided.credentials;
    for (auto const text :
         {std::string_view{keys.access_key_id}, keys.secret_access_key.reveal(), keys.session_token.reveal()})
      FUZZ_REQUIRE(detail::all_are(detail::is_visible, text), "keys can be sent", text);
    FUZZ_REQUIRE(!keys.access_key_id.empty() && !keys.secret_access_key.empty(), "there are keys", "");
    FUZZ_REQUIRE(!provided.expiration || *provided.expiration > now_, "they have not expired", keys.access_key_id);
    check_message(provided.source);
    for (auto const& warning : provided.warnings) check_message(warning);
    keys_ = provided;
  }

  void check(Error const& error) {
    std::string const text = to_string(error);
    check_message(text);
    FUZZ_REQUIRE(edited_ || text.find(received_secret) == std::string::npos, "no keys that were received", text);
  }

  void check(Send const& send) {
    HttpRequest const& request = send.request();
    FUZZ_REQUIRE(send.timeout && *send.timeout > Milliseconds{0}, "an attempt has a time", request.target);
    for (auto const& header : request.headers)
      FUZZ_REQUIRE(!forbidden_field_value(header.value), "a header can be sent", header.value);
    FUZZ_REQUIRE(detail::all_are(detail::is_visible, request.target) && request.target.starts_with('/'),
                 "a target can be sent", request.target);
    FUZZ_REQUIRE(request.scheme == "https" || is_local_authority(request.authority), "nothing is sent in the clear",
                 request.authority);
    sent_ = Sent{request, now_, *send.timeout};
  }

  void lose() {
    cached_.lose();
    sent_.reset();
    again_.reset();
  }

  static bool has_secret(HttpRequest const& request) {
    bool has = request.body.find(sent_secret) != std::string::npos;
    for (auto const& header : request.headers) has = has || header.value.find(sent_secret) != std::string_view::npos;
    return has;
  }

  void receive() {
    auto const expires = to_iso8601(moved((static_cast<std::int64_t>(source_.number(2)) - 10'000) * 1000));
    HttpResponse response{200, {}, good_reply(sent_->request, expires)};
    auto const kind = source_.below(8);
    if (kind == 0) return lose();
    if (kind == 1) response.body.resize(source_.below(response.body.size() + 1));
    if (kind == 2) response.status = static_cast<int>(source_.between(300, 599));
    if (kind == 3) {
      edited_ = true;
      bool const echo = has_secret(sent_->request);
      for (auto left = 1 + source_.below(3); left > 0; --left) {
        std::size_t const at = source_.below(response.body.size() + 1);
        if (echo && source_.one_in(3)) response.body.insert(at, sent_secret);
        else if (at < response.body.size()) response.body[at] = static_cast<char>(source_.byte());
      }
    }
    sent_.reset();
    again_.reset();
    if (kind == 4)
      return cached_.receive(Unexpected{TransportError{static_cast<TransportReason>(source_.below(8)), "m", true}},
                             now_);
    if (source_.one_in(4))
      response.headers.add("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", source_.one_in(2) ? "21600" : "1");
    cached_.receive(response, now_);
  }

  void change_machine() {
    again_.reset();
    switch (source_.below(5)) {
      case 0: machine_.files["/token"] = source_.one_in(2) ? "" : std::string{sent_secret}; return;
      case 1: machine_.files[sso_file_] = source_.one_in(2) ? "{" : std::string{"{}"}; return;
      case 2:
        if (auto file = machine_.files.find("/home/me/.aws/config"); file != machine_.files.end())
          file->second.resize(source_.below(file->second.size() + 1));
        return;
      case 3:
        if (machine_.files.contains("/home/me/.aws/config")) machine_.files["/home/me/.aws/config"] = config_;
        return;
      default: print(); return;
    }
  }

  // What the program prints.
  void print() {
    auto const expires = to_iso8601(moved((static_cast<std::int64_t>(source_.number(2)) - 1'000) * 1000));
    machine_.programs["keys"] = {ProcessStatus::exited,
                                 source_.one_in(4) ? 1 : 0,
                                 Secret{concat({R"({"Version":1,"AccessKeyId":"P","SecretAccessKey":")",
                                                received_secret, R"(","Expiration":")", expires, "\"}"})},
                                 {},
                                 {}};
  }

  // With a network that loses everything, every fetch ends.
  void finish() {
    for (int left = 100;; --left) {
      FUZZ_REQUIRE(left > 0, "a fetch ends", "");
      if (wait_) now_ = *wait_;
      step();
      if (!wait_ && !sent_) return;
      if (sent_) lose();
    }
  }

  // Whether there is a Send whose time has not passed; a jump of more than a year is a clock that was set.
  bool under_way() {
    if (!sent_) return false;
    Milliseconds const by = now_ - sent_->seen;
    if (by.count > 0 && by.count < 366 * std::int64_t{86'400'000}) sent_->left.count -= by.count;
    sent_->seen = now_;
    return sent_->left.count > 0;
  }

  struct Sent {
    HttpRequest request;
    Timestamp seen;
    Milliseconds left;
  };

  ByteSource& source_;
  Numbers numbers_;
  std::string_view config_;
  TestMachine machine_;
  TokenSigner signer_;
  std::string sso_file_;
  Timestamp now_ = Timestamp::from_seconds(1'795'564'800);  // 2026-11-25T00:00:00Z
  Cached cached_;
  std::optional<ProvidedCredentials> keys_;
  std::optional<Sent> sent_;
  std::optional<Timestamp> wait_;
  // When the last step was Done.
  std::optional<Timestamp> again_;
  bool edited_ = false;
};
}  // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const input = fuzz::as_text(data, size);
  if (input.empty()) return 0;
  auto source = ByteSource::from_bytes(input.substr(1));
  World{source, static_cast<unsigned char>(input[0]) % 7U}.run();
  return 0;
}

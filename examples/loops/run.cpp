#include "run.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <string_view>
#include <system_error>

#include "healthlake/http/endpoint.hpp"
#include "healthlake/sign/environment.hpp"
#include "healthlake/text/text.hpp"

namespace loops {

using namespace healthlake;

namespace {

constexpr std::size_t max_exports = 1'000;
constexpr char const* usage =
    "usage: PROGRAM --endpoint URL --datastore-id ID [--region R] [--exports N] [--poll SECONDS] [--deadline SECONDS] "
    "[--run ID]\n"
    "The key is that of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.\n";

template <class Number>
std::optional<Number> number_in(std::string const& text, Number least, Number most) {
  Number number{};
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  bool const whole = error == std::errc{} && end == text.data() + text.size();
  if (!whole || !(number >= least && number <= most)) return std::nullopt;
  return number;
}

// Seconds, with a fraction or without: a millisecond to a week.
std::optional<Milliseconds> time_in(std::string const& text) {
  auto const seconds = number_in(text, 0.001, 7.0 * 24 * 3600);
  if (!seconds) return std::nullopt;
  return Milliseconds{static_cast<std::int64_t>(*seconds * 1'000)};
}

constexpr std::string_view name_of(End end) {
  constexpr std::string_view names[] = {"completed", "job failed", "timed out", "cancelled", "call failed"};
  return names[static_cast<std::size_t>(end)];
}

// `ID-007`
std::string token_of(std::string const& id, std::size_t number) {
  std::string digits = std::to_string(number);
  digits.insert(0, 3 - std::min<std::size_t>(digits.size(), 3), '0');
  return id + "-" + digits;
}

}  // namespace

Run::Run(int argc, char const* const* argv) {
  read(argc, argv);
  if (endpoint_.empty()) refuse("--endpoint is required");
  if (common.datastore_id.empty()) refuse("--datastore-id is required");
  auto endpoint = resolve_endpoint({.region = common.region, .endpoint = endpoint_});
  if (endpoint) common.endpoint = *std::move(endpoint);
  else refuse(to_string(Error{endpoint.error()}));
  auto credentials = credentials_from_environment();
  if (credentials) common.credentials = *std::move(credentials);
  else refuse(to_string(credentials.error()));
  if (status) {
    std::fputs(usage, stderr);
    return;
  }

  if (id_.empty()) id_ = random_uuid(Entropy{runtime}).view();
  for (std::size_t i = 0; i < count_; ++i) exports.emplace_back(common, Entropy{runtime}, token_of(id_, i));
  common.seen = runtime.now();
  std::printf("run %s\n", id_.c_str());
  std::fflush(stdout);
}

void Run::read(int argc, char const* const* argv) {
  for (int i = 1; i < argc; i += 2) {
    std::string const name = argv[i];
    if (i + 1 == argc) refuse(name + ": expected a value after it");
    else if (!read_option(name, argv[i + 1])) refuse(name + " " + argv[i + 1] + ": no such option, or invalid value");
  }
}

bool Run::read_option(std::string const& name, std::string const& value) {
  if (name == "--endpoint") endpoint_ = value;
  else if (name == "--datastore-id") common.datastore_id = value;
  else if (name == "--region") common.region = value;
  else if (name == "--run") id_ = value;
  else if (name == "--deadline") return (common.left = time_in(value)).has_value();
  else if (name == "--poll") {
    auto const time = time_in(value);
    if (time) common.poll = *time;
    return time.has_value();
  } else if (name == "--exports") {
    auto const count = number_in<std::size_t>(value, 1, max_exports);
    if (count) count_ = *count;
    return count.has_value();
  } else return false;
  return true;
}

void Run::refuse(std::string const& problem) {
  std::fprintf(stderr, "%s\n", problem.c_str());
  status = 2;
}

void Run::cancel() {
  for (auto& one : exports) one.cancel();
}

Host host_of(Endpoint const& endpoint) {
  Host host{endpoint.authority, endpoint.scheme == "https" ? "443" : "80"};
  if (auto const colon = host.name.rfind(':'); colon != std::string::npos && host.name.back() != ']') {
    host.port = host.name.substr(colon + 1);
    host.name.resize(colon);
  }
  if (host.name.starts_with('[')) host.name = host.name.substr(1, host.name.size() - 2);
  return host;
}

int Run::report(int signal) const {
  std::array<unsigned, 5> counts{};
  bool invalid = false;
  for (auto const& one : exports) {
    ++counts[static_cast<std::size_t>(one.end())];
    invalid = invalid || (one.error() && one.error()->kind() == ErrorKind::invalid);
    std::printf("%-11s  job %s  token %s%s%s\n", name_of(one.end()).data(),
                one.job_id().empty() ? "-" : printable(one.job_id()).c_str(), one.token().c_str(),
                one.error() ? "  " : "", one.error() ? to_string(*one.error()).c_str() : "");
  }
  for (std::size_t end = 0; end < counts.size(); ++end)
    std::printf("%s%u %s", end == 0 ? "" : ", ", counts[end], name_of(static_cast<End>(end)).data());
  std::printf("\n");
  auto const [completed, job_failed, timed_out, cancelled, call_failed] = counts;
  if (timed_out + cancelled + call_failed > 0)
    std::printf("to continue: the same command with --run %s\n", id_.c_str());
  if (signal != 0) return 128 + signal;
  if (invalid) return 2;
  if (timed_out + cancelled + call_failed > 0) return 3;
  return job_failed > 0 ? 1 : 0;
}

}  // namespace loops

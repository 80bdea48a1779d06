// Two observers (flow/observe.hpp): Spans writes spans as OpenTelemetry names them, one JSON object per line; Metrics
// counts, and writes what it counted in the text format of Prometheus. Neither needs a library but this one.
//
// Rules: what a server sends is escaped, and does not make the memory of Metrics grow beyond its limit.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

#include "healthlake/flow/entropy.hpp"
#include "healthlake/flow/observe.hpp"
#include "healthlake/json/writer.hpp"
#include "healthlake/text/text.hpp"

namespace telemetry {

/// A name for an error of which there are few, as `error.type` and labels need it: the service's code, or what failed.
inline std::string error_type(healthlake::Error const& error) {
  using namespace healthlake;
  if (auto const* service = error.as<ServiceError>())
    return service->code.empty() ? std::to_string(service->http_status) : printable(service->code, 64);
  if (auto const* transport = error.as<TransportError>()) return std::string{to_string(transport->reason)};
  if (auto const* setup = error.as<SetupError>()) return std::string{to_string(setup->phase)};
  return error.as<Malformed>() ? "malformed response" : "invalid input";
}

/// Spans of one machine at a time: one of kind CLIENT for the call, wait or list, by the conventions for the AWS SDKs,
/// and one below it for each attempt, by those for HTTP.
class Spans {
 public:
  /// Appends lines to `out`. The identifiers are drawn from `entropy`.
  Spans(std::string& out, healthlake::Entropy entropy) : out_(out), entropy_(entropy) {}

  void on_send(healthlake::SendReport const& report) {
    begin();
    server_ = report.authority;
  }

  void on_attempt(healthlake::AttemptReport const& report) {
    healthlake::JsonWriter json{out_};
    open(json, "POST", identifier(1), span_, report.begin, report.end);
    json.key("attributes"), json.begin_object();
    text(json, "http.request.method", "POST");
    text(json, "server.address", server_);
    if (report.attempt > 1) number(json, "http.request.resend_count", report.attempt - 1);
    number(json, "http.request.body.size", static_cast<std::int64_t>(report.request_bytes));
    if (report.http_status != 0) {
      number(json, "http.response.status_code", report.http_status);
      number(json, "http.response.body.size", static_cast<std::int64_t>(report.response_bytes));
    }
    if (!report.request_id.empty()) text(json, "aws.request_id", report.request_id);
    if (report.error != nullptr) text(json, "error.type", error_type(*report.error));
    json.end_object();
    close(json, report.error == nullptr);
  }

  void on_wait(healthlake::WaitReport const& report) {
    healthlake::JsonWriter json{events_};
    if (!events_.empty()) events_ += ',';
    json.begin_object();
    text(json, "name", std::string{to_string(report.reason)} + " delay");
    text(json, "timeUnixNano", nanoseconds(report.begin));
    number(json, "milliseconds", report.length.count);
    if (report.error != nullptr) text(json, "error.type", error_type(*report.error));
    json.end_object();
  }

  void on_outcome(healthlake::OutcomeReport const& report) {
    begin();
    healthlake::JsonWriter json{out_};
    std::string const name = std::string{report.call.service} + "." + std::string{report.call.operation};
    open(json, name, span_, {}, report.call.begin, report.end);
    json.key("kind"), json.string("CLIENT");
    json.key("attributes"), json.begin_object();
    text(json, "rpc.system", "aws-api");
    text(json, "rpc.service", report.call.service);
    text(json, "rpc.method", report.call.operation);
    if (!report.request_id.empty()) text(json, "aws.request_id", report.request_id);
    if (report.error != nullptr) text(json, "error.type", error_type(*report.error));
    text(json, "healthlake.kind", to_string(report.call.kind));
    number(json, "healthlake.attempts", report.attempts);
    if (report.wait_end) text(json, "healthlake.wait.end", to_string(*report.wait_end));
    json.end_object();
    json.key("events"), json.raw("[" + events_ + "]");
    close(json, report.success);
    trace_.clear();
    events_.clear();
  }

 private:
  void begin() {
    if (!trace_.empty()) return;
    trace_ = identifier(2);
    span_ = identifier(1);
  }

  // Random hexadecimal digits, 16 for each number.
  std::string identifier(int numbers) const {
    std::string digits;
    for (int i = 0; i < numbers * 16; i += 16)
      for (std::uint64_t random = entropy_.random(), n = 0; n < 16; ++n, random >>= 4)
        digits += "0123456789abcdef"[random & 15];
    return digits;
  }
  static std::string nanoseconds(healthlake::Timestamp time) { return std::to_string(time.milliseconds) + "000000"; }

  // A string of the service may have any bytes, and JSON must not.
  static void text(healthlake::JsonWriter& json, std::string_view key, std::string_view value) {
    json.key(key), json.string(healthlake::printable(value, 256));
  }
  static void number(healthlake::JsonWriter& json, std::string_view key, std::int64_t value) {
    json.key(key), json.integer(value);
  }
  void open(healthlake::JsonWriter& json, std::string_view name, std::string_view span, std::string_view parent,
            healthlake::Timestamp begin, healthlake::Timestamp end) const {
    json.begin_object();
    text(json, "name", name);
    text(json, "traceId", trace_);
    text(json, "spanId", span);
    if (!parent.empty()) text(json, "parentSpanId", parent);
    text(json, "startTimeUnixNano", nanoseconds(begin));
    text(json, "endTimeUnixNano", nanoseconds(end));
  }
  void close(healthlake::JsonWriter& json, bool success) const {
    json.key("status"), json.string(success ? "OK" : "ERROR");
    json.end_object();
    out_ += '\n';
  }

  std::string& out_;
  healthlake::Entropy entropy_;
  std::string trace_{};
  std::string span_{};
  std::string server_{};
  std::string events_{};
};

/// Counts attempts, outcomes, their durations and the time spent waiting, of any number of machines in one thread.
class Metrics {
 public:
  /// The most time series of one metric; further ones are counted in one with the label `overflow`.
  static constexpr std::size_t max_series = 1000;

  void on_attempt(healthlake::AttemptReport const& report) {
    std::string const result = report.error == nullptr ? "success" : error_type(*report.error);
    attempts_[slot(attempts_, labels({{"operation", report.call.operation}, {"result", result}}))] += 1;
  }
  void on_wait(healthlake::WaitReport const& report) {
    waits_[slot(waits_, labels({{"operation", report.call.operation}, {"reason", to_string(report.reason)}}))] +=
        report.length.count;
  }
  void on_outcome(healthlake::OutcomeReport const& report) {
    auto& histogram = durations_[slot(durations_, labels({{"operation", report.call.operation},
                                                          {"result", report.success ? "success" : "failure"}}))];
    // A clock that was set back counts as no time.
    std::int64_t const milliseconds = (std::max)((report.end - report.call.begin).count, std::int64_t{0});
    for (std::size_t i = 0; i < bounds.size(); ++i)
      if (milliseconds <= bounds[i]) ++histogram.buckets[i];
    ++histogram.count;
    histogram.sum += milliseconds;
  }

  /// The text format of Prometheus, version 0.0.4.
  [[nodiscard]] std::string text() const {
    std::string out = "# TYPE healthlake_client_attempts_total counter\n";
    for (auto const& [labels, count] : attempts_)
      out += "healthlake_client_attempts_total{" + labels + "} " + std::to_string(count) + "\n";
    out += "# TYPE healthlake_client_wait_seconds_total counter\n";
    for (auto const& [labels, time] : waits_)
      out += "healthlake_client_wait_seconds_total{" + labels + "} " + seconds(time) + "\n";
    out += "# TYPE healthlake_client_duration_seconds histogram\n";
    for (auto const& [labels, histogram] : durations_) {
      std::string const name = "healthlake_client_duration_seconds";
      for (std::size_t i = 0; i < bounds.size(); ++i)
        out += name + "_bucket{" + labels + ",le=\"" + seconds(bounds[i]) + "\"} " +
               std::to_string(histogram.buckets[i]) + "\n";
      out += name + "_bucket{" + labels + ",le=\"+Inf\"} " + std::to_string(histogram.count) + "\n";
      out += name + "_sum{" + labels + "} " + seconds(histogram.sum) + "\n";
      out += name + "_count{" + labels + "} " + std::to_string(histogram.count) + "\n";
    }
    return out;
  }

 private:
  // In milliseconds.
  static constexpr std::array<std::int64_t, 6> bounds{100, 1'000, 10'000, 60'000, 600'000, 3'600'000};
  struct Histogram {
    std::array<std::uint64_t, bounds.size()> buckets{};
    std::uint64_t count = 0;
    std::int64_t sum = 0;
  };
  struct Label {
    std::string_view name;
    std::string_view value;
  };

  static std::string labels(std::initializer_list<Label> all) {
    std::string out;
    for (auto const& [name, value] : all) {
      if (!out.empty()) out += ',';
      out.append(name).append("=\"");
      // The three characters that the format escapes; what is not UTF-8 is escaped before.
      for (char const c : healthlake::printable(value, 256)) {
        if (c == '\\' || c == '"') out += '\\';
        out += c;
      }
      out += '"';
    }
    return out;
  }
  template <class Series>
  static std::string slot(Series const& series, std::string labels) {
    return series.size() < max_series || series.contains(labels) ? labels : "overflow=\"true\"";
  }
  static std::string seconds(std::int64_t milliseconds) {
    return healthlake::to_epoch_seconds(healthlake::Timestamp{milliseconds});
  }

  std::map<std::string, std::uint64_t> attempts_{};
  std::map<std::string, std::int64_t> waits_{};
  std::map<std::string, Histogram> durations_{};
};

}  // namespace telemetry

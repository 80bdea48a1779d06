// The functions of local/fault_script.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/result.hpp"
#include "healthlake/core/shape.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/local/fault.hpp"
#include "healthlake/local/fault_script.hpp"
#include "healthlake/local/ndjson.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL std::string status_fault(std::optional<std::int32_t> status) {
  bool const good = !status || (*status >= 200 && *status <= 599);
  return good ? std::string{} : std::string{"HttpStatus must be between 200 and 599"};
}

HEALTHLAKE_DECL std::string make_broken(BrokenLine line, Fault& fault) {
  fault.what = Fault::Broken{.error = {TransportReason::connection_lost, "broken by the fault script", true},
                             .handled = line.handled.value_or(false)};
  return {};
}

HEALTHLAKE_DECL std::string make_refused(RefusedLine line, Fault& fault) {
  fault.what = Fault::Refused{.http_status = line.http_status.value_or(503),
                              .code = std::move(line.code).value_or(std::string{}),
                              .message = std::move(line.message).value_or(std::string{})};
  return status_fault(line.http_status);
}

HEALTHLAKE_DECL std::string make_cut_body(CutBodyLine line, Fault& fault) {
  if (line.bytes < 0) return "Bytes must not be negative";
  fault.what = Fault::CutBody{static_cast<std::size_t>(line.bytes)};
  return {};
}

HEALTHLAKE_DECL std::string make_wrong_content(WrongContentLine line, Fault& fault) {
  Fault::WrongContent wrong;
  if (line.http_status) wrong.http_status = *line.http_status;
  if (line.content_type) wrong.content_type = *std::move(line.content_type);
  if (line.body) wrong.body = *std::move(line.body);
  if (forbidden_field_value(wrong.content_type)) return "ContentType is not a valid field value (RFC 9110, 5.5)";
  fault.what = std::move(wrong);
  return status_fault(line.http_status);
}

HEALTHLAKE_DECL Result<Fault, std::string> read_fault(std::string_view json) {
  auto line = read_strictly<FaultLine>(json);
  if (!line) return Unexpected{line.error()};
  Fault fault;
  if (line->latency) fault.latency = {*line->latency};
  if (fault.latency.count < 0 || fault.latency.count > max_fault_latency.count)
    return Unexpected{std::string{"LatencyMs must be between 0 and 86400000"}};
  int count = 0;
  std::string wrong = add_fault<BrokenLine>(line->broken, fault, count, make_broken);
  if (wrong.empty()) wrong = add_fault<RefusedLine>(line->refused, fault, count, make_refused);
  if (wrong.empty()) wrong = add_fault<CutBodyLine>(line->cut_body, fault, count, make_cut_body);
  if (wrong.empty()) wrong = add_fault<WrongContentLine>(line->wrong_content, fault, count, make_wrong_content);
  if (wrong.empty())
    wrong = add_fault<BareLine>(line->repeated_reply, fault, count, [](BareLine, Fault& to) {
      to.what = Fault::RepeatedReply{};
      return std::string{};
    });
  if (wrong.empty())
    wrong = add_fault<BareLine>(line->handled_twice, fault, count, [](BareLine, Fault& to) {
      to.what = Fault::HandledTwice{};
      return std::string{};
    });
  if (wrong.empty() && count > 1) wrong = "a line must contain at most one fault";
  if (!wrong.empty()) return Unexpected{std::move(wrong)};
  return fault;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL Result<std::vector<Fault>, std::string> read_fault_script(std::string_view text) {
  std::vector<Fault> script;
  std::string wrong;
  for_each_line(text, [&](std::size_t number, std::string_view line) {
    if (!wrong.empty() || line.starts_with('#')) return;
    auto fault = detail::read_fault(line);
    if (fault) script.push_back(*std::move(fault));
    else wrong = "line " + std::to_string(number) + ": " + fault.error();
  });
  if (!wrong.empty()) return Unexpected{std::move(wrong)};
  return script;
}

}  // namespace HEALTHLAKE_NAMESPACE

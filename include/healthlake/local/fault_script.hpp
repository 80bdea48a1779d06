// A fault script as text, so that a server program can apply it to any client.
//
// Rules: a line is one fault, a JSON object with at most one of the members of FaultLine that say what goes wrong, and
// LatencyMs; `{}` is a request that is handled as without a script. Empty lines, and lines that begin with `#`, are
// ignored. An unknown member is an error, since a misspelt fault would have no effect.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/result.hpp"
#include "healthlake/core/shape.hpp"
#include "healthlake/core/timestamp.hpp"
#include "healthlake/http/message.hpp"
#include "healthlake/json/decode.hpp"
#include "healthlake/local/fault.hpp"
#include "healthlake/local/ndjson.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The maximum latency in a script.
inline constexpr Milliseconds max_fault_latency{86'400'000};

namespace detail {

struct BrokenLine {
  std::optional<bool> handled{};
  static consteval auto shape() { return structure("Broken", field<&BrokenLine::handled>("Handled")); }
};

struct RefusedLine {
  std::optional<std::int32_t> http_status{};
  std::optional<std::string> code{};
  std::optional<std::string> message{};
  static consteval auto shape() {
    return structure("Refused", field<&RefusedLine::http_status>("HttpStatus"), field<&RefusedLine::code>("Code"),
                     field<&RefusedLine::message>("Message"));
  }
};

struct CutBodyLine {
  std::int64_t bytes{};
  static consteval auto shape() { return structure("CutBody", field<&CutBodyLine::bytes>("Bytes", required)); }
};

struct WrongContentLine {
  std::optional<std::int32_t> http_status{};
  std::optional<std::string> content_type{};
  std::optional<std::string> body{};
  static consteval auto shape() {
    return structure("WrongContent", field<&WrongContentLine::http_status>("HttpStatus"),
                     field<&WrongContentLine::content_type>("ContentType"), field<&WrongContentLine::body>("Body"));
  }
};

struct BareLine {
  static consteval auto shape() { return structure("Bare"); }
};

struct FaultLine {
  std::optional<std::int64_t> latency{};
  std::optional<Document> broken{};
  std::optional<Document> refused{};
  std::optional<Document> cut_body{};
  std::optional<Document> wrong_content{};
  std::optional<Document> repeated_reply{};
  std::optional<Document> handled_twice{};

  static consteval auto shape() {
    return structure("FaultLine", field<&FaultLine::latency>("LatencyMs"), field<&FaultLine::broken>("Broken"),
                     field<&FaultLine::refused>("Refused"), field<&FaultLine::cut_body>("CutBody"),
                     field<&FaultLine::wrong_content>("WrongContent"),
                     field<&FaultLine::repeated_reply>("RepeatedReply"),
                     field<&FaultLine::handled_twice>("HandledTwice"));
  }
};

struct ObjectMembers {
  std::map<std::string, Document> members{};
  static consteval auto shape() {
    return structure("ObjectMembers", field<&ObjectMembers::members>("Members", required));
  }
};

// Reads a JSON object as the shape T; unknown members are errors. The error says what is wrong with it.
template <class T>
Result<T, std::string> read_strictly(std::string_view json) {
  auto members = decode<ObjectMembers>("{\"Members\":" + std::string{json} + "}");
  if (!members) return Unexpected{members.error().message};
  Type const& type = type_of<T>();
  for (auto const& [name, value] : members->value.members) {
    if (type.find(name) == nullptr) return Unexpected{"unknown member " + quoted(name, 64)};
  }
  auto value = decode<T>(json);
  if (!value) return Unexpected{value.error().message};
  if (!value->missing.empty()) return Unexpected{"the member " + value->missing.front().path + " is missing"};
  return std::move(value->value);
}

// The objects within a line, as strict as the line.
template <class T, class Make>
std::string add_fault(std::optional<Document> const& json, Fault& fault, int& count, Make make) {
  if (!json) return {};
  ++count;
  auto read = read_strictly<T>(json->json);
  if (!read) return read.error();
  return make(*std::move(read), fault);
}

std::string status_fault(std::optional<std::int32_t> status);

std::string make_broken(BrokenLine line, Fault& fault);
std::string make_refused(RefusedLine line, Fault& fault);
std::string make_cut_body(CutBodyLine line, Fault& fault);
std::string make_wrong_content(WrongContentLine line, Fault& fault);

Result<Fault, std::string> read_fault(std::string_view json);

}  // namespace detail

/// Reads a script. The error names the line and says what is wrong with it.
Result<std::vector<Fault>, std::string> read_fault_script(std::string_view text);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/local/impl/fault_script.ipp"
#endif

// Reads newline-delimited JSON, as exports write it, from any source of bytes: each line is a FHIR resource.
//
//   NdjsonReader reader;
//   auto const visit = [](Result<NdjsonRecord, NdjsonFault> const& line) { ... };
//   while (source.read(buffer)) reader.feed(buffer, visit);
//   reader.finish(visit);
//
// Rules: the caller has the bytes, and passes them in pieces of any size; each line is visited once it is complete. At
// most one line is kept in memory, up to NdjsonLimits::max_line_bytes. A line ends with LF or CR LF, the last one also
// with the stream; lines of blanks only and a byte order mark at the beginning are ignored, and nothing else is. A
// record is one JSON object (RFC 8259, valid UTF-8) with one resourceType of 1 to 64 ASCII letters. A line that is not
// one is a fault, and the reader continues with the next line; whether to stop is up to the caller. A fault contains
// nothing of the line, which may be a patient's, but the name of its resource type.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "healthlake/core/result.hpp"
#include "healthlake/core/shape.hpp"
#include "healthlake/text/line_reader.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The limits of an NdjsonReader. Exceeding one is a fault of the line.
struct NdjsonLimits {
  /// The maximum length of a line, without its end. Default 16 MiB.
  std::size_t max_line_bytes = std::size_t{16} << 20;
  /// The maximum nesting depth of a resource, itself included. Default 64.
  std::size_t max_depth = 64;
};

/// A line that is a resource.
struct NdjsonRecord {
  /// The line as it is, without its end. The view is valid during the visit.
  std::string_view json{};
  /// The value of `resourceType`: 1 to 64 ASCII letters.
  std::string resource_type{};
  /// The value of `id`; empty if it is absent or not valid in FHIR (1 to 64 ASCII letters, digits, hyphens and dots).
  std::string id{};
  /// Whether there is an `id`, valid or not.
  bool has_id = false;
  /// The number of the line, from 1.
  std::uint64_t line = 0;
  /// The offset of its first byte in the stream, from 0.
  std::uint64_t offset = 0;
};

/// What is wrong with a line.
enum class NdjsonReason : std::uint8_t {
  /// It is longer than NdjsonLimits::max_line_bytes.
  too_long,
  /// It is a resource, but nested deeper than NdjsonLimits::max_depth.
  too_deep,
  /// It is not a JSON object with a `resourceType`: cut off, not JSON, or of another form.
  not_a_resource,
};

/// A line that is not a record.
struct NdjsonFault {
  /// Why it is none.
  NdjsonReason reason = NdjsonReason::not_a_resource;
  /// What was expected or found; nothing of the line itself.
  std::string message{};
  /// The number of the line, from 1.
  std::uint64_t line = 0;
  /// The offset in the stream, in bytes, at which the fault was found.
  std::uint64_t offset = 0;
  /// The line's `resourceType` if it comes before the fault, otherwise empty.
  std::string resource_type{};

  friend bool operator==(NdjsonFault const&, NdjsonFault const&) = default;
};

/// `line 7, byte 1234, Patient: nested deeper than 64 levels`.
std::string to_string(NdjsonFault const& fault);

namespace detail {

struct ResourceMembers {
  std::string resource_type{};
  std::optional<Document> id{};

  static consteval auto shape() {
    return structure("ResourceMembers", field<&ResourceMembers::resource_type>("resourceType", required),
                     field<&ResourceMembers::id>("id"));
  }
};

// A JSON value as FHIR's data type `id`, [A-Za-z0-9\-\.]{1,64}; empty if it is not one.
std::string resource_id_of(std::string_view json);

// A line that is not blank.
Result<NdjsonRecord, NdjsonFault> read_ndjson_line(Line const& line, NdjsonLimits const& limits);

bool is_blank(Line const& line) noexcept;

}  // namespace detail

/// The reader. Movable; for one stream at a time.
class NdjsonReader {
 public:
  NdjsonReader() : NdjsonReader(NdjsonLimits{}) {}
  /// With other limits.
  explicit NdjsonReader(NdjsonLimits limits) : limits_(limits), lines_(limits.max_line_bytes) {}

  /// Reads the next piece of the stream, and calls `visit(line)` with a Result<NdjsonRecord, NdjsonFault> for each line
  /// that is complete and not blank. `visit` may return a bool: false stops the reader, which then drops the rest of
  /// the piece and returns false.
  template <class Visit>
  bool feed(std::string_view bytes, Visit&& visit) {
    return read(bytes, false, visit);
  }

  /// Ends the stream: visits the last line, if it has no line end. The reader can then be used for another stream.
  template <class Visit>
  bool finish(Visit&& visit) {
    return read({}, true, visit);
  }

 private:
  template <class Visit>
  bool read(std::string_view bytes, bool last, Visit& visit) {
    while (auto const line = lines_.next(bytes, last)) {
      if (detail::is_blank(*line)) continue;
      auto const found = detail::read_ndjson_line(*line, limits_);
      if constexpr (std::is_void_v<decltype(visit(found))>) visit(found);
      else if (!visit(found)) return false;
    }
    return true;
  }

  NdjsonLimits limits_;
  detail::LineReader lines_;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/json/impl/ndjson.ipp"
#endif

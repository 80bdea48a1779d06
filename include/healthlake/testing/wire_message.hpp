// An HTTP message in parts, as the wire mutator changes it (wire_mutator.hpp), and the values in a JSON text.
//
// Rules: any bytes can be split into parts, valid or not, and the parts joined are those bytes again. Every line keeps
// its line end.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/version.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// Where something is not.
inline constexpr std::size_t nowhere = std::string_view::npos;

struct WireMessage {
  WireMessage() = default;
  explicit WireMessage(std::string_view bytes);

  // Interim responses before the message itself.
  std::string interim{};
  std::string start{};
  // Folded lines belong to the one before them.
  std::vector<std::string> fields{};
  // The empty line; empty if the header does not end.
  std::string end{};
  // With its transfer coding.
  std::string body{};

  [[nodiscard]] std::string bytes() const;
  [[nodiscard]] bool is_response() const { return std::string_view{start}.starts_with("HTTP/"); }

  // The first field line of that name, or `nowhere`.
  [[nodiscard]] std::size_t find(std::string_view name) const;
  void remove(std::string_view name);
  // Replaces the field lines of that name with one line at the end.
  void set(std::string_view name, std::string_view value);
  void add(std::string_view name, std::string_view value);

  [[nodiscard]] bool chunked() const;
  // The body without the chunked coding; as it is if that is not valid.
  [[nodiscard]] std::string content() const;
  // Sets the body, and frames it as before: as one chunk, or with its length.
  void set_content(std::string_view content);
};

// The name and the value of a field line.
std::string_view name_of(std::string_view line);
std::string_view value_of(std::string_view line);
// Whether a line continues the one before it.
bool is_folded(std::string_view line);

// A value within a JSON text, which need not be valid.
struct JsonPart {
  std::size_t begin = 0;
  std::size_t end = 0;
  // Of the name of a member, with its quotation marks; both 0 for other values.
  std::size_t name_begin = 0;
  std::size_t name_end = 0;

  [[nodiscard]] bool has_name() const { return name_end != 0; }
};

// At most this many values of a text are found.
inline constexpr std::size_t max_json_parts = 4096;

// The values of a JSON text in the order in which they begin; none if the text does not begin like JSON.
std::vector<JsonPart> json_parts(std::string_view text);

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/testing/impl/wire_message.ipp"
#endif

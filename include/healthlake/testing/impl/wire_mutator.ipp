// The functions of testing/wire_mutator.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/http/message.hpp"
#include "healthlake/testing/byte_source.hpp"
#include "healthlake/testing/wire_content.hpp"
#include "healthlake/testing/wire_fields.hpp"
#include "healthlake/testing/wire_framing.hpp"
#include "healthlake/testing/wire_message.hpp"
#include "healthlake/testing/wire_mutator.hpp"
#include "healthlake/testing/wire_whole.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE {

namespace detail {

struct WireChangeRow {
  std::string_view name;
  WireChanger change;
};

// In the order of the enumeration.
inline constexpr std::array<WireChangeRow, wire_change_count> wire_changes{{
    {"json_type", &change_json_type},
    {"json_number", &change_json_number},
    {"json_member", &change_json_member},
    {"json_depth", &change_json_depth},
    {"json_syntax", &change_json_syntax},
    {"utf8", &change_utf8},
    {"escape", &change_escape},
    {"unicode_form", &change_unicode_form},
    {"error", &change_error},
    {"content_coding", &change_content_coding},
    {"field_repeated", &repeat_field},
    {"field_removed", &remove_field},
    {"field_conflict", &contradict_field},
    {"field_name", &change_field_name},
    {"field_value", &change_field_value},
    {"field_folded", &fold_field},
    {"field_large", &enlarge_field},
    {"fields_many", &add_many_fields},
    {"length", &change_length},
    {"length_repeated", &repeat_length},
    {"transfer_coding", &change_transfer_coding},
    {"chunks", &add_chunks},
    {"chunk_broken", &break_chunks},
    {"smuggling", &smuggle},
    {"version", &change_version},
    {"start_line", &change_start},
    {"no_content", &forbid_content},
    {"interim", &add_interim},
    {"line_end", &change_line_end},
    {"excess", &append_excess},
    {"noise", &add_noise},
    {"cut", &cut},
}};
static_assert(wire_change_count == static_cast<std::size_t>(WireChange::cut) + 1);

// Makes one change, unless it does not apply, changes nothing, or makes the message too large.
HEALTHLAKE_DECL bool change_wire(WireMutation& mutation, WireChange change, ByteSource& source, std::size_t most) {
  auto const kind = static_cast<std::size_t>(change);
  if (kind >= wire_change_count) return false;
  WireMessage message{mutation.bytes};
  std::size_t const room = most - (std::min)(most, mutation.bytes.size());
  std::string const done = wire_changes[kind].change(message, {source, room});
  if (done.empty()) return false;
  std::string bytes = message.bytes();
  if (bytes == mutation.bytes || bytes.size() > most) return false;
  mutation.bytes = std::move(bytes);
  mutation.notes.push_back({change, printable_ascii(done, 250 - 3)});
  return true;
}

HEALTHLAKE_DECL WireMutation begin_wire(std::string_view message, std::size_t most) {
  if (message.size() > most) return truncate_wire(message, most);
  return {std::string{message}, {}};
}

}  // namespace detail

HEALTHLAKE_DECL std::string_view to_string(WireChange change) noexcept {
  auto const i = static_cast<std::size_t>(change);
  return i < wire_change_count ? detail::wire_changes[i].name : "unknown";
}

HEALTHLAKE_DECL WireMutation mutate_wire(std::string_view message, ByteSource& source) {
  return mutate_wire(message, source, WireOptions{});
}

HEALTHLAKE_DECL WireMutation mutate_wire(std::string_view message, ByteSource& source, WireOptions const& options) {
  WireMutation mutation = detail::begin_wire(message, options.max_bytes);
  std::vector<std::size_t> kinds;
  unsigned const most = (std::min)(options.max_changes, 1'000U);
  std::uint64_t const more = most > 1 && source.one_in(4) ? source.below(most - 1) + 1 : 0;
  for (std::uint64_t i = 0; i <= more; ++i) kinds.push_back(static_cast<std::size_t>(source.below(wire_change_count)));
  // Those of the content first: they set the framing right.
  std::sort(kinds.begin(), kinds.end());
  for (std::size_t const kind : kinds)
    // The next one that applies.
    for (std::size_t i = 0; i < wire_change_count; ++i)
      if (detail::change_wire(mutation, static_cast<WireChange>((kind + i) % wire_change_count), source,
                              options.max_bytes))
        break;
  // Two changes can undo each other, and not every byte can be added to.
  if (mutation.bytes == message && !message.empty()) mutation = truncate_wire(message, message.size() - 1);
  return mutation;
}

HEALTHLAKE_DECL std::optional<WireMutation> mutate_wire(std::string_view message, WireChange change, ByteSource& source,
                                                        WireOptions const& options) {
  WireMutation mutation = detail::begin_wire(message, options.max_bytes);
  if (!detail::change_wire(mutation, change, source, options.max_bytes) || mutation.bytes == message)
    return std::nullopt;
  return mutation;
}

HEALTHLAKE_DECL WireMutation truncate_wire(std::string_view message, std::size_t size) {
  std::string const place = detail::place_of(detail::WireMessage{message}, size);
  std::string const done = concat({"cut after ", Decimal{size}, " of ", Decimal{message.size()}, " bytes, ", place});
  return {std::string{message.substr(0, size)}, {{WireChange::cut, printable_ascii(done, 250 - 3)}}};
}

HEALTHLAKE_DECL std::string to_string(std::vector<WireNote> const& notes) {
  std::string out;
  for (auto const& note : notes) append(out, {out.empty() ? "" : "; ", note.text});
  return out;
}

HEALTHLAKE_DECL std::string wire_of(HttpResponse const& response) {
  std::string out = concat({"HTTP/1.1 ", Decimal{response.status}, " \r\n"});
  for (auto const& [name, value] : response.headers) append(out, {name, ": ", value, "\r\n"});
  bool const bare = response.status < 200 || response.status == 204 || response.status == 304;
  if (bare) return out += "\r\n";
  append(out, {"Content-Length: ", Decimal{response.body.size()}, "\r\n\r\n", response.body});
  return out;
}

HEALTHLAKE_DECL std::string wire_of(HttpRequest const& request) {
  std::string out = concat({request.method, " ", request.target, " HTTP/1.1\r\nHost: ", request.authority, "\r\n"});
  for (auto const& [name, value] : request.headers) append(out, {name, ": ", value, "\r\n"});
  append(out, {"Content-Length: ", Decimal{request.body.size()}, "\r\n\r\n", request.body});
  return out;
}

}  // namespace HEALTHLAKE_NAMESPACE

// Changes whole HTTP/1.1 messages as a hostile or broken peer might: JSON of other types, invalid UTF-8, field lines
// that contradict each other, wrong lengths, chunks that do not end, responses that are cut off. For fuzzing and
// property tests of whatever reads such messages: an HTTP stack, a proxy, a server.
//
// Rules: the same message, bytes of the source and options produce the same result on every platform; no clock, no
// sockets. A change of the content adjusts the framing, so that the change gets past the HTTP parser. The result is
// never larger than the limit, differs from the message unless no change fits, and comes with a description of each
// change, so that the cause of a finding can be seen. Any bytes can be changed, including the result of another change.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/http/message.hpp"
#include "healthlake/testing/byte_source.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// A kind of change, in the order in which several are made.
enum class WireChange : std::uint8_t {
  /// A value of the JSON content is replaced with one of another type, or moved into an array or an object.
  json_type,
  /// A number, or another value, is replaced with a number at the edge of what JSON or its readers allow: `1e400`,
  /// `01`.
  json_number,
  /// A member of a JSON object is repeated, removed or renamed, or an unknown one added.
  json_member,
  /// A JSON value is nested in up to 10,000 arrays or objects.
  json_depth,
  /// Content that is not JSON: a comma too many, comments, trailing characters, no content at all.
  json_syntax,
  /// A string gets invalid UTF-8: overlong forms, surrogates, bytes that are missing.
  utf8,
  /// A string gets an escape, valid or not: `\ud800`, `\x41`; or a control character that must be escaped.
  escape,
  /// The content gets a byte order mark, or becomes UTF-16 or UTF-32.
  unicode_form,
  /// The response becomes an error of the protocol, in one of the forms of `__type` and x-amzn-errortype, or one of a
  /// gateway.
  error,
  /// A Content-Encoding that the content does not have, or the first bytes of one that is not announced.
  content_coding,
  /// A field line is sent twice, or up to 100 times.
  field_repeated,
  /// A field line is removed.
  field_removed,
  /// A field line that contradicts the others or means something to a careless reader: Connection, Trailer, Upgrade.
  field_conflict,
  /// A field name in another case, followed by whitespace, empty, or with characters that a name cannot have.
  field_name,
  /// A field value that is empty, or has NUL, CR, another control character or obs-text in it.
  field_value,
  /// A field value goes on in the next line (obs-fold; RFC 9112, 5.2).
  field_folded,
  /// A field value of up to 100 KiB.
  field_large,
  /// Up to 5,001 field lines.
  fields_many,
  /// A Content-Length that is wrong, signed, fractional, above 64 bits, or absent.
  length,
  /// A second Content-Length, equal or not, on a line of its own or in a list.
  length_repeated,
  /// A Transfer-Encoding that the body does not have, or an unknown one.
  transfer_coding,
  /// The content in chunks, validly.
  chunks,
  /// A chunk that is not as long as its size, a size that is not one, a line end that is missing, a trailer.
  chunk_broken,
  /// Both Content-Length and Transfer-Encoding, which one reader after the other may read differently.
  smuggling,
  /// Another version of HTTP, or none.
  version,
  /// A status line, or request line, that is not valid or not expected.
  start_line,
  /// A status that has no content, with content.
  no_content,
  /// Interim responses before the response, valid or not; for a request, `Expect: 100-continue`.
  interim,
  /// A line end of LF or CR alone, doubled or missing; in one line or all.
  line_end,
  /// Bytes after the message: a line end, noise, another response.
  excess,
  /// A bit is inverted, or a few bytes are removed, repeated or inserted.
  noise,
  /// The message ends early.
  cut,
};

/// How many kinds of changes there are; `static_cast<WireChange>(i)` for each smaller `i` is one.
inline constexpr std::size_t wire_change_count = 32;

/// The name of a kind, as in the enumeration: `chunk_broken`.
std::string_view to_string(WireChange change) noexcept;

/// Limits of the mutator.
struct WireOptions {
  /// The maximum size of a result, in bytes. A larger message is cut first. 256 KiB.
  std::size_t max_bytes = std::size_t{256} * 1024;
  /// At most this many changes of one message; three of four messages get one. 3; 0 counts as 1, and more than 1,000 as
  /// 1,000.
  unsigned max_changes = 3;
};

/// A change that was made.
struct WireNote {
  /// Its kind.
  WireChange change{};
  /// What was done, in printable ASCII on one line of at most 250 characters: `Content-Length: 12 replaced with 13`.
  std::string text{};

  friend bool operator==(WireNote const&, WireNote const&) = default;
};

/// A message that was changed.
struct WireMutation {
  /// What a peer sends.
  std::string bytes{};
  /// The changes, in the order in which they were made; at least one.
  std::vector<WireNote> notes{};

  friend bool operator==(WireMutation const&, WireMutation const&) = default;
};

/// Changes a message, with the default limits.
WireMutation mutate_wire(std::string_view message, ByteSource& source);
/// Changes a message.
WireMutation mutate_wire(std::string_view message, ByteSource& source, WireOptions const& options);
/// Changes a message in one way; nothing if that does not apply to it: not every message has JSON, or chunks.
std::optional<WireMutation> mutate_wire(std::string_view message, WireChange change, ByteSource& source,
                                        WireOptions const& options);

/// The first `size` bytes of a message, for every `size` below that of the message: a connection that ends at every
/// byte. Precondition: `size` is less than `message.size()`.
WireMutation truncate_wire(std::string_view message, std::size_t size);

/// The descriptions, separated by semicolons.
std::string to_string(std::vector<WireNote> const& notes);

/// A message as it is on the wire: HTTP/1.1, with a Content-Length, unless a response of that status has none. Neither
/// names nor values are checked.
std::string wire_of(HttpResponse const& response);
/// The same for a request, with a Host from its authority.
std::string wire_of(HttpRequest const& request);

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/testing/impl/wire_mutator.ipp"
#endif

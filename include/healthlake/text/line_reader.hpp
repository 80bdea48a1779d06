// Splits a stream of bytes into lines, from pieces of any size.
//
// Rules: a line ends with LF; a CR at its end is not part of it. The last line may lack the LF. A byte order mark at
// the beginning of the stream is skipped. A line that lies within a piece is a view into it; only one that crosses
// pieces is copied, up to the limit and no further.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "healthlake/version.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// A line without its end. The view is valid until the reader is called again, and as long as the piece is.
struct Line {
  std::string_view text{};
  // From 1.
  std::uint64_t number = 0;
  // Of its first byte in the stream, from 0.
  std::uint64_t offset = 0;
  // The line is longer than the limit: `text` is empty, and the rest of it will be skipped. Reported as soon as the
  // limit is exceeded, whether or not the line ends.
  bool too_long = false;
};

class LineReader {
 public:
  // `max_bytes` is the maximum length of a line, without its end.
  explicit LineReader(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // Takes a line from the front of `piece`; nothing if there is no complete line in it, which is then used up. With
  // `last`, the stream ends with this piece: the rest of it is a line, even without LF. After the last line, the reader
  // is as new.
  std::optional<Line> next(std::string_view& piece, bool last = false);

 private:
  // The line that ends here, with what was kept of it.
  std::optional<Line> take(std::string_view part, bool ends);
  // Removes a byte order mark, or what is left of it, from the beginning of the stream.
  void skip_mark(std::string_view& piece, bool last);

  std::size_t max_bytes_;
  bool at_beginning_ = true;
  // How many bytes of a byte order mark the stream began with.
  std::size_t mark_ = 0;
  // The beginning of the line that the next piece continues.
  std::string kept_{};
  // Whether `kept_` is a line that was returned.
  bool returned_ = false;
  // Whether the line is too long.
  bool skipping_ = false;
  std::uint64_t number_ = 1;
  // Of the line, and of the next byte.
  std::uint64_t offset_ = 0;
  std::uint64_t position_ = 0;
};

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/text/impl/line_reader.ipp"
#endif

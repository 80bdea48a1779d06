// The functions of text/line_reader.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/text/line_reader.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL std::optional<Line> LineReader::next(std::string_view& piece, bool last) {
  if (std::exchange(returned_, false)) kept_.clear();
  if (at_beginning_) skip_mark(piece, last);
  while (!piece.empty()) {
    std::size_t const end = piece.find('\n');
    bool const ended = end != std::string_view::npos;
    std::string_view const part = piece.substr(0, end);
    piece.remove_prefix(part.size() + (ended ? 1 : 0));
    position_ += part.size() + (ended ? 1 : 0);
    auto line = skipping_ ? std::nullopt : take(part, ended || last);
    if (ended) {
      skipping_ = false;
      offset_ = position_;
      ++number_;
    }
    if (line) return line;
  }
  if (!last) return std::nullopt;
  auto line = kept_.empty() ? std::nullopt : take({}, true);
  number_ = 1;
  offset_ = position_ = 0;
  mark_ = 0;
  at_beginning_ = true;
  skipping_ = false;
  return line;
}

HEALTHLAKE_DECL void LineReader::skip_mark(std::string_view& piece, bool last) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  while (mark_ < byte_order_mark.size() && !piece.empty() && piece.front() == byte_order_mark[mark_]) {
    piece.remove_prefix(1);
    ++position_;
    ++mark_;
  }
  bool const whole = mark_ == byte_order_mark.size();
  if (!whole && piece.empty() && !last) return;
  at_beginning_ = false;
  if (whole) offset_ = position_;
  else kept_ = byte_order_mark.substr(0, mark_);
}

HEALTHLAKE_DECL std::optional<Line> LineReader::take(std::string_view part, bool ends) {
  std::size_t const room = max_bytes_ - (std::min)(max_bytes_, kept_.size());
  // A CR may be the end of the line.
  bool const fits = part.size() <= room || part.size() - room == 1;
  if (fits && (!ends || !kept_.empty())) kept_ += part;
  std::string_view text = kept_.empty() ? part : std::string_view{kept_};
  if (text.ends_with('\r')) text.remove_suffix(1);
  Line line{.text = text, .number = number_, .offset = offset_};
  if (!fits || text.size() > max_bytes_) {
    line.text = {};
    line.too_long = true;
    kept_.clear();
    skipping_ = true;
    return line;
  }
  if (!ends) return std::nullopt;
  returned_ = !kept_.empty();
  return line;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

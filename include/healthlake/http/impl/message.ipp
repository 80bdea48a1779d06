// The functions of http/message.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/http/message.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/bytes.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL Header Headers::Iterator::operator*() const noexcept {
  Sizes const sizes = sizes_at(at_);
  char const* const name = at_ + sizeof(Sizes);
  return {{name, sizes.name}, {name + sizes.name, sizes.value}};
}

HEALTHLAKE_DECL Headers::Iterator& Headers::Iterator::operator++() noexcept {
  Sizes const sizes = sizes_at(at_);
  at_ += sizeof(Sizes) + sizes.name + sizes.value;
  return *this;
}

HEALTHLAKE_DECL Headers::Iterator Headers::Iterator::operator++(int) noexcept {
  Iterator const before = *this;
  ++*this;
  return before;
}

HEALTHLAKE_DECL Headers::Headers(std::initializer_list<Header> lines) {
  for (auto const& line : lines) add(line.name, line.value);
}

HEALTHLAKE_DECL void Headers::add_pieces(std::string_view name, std::string_view const* pieces, std::size_t count) {
  Sizes sizes{.name = name.size()};
  for (std::size_t i = 0; i < count; ++i) sizes.value += pieces[i].size();
  std::size_t const size = bytes_.size() + sizeof sizes + sizes.name + sizes.value;
  if (size <= bytes_.capacity()) return put_line(bytes_, size, sizes, name, pieces);
  // The arguments may be views into the old buffer, so it is released last.
  std::string grown;
  grown.reserve((std::max)({size, 2 * bytes_.size(), std::size_t{128}}));
  grown = bytes_;
  put_line(grown, size, sizes, name, pieces);
  bytes_ = std::move(grown);
}

HEALTHLAKE_DECL void Headers::put_line(std::string& out, std::size_t size, Sizes sizes, std::string_view name,
                                       std::string_view const* pieces) {
  std::size_t const begin = out.size();
  out.resize(size);
  char* at = out.data() + begin;
  char const* const end = out.data() + size;
  std::memcpy(at, &sizes, sizeof sizes);
  at = std::copy_n(name.data(), name.size(), at + sizeof sizes);
  for (; at != end; ++pieces) at = std::copy_n(pieces->data(), pieces->size(), at);
}

HEALTHLAKE_DECL void Headers::set_pieces(std::string_view name, std::string_view const* pieces, std::size_t count) {
  std::size_t const old_end = bytes_.size();
  add_pieces(name, pieces, count);
  // The name in the new line, since the argument may be a view into a line that is removed.
  remove_before(old_end, (*Iterator{bytes_.data() + old_end}).name);
}

HEALTHLAKE_DECL void Headers::remove(std::string_view name) {
  if (count(name) != 0) remove_before(bytes_.size(), std::string{name});
}

HEALTHLAKE_DECL void Headers::truncate(std::size_t count) {
  Iterator line = begin();
  for (; count > 0 && line != end(); --count) ++line;
  bytes_.resize(static_cast<std::size_t>(line.at_ - bytes_.data()));
}

HEALTHLAKE_DECL std::optional<std::string_view> Headers::find(std::string_view name) const& noexcept {
  for (Header const line : *this)
    if (equal_ignoring_case(line.name, name)) return line.value;
  return std::nullopt;
}

HEALTHLAKE_DECL std::size_t Headers::count(std::string_view name) const noexcept {
  std::size_t found = 0;
  for (Header const line : *this) found += equal_ignoring_case(line.name, name) ? 1U : 0U;
  return found;
}

HEALTHLAKE_DECL Headers::Sizes Headers::sizes_at(char const* line) noexcept {
  Sizes sizes;
  std::memcpy(&sizes, line, sizeof sizes);
  return sizes;
}

HEALTHLAKE_DECL void Headers::remove_before(std::size_t end, std::string_view name) {
  std::size_t kept = 0;
  for (std::size_t at = 0; at < end;) {
    Sizes const sizes = sizes_at(bytes_.data() + at);
    std::size_t const size = sizeof sizes + sizes.name + sizes.value;
    if (!equal_ignoring_case({bytes_.data() + at + sizeof sizes, sizes.name}, name)) {
      if (kept != at) std::memmove(bytes_.data() + kept, bytes_.data() + at, size);
      kept += size;
    }
    at += size;
  }
  bytes_.erase(kept, end - kept);
}

HEALTHLAKE_DECL bool forbidden_field_value(std::string_view value) noexcept {
  auto const control = [](std::uint64_t word) { return detail::bytes::below(word, ' '); };
  auto const forbidden = [](char c) { return c == '\r' || c == '\n' || c == '\0'; };
  return detail::bytes::run(value, 0, control, forbidden) != value.size();
}

}  // namespace HEALTHLAKE_NAMESPACE

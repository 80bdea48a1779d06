// Enumerations that stay open: a value is one of the enumerators, or the spelling nobody knew yet.
//
// Rules: an unknown spelling survives a round trip unchanged; a value that was never set is the unknown spelling "",
// which no model has and validation refuses.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "healthlake/version.hpp"

namespace healthlake {

/// The wire spellings of an enumeration, in the order of its enumerators.
struct EnumTable {
  std::string_view shape;
  std::span<std::string_view const> spellings;
};

/// What an OpenEnum holds, whatever its enumeration: the walkers see enumerations only as this.
struct EnumValue {
  static constexpr std::uint16_t unknown = 0xFFFF;

  std::uint16_t index = unknown;
  /// The spelling if it is unknown, else empty.
  std::string text;

  void assign(EnumTable const& table, std::string_view spelling) {
    index = unknown;
    text.clear();
    for (std::size_t i = 0; i < table.spellings.size(); ++i)
      if (table.spellings[i] == spelling) index = static_cast<std::uint16_t>(i);
    if (index == unknown) text = spelling;
  }
  [[nodiscard]] std::string_view spelling(EnumTable const& table) const noexcept {
    return index < table.spellings.size() ? table.spellings[index] : std::string_view{text};
  }
  friend bool operator==(EnumValue const&, EnumValue const&) = default;
};

/// What `enumeration(E)` beside an enum class returns.
template <std::size_t N>
struct EnumSpellings {
  std::string_view shape;
  std::array<std::string_view, N> spellings;
};

/// Declares the spellings of an enumeration: `consteval auto enumeration(CmkType) { return spelled("CmkType", ...); }`.
template <class... S>
consteval EnumSpellings<sizeof...(S)> spelled(std::string_view shape, S... spellings) {
  return {shape, {std::string_view{spellings}...}};
}

namespace detail {
template <class E>
inline constexpr auto spellings_of = enumeration(E{});
}

/// The table of an enumeration that has its `enumeration(E)` beside it.
template <class E>
inline constexpr EnumTable enum_table{detail::spellings_of<E>.shape, detail::spellings_of<E>.spellings};

/// An enumerator of E, or an unknown spelling.
template <class E>
class OpenEnum {
 public:
  using enum_type = E;

  OpenEnum() = default;
  OpenEnum(E enumerator) : raw_{static_cast<std::uint16_t>(enumerator), {}} {}

  /// The value of a wire spelling, known or not.
  static OpenEnum from(std::string_view spelling) {
    OpenEnum result;
    result.raw_.assign(enum_table<E>, spelling);
    return result;
  }

  /// The enumerator, or nothing if the spelling is unknown.
  [[nodiscard]] std::optional<E> value() const noexcept {
    if (raw_.index >= enum_table<E>.spellings.size()) return std::nullopt;
    return static_cast<E>(raw_.index);
  }
  [[nodiscard]] bool known() const noexcept { return value().has_value(); }
  /// The wire spelling; empty if the value was never set.
  [[nodiscard]] std::string_view text() const noexcept { return raw_.spelling(enum_table<E>); }

  [[nodiscard]] EnumValue& raw() noexcept { return raw_; }
  [[nodiscard]] EnumValue const& raw() const noexcept { return raw_; }

  friend bool operator==(OpenEnum const&, OpenEnum const&) = default;
  friend bool operator==(OpenEnum const& a, E b) noexcept { return a.raw_.index == static_cast<std::uint16_t>(b); }
  friend bool operator==(OpenEnum const& a, std::string_view b) noexcept { return a.text() == b; }

 private:
  EnumValue raw_;
};

}  // namespace healthlake

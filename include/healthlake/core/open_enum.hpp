// Open enumerations: a value is one of the enumerators, or a spelling that this library does not know.
//
// Rules: an unknown spelling survives a round trip unchanged; an unset value has the unknown spelling "", which is in
// no model and which validation rejects.
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

namespace HEALTHLAKE_NAMESPACE {

/// The wire spellings of an enumeration, in the order of its enumerators.
struct EnumTable {
  /// The name of the enumeration in the service model.
  std::string_view shape;
  /// In the order of the enumerators, whose values are 0, 1, 2 and so on.
  std::span<std::string_view const> spellings;
};

/// The value of an OpenEnum of any enumeration; the only form in which the walkers see one.
struct EnumValue {
  /// The index of a spelling that is not in the table, and of a value that was never set.
  static constexpr std::uint16_t unknown = 0xFFFF;

  /// The position in EnumTable::spellings.
  std::uint16_t index = unknown;
  /// The spelling if it is unknown, else empty.
  std::string text;

  /// Sets the value from a spelling, known or not.
  void assign(EnumTable const& table, std::string_view spelling);
  /// The spelling, which is `text` if it is not in the table.
  [[nodiscard]] std::string_view spelling(EnumTable const& table) const noexcept;
  friend bool operator==(EnumValue const&, EnumValue const&) = default;
};

/// The return type of the function `enumeration(E)` that is declared with an enum class.
template <std::size_t N>
struct EnumSpellings {
  /// The name of the enumeration in the service model.
  std::string_view shape;
  /// As EnumTable::spellings.
  std::array<std::string_view, N> spellings;
};

/// Declares the spellings of an enumeration: `consteval auto enumeration(CmkType) { return spelled("CmkType", ...); }`.
/// With a last enumerator that has no spelling, `unknown = EnumValue::unknown`, its OpenEnum can stand in a `switch`.
template <class... S>
consteval EnumSpellings<sizeof...(S)> spelled(std::string_view shape, S... spellings) {
  return {shape, {std::string_view{spellings}...}};
}

namespace detail {
template <class E>
concept WithUnknown =
    std::is_enum_v<E> && requires { requires static_cast<unsigned>(E::unknown) == EnumValue::unknown; };

template <class E>
inline constexpr auto spellings_of = enumeration(E{});
}  // namespace detail

/// The table of an enumeration that has a function `enumeration(E)`.
template <class E>
inline constexpr EnumTable enum_table{detail::spellings_of<E>.shape, detail::spellings_of<E>.spellings};

/// An enumerator of E, or an unknown spelling.
template <class E>
class OpenEnum {
 public:
  /// The enumeration.
  using enum_type = E;

  OpenEnum() = default;
  /// From an enumerator.
  OpenEnum(E enumerator) : raw_{static_cast<std::uint16_t>(enumerator), {}} {}

  /// Converts a wire spelling, known or not.
  static OpenEnum from(std::string_view spelling) {
    OpenEnum result;
    result.raw_.assign(enum_table<E>, spelling);
    return result;
  }

  /// The enumerator, or nullopt if the spelling is unknown.
  [[nodiscard]] std::optional<E> value() const noexcept {
    if (raw_.index >= enum_table<E>.spellings.size()) return std::nullopt;
    return static_cast<E>(raw_.index);
  }
  /// The enumerator, or `E::unknown` if the spelling is unknown or the value unset: `switch (job.job_status)`, in which
  /// compilers warn about an enumerator without a `case`.
  operator E() const noexcept
    requires detail::WithUnknown<E>
  {
    return value().value_or(E::unknown);
  }
  /// Whether the spelling is one of the enumeration's.
  [[nodiscard]] bool known() const noexcept { return value().has_value(); }
  /// The wire spelling; empty if the value is unset.
  [[nodiscard]] std::string_view text() const noexcept { return raw_.spelling(enum_table<E>); }

  /// The erased value, for the walkers.
  [[nodiscard]] EnumValue& raw() noexcept { return raw_; }
  /// The erased value, for the walkers.
  [[nodiscard]] EnumValue const& raw() const noexcept { return raw_; }

  friend bool operator==(OpenEnum const&, OpenEnum const&) = default;
  /// Whether the value is this enumerator.
  friend bool operator==(OpenEnum const& a, E b) noexcept { return a.raw_.index == static_cast<std::uint16_t>(b); }
  /// Whether the wire spelling is this one.
  friend bool operator==(OpenEnum const& a, std::string_view b) noexcept { return a.text() == b; }

 private:
  EnumValue raw_;
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/core/impl/open_enum.ipp"
#endif

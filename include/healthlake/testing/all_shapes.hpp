// Every shape that can be a message's body: the inputs, outputs and errors of all operations (model/all.hpp), each
// once, and the one input that only the preview has. For fuzz targets and property tests over all of them.
#pragma once

#include <array>
#include <string_view>
#include <type_traits>

#include "healthlake/core/type_of.hpp"
#include "healthlake/model/all.hpp"
#include "healthlake/model/operation.hpp"
#include "healthlake/model/preview.hpp"

namespace HEALTHLAKE_NAMESPACE::fuzz {

/// Types, for `for_each_type`.
template <class... T>
struct TypeList {
  /// How many there are.
  static constexpr unsigned size = sizeof...(T);
};

}  // namespace HEALTHLAKE_NAMESPACE::fuzz

namespace HEALTHLAKE_NAMESPACE::detail {

using fuzz::TypeList;

template <class List, class T>
struct AddOnce;
template <class... T, class New>
struct AddOnce<TypeList<T...>, New> {
  using type = std::conditional_t<(std::is_same_v<T, New> || ...), TypeList<T...>, TypeList<T..., New>>;
};

template <class List, class... New>
struct AddAll {
  using type = List;
};
template <class List, class First, class... Rest>
struct AddAll<List, First, Rest...> : AddAll<typename AddOnce<List, First>::type, Rest...> {};

template <class List, class ErrorList>
struct AddErrors;
template <class List, class... E>
struct AddErrors<List, Errors<E...>> : AddAll<List, E...> {};

template <class List, class OperationList>
struct ShapesOf;
template <class List>
struct ShapesOf<List, Operations<>> {
  using type = List;
};
template <class List, class Op, class... Rest>
struct ShapesOf<List, Operations<Op, Rest...>> {
  using messages = typename AddAll<List, typename Op::Input, typename Op::Output>::type;
  using type = typename ShapesOf<typename AddErrors<messages, typename Op::Errors>::type, Operations<Rest...>>::type;
};

}  // namespace HEALTHLAKE_NAMESPACE::detail

namespace HEALTHLAKE_NAMESPACE::fuzz {

/// A TypeList of all of them.
using AllShapes = typename detail::ShapesOf<TypeList<preview::StartFHIRImportJobRequest>, AllOperations>::type;

/// Calls `use.template operator()<T>()` for each type of the list.
template <class... T, class Use>
void for_each_type(TypeList<T...>, Use&& use) {
  (use.template operator()<T>(), ...);
}

/// One function for each shape of AllShapes: `Test<T>::run`, with `Argument` as its one parameter.
template <template <class> class Test, class Argument>
struct ShapeTable {
  /// A shape and its function.
  struct Row {
    /// The name of the shape in the service model.
    std::string_view shape;
    /// `Test<T>::run`.
    void (*run)(Argument);
  };

  /// The rows of these types.
  template <class... T>
  static constexpr std::array<Row, sizeof...(T)> make(TypeList<T...>) {
    return {Row{healthlake::detail::table_of<T>.shape, &Test<T>::run}...};
  }
  /// One for each shape.
  static constexpr auto rows = make(AllShapes{});

  /// Removes the choice of a row from the front: a line with the name of a shape, as in seeds, or else one byte.
  static Row const& take(std::string_view& input) {
    std::string_view const name = input.substr(0, input.find('\n'));
    for (auto const& row : rows) {
      if (row.shape != name) continue;
      input.remove_prefix(name.size() < input.size() ? name.size() + 1 : name.size());
      return row;
    }
    auto const choice = input.empty() ? 0U : static_cast<unsigned char>(input[0]);
    input.remove_prefix(input.empty() ? 0 : 1);
    return rows[choice % rows.size()];
  }
};

}  // namespace HEALTHLAKE_NAMESPACE::fuzz

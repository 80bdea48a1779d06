// Every shape that can be a message's body: the inputs, outputs and errors of all operations (model/all.hpp), each
// once, and the one input that only the preview has.
#pragma once

#include <type_traits>

#include "healthlake/model/all.hpp"
#include "healthlake/model/operation.hpp"
#include "healthlake/model/preview.hpp"

namespace healthlake::fuzz {

template <class... T>
struct TypeList {
  static constexpr unsigned size = sizeof...(T);
};

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

using AllShapes = typename ShapesOf<TypeList<preview::StartFHIRImportJobRequest>, AllOperations>::type;

/// Calls `use.template operator()<T>()` for each type of the list.
template <class... T, class Use>
void for_each_type(TypeList<T...>, Use&& use) {
  (use.template operator()<T>(), ...);
}

}  // namespace healthlake::fuzz

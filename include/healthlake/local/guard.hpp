// Catches exceptions between a handler and the server of the local service.
//
// Rules: nothing in this library throws by itself; an allocation, a clock, an ObjectStore or a Journal may. Compiled
// without exceptions, there is nothing to catch.
#pragma once

#include <exception>
#include <string_view>

#include "healthlake/version.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// The result of `run()`, or, if that throws, of `otherwise(what)`.
template <class Run, class Otherwise>
auto guarded(Run run, Otherwise otherwise) -> decltype(run()) {
#if defined(__cpp_exceptions)
  try {
    return run();
  } catch (std::exception const& thrown) {
    return otherwise(std::string_view{thrown.what()});
  } catch (...) {
    return otherwise(std::string_view{"an exception that is not a std::exception"});
  }
#else
  static_cast<void>(otherwise);
  return run();
#endif
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

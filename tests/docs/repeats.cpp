// Prints how each operation may be sent again, one a line: name, tab, kind.
#include <cstddef>
#include <cstdio>

#include "healthlake/model/all.hpp"

int main() {
  healthlake::AllOperations::for_each([]<class Op>() {
    constexpr char const* kinds[] = {"derived", "reads", "by_token", "with_note", "if_not_done"};
    std::printf("%s\t%s\n", Op::name.data(),
                kinds[static_cast<std::size_t>(healthlake::operation_info<Op>.traits.repeat)]);
  });
}

// Prints the transition tables of the machines, one row a line: machine, from, event, to, step; tabs between.
#include "healthlake/flow/transitions.hpp"

#include <cstdio>
#include <string>
#include <string_view>

namespace {
template <class Table>
void print(std::string_view machine, Table const& table) {
  for (auto const& row : table) {
    std::string line{machine};
    for (auto const cell : {to_string(row.from), to_string(row.event), to_string(row.to), to_string(row.step)})
      (line += '\t') += cell;
    std::puts(line.c_str());
  }
}
}  // namespace

int main() {
  print("Call", healthlake::call_transitions);
  print("Waiter", healthlake::wait_transitions);
  print("Pager", healthlake::pager_transitions);
}

// The invariants: between two turns of a key, every other key with a machine waiting has exactly one; the machines of a
// key come in the order in which they were added; none is lost and none comes twice. Compared with a model that keeps
// lists of lists.
#include "healthlake/flow/turns.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <limits>
#include <optional>
#include <random>
#include <stdexcept>
#include <utility>
#include <vector>

using namespace healthlake;

namespace {

class ListOfLists {
 public:
  void add(std::size_t machine, std::size_t key) {
    for (auto const& [other, machines] : keys_)
      if (std::find(machines.begin(), machines.end(), machine) != machines.end()) return;
    for (auto& [other, machines] : keys_)
      if (other == key) return machines.push_back(machine);
    keys_.push_back({key, {machine}});
  }
  void remove(std::size_t machine) {
    for (auto& [key, machines] : keys_) std::erase(machines, machine);
    std::erase_if(keys_, [](auto const& each) { return each.second.empty(); });
  }
  std::optional<std::size_t> take() {
    if (keys_.empty()) return std::nullopt;
    auto [key, machines] = std::move(keys_.front());
    keys_.pop_front();
    std::size_t const machine = machines.front();
    machines.pop_front();
    if (!machines.empty()) keys_.push_back({key, std::move(machines)});
    return machine;
  }
  [[nodiscard]] std::size_t size() const {
    std::size_t all = 0;
    for (auto const& [key, machines] : keys_) all += machines.size();
    return all;
  }

 private:
  std::deque<std::pair<std::size_t, std::deque<std::size_t>>> keys_;
};

}  // namespace

TEST_CASE("turns: any order of calls does what the lists do") {
  std::mt19937_64 random{5};
  auto const below = [&](std::size_t end) { return static_cast<std::size_t>(random() % end); };
  for (std::size_t const machines : {std::size_t{1}, std::size_t{2}, std::size_t{30}})
    for (std::size_t const keys : {std::size_t{1}, std::size_t{2}, std::size_t{7}}) {
      Turns turns;
      ListOfLists lists;
      for (int step = 0; step < 10'000; ++step) {
        std::size_t const machine = below(machines);
        std::size_t const key = below(keys);
        switch (below(5)) {
          case 0: REQUIRE(turns.take() == lists.take()); break;
          case 1:
            turns.remove(machine);
            lists.remove(machine);
            break;
          default: turns.add(machine, key); lists.add(machine, key);
        }
        REQUIRE(turns.size() == lists.size());
        REQUIRE(turns.empty() == (lists.size() == 0));
      }
    }
}

TEST_CASE("turns: a key with a thousand machines holds up no other") {
  Turns turns;
  for (std::size_t machine = 0; machine < 1'000; ++machine) turns.add(machine, 0);
  turns.add(1'000, 1);
  turns.add(1'001, 2);
  turns.add(1'002, 1);
  std::vector<std::size_t> order;
  for (int i = 0; i < 6; ++i) order.push_back(*turns.take());
  CHECK(order == std::vector<std::size_t>{0, 1'000, 1'001, 1, 1'002, 2});
}

TEST_CASE("turns: removing what is not waiting has no effect") {
  Turns turns;
  turns.remove(0);
  turns.remove((std::numeric_limits<std::size_t>::max)());
  CHECK(turns.take() == std::nullopt);
  turns.add(3, 4);
  turns.add(3, 5);
  turns.remove(2);
  CHECK(turns.size() == 1);
  CHECK(turns.take() == 3U);
  CHECK(turns.empty());
}

TEST_CASE("turns: what is moved to knows its machines") {
  Turns turns;
  turns.add(5, 6);
  Turns moved{std::move(turns)};
  moved.remove(5);
  CHECK(moved.empty());
  CHECK(moved.take() == std::nullopt);
}

TEST_CASE("turns: in what is moved from, nothing is waiting") {
  Turns turns;
  turns.add(3, 4);
  turns.add(5, 6);
  Turns moved{std::move(turns)};
  for (int round = 0; round < 2; ++round) {
    CHECK(turns.empty());
    CHECK(turns.take() == std::nullopt);
    CHECK(moved.size() == 2);
    turns.add(0, 0);
    turns = std::move(moved);
    std::swap(turns, moved);
  }
  Turns const copy{moved};
  turns = copy;
  CHECK(moved.take() == 3U);
  CHECK(moved.take() == 5U);
  CHECK(turns.take() == 3U);
  CHECK(turns.take() == 5U);
}

TEST_CASE("turns: a number that no vector has room for is refused, and changes nothing") {
  constexpr std::size_t most = (std::numeric_limits<std::size_t>::max)();
  Turns turns;
  turns.add(3, 4);
  for (std::size_t const number : {most, most - 1}) {
    CHECK_THROWS_AS(turns.add(number, 4), std::length_error);
    CHECK_THROWS_AS(turns.add(2, number), std::length_error);
    CHECK_THROWS_AS(turns.reserve(number, number), std::length_error);
  }
  CHECK(turns.size() == 1);
  CHECK(turns.take() == 3U);
  CHECK(turns.empty());
}

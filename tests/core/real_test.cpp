#include "healthlake/core/real.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

using namespace healthlake;

namespace {

template <class F>
std::string written(F value) {
  std::string out;
  detail::real_ops<F>.append(out, &value);
  return out;
}

template <class F>
bool reads(std::string_view number, F expected) {
  F value = 99;
  return detail::real_ops<F>.parse(number, &value) && value == expected;
}

template <class F>
bool refuses(std::string_view number) {
  F value = 99;
  return !detail::real_ops<F>.parse(number, &value) && value == F{99};
}

}  // namespace

TEST_CASE_TEMPLATE("floating-point numbers are written so that they read back the same", F, float, double) {
  for (F const value : {F{0}, F{1}, F{-1}, F(0.1), F(-2.5e-3), F(1e30), std::numeric_limits<F>::max(),
                        std::numeric_limits<F>::min(), std::numeric_limits<F>::denorm_min()}) {
    CAPTURE(value);
    CHECK(reads<F>(written(value), value));
  }
  CHECK(written(F{2}) == "2");
  CHECK(written(F(0.1)) == "0.1");
  CHECK(written(F{0} * F{-1}) == "-0");
}

TEST_CASE_TEMPLATE("what JSON has no number for has a name", F, float, double) {
  using Limits = std::numeric_limits<F>;
  CHECK(written(Limits::quiet_NaN()) == "\"NaN\"");
  CHECK(written(Limits::infinity()) == "\"Infinity\"");
  CHECK(written(-Limits::infinity()) == "\"-Infinity\"");
  F value = 0;
  auto const& ops = detail::real_ops<F>;
  CHECK((ops.parse_name("NaN", &value) && std::isnan(value)));
  CHECK((ops.parse_name("Infinity", &value) && value == Limits::infinity()));
  CHECK((ops.parse_name("-Infinity", &value) && value == -Limits::infinity()));
  value = 3;
  for (std::string_view const bad : {"", "nan", "INF", "inf", "+Infinity", "infinity", "NaN ", "1.5"}) {
    CAPTURE(bad);
    CHECK_FALSE(ops.parse_name(bad, &value));
  }
  CHECK(value == 3);
}

TEST_CASE_TEMPLATE("a range is checked with its bounds included, and NaN is in none", F, float, double) {
  constexpr std::int64_t no_min = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t no_max = std::numeric_limits<std::int64_t>::max();
  auto const within = [](F value, std::int64_t min, std::int64_t max) {
    return detail::real_ops<F>.within(&value, min, max);
  };
  CHECK(within(F{3}, 3, 3));
  CHECK_FALSE(within(F(2.5), 3, no_max));
  CHECK_FALSE(within(F(3.5), no_min, 3));
  CHECK(within(-std::numeric_limits<F>::infinity(), no_min, 3));
  CHECK(within(std::numeric_limits<F>::infinity(), 3, no_max));
  CHECK_FALSE(within(std::numeric_limits<F>::quiet_NaN(), 3, no_max));
  CHECK_FALSE(within(std::numeric_limits<F>::quiet_NaN(), no_min, 3));
  CHECK(within(std::numeric_limits<F>::quiet_NaN(), no_min, no_max));
}

TEST_CASE("a number that the type cannot hold is refused") {
  CHECK(refuses<float>("1e39"));
  CHECK(refuses<float>("-1e39"));
  CHECK(refuses<double>("1e309"));
  CHECK(refuses<double>("1e-400"));
  CHECK(refuses<double>("1x"));
  CHECK(refuses<double>(""));
  CHECK(reads<double>("1e39", 1e39));
  CHECK(reads<float>("3.4028235e38", std::numeric_limits<float>::max()));
}

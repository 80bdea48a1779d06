#include "healthlake/core/real.hpp"

#include <doctest/doctest.h>

#include <clocale>
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

TEST_CASE_TEMPLATE("floating-point numbers survive a round trip", F, float, double) {
  for (F const value : {F{0}, F{1}, F{-1}, F(0.1), F(-2.5e-3), F(1e30), std::numeric_limits<F>::max(),
                        std::numeric_limits<F>::min(), std::numeric_limits<F>::denorm_min()}) {
    CAPTURE(value);
    CHECK(reads<F>(written(value), value));
  }
  CHECK(written(F{2}) == "2");
  CHECK(written(F(0.1)) == "0.1");
  CHECK(written(F{0} * F{-1}) == "-0");
}

TEST_CASE_TEMPLATE("a value that a JSON number cannot represent has a name", F, float, double) {
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

TEST_CASE_TEMPLATE("a range includes its bounds, and NaN is in none", F, float, double) {
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

TEST_CASE("a number that is too large for the type is rejected, and so is what is not a number") {
  CHECK(refuses<float>("1e39"));
  CHECK(refuses<float>("-1e39"));
  CHECK(refuses<double>("1e309"));
  CHECK(refuses<double>("0.00001e314"));
  CHECK(refuses<double>("1e99999999999999999999"));
  for (std::string_view const bad : {"1x", "", "-", "+1", "inf", "-inf", "nan", "0x10", " 1", "1 ", "e5", ".5"}) {
    CAPTURE(bad);
    CHECK(refuses<double>(bad));
    CHECK(refuses<float>(bad));
  }
  CHECK(reads<double>("1e39", 1e39));
  CHECK(reads<float>("3.4028235e38", std::numeric_limits<float>::max()));
}

TEST_CASE("a number that is too small for the type becomes zero with its sign") {
  for (std::string_view const tiny : {"1e-400", "2.4703282292062327e-324", "0.1e-99999999999999999999", "0e999"}) {
    CAPTURE(tiny);
    CHECK(reads<double>(tiny, 0.0));
  }
  CHECK(reads<float>("1e-60", 0.0F));
  double value = 99;
  CHECK((detail::real_ops<double>.parse("-1e-400", &value) && value == 0 && std::signbit(value)));
  CHECK(reads<double>("4.9406564584124654e-324", std::numeric_limits<double>::denorm_min()));
}

TEST_CASE_TEMPLATE("the fallback for libraries without from_chars parses what from_chars parses", F, float, double) {
  std::string_view const numbers[] = {"0",
                                      "-0",
                                      "1.5",
                                      "-2.25e-3",
                                      "1E+5",
                                      "123456789.125",
                                      "1e39",
                                      "1e-60",
                                      "3.4028235e38",
                                      "1e309",
                                      "4e-320",
                                      "0.1",
                                      "9007199254740993",
                                      "1x",
                                      "0x10",
                                      "1.2.3",
                                      "2.2250738585072012e-308"};
  for (std::string_view const number : numbers) {
    CAPTURE(number);
    F value = 99;
    auto const read = detail::strtod_real(number, value);
    F expected = 0;
    if (detail::real_ops<F>.parse(number, &expected)) {
      CHECK(read == detail::RealRead::done);
      CHECK(value == expected);
    } else {
      CHECK(read != detail::RealRead::done);
    }
  }
}

TEST_CASE("the fallback does not depend on the decimal point of the locale") {
  std::string const before = std::setlocale(LC_NUMERIC, nullptr);
  // Where no such locale is installed, the test passes without checking more than the others.
  for (char const* const name : {"de_DE.UTF-8", "fr_FR.UTF-8", "C"}) {
    std::setlocale(LC_NUMERIC, name);
    double value = 0;
    CHECK(detail::strtod_real("2.5", value) == detail::RealRead::done);
    CHECK(value == 2.5);
  }
  std::setlocale(LC_NUMERIC, before.c_str());
}

TEST_CASE("a number is tiny if its first digit other than zero stands behind the point") {
  for (std::string_view const tiny :
       {"0", "0.000", "-0", "0e999", "0.5", "0.1e0", "0.1e1", "1e-1", "10e-2", "12.5e-2", "0.01E+1",
        "1e-00000000000000000000000001", "1e-99999999999999999999", "123456e-1152921504606846977"}) {
    CAPTURE(tiny);
    CHECK(detail::is_tiny(tiny));
  }
  for (std::string_view const other : {"1", "10", "1.5", "1e0", "1e-0", "1e5", "10e-1", "12.5e-1", "0.1e2", "0.01e+5",
                                       "0.01E+3", "0.01e3", "0.1e00000000000000000000000002", "1e99999999999999999999",
                                       "0.000001e99999999999999999999", "0.1e9223372036854775807"}) {
    CAPTURE(other);
    CHECK_FALSE(detail::is_tiny(other));
  }
}

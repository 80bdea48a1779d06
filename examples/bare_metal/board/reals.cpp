// Small replacements for the C++ library's conversions of `double`, whose tables take 140 kB of flash and which link
// printf. Only programs with shapes that contain a double link them: in this service, the progress report of an import
// job, whose numbers are megabytes and rates.
//
// Exact for up to 15 digits and powers of ten up to 22; otherwise off by a few units in the last place, and not
// intended for magnitudes outside 1e-290 to 1e290. A product that needs more omits this file from its build.
#include <charconv>
#include <cmath>
#include <cstdint>

namespace {

// 10^|exponent|; exact in a double up to 10^22.
double power_of_ten(int exponent) {
  double power = 1;
  for (int i = exponent < 0 ? -exponent : exponent; i > 0 && power < 1e308; --i) power *= 10;
  return power;
}
double scaled(std::uint64_t digits, int exponent) {
  double const power = power_of_ten(exponent);
  return exponent < 0 ? static_cast<double>(digits) / power : static_cast<double>(digits) * power;
}

bool is_digit(char const* at, char const* end) { return at != end && *at >= '0' && *at <= '9'; }

}  // namespace

// Reads a JSON number (RFC 8259, 6), which the decoder has checked.
std::from_chars_result std::from_chars(char const* at, char const* end, double& value, std::chars_format) noexcept {
  bool const negative = at != end && *at == '-';
  if (negative) ++at;
  if (!is_digit(at, end)) return {at, std::errc::invalid_argument};
  std::uint64_t digits = 0;
  int exponent = 0;
  bool fraction = false;
  for (; is_digit(at, end) || (!fraction && at != end && *at == '.'); ++at) {
    if (*at == '.') {
      fraction = true;
    } else if (digits < 100'000'000'000'000'000) {
      digits = digits * 10 + static_cast<unsigned>(*at - '0');
      exponent -= fraction ? 1 : 0;
    } else {
      exponent += fraction ? 0 : 1;
    }
  }
  if (at != end && (*at == 'e' || *at == 'E')) {
    int written = 0;
    bool const down = at + 1 != end && at[1] == '-';
    for (at += down || (at + 1 != end && at[1] == '+') ? 2 : 1; is_digit(at, end); ++at)
      if (written < 10'000) written = written * 10 + (*at - '0');
    exponent += down ? -written : written;
  }
  double const magnitude = digits == 0 ? 0 : scaled(digits, exponent);
  if (std::isinf(magnitude) || (magnitude == 0 && digits != 0)) return {at, std::errc::result_out_of_range};
  value = negative ? -magnitude : magnitude;
  return {at, std::errc{}};
}

// The fewest digits that read back the same, at most 17: `12.5`, `1e+30`.
std::to_chars_result std::to_chars(char* at, char* end, double value) noexcept {
  if (end - at < 32) return {end, std::errc::value_too_large};
  if (std::signbit(value)) *at++ = '-';
  double const magnitude = std::fabs(value);
  if (magnitude == 0) {
    *at++ = '0';
    return {at, std::errc{}};
  }
  int exponent = 0;  // of the first digit
  while (exponent < 308 && magnitude >= power_of_ten(exponent + 1)) ++exponent;
  while (exponent > -308 && magnitude < 1 / power_of_ten(exponent)) --exponent;
  std::uint64_t digits = 0;
  int count = 0;
  do {
    ++count;
    int const shift = count - 1 - exponent;
    double const power = power_of_ten(shift);
    digits = static_cast<std::uint64_t>(std::llround(shift < 0 ? magnitude / power : magnitude * power));
  } while (count < 17 && scaled(digits, exponent - count + 1) != magnitude);

  char reversed[20];
  int size = 0;
  for (; digits != 0; digits /= 10) reversed[size++] = static_cast<char>('0' + digits % 10);
  exponent += size - count;  // 9.99... rounded up to one digit more
  bool const plain = exponent >= 0 && exponent < 17;
  for (int i = 0; i < size || (plain && i <= exponent); ++i) {
    if (i == (plain ? exponent + 1 : 1)) *at++ = '.';
    *at++ = i < size ? reversed[size - 1 - i] : '0';
  }
  if (plain) return {at, std::errc{}};
  *at++ = 'e';
  *at++ = exponent < 0 ? '-' : '+';
  return std::to_chars(at, end, exponent < 0 ? -exponent : exponent);
}

#include "output.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <utility>

#include "healthlake/text/text.hpp"

namespace healthlake_export {
namespace {

// The escape of JSON for what terminals obey: in UTF-8, the C1 control characters and DEL, which JSON allows.
std::string without_controls(std::string const& json) {
  std::string out;
  for (std::size_t at = 0; at < json.size(); ++at) {
    auto const byte = static_cast<unsigned char>(json[at]);
    auto const next = at + 1 < json.size() ? static_cast<unsigned char>(json[at + 1]) : 0U;
    bool const c1 = byte == 0xC2 && next >= 0x80 && next < 0xA0;
    if (!c1 && byte != 0x7F) {
      out.push_back(json[at]);
      continue;
    }
    constexpr char digits[] = "0123456789abcdef";
    unsigned const code = c1 ? next : byte;
    out += "\\u00";
    out.push_back(digits[code >> 4]);
    out.push_back(digits[code & 15U]);
    if (c1) ++at;
  }
  return out;
}

}  // namespace

Output::Output(healthlake_examples::Secrets& secrets, bool json)
    : secrets_(secrets), lines_(json ? STDERR_FILENO : STDOUT_FILENO), terminal_(isatty(lines_) == 1) {}

void Output::line(std::string text) {
  keep_status();
  write(lines_, clean(std::move(text), "") + "\n");
}

void Output::json(std::string text) {
  keep_status();
  write(STDOUT_FILENO, without_controls(secrets_.cleaned(std::move(text))) + "\n");
}

void Output::message(std::string text) {
  keep_status();
  write(STDERR_FILENO, clean(std::move(text), "healthlake-export: ") + "\n");
}

void Output::status(std::string text) {
  if (!terminal_) return;
  status_ = true;
  write(lines_, "\r" + clean(std::move(text), ""));
}

void Output::keep_status() {
  if (status_) write(lines_, "\n");
  status_ = false;
}

std::string Output::clean(std::string text, std::string_view prefix) {
  text = secrets_.cleaned(std::move(text));
  std::string out{prefix};
  std::size_t begin = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
    out += healthlake::printable(std::string_view{text}.substr(begin, end - begin)) + "\n";
    begin = end + 1;
  }
  return out + healthlake::printable(std::string_view{text}.substr(begin));
}

void Output::write(int to, std::string const& text) {
  std::string_view rest = text;
  while (!rest.empty()) {
    auto const written = ::write(to, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      // A terminal or pipe that another program made non-blocking.
      pollfd room{.fd = to, .events = POLLOUT, .revents = 0};
      poll(&room, 1, -1);
    } else if (errno != EINTR) {
      if (to == lines_ || to == STDOUT_FILENO) failure_ = std::strerror(errno);
      return;
    }
  }
}

}  // namespace healthlake_export

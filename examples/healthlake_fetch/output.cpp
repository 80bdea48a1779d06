#include "output.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "healthlake/text/text.hpp"
#include "healthlake/text/utf8.hpp"

namespace healthlake_fetch {
namespace {

using namespace healthlake;

constexpr std::string_view temporary_prefix = ".healthlake-fetch-";

Unexpected<std::string> failed(std::string_view what) {
  return Unexpected{std::string{what} + ": " + std::generic_category().message(errno)};
}

std::string_view segment_fault(std::string_view segment) {
  if (segment.empty()) return "a segment is empty";
  if (segment == "." || segment == "..") return "a segment is . or ..";
  if (segment.size() > 255) return "a segment is longer than 255 bytes";
  if (segment.starts_with(temporary_prefix)) return "a segment begins like a temporary file";
  for (std::size_t at = 0; at < segment.size();) {
    // The segment is valid UTF-8. Terminals obey the C1 control characters (U+0080 to U+009F) too.
    auto const [value, length] = decode_utf8(segment, at);
    if (value < 0x20 || (value >= 0x7F && value < 0xA0) || value == '\\')
      return "a segment contains a control character or a backslash";
    at += length;
  }
  return {};
}

}  // namespace

Descriptor::Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}
Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

std::string_view name_fault(std::string_view name) {
  if (!valid_utf8(name)) return "it is not valid UTF-8";
  for (;;) {
    std::size_t const slash = (std::min)(name.find('/'), name.size());
    if (auto const fault = segment_fault(name.substr(0, slash)); !fault.empty()) return fault;
    if (slash == name.size()) return {};
    name.remove_prefix(slash + 1);
  }
}

Result<OutputDirectory, std::string> OutputDirectory::open(std::string const& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return failed("cannot create " + path);
  Descriptor root{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!root) return failed("cannot open the directory " + path);
  return OutputDirectory{std::move(root)};
}

OutputDirectory::OutputDirectory(Descriptor root)
    : root_(std::move(root)), temporary_(std::string{temporary_prefix} + std::to_string(::getpid())) {}

OutputDirectory::~OutputDirectory() {
  if (root_) ::unlinkat(root_.get(), temporary_.c_str(), 0);
}

Result<Unit, std::string> OutputDirectory::begin() {
  ::unlinkat(root_.get(), temporary_.c_str(), 0);
  int const flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  // Patients' data: for its owner only.
  file_ = Descriptor{::openat(root_.get(), temporary_.c_str(), flags, 0600)};
  if (!file_) return failed("cannot create a file");
  return Unit{};
}

Result<Unit, std::string> OutputDirectory::write(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t const written = ::write(file_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return failed("cannot write");
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return Unit{};
}

Result<Unit, std::string> OutputDirectory::finish(std::string_view name) {
  if (auto const fault = name_fault(name); !fault.empty()) return Unexpected{std::string{fault}};
  if (::fsync(file_.get()) != 0) return failed("cannot write");
  file_ = Descriptor{};
  Descriptor directory{::openat(root_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  for (std::size_t slash = name.find('/'); slash != std::string_view::npos; slash = name.find('/')) {
    std::string const segment{name.substr(0, slash)};
    if (::mkdirat(directory.get(), segment.c_str(), 0700) != 0 && errno != EEXIST)
      return failed("cannot create the directory " + printable(segment));
    directory = Descriptor{::openat(directory.get(), segment.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (!directory)
      return failed("cannot open the directory " + printable(segment) + " (symbolic links are not followed)");
    name.remove_prefix(slash + 1);
  }
  if (::renameat(root_.get(), temporary_.c_str(), directory.get(), std::string{name}.c_str()) != 0)
    return failed("cannot name the file");
  return Unit{};
}

}  // namespace healthlake_fetch

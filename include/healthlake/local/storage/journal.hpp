// The storage of a journal: an interface of four functions, and an implementation in memory.
//
// Rules: lines are bytes without line ends, and are not interpreted here. Errors are human-readable strings. After an
// error, the journal is unchanged: it contains a line completely or not at all.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/result.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The storage of a journal. For one service; errors are human-readable strings.
class Journal {
 public:
  Journal() = default;
  Journal(Journal const&) = delete;
  Journal& operator=(Journal const&) = delete;
  virtual ~Journal() = default;

  /// The whole content.
  virtual Result<std::string, std::string> read() = 0;
  /// Keeps the first `bytes` bytes and removes the rest.
  virtual Result<Unit, std::string> cut(std::size_t bytes) = 0;
  /// Adds a line; `line` has no line end. When this returns, the line is as durable as the journal can make it; after
  /// an error, nothing of it is left.
  virtual Result<Unit, std::string> append(std::string_view line) = 0;
  /// Ensures, as far as possible, that lines of `bytes` bytes can be added. Called before a request is handled whose
  /// result has to be written. By default, succeeds.
  virtual Result<Unit, std::string> reserve(std::size_t bytes);
};

/// Keeps a journal in memory, for tests.
class MemoryJournal final : public Journal {
 public:
  MemoryJournal() = default;
  /// Continues with the content of an earlier journal.
  explicit MemoryJournal(std::string bytes) : bytes_(std::move(bytes)) {}

  /// The whole content.
  [[nodiscard]] std::string const& bytes() const noexcept { return bytes_; }
  /// After that many more lines, every append fails, as on a full disk.
  void fail_after(std::size_t lines) { left_ = lines; }

  Result<std::string, std::string> read() override { return bytes_; }
  Result<Unit, std::string> cut(std::size_t bytes) override;
  Result<Unit, std::string> reserve(std::size_t) override;
  Result<Unit, std::string> append(std::string_view line) override;

 private:
  std::string bytes_;
  std::size_t left_ = (std::numeric_limits<std::size_t>::max)();
};

}  // namespace HEALTHLAKE_NAMESPACE

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/local/storage/impl/journal.ipp"
#endif

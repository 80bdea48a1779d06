// Where the lines of a journal are kept: an interface of three functions, and an implementation in memory.
//
// Rules: lines are bytes without line ends; nothing here knows what they say. Errors are strings for people.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/result.hpp"

namespace healthlake {

/// Where a journal is kept. One object serves one service; errors are texts for people.
class Journal {
 public:
  Journal() = default;
  Journal(Journal const&) = delete;
  Journal& operator=(Journal const&) = delete;
  virtual ~Journal() = default;

  /// All that is in it.
  virtual Result<std::string, std::string> read() = 0;
  /// Leaves the first `bytes` bytes and drops what is behind them.
  virtual Result<Unit, std::string> cut(std::size_t bytes) = 0;
  /// Adds a line; `line` has no line end. When this returns, the line survives whatever the journal promises to
  /// survive.
  virtual Result<Unit, std::string> append(std::string_view line) = 0;
};

/// Keeps a journal in memory, for tests.
class MemoryJournal final : public Journal {
 public:
  explicit MemoryJournal(std::string bytes = {}) : bytes_(std::move(bytes)) {}

  [[nodiscard]] std::string const& bytes() const noexcept { return bytes_; }
  /// After so many more lines every append fails, as it does on a full disk.
  void fail_after(std::size_t lines) { left_ = lines; }

  Result<std::string, std::string> read() override { return bytes_; }
  Result<Unit, std::string> cut(std::size_t bytes) override {
    bytes_.resize(bytes);
    return Unit{};
  }
  Result<Unit, std::string> append(std::string_view line) override {
    if (left_ == 0) return Unexpected{std::string{"no space left"}};
    --left_;
    bytes_.append(line).push_back('\n');
    return Unit{};
  }

 private:
  std::string bytes_;
  std::size_t left_ = std::numeric_limits<std::size_t>::max();
};

}  // namespace healthlake

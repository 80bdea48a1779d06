// The functions of sign/sink.hpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "healthlake/sign/hash.hpp"
#include "healthlake/sign/sink.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL void Sink::put(char c) {
  if (used_ == buffer_.size()) flush();
  buffer_[used_++] = static_cast<std::uint8_t>(c);
}

HEALTHLAKE_DECL void Sink::put(std::string_view text) {
  while (text.size() > buffer_.size() - used_) {
    std::size_t const room = buffer_.size() - used_;
    append(text.substr(0, room));
    text.remove_prefix(room);
    flush();
  }
  append(text);
}

HEALTHLAKE_DECL void Sink::flush() {
  take_(target_, Bytes{buffer_.data(), used_});
  used_ = 0;
}

HEALTHLAKE_DECL void Sink::append(std::string_view text) {
  if (!text.empty()) std::memcpy(buffer_.data() + used_, text.data(), text.size());
  used_ += text.size();
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

// The functions of json/builder_frames.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "healthlake/core/shape.hpp"
#include "healthlake/core/values.hpp"
#include "healthlake/json/builder_frames.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL void FrameStack::push(Frame const& frame) {
  if (size_ == capacity_) grow();
  back_ = frames_ + size_;
  *back_ = frame;
  if (frame.type->kind == Kind::map) back_->index = keys_.size();
  ++size_;
}

HEALTHLAKE_DECL void FrameStack::pop() {
  if (back_->type->kind == Kind::map) keys_.resize(back_->index);
  --size_;
  back_ = size_ == 0 ? nullptr : back_ - 1;
}

HEALTHLAKE_DECL std::string_view FrameStack::key_of(std::size_t index) const noexcept {
  std::size_t end = keys_.size();
  for (std::size_t i = size_ - 1; i > index; --i)
    if (frames_[i].type->kind == Kind::map) end = frames_[i].index;
  return std::string_view{keys_}.substr(frames_[index].index, end - frames_[index].index);
}

HEALTHLAKE_DECL void FrameStack::grow() {
  auto* const larger = new Frame[2 * capacity_]();
  std::copy_n(frames_, size_, larger);
  heap_.reset(larger);
  frames_ = larger;
  capacity_ *= 2;
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

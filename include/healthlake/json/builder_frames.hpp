// The stack of objects and arrays that a ShapeBuilder has open; it needs no heap for messages of this service.
//
// Rules: for json/shape_builder.hpp alone.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "healthlake/core/type.hpp"
#include "healthlake/core/values.hpp"
#include "healthlake/owner.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// A structure, union, list or map being read.
struct Frame {
  Type const* type = nullptr;
  void* object = nullptr;
  Rules const* rules = nullptr;
  // Of a structure or union: the member whose value is next; null if the shape has no such member.
  Member const* member = nullptr;
  // The type of the next value.
  Type const* next = nullptr;
  // The bit of `member` in `seen`.
  std::uint64_t bit = 0;
  // Of a structure or union: the members that have had a value, by their index in the table. Of a list: how much text
  // was left at its beginning.
  std::uint64_t seen = 0;
  // Of a list: the number of members so far. Of a map: the offset of its key among those of all maps. Of a structure or
  // union: where the search for the next member begins.
  std::size_t index = 0;
  // Whether this or anything that contains it is sensitive.
  bool sensitive = false;
};

// The unknown members of a union: the first one, and the value of another.
struct UnknownMembers {
  // The number of open frames at the union.
  std::size_t depth = 0;
  UnknownMember first{};
  std::string second{};
};

// Keeps the frames inside the object until there are more than any message of this service needs; then on the heap.
class FrameStack {
 public:
  FrameStack() = default;
  FrameStack(FrameStack const&) = delete;
  FrameStack& operator=(FrameStack const&) = delete;

  void push(Frame const& frame);
  void pop();
  // The last key of the innermost frame, which must be a map, and of the map at an index.
  void set_key(std::string_view name) { keys_.replace(back().index, std::string::npos, name); }
  [[nodiscard]] std::string_view key() const noexcept { return key_of(size_ - 1); }
  [[nodiscard]] std::string_view key_of(std::size_t index) const noexcept;
  [[nodiscard]] Frame& back() noexcept { return *back_; }
  [[nodiscard]] Frame const& back() const noexcept { return *back_; }
  [[nodiscard]] Frame const& operator[](std::size_t index) const noexcept { return frames_[index]; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

 private:
  void grow();

  // The known members of this service's messages are nested at most five levels deep.
  std::array<Frame, 6> own_;
  Owner<Frame, DeleteArray> heap_;
  Frame* frames_ = own_.data();
  std::size_t capacity_ = own_.size();
  std::size_t size_ = 0;
  Frame* back_ = nullptr;
  // The last key of each open map, outermost first.
  std::string keys_;
};

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/json/impl/builder_frames.ipp"
#endif

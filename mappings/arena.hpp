// Short lists that are made together, stay where they are, and go together; their memory is used again.
#pragma once

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

namespace tilewright {

template <class T>
class Arena {
 public:
  /// A copy of the list, until clear().
  std::span<const T> keep(std::span<const T> list) {
    if (list.empty()) return {};
    if (used_ + list.size() > room_) next_chunk(list.size());
    T* const place = current_ + used_;
    for (std::size_t i = 0; i < list.size(); ++i) place[i] = list[i];  // short: a call would take longer
    used_ += list.size();
    return {place, list.size()};
  }

  void clear() {
    next_ = 0;
    used_ = room_ = 0;
  }

 private:
  static constexpr std::size_t chunk_size = 2048;
  struct Chunk {
    std::unique_ptr<T[]> items;
    std::size_t size;
  };

  void next_chunk(std::size_t least) {
    while (next_ < chunks_.size() && chunks_[next_].size < least) ++next_;
    if (next_ == chunks_.size()) {
      const std::size_t size = std::max(least, chunk_size);
      chunks_.push_back({std::make_unique<T[]>(size), size});
    }
    current_ = chunks_[next_].items.get();
    room_ = chunks_[next_].size;
    used_ = 0;
    ++next_;
  }

  std::vector<Chunk> chunks_;
  std::size_t next_ = 0;  // chunk to fill after the current one
  T* current_ = nullptr;
  std::size_t used_ = 0;
  std::size_t room_ = 0;
};

}  // namespace tilewright

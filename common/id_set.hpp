// A set of ids with small positions: two words, without memory of its own.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "common/id.hpp"

namespace tilewright {

template <class IdType>
class IdSet {
 public:
  static constexpr std::size_t limit = 128;  ///< positions are less

  void add(IdType id) { words_[id.index() / 64] |= bit(id); }
  void remove(IdType id) { words_[id.index() / 64] &= ~bit(id); }
  [[nodiscard]] bool has(IdType id) const { return (words_[id.index() / 64] & bit(id)) != 0; }
  [[nodiscard]] bool empty() const { return (words_[0] | words_[1]) == 0; }
  [[nodiscard]] int size() const { return std::popcount(words_[0]) + std::popcount(words_[1]); }
  /// The smallest; of a set that is not empty.
  [[nodiscard]] IdType first() const { return words_[0] != 0 ? lowest(words_[0], 0) : lowest(words_[1], 64); }

  /// Calls `visit(id)`, from the smallest on.
  template <class Visit>
  void each(Visit visit) const {
    for (std::size_t w = 0; w < 2; ++w)
      for (std::uint64_t rest = words_[w]; rest != 0; rest &= rest - 1) visit(lowest(rest, 64 * w));
  }

  IdSet& operator|=(const IdSet& other) {
    words_[0] |= other.words_[0];
    words_[1] |= other.words_[1];
    return *this;
  }
  friend IdSet operator|(IdSet a, const IdSet& b) { return a |= b; }
  friend IdSet operator&(IdSet a, const IdSet& b) {
    a.words_[0] &= b.words_[0];
    a.words_[1] &= b.words_[1];
    return a;
  }
  bool operator==(const IdSet&) const = default;

 private:
  static constexpr std::uint64_t bit(IdType id) { return std::uint64_t{1} << (id.index() % 64); }
  static constexpr IdType lowest(std::uint64_t word, std::size_t before) {
    return IdType::at(before + static_cast<unsigned>(std::countr_zero(word)));
  }

  std::array<std::uint64_t, 2> words_{};
};

}  // namespace tilewright

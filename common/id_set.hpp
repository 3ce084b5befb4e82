// A set of small numbers such as ids: two words, without memory of its own.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace tilewright {

class IdSet {
 public:
  static constexpr std::size_t limit = 128;  ///< numbers from 0 to limit - 1

  void add(std::size_t id) { words_[id / 64] |= bit(id); }
  void remove(std::size_t id) { words_[id / 64] &= ~bit(id); }
  [[nodiscard]] bool has(std::size_t id) const { return (words_[id / 64] & bit(id)) != 0; }
  [[nodiscard]] bool empty() const { return (words_[0] | words_[1]) == 0; }
  [[nodiscard]] int size() const { return std::popcount(words_[0]) + std::popcount(words_[1]); }
  /// The smallest; of a set that is not empty.
  [[nodiscard]] int first() const {
    return words_[0] != 0 ? std::countr_zero(words_[0]) : 64 + std::countr_zero(words_[1]);
  }

  /// Calls `visit(id)`, from the smallest on.
  template <class Visit>
  void each(Visit visit) const {
    for (int w = 0; w < 2; ++w)
      for (std::uint64_t rest = words_[static_cast<std::size_t>(w)]; rest != 0; rest &= rest - 1)
        visit(64 * w + std::countr_zero(rest));
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
  static constexpr std::uint64_t bit(std::size_t id) { return std::uint64_t{1} << (id % 64); }

  std::array<std::uint64_t, 2> words_{};
};

}  // namespace tilewright

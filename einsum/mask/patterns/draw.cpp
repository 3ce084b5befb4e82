#include "einsum/mask/patterns/draw.hpp"

#include <algorithm>

#include "common/parallel.hpp"
#include "einsum/mask/by_count.hpp"

namespace tilewright {

namespace {

// SplitMix64: G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
class Random {
 public:
  explicit Random(std::initializer_list<Count> keys) {
    for (const Count key : keys) {
      state_ ^= static_cast<std::uint64_t>(key);
      state_ = next();
    }
  }

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }

  // From [0, among), all equally likely: the last, incomplete round of `among` numbers is drawn again.
  Count below(Count among) {
    const auto n = static_cast<std::uint64_t>(among);
    const std::uint64_t incomplete = (~std::uint64_t{0} % n + 1) % n;
    std::uint64_t value = next();
    while (value > ~std::uint64_t{0} - incomplete) value = next();
    return static_cast<Count>(value % n);
  }

 private:
  std::uint64_t state_ = 0;
};

// Numbers are inserted in place where they are few, and are bits of a map where that is shorter than their moves.
bool are_few(Count count, Count among) { return count <= 512 + among / 4096; }

std::vector<Count> draw_few(Random& random, Count count, Count among) {
  std::vector<Count> drawn;
  for (Count most = std::max(among - count, Count{0}); most < among; ++most) {
    stop_if_interrupted();
    const Count value = random.below(most + 1);
    const auto place = std::ranges::lower_bound(drawn, value);
    if (place != drawn.end() && *place == value) {
      drawn.push_back(most);  // more than all before
    } else {
      drawn.insert(place, value);
    }
  }
  return drawn;
}

std::vector<Count> draw_many(Random& random, Count count, Count among) {
  ByCount<bool> is_drawn(among, false);
  for (Count most = std::max(among - count, Count{0}); most < among; ++most) {
    stop_if_interrupted();
    const Count value = random.below(most + 1);
    is_drawn[is_drawn[value] ? most : value] = true;
  }
  std::vector<Count> drawn;
  drawn.reserve(static_cast<std::size_t>(std::min(count, among)));
  for (Count value = 0; value < among; ++value)
    if (is_drawn[value]) drawn.push_back(value);
  return drawn;
}

}  // namespace

// R. Floyd's sampling: J. Bentley, R. Floyd, "Programming Pearls: A Sample of Brilliance", CACM 1987.
std::vector<Count> draw(std::initializer_list<Count> keys, Count count, Count among) {
  if (among <= 0) return {};
  Random random(keys);
  among = std::max(among, Count{0});  // as before the first block
  return are_few(count, among) ? draw_few(random, count, among) : draw_many(random, count, among);
}

}  // namespace tilewright

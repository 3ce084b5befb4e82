// A small random number generator. Source: G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number
// Generators", OOPSLA 2014 (SplitMix64, constants of its variant 13).
#pragma once

#include <cstdint>

namespace tilewright::kernels::emulator {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t operator()() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }

  /// 0 to n - 1.
  std::uint64_t below(std::uint64_t n) { return (*this)() % n; }

  /// True `parts` times of `of`.
  bool chance(std::uint64_t parts, std::uint64_t of) { return below(of) < parts; }

 private:
  std::uint64_t state_;
};

}  // namespace tilewright::kernels::emulator

// Attention problems for kernels under the emulator, and their check against the reference.
#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "kernels/attention/block.hpp"
#include "kernels/attention/instances.hpp"
#include "kernels/attention/params.hpp"
#include "kernels/emulator/emulate.hpp"
#include "kernels/mask/make_masks.hpp"

namespace tilewright::kernels {

struct AttentionCase {
  int batch = 1;
  int heads = 1;
  int kv_heads = 1;
  int head_dim = 64;
  MaskProblem masks;
  double amplitude = 1;  ///< of Q: the standard deviation of its numbers
  bool sigmoid = false;  ///< with `bias`, in the place of softmax
  float bias = 0;
  std::uint64_t seed = 1;
};

/// Everything of it, for messages.
std::string text_of(const AttentionCase& of);

/// One dimension, dense, of the tiles and the head dimension of an instance.
AttentionCase line_of(const Instance& instance, int queries, int keys);

/// Products of tiles that a kernel is compiled for.
struct Tiles {
  int q_tile;
  int kv_tile;
};

class RandomCases {
 public:
  explicit RandomCases(unsigned seed) : generator_(seed) {}

  int from(int least, int most) { return std::uniform_int_distribution<int>(least, most)(generator_); }
  bool one_in(int n) { return from(1, n) == 1; }

  /// 1 to 3 dimensions; windows, strides, dilation, causality, mixtures of rules, block lists and permuted tokens
  /// as it comes; scores near each other, or far apart.
  AttentionCase next(const Tiles& tiles, int head_dim);

 private:
  std::array<int, 3> factors(int product, int dimensions);
  MaskRule rule(const MaskProblem& masks);

  std::mt19937 generator_;
};

template <class T>
using RunAttention = std::function<void(const AttentionParams<T>&)>;

/// Runs a kernel on the case and says what is wrong with its results; empty if nothing is. Padding in memory is
/// NaN, and must stay as it is in O.
template <class T>
std::string wrong_with(const AttentionCase& of, const RunAttention<T>& run);

/// The same for a kernel under the emulator.
template <class Kernel, class T>
std::string emulated(const AttentionCase& of, std::uint64_t schedule_seed) {
  return wrong_with<T>(of, [&](const AttentionParams<T>& params) {
    emulate<Kernel>(attention_grid(params), params, Schedule{schedule_seed});
  });
}

}  // namespace tilewright::kernels

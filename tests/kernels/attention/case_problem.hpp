// The numbers of an AttentionCase: where they lie in memory, and the same problem for the references.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "kernels/reference/inputs.hpp"
#include "kernels/reference/permutation.hpp"
#include "kernels/reference/problem.hpp"
#include "tests/kernels/attention/attention_case.hpp"

namespace tilewright::kernels {

/// Tokens, or tiles, of all axes.
inline int product(const std::array<int, 3>& axes) { return axes[0] * axes[1] * axes[2]; }
int tiles_of(const std::array<int, 3>& extent, const std::array<int, 3>& tile);

const MaskRule& rule_of(const AttentionCase& of, int head);

/// Where the tokens of Q or K lie in memory.
class Order {
 public:
  Order(const MaskProblem& masks, const std::array<int, 3>& extent, const std::array<int, 3>& tile)
      : permuted_(masks.permuted), tokens_(product(extent)) {
    for (std::size_t i = 0; i < 3; ++i) {
      order_.extent[i] = extent[i];
      order_.tile[i] = tile[i];
      order_.dilation[i] = masks.dilation[i];
    }
  }

  [[nodiscard]] std::int64_t tokens() const { return tokens_; }
  [[nodiscard]] std::int64_t places() const { return permuted_ ? order_.places() : tokens_; }
  [[nodiscard]] std::int64_t place(std::int64_t token) const { return permuted_ ? order_.place(token) : token; }

 private:
  bool permuted_;
  std::int64_t tokens_;
  reference::Permutation order_;
};

/// Of Q and O, and of K and V.
Order order_of_queries(const AttentionCase& of);
Order order_of_keys(const AttentionCase& of);

/// Numbers of T with the deviation `amplitude`, in tokens' own order.
template <class T>
reference::Source drawn(std::uint64_t seed, reference::Input tensor, std::int64_t tokens, double amplitude);

/// A tensor [heads, places, head_dim] in memory, its padding poisoned.
template <class T>
std::vector<T> in_memory(const reference::Source& source, int heads, int head_dim, const Order& order);

/// Its rows, in tokens' order, and poison where they were; what is not poison then, the padding of a result, has
/// been written.
template <class T>
std::vector<T> take_rows(std::vector<T>& memory, int heads, int head_dim, const Order& order);

/// Softmax attention of the case.
template <class T>
reference::Problem problem_of(const AttentionCase& of);

}  // namespace tilewright::kernels

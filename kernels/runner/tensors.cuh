// Q, K, V and O of a point on the device, in as many sets as it rotates through.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/device/numbers.hpp"
#include "kernels/mask/token_grid.hpp"
#include "kernels/plan/row.hpp"
#include "kernels/reference/compare.hpp"
#include "kernels/reference/inputs.hpp"
#include "kernels/reference/problem.hpp"
#include "kernels/runner/gpu.cuh"
#include "kernels/runner/trial.cuh"

namespace tilewright::kernels::runner {

/// A grid without tiles: tokens in the order of their layout.
TokenGrid natural_grid(const plan::Shape& layout);

/// Tokens of all groups, without what pads them.
std::int64_t tokens_of(const TokenGrid& grid);

/// A tensor of set `set`, drawn by the point's seed + set. Tokens lie where the grid, that of queries or of keys,
/// says; what pads them is zero.
template <class T>
Buffer filled(const plan::Row& point, int set, reference::Input tensor, const TokenGrid& grid, const Gpu& gpu);

/// Fills with reference::poison; and how many numbers still are.
void poison_buffer(const Buffer& buffer, const Gpu& gpu);
std::int64_t count_poison(const Buffer& buffer, Gpu& gpu);

/// Rows of a tensor [batch, heads, grid, head_dim], one after the other.
std::vector<std::uint16_t> download_rows(const Buffer& tensor, const TokenGrid& grid, const plan::Row& point,
                                         const std::vector<reference::Row>& rows, const Gpu& gpu);

template <class T>
struct TensorSet {
  Buffer q, k, v, o;
};

template <class T>
class Tensors {
 public:
  /// Set i is drawn by the point's seed + i. Tokens lie where the grids say; what pads them is zero.
  Tensors(const plan::Row& point, const TokenGrid& queries, const TokenGrid& keys, Gpu& gpu);

  [[nodiscard]] int sets() const { return static_cast<int>(sets_.size()); }
  [[nodiscard]] const T* q(int set) const { return at(set).q.template as<T>(); }
  [[nodiscard]] const T* k(int set) const { return at(set).k.template as<T>(); }
  [[nodiscard]] const T* v(int set) const { return at(set).v.template as<T>(); }
  [[nodiscard]] device::OutputOf<T>* o(int set) const { return at(set).o.template as<device::OutputOf<T>>(); }

  /// The output of the first set.
  void poison();

  /// Judges the output of the first set, after all that was launched, by the references of `problem`.
  Judge check(const reference::Problem& problem);

 private:
  [[nodiscard]] const TensorSet<T>& at(int set) const { return sets_[static_cast<std::size_t>(set)]; }

  /// Elements of the output that no token's row covers, in permuted memory.
  [[nodiscard]] std::int64_t padding() const;

  const plan::Row& point_;
  Gpu& gpu_;
  TokenGrid queries_;
  std::vector<TensorSet<T>> sets_;
};

}  // namespace tilewright::kernels::runner

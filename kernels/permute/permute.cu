#include "kernels/permute/permute.hpp"

#include <stdexcept>
#include <string>

#include "kernels/device/launch.cuh"
#include "kernels/permute/launch.hpp"

namespace tilewright::kernels {
namespace {

template <int D>
void launch_order(Permutation order, int heads, const PermuteParams& params, CUstream_st* stream) {
  using ToTiles = Permute<D, Permutation::to_tiles>;
  using ToNatural = Permute<D, Permutation::to_natural>;
  if (order == Permutation::to_tiles) return launch<ToTiles>(ToTiles::grid(params, heads), params, stream);
  launch<ToNatural>(ToNatural::grid(params, heads), params, stream);
}

}  // namespace

void launch_permute(Permutation order, int head_dim, int heads, const PermuteParams& params, CUstream_st* stream) {
  if (head_dim == 64) return launch_order<64>(order, heads, params, stream);
  if (head_dim == 128) return launch_order<128>(order, heads, params, stream);
  throw std::invalid_argument("permutation is compiled for head dimensions 64 and 128, not " +
                              std::to_string(head_dim));
}

}  // namespace tilewright::kernels

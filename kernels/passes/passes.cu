#include <stdexcept>
#include <string>

#include "kernels/device/launch.cuh"
#include "kernels/passes/exponential_pass.hpp"
#include "kernels/passes/launch.hpp"
#include "kernels/passes/score_pass.hpp"
#include "kernels/passes/value_pass.hpp"

namespace tilewright::kernels {
namespace {

template <int D, class T>
void launch_all(Passes passes, const PassesParams<T>& params, CUstream_st* stream) {
  using Tiling = PassTiling<T, D, passes_q_tile, passes_kv_tile>;
  const Grid grid{(params.queries + passes_q_tile - 1) / passes_q_tile, params.batch * params.heads};
  if (passes == Passes::two) {
    launch<ScorePass<Tiling, Passes::two>>(grid, params, stream);
    launch<ValuePass<Tiling, Passes::two>>(grid, params, stream);
    return;
  }
  const std::int64_t rows = std::int64_t{params.batch} * params.heads * params.queries;
  launch<ScorePass<Tiling, Passes::three>>(grid, params, stream);
  launch<ExponentialPass<T>>({static_cast<int>(ExponentialPass<T>::blocks(rows))}, params, stream);
  launch<ValuePass<Tiling, Passes::three>>(grid, params, stream);
}

}  // namespace

template <class T>
void launch_passes(Passes passes, int head_dim, const PassesParams<T>& params, CUstream_st* stream) {
  if (head_dim == 64) return launch_all<64>(passes, params, stream);
  if (head_dim == 128) return launch_all<128>(passes, params, stream);
  throw std::invalid_argument("passes are compiled for head dimensions 64 and 128, not " +
                              std::to_string(head_dim));
}

template void launch_passes(Passes, int, const PassesParams<device::bf16>&, CUstream_st*);

}  // namespace tilewright::kernels

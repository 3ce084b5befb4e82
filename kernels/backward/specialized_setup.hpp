// Makes the parameters of the backward kernel for warpgroup products, on the host.
#pragma once

#include <stdexcept>

#include "kernels/attention/specialized_setup.hpp"
#include "kernels/backward/specialized_params.hpp"

namespace tilewright::kernels {

/// Throws std::invalid_argument for tiles that are not
/// the kernel's, and for tokens that lie as the copy engine cannot take them.
template <class Kernel>
typename Kernel::Params specialized_backward_params(const BackwardParams<typename Kernel::Number>& backward) {
  const auto& forward = backward.forward;
  const TokenGrid& queries = forward.queries;
  const TokenGrid& keys = forward.keys;
  check_tiles<Kernel>(queries, keys);
  const int heads = forward.batch * forward.heads;
  const int kv_heads = forward.batch * forward.kv_heads;
  return {backward,
          map_of_tiles(queries, forward.q, Kernel::head_dim, heads),
          map_of_tiles(queries, backward.grad_o, Kernel::head_dim, heads),
          map_of_tiles(keys, forward.k, Kernel::head_dim, kv_heads),
          map_of_tiles(keys, forward.v, Kernel::head_dim, kv_heads),
          box_steps(queries),
          box_steps(keys),
          TileBits::of(keys)};
}

}  // namespace tilewright::kernels

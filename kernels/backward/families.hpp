// Which kernel types an instance of a backward pass stands for.
#pragma once

#include <cstddef>
#include <iterator>

#include "kernels/attention/families.hpp"
#include "kernels/backward/finish.hpp"
#include "kernels/backward/instances.hpp"
#include "kernels/backward/prepare.hpp"
#include "kernels/backward/tensor_core.hpp"

namespace tilewright::kernels {

/// Calls use.template operator()<Kernel>() for the main kernel of `instance`, if it is a portable one of numbers T.
/// Returns whether it is.
template <class T, std::size_t Index = 0, class Use>
bool with_backward_kernel_of(const Instance& instance, Use use) {
  if constexpr (Index == std::size(portable_backward_instances)) {
    return false;
  } else {
    constexpr Instance of = portable_backward_instances[Index];
    if constexpr (of.dtype == dtype_of<T>) {
      static_assert(of.kernel == "tensor-core-backward");
      if (instance == of) {
        use.template operator()<BackwardTensorCore<T, of.head_dim, of.q_tile, of.kv_tile>>();
        return true;
      }
    }
    return with_backward_kernel_of<T, Index + 1>(instance, use);
  }
}

/// The same for the kernels before and after: use.template operator()<Prepare, Finish>().
template <class T, class Use>
bool with_query_kernels_of(const Instance& instance, Use use) {
  const auto of = [&]<int HeadDim, int QTile>() {
    if (instance.head_dim != HeadDim || instance.q_tile != QTile || instance.dtype != dtype_of<T>) return false;
    use.template operator()<BackwardPrepare<T, HeadDim, QTile>, BackwardFinish<T, HeadDim, QTile>>();
    return true;
  };
  return of.template operator()<64, 64>() || of.template operator()<128, 64>() ||
         of.template operator()<64, 128>() || of.template operator()<128, 128>();
}

}  // namespace tilewright::kernels

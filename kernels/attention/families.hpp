// Which kernel type an instance stands for.
#pragma once

#include <cstddef>
#include <iterator>
#include <string_view>
#include <type_traits>

#include "kernels/attention/instances.hpp"
#include "kernels/attention/naive.hpp"
#include "kernels/attention/pipelined.hpp"
#include "kernels/attention/sigmoid.hpp"
#include "kernels/attention/softmax.hpp"
#include "kernels/attention/tensor_core.hpp"
#include "kernels/attention/tiled.hpp"
#include "kernels/device/numbers.hpp"

namespace tilewright::kernels {

struct NaiveFamily {
  static constexpr std::string_view name = "naive";
  template <class T, int HeadDim, int QTile, int KvTile>
  using Kernel = Naive<T, HeadDim, QTile>;
};

struct TiledFamily {
  static constexpr std::string_view name = "tiled";
  template <class T, int HeadDim, int QTile, int KvTile>
  using Kernel = Tiled<T, HeadDim>;
};

struct TensorCoreFamily {
  static constexpr std::string_view name = "tensor-core";
  template <class T, int HeadDim, int QTile, int KvTile>
  using Kernel = TensorCore<Config<T, HeadDim, QTile, KvTile>>;
};

struct PipelinedFamily {
  static constexpr std::string_view name = "pipelined";
  template <class T, int HeadDim, int QTile, int KvTile>
  using Kernel = Pipelined<Config<T, HeadDim, QTile, KvTile>, Softmax>;
};

struct SigmoidFamily {
  static constexpr std::string_view name = "sigmoid";
  template <class T, int HeadDim, int QTile, int KvTile>
  using Kernel = Pipelined<Config<T, HeadDim, QTile, KvTile>, Sigmoid>;
};

template <class T>
inline constexpr std::string_view dtype_of = std::is_same_v<T, device::bf16> ? "bf16" : "fp16";

/// The kernel of portable_instances[Index] in its family.
template <class Family, class T, std::size_t Index>
using KernelOf =
    typename Family::template Kernel<T, portable_instances[Index].head_dim, portable_instances[Index].q_tile,
                                     portable_instances[Index].kv_tile>;

/// Calls use.template operator()<Kernel>() for the kernel of `instance`, if it is of this family and of numbers T.
/// Returns whether it is.
template <class Family, class T, std::size_t Index = 0, class Use>
bool with_kernel_of(const Instance& instance, Use use) {
  if constexpr (Index == std::size(portable_instances)) {
    return false;
  } else {
    constexpr Instance of = portable_instances[Index];
    if constexpr (of.kernel == Family::name && of.dtype == dtype_of<T>) {
      if (instance == of) {
        use.template operator()<KernelOf<Family, T, Index>>();
        return true;
      }
    }
    return with_kernel_of<Family, T, Index + 1>(instance, use);
  }
}

}  // namespace tilewright::kernels

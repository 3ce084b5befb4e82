// Products of a warpgroup on the host (kernels/device/warpgroup.hpp).
//
// Every warp works for itself, on its own 16 rows, at any time between issue and wait; so warps may drift apart as
// far as a kernel's barriers let them. While a product is in flight its accumulators hold NaN. Errors are: warps of
// a warpgroup that issue different products, a product without a fence since the last wait, accumulators or A
// registers that change while a product is in flight, and matrices that leave the block's shared memory.
#pragma once

#include <cstdint>

namespace tilewright::kernels::emulator {

/// A thread's operands of wgmma.mma_async.
struct WarpgroupProduct {
  float* d;  ///< n / 2
  int n;
  const std::uint32_t* a;  ///< 4, or nullptr: `a_matrix`
  std::uint64_t a_matrix;  ///< a descriptor
  std::uint64_t b_matrix;
  bool a_mn_major;
  bool b_mn_major;
  bool accumulate;
};

/// T: device::bf16 or device::fp16, of which K is 16, or device::e4m3, of which it is 32.
template <class T>
void issue_product(WarpgroupProduct product);

/// Waits until at most the newest `groups` committed groups are in flight.
void wait_products(int groups);

}  // namespace tilewright::kernels::emulator

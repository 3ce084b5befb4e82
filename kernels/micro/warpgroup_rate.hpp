// Products of warpgroups (wgmma) on operands that stay the same: how many operations per second the tensor cores
// do. Needs sm_90a.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/device/mbarrier.hpp"
#include "kernels/device/memory.hpp"
#include "kernels/device/synchronize.hpp"
#include "kernels/device/warpgroup.hpp"
#include "kernels/micro/rate.hpp"

namespace tilewright::kernels {

/// A comes from shared memory, or from registers. After n steps the result is n times that of one.
template <class T, bool FromRegisters>
struct WarpgroupRate {
  using Params = RateParams;
  static constexpr int warpgroups = 2;
  static constexpr int threads = warpgroups * 128;
  static constexpr int columns = 128;  // of B: enough that reading it from shared memory is not what takes longest
  static constexpr int panel = 64;     // of K: one row of 128 bytes, four products
  static constexpr int products = 4 * (panel / 16);  // of a step
  static constexpr int a_B = 64 * panel * 2;         // of one warpgroup
  static constexpr int shared_B = warpgroups * a_B + columns * panel * 2;
  static constexpr int min_blocks = 2;
  static constexpr std::int64_t operations_per_step = std::int64_t{2} * 64 * columns * 16 * products * warpgroups;

  static TILEWRIGHT_DEVICE void run(const Params& params, std::byte* shared) {
    for (int word = device::thread_index(); word < shared_B / 4; word += threads) {
      device::store4(shared + 4 * word, random_pair<T>(word));
    }
    device::fence_async_proxy();
    device::sync_block();
    const std::uint64_t a = device::k_major_descriptor(shared + device::thread_index() / 128 * a_B);
    const std::uint64_t b = device::k_major_descriptor(shared + warpgroups * a_B);
    run_rate<threads>(params, [&] { return chain(params.steps, a, b); });
  }

 private:
  static TILEWRIGHT_DEVICE float chain(int steps, std::uint64_t a, std::uint64_t b) {
    std::uint32_t fragments[panel / 16][4];
    TILEWRIGHT_UNROLL
    for (int i = 0; i < panel / 16; ++i) {
      TILEWRIGHT_UNROLL
      for (int j = 0; j < 4; ++j) fragments[i][j] = random_pair<T>((device::thread_index() * 4 + i) * 4 + j);
    }
    float d[columns / 2];
    TILEWRIGHT_UNROLL
    for (int i = 0; i < columns / 2; ++i) d[i] = 0;
    for (int step = 0; step < steps; ++step) {
      device::pin(d);
      device::wgmma_fence();
      TILEWRIGHT_UNROLL
      for (int i = 0; i < products; ++i) {
        const int k = i % (panel / 16);
        if constexpr (FromRegisters) {
          device::wgmma_m64k16<T, columns, device::Major::k>(d, fragments[k], device::advance(b, 32 * k), true);
        } else {
          device::wgmma_m64k16<T, columns, device::Major::k>(d, device::advance(a, 32 * k),
                                                             device::advance(b, 32 * k), true);
        }
      }
      device::wgmma_commit();
      device::wgmma_wait<0>();
      device::pin(d);
    }
    return sum_of_magnitudes(d);
  }
};

}  // namespace tilewright::kernels

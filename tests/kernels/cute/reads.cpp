#include "tests/kernels/cute/reads.hpp"

#include <cstring>
#include <functional>

#include "kernels/device/mbarrier.hpp"
#include "kernels/device/numbers.hpp"
#include "kernels/device/synchronize.hpp"
#include "kernels/device/tensor_copy.hpp"
#include "kernels/device/thread.hpp"
#include "kernels/device/warpgroup.hpp"
#include "kernels/emulator/emulate.hpp"
#include "kernels/emulator/warpgroup.hpp"

namespace tilewright::kernels::conformance {
namespace {

using device::bf16;

constexpr int warpgroup = 128;

// Which number of shared memory one is takes 17 bits, of which bf16 holds 8 exactly. So products are made three
// times.
constexpr int digit_bits = 6;
constexpr int digits = 3;

struct Operands {
  std::uint32_t a[4] = {};
  std::vector<float> d;
};

using Fill = std::function<void(std::byte*)>;
using Issue = std::function<void(Operands&)>;

/// The accumulators [64][n] of one product by shared memory whose numbers are a digit of their index; `fill` then
/// puts its own into it.
std::vector<float> product(int n, int digit, const Fill& fill, const Issue& issue) {
  const std::vector<int> held = cute_accumulators(n);
  std::vector<float> values(static_cast<std::size_t>(64 * n));
  emulator::run_grid({{1, 1, 1}, warpgroup, all_shared_B}, {1}, [&](std::byte* shared) {
    const int thread = device::thread_index();
    if (thread == 0) {
      for (int i = 0; i < all_shared_B / 2; ++i) {
        const int value = i >> digit * digit_bits & ((1 << digit_bits) - 1);
        reinterpret_cast<bf16*>(shared)[i] = device::from_float<bf16>(static_cast<float>(value));
      }
      fill(shared);
    }
    device::sync_block();
    Operands operands{{}, std::vector<float>(static_cast<std::size_t>(n / 2))};
    device::wgmma_fence();
    issue(operands);
    device::wgmma_commit();
    emulator::wait_products(0);
    for (int i = 0; i < n / 2; ++i) {
      const int element = held[static_cast<std::size_t>(thread * (n / 2) + i)];
      values[static_cast<std::size_t>(element % 64 * n + element / 64)] = operands.d[static_cast<std::size_t>(i)];
    }
  });
  return values;
}

std::vector<int> reads(int n, const Fill& fill, const Issue& issue) {
  std::vector<int> of(static_cast<std::size_t>(64 * n));
  for (int digit = 0; digit < digits; ++digit) {
    const std::vector<float> values = product(n, digit, fill, issue);
    for (std::size_t i = 0; i < of.size(); ++i) of[i] += 2 * (static_cast<int>(values[i]) << digit * digit_bits);
  }
  return of;
}

/// In this thread's registers, A whose row 4 * k takes the k-th of B: all warps have some, and no two registers
/// stand for each other.
void set_rows(std::uint32_t (&a)[4]) {
  static const std::vector<int> held = cute_a_registers();
  for (int i = 0; i < 8; ++i) {
    const int element = held[static_cast<std::size_t>(device::thread_index() * 8 + i)];
    if (element % 64 != 4 * (element / 64)) continue;
    a[i / 2] |= std::uint32_t{device::from_float<bf16>(1).bits} << i % 2 * 16;
  }
}

}  // namespace

std::vector<int> reads_of_b(std::uint64_t descriptor, int n, bool mn_major) {
  const auto nothing = [](std::byte*) {};
  const std::vector<int> rows = reads(n, nothing, [&](Operands& operands) {
    set_rows(operands.a);
    emulator::issue_product<bf16>({operands.d.data(), n, operands.a, 0, descriptor, false, mn_major, false});
  });
  std::vector<int> of;
  for (int k = 0; k < 16; ++k) of.insert(of.end(), rows.begin() + 4 * k * n, rows.begin() + (4 * k + 1) * n);
  return of;
}

std::vector<int> reads_of_a(std::uint64_t descriptor, bool mn_major) {
  static const Canonical identity = cute_sixteen_rows(192 * 1024);
  const auto fill = [](std::byte* shared) {
    for (int row = 0; row < 16; ++row) {
      for (int k = 0; k < 16; ++k) {
        const bf16 number = device::from_float<bf16>(row == k ? 1.0F : 0.0F);
        std::memcpy(shared + identity.address(0, row, k), &number, sizeof number);
      }
    }
  };
  return reads(16, fill, [&](Operands& operands) {
    emulator::issue_product<bf16>(
        {operands.d.data(), 16, nullptr, descriptor, identity.descriptors[0], mn_major, false, false});
  });
}

namespace {

/// What shared memory, all ones before, holds after the copy. The tensor's numbers are the bits of their index plus
/// 1 from `shift` on.
std::vector<std::uint16_t> after(const Copy& copy, int shift) {
  Copy of = copy;
  const auto last = static_cast<std::size_t>(device::tensor_axes - 1);
  std::vector<std::uint16_t> tensor(static_cast<std::size_t>(of.shape.stride_B[last] / 2 * of.shape.size[last]));
  for (std::size_t i = 0; i < tensor.size(); ++i) tensor[i] = static_cast<std::uint16_t>((i + 1) >> shift);
  of.shape.base = tensor.data();
  const device::TensorMap map = device::make_tensor_map(of.shape);
  int bytes = 2;
  for (const int box : of.shape.box) bytes *= box;
  std::vector<std::uint16_t> held(all_shared_B / 2, 0xffff);
  emulator::run_grid({{1, 1, 1}, device::warp_size, all_shared_B}, {1}, [&](std::byte* shared) {
    if (device::thread_index() != 0) return;
    std::memset(shared, 0xff, all_shared_B - 8);
    auto* const barrier = reinterpret_cast<device::MBarrier*>(shared + all_shared_B - 8);
    device::mbarrier_init(barrier, 1);
    device::fence_barrier_init();
    device::mbarrier_arrive_expect(barrier, bytes);
    const int at[device::tensor_axes] = {of.at[0], of.at[1], of.at[2], of.at[3], of.at[4]};
    device::tensor_copy_5d(shared + of.to, &map, barrier, at);
    device::mbarrier_wait(barrier, 0);
    std::memcpy(held.data(), shared, all_shared_B - 8);
  });
  return held;
}

}  // namespace

std::vector<std::int64_t> copied_elements(const Copy& copy) {
  const std::vector<std::uint16_t> low = after(copy, 0);
  const std::vector<std::uint16_t> high = after(copy, 16);
  std::vector<std::int64_t> of(low.size());
  for (std::size_t i = 0; i < of.size(); ++i) {
    const bool ones = (low[i] & high[i]) == 0xffff;
    of[i] = ones ? untouched : (std::int64_t{high[i]} << 16 | low[i]) - 1;
  }
  return of;
}

}  // namespace tilewright::kernels::conformance

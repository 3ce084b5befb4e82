#include "tests/kernels/cute/reads.hpp"

#include <cstring>
#include <functional>

#include "kernels/device/e4m3.hpp"
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
using device::e4m3;

constexpr int warpgroup = 128;

// Which number of shared memory one is takes 18 bits, of which bf16 holds 8 exactly and e4m3 4. So products are
// made by digits.
template <class T>
constexpr int digit_bits = sizeof(T) == 1 ? 4 : 6;
template <class T>
constexpr int digits = (18 + digit_bits<T> - 1) / digit_bits<T>;
template <class T>
constexpr int depth = 32 / sizeof(T);  // K of a product

struct Operands {
  std::uint32_t a[4] = {};
  std::vector<float> d;
};

using Fill = std::function<void(std::byte*)>;
using Issue = std::function<void(Operands&)>;

/// The accumulators [64][n] of one product by shared memory whose numbers are a digit of their index; `fill` then
/// puts its own into it.
template <class T>
std::vector<float> product(int n, int digit, const Fill& fill, const Issue& issue) {
  const std::vector<int> held = cute_accumulators(n);
  std::vector<float> values(static_cast<std::size_t>(64 * n));
  emulator::run_grid({{1, 1, 1}, warpgroup, all_shared_B}, {1}, [&](std::byte* shared) {
    const int thread = device::thread_index();
    if (thread == 0) {
      for (int i = 0; i < all_shared_B / static_cast<int>(sizeof(T)); ++i) {
        const int value = i >> digit * digit_bits<T> & ((1 << digit_bits<T>)-1);
        reinterpret_cast<T*>(shared)[i] = device::from_float<T>(static_cast<float>(value));
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

template <class T>
std::vector<int> reads(int n, const Fill& fill, const Issue& issue) {
  constexpr int number_B = sizeof(T);
  std::vector<int> of(static_cast<std::size_t>(64 * n));
  for (int digit = 0; digit < digits<T>; ++digit) {
    const std::vector<float> values = product<T>(n, digit, fill, issue);
    for (std::size_t i = 0; i < of.size(); ++i) {
      of[i] += number_B * (static_cast<int>(values[i]) << digit * digit_bits<T>);
    }
  }
  return of;
}

/// From a row of A that takes a number of B to the next.
template <class T>
constexpr int row_step = 64 / depth<T>;

/// In this thread's registers, A whose row row_step * k takes the k-th of B: all warps have some, and no two
/// registers stand for each other.
template <class T>
void set_rows(std::uint32_t (&a)[4]) {
  constexpr int of_register = 4 / sizeof(T);
  static const std::vector<int> held = cute_a_registers(sizeof(T));
  for (int i = 0; i < 4 * of_register; ++i) {
    const int element = held[static_cast<std::size_t>(device::thread_index() * 4 * of_register + i)];
    if (element % 64 != row_step<T> * (element / 64)) continue;
    a[i / of_register] |= std::uint32_t{device::from_float<T>(1).bits} << i % of_register * (32 / of_register);
  }
}

template <class T>
std::vector<int> b_reads(std::uint64_t descriptor, int n, bool mn_major) {
  const auto nothing = [](std::byte*) {};
  const std::vector<int> rows = reads<T>(n, nothing, [&](Operands& operands) {
    set_rows<T>(operands.a);
    emulator::issue_product<T>({operands.d.data(), n, operands.a, 0, descriptor, false, mn_major, false});
  });
  std::vector<int> of;
  for (int k = 0; k < depth<T>; ++k) {
    const auto row = rows.begin() + row_step<T> * k * n;
    of.insert(of.end(), row, row + n);
  }
  return of;
}

template <class T>
std::vector<int> a_reads(std::uint64_t descriptor, bool mn_major) {
  static const Canonical identity = cute_step_rows(sizeof(T), 192 * 1024);
  const auto fill = [](std::byte* shared) {
    for (int row = 0; row < depth<T>; ++row) {
      for (int k = 0; k < depth<T>; ++k) {
        const T number = device::from_float<T>(row == k ? 1.0F : 0.0F);
        std::memcpy(shared + identity.address(0, row, k), &number, sizeof number);
      }
    }
  };
  return reads<T>(depth<T>, fill, [&](Operands& operands) {
    emulator::issue_product<T>(
        {operands.d.data(), depth<T>, nullptr, descriptor, identity.descriptors[0], mn_major, false, false});
  });
}

}  // namespace

std::vector<int> reads_of_b(std::uint64_t descriptor, int n, bool mn_major, int number_B) {
  return number_B == 1 ? b_reads<e4m3>(descriptor, n, mn_major) : b_reads<bf16>(descriptor, n, mn_major);
}

std::vector<int> reads_of_a(std::uint64_t descriptor, bool mn_major, int number_B) {
  return number_B == 1 ? a_reads<e4m3>(descriptor, mn_major) : a_reads<bf16>(descriptor, mn_major);
}

namespace {

/// What shared memory, all ones before, holds after the copy. The tensor's numbers are the bits of their index plus
/// 1 from `shift` on.
template <class Number>
std::vector<Number> after(const Copy& copy, int shift) {
  Copy of = copy;
  constexpr int number_B = sizeof(Number);
  const auto last = static_cast<std::size_t>(device::tensor_axes - 1);
  std::vector<Number> tensor(static_cast<std::size_t>(of.shape.stride_B[last] / number_B * of.shape.size[last]));
  for (std::size_t i = 0; i < tensor.size(); ++i) tensor[i] = static_cast<Number>((i + 1) >> shift);
  of.shape.base = tensor.data();
  const device::TensorMap map = device::make_tensor_map(of.shape);
  int bytes = number_B;
  for (const int box : of.shape.box) bytes *= box;
  std::vector<Number> held(all_shared_B / number_B, static_cast<Number>(-1));
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

template <class Number>
std::vector<std::int64_t> elements(const Copy& copy) {
  constexpr int bits = 8 * sizeof(Number);
  constexpr int all_bits = 32;  // of both sizes a multiple
  std::vector<std::int64_t> of(all_shared_B / sizeof(Number));
  for (int shift = 0; shift < all_bits; shift += bits) {
    const std::vector<Number> held = after<Number>(copy, shift);
    for (std::size_t i = 0; i < of.size(); ++i) of[i] |= std::int64_t{held[i]} << shift;
  }
  const std::int64_t ones = (std::int64_t{1} << all_bits) - 1;
  for (std::int64_t& element : of) element = element == ones ? untouched : element - 1;
  return of;
}

}  // namespace

std::vector<std::int64_t> copied_elements(const Copy& copy) {
  return copy.shape.stride_B[0] == 1 ? elements<std::uint8_t>(copy) : elements<std::uint16_t>(copy);
}

}  // namespace tilewright::kernels::conformance

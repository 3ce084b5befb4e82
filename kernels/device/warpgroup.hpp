// Matrix products of a warpgroup, four warps of one block beginning at a multiple of four (PTX ISA, "Asynchronous
// Warpgroup Level Matrix Multiply-Accumulate Instructions"): D[64, N] (+)= A[64, 16] B[16, N], 16-bit numbers, or
// A[64, 32] B[32, N], 8-bit ones; fp32 accumulators. Needs sm_90a.
//
// Products are asynchronous. A kernel
//   1. writes accumulators and A registers, pins them, and calls wgmma_fence();
//   2. issues products, and closes the group with wgmma_commit();
//   3. calls wgmma_wait<Pending>(), and pins the accumulators that it then may read.
// Between issue and wait the accumulators and A registers must not be touched, and the arrays must live on; the
// products read shared memory at any time in between. Products on the same accumulators follow each other in order.
//
// Accumulators: with t = lane % 4, g = lane / 4, and w the warp within the warpgroup, d[4 * j + 2 * h + i] is the
// element of row 16 * w + g + 8 * h and column 8 * j + 2 * t + i: per warp that of mma.m16n8k16 repeated along N. A
// in registers is likewise A of mma.m16n8k16; with 8-bit numbers, four of which are a register's, it is
//   a[0]: row g,     columns 4 t to 4 t + 3    a[2]: row g,     columns 4 t + 16 to 4 t + 19
//   a[1]: row g + 8, columns 4 t to 4 t + 3    a[3]: row g + 8, columns 4 t + 16 to 4 t + 19
#pragma once

#include <cstdint>

#include "kernels/device/e4m3.hpp"
#include "kernels/device/memory.hpp"
#include "kernels/device/numbers.hpp"
#include "kernels/device/platform.hpp"
#if defined(__CUDACC__)
#include "kernels/device/warpgroup_ptx.hpp"
#include "kernels/device/warpgroup_ptx8.hpp"
#else
#include "kernels/emulator/warpgroup.hpp"
#endif

namespace tilewright::kernels::device {

/// How A or B lies in shared memory: K contiguous (rows are rows of A, or columns of B), or M or N contiguous.
enum class Major { k, mn };

/// Of an address in shared memory, as descriptors have it.
TILEWRIGHT_INSTRUCTION std::uint32_t matrix_address(const void* shared);

/// The descriptor of a matrix in shared memory whose rows of 128 bytes are swizzled as by tensor_copy_5d, and whose
/// pattern starts at a multiple of 1024 bytes (PTX ISA, "Matrix Descriptor Format"). What the two offsets, in
/// bytes, mean depends on the order of the matrix (PTX ISA, "Strides", "Canonical Layouts", with T = 8 numbers of
/// 16 bits):
///   K-major   ((8, m), (T, 2k)) : ((8T, SBO), (1, T))        stride: from 8 rows to the next 8; leading: not used
///   MN-major  ((T, 8, m), (8, k)) : ((1, T, LBO), (8T, SBO))  stride: from 8 k to the next 8; leading: from 64
///                                                             numbers along MN to the next 64
TILEWRIGHT_DEVICE std::uint64_t matrix_descriptor(const void* start, int leading_B, int stride_B) {
  constexpr std::uint64_t swizzle_128B = std::uint64_t{1} << 62;
  const auto encode = [](std::uint32_t bytes) { return std::uint64_t{(bytes & 0x3FFFF) >> 4}; };
  return swizzle_128B | encode(stride_B) << 32 | encode(leading_B) << 16 | encode(matrix_address(start));
}

/// A K-major matrix: rows of 128 bytes (64 numbers of 16 bits) one after another. A step of a product along K is
/// 32 bytes on from `start`.
TILEWRIGHT_DEVICE std::uint64_t k_major_descriptor(const void* start) { return matrix_descriptor(start, 16, 1024); }

/// An MN-major matrix: panels of 64 numbers along N, in each a row of 128 bytes for every k; panels are `panel_B`
/// apart. A step of 16 along K is 16 rows = 2048 bytes on from `start`.
TILEWRIGHT_DEVICE std::uint64_t mn_major_descriptor(const void* start, int panel_B) {
  return matrix_descriptor(start, panel_B, 1024);
}

/// The descriptor of the matrix that starts `bytes` further on, within 256 KiB of shared memory.
TILEWRIGHT_DEVICE std::uint64_t advance(std::uint64_t descriptor, int bytes) { return descriptor + (bytes >> 4); }

/// Keeps the compiler from moving work on registers across this point: it does not know that products in flight
/// read and write them.
template <int Count>
TILEWRIGHT_INSTRUCTION void pin(float (&registers)[Count]);
template <int Rows, int Columns>
TILEWRIGHT_INSTRUCTION void pin(std::uint32_t (&registers)[Rows][Columns]);

/// Orders this warp's accesses to registers before the products that follow.
TILEWRIGHT_INSTRUCTION void wgmma_fence();

/// Closes the group of the products issued so far.
TILEWRIGHT_INSTRUCTION void wgmma_commit();

/// Waits until at most `Pending` groups of this warp are not complete.
template <int Pending>
TILEWRIGHT_INSTRUCTION void wgmma_wait();

/// Issues d (+)= A B for this warp's 16 rows; all four warps issue the same product. `a`, `b`: descriptors.
template <class T, int N, Major B = Major::k, Major A = Major::k>
TILEWRIGHT_INSTRUCTION void wgmma_m64k16(float (&d)[N / 2], std::uint64_t a, std::uint64_t b, bool accumulate);

/// The same with A in registers.
template <class T, int N, Major B = Major::k>
TILEWRIGHT_INSTRUCTION void wgmma_m64k16(float (&d)[N / 2], const std::uint32_t (&a)[4], std::uint64_t b,
                                         bool accumulate);

/// The same for e4m3, of which both matrices have K contiguous: the instruction has no other order.
template <int N>
TILEWRIGHT_INSTRUCTION void wgmma_m64k32(float (&d)[N / 2], std::uint64_t a, std::uint64_t b, bool accumulate);
template <int N>
TILEWRIGHT_INSTRUCTION void wgmma_m64k32(float (&d)[N / 2], const std::uint32_t (&a)[4], std::uint64_t b,
                                         bool accumulate);

/// All warps of a warpgroup give registers back to the block, or take them from it until they have `Registers` each
/// (PTX ISA, "setmaxnreg"): a multiple of 8 from 24 to 256.
template <int Registers>
TILEWRIGHT_INSTRUCTION void registers_decrease();
template <int Registers>
TILEWRIGHT_INSTRUCTION void registers_increase();

#if defined(__CUDACC__)

TILEWRIGHT_INSTRUCTION std::uint32_t matrix_address(const void* shared) { return shared_address(shared); }

template <int Count>
TILEWRIGHT_INSTRUCTION void pin(float (&registers)[Count]) {
  TILEWRIGHT_UNROLL
  for (int i = 0; i < Count; ++i) asm volatile("" : "+f"(registers[i])::"memory");
}

template <int Rows, int Columns>
TILEWRIGHT_INSTRUCTION void pin(std::uint32_t (&registers)[Rows][Columns]) {
  TILEWRIGHT_UNROLL
  for (int i = 0; i < Rows; ++i) {
    TILEWRIGHT_UNROLL
    for (int j = 0; j < Columns; ++j) asm volatile("" : "+r"(registers[i][j])::"memory");
  }
}

TILEWRIGHT_INSTRUCTION void wgmma_fence() { asm volatile("wgmma.fence.sync.aligned;" ::: "memory"); }

TILEWRIGHT_INSTRUCTION void wgmma_commit() { asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory"); }

template <int Pending>
TILEWRIGHT_INSTRUCTION void wgmma_wait() {
  asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(Pending) : "memory");
}

template <class T, int N, Major B, Major A>
TILEWRIGHT_INSTRUCTION void wgmma_m64k16(float (&d)[N / 2], std::uint64_t a, std::uint64_t b, bool accumulate) {
  ptx::Product<T, N, B == Major::mn>::template shared<A == Major::mn>(d, a, b, accumulate);
}

template <class T, int N, Major B>
TILEWRIGHT_INSTRUCTION void wgmma_m64k16(float (&d)[N / 2], const std::uint32_t (&a)[4], std::uint64_t b,
                                         bool accumulate) {
  ptx::Product<T, N, B == Major::mn>::registers(d, a, b, accumulate);
}

template <int N>
TILEWRIGHT_INSTRUCTION void wgmma_m64k32(float (&d)[N / 2], std::uint64_t a, std::uint64_t b, bool accumulate) {
  ptx::Product8<N>::shared(d, a, b, accumulate);
}

template <int N>
TILEWRIGHT_INSTRUCTION void wgmma_m64k32(float (&d)[N / 2], const std::uint32_t (&a)[4], std::uint64_t b,
                                         bool accumulate) {
  ptx::Product8<N>::registers(d, a, b, accumulate);
}

template <int Registers>
TILEWRIGHT_INSTRUCTION void registers_decrease() {
  asm volatile("setmaxnreg.dec.sync.aligned.u32 %0;" ::"n"(Registers));
}

template <int Registers>
TILEWRIGHT_INSTRUCTION void registers_increase() {
  asm volatile("setmaxnreg.inc.sync.aligned.u32 %0;" ::"n"(Registers));
}

#else

template <int Count>
void pin(float (&)[Count]) {}

template <int Rows, int Columns>
void pin(std::uint32_t (&)[Rows][Columns]) {}

template <int Pending>
void wgmma_wait() {
  static_assert(Pending >= 0 && Pending <= 7);
  emulator::wait_products(Pending);
}

template <class T, int N, Major B, Major A>
void wgmma_m64k16(float (&d)[N / 2], std::uint64_t a, std::uint64_t b, bool accumulate) {
  static_assert(N % 8 == 0 && N >= 8 && N <= 256);
  emulator::issue_product<T>({d, N, nullptr, a, b, A == Major::mn, B == Major::mn, accumulate});
}

template <class T, int N, Major B>
void wgmma_m64k16(float (&d)[N / 2], const std::uint32_t (&a)[4], std::uint64_t b, bool accumulate) {
  static_assert(N % 8 == 0 && N >= 8 && N <= 256);
  emulator::issue_product<T>({d, N, a, 0, b, false, B == Major::mn, accumulate});
}

template <int N>
void wgmma_m64k32(float (&d)[N / 2], std::uint64_t a, std::uint64_t b, bool accumulate) {
  static_assert(N % 8 == 0 && N >= 8 && N <= 256);
  emulator::issue_product<e4m3>({d, N, nullptr, a, b, false, false, accumulate});
}

template <int N>
void wgmma_m64k32(float (&d)[N / 2], const std::uint32_t (&a)[4], std::uint64_t b, bool accumulate) {
  static_assert(N % 8 == 0 && N >= 8 && N <= 256);
  emulator::issue_product<e4m3>({d, N, a, 0, b, false, false, accumulate});
}

template <int Registers>
void registers_decrease() {
  static_assert(Registers % 8 == 0 && Registers >= 24 && Registers <= 256);
}

template <int Registers>
void registers_increase() {
  static_assert(Registers % 8 == 0 && Registers >= 24 && Registers <= 256);
}

#endif

}  // namespace tilewright::kernels::device

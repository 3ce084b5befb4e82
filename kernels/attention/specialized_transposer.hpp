// The transposer of the warp-specialised kernel for 8-bit numbers: two warps that turn V, which the copy engine
// brings as a row for each key, into rows for each column, since products of 8-bit numbers take K contiguous alone
// (PTX ISA, "wgmma.mma_async"). Keys of a row stand in the order in which weights come out of the scores'
// accumulators (to_operand() of warpgroup_softmax.hpp).
//
// Source: J. Shah et al., "FlashAttention-3", 2024, section 3.3 (the transposition within the kernel, and the order
// of the keys).
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/attention/specialized_shared.hpp"
#include "kernels/device/e4m3.hpp"
#include "kernels/device/mbarrier.hpp"
#include "kernels/device/memory.hpp"
#include "kernels/device/synchronize.hpp"
#include "kernels/device/thread.hpp"

namespace tilewright::kernels {

inline constexpr int transposer_warps = 2;

/// Transposes 4 x 4 bytes: a word has one byte of each of the four.
TILEWRIGHT_DEVICE void transpose_bytes(std::uint32_t (&words)[4]) {
  const std::uint32_t low01 = device::pick_bytes(words[0], words[1], 0x5140);
  const std::uint32_t low23 = device::pick_bytes(words[2], words[3], 0x5140);
  const std::uint32_t high01 = device::pick_bytes(words[0], words[1], 0x7362);
  const std::uint32_t high23 = device::pick_bytes(words[2], words[3], 0x7362);
  words[0] = device::pick_bytes(low01, low23, 0x5410);
  words[1] = device::pick_bytes(low01, low23, 0x7632);
  words[2] = device::pick_bytes(high01, high23, 0x5410);
  words[3] = device::pick_bytes(high01, high23, 0x7632);
}

/// A warp's part of 128 keys by 128 columns, both sides with rows of 128 bytes swizzled as the copy engine does it,
/// at multiples of 1024 bytes. A lane moves 4 keys by 4 columns at a time: keys 16 s + 2 t + {0, 1, 8, 9} of
/// columns 4 c to 4 c + 3, which become words at place 16 s + 4 t of rows 4 c to 4 c + 3.
///
/// Lanes have t and the three lower bits of c; s and the two upper bits of c are the turn's. Every bank is then
/// read once by a warp: its number has c's lower bits, and piece c / 4 xor key % 8. And written once: it has t, and
/// piece s xor row % 8; for that, s is xor-ed with two bits of the lane's c.
class PartTransposition {
 public:
  TILEWRIGHT_DEVICE explicit PartTransposition(int part) {
    const int c = device::lane() % 8;
    const int t = device::lane() / 8;
    const int s = ((c & 2) | c >> 2) ^ part;
    from_ = (16 * s + 2 * t) * 128 + ((c / 4 ^ 2 * t) << 4) + c % 4 * 4;
    to_ = 4 * c * 128 + ((s ^ c % 2 * 4) << 4) + 4 * t;
  }

  /// Reads go before writes, which compilers must not move: a word takes longer to come than to go.
  TILEWRIGHT_DEVICE void run(const std::byte* from, std::byte* to) const {
    for (int c = 0; c < 4; ++c) {
      std::uint32_t words[turns][4];
      TILEWRIGHT_UNROLL
      for (int turn = 0; turn < turns; ++turn) load(from, c, turn * transposer_warps, words[turn]);
      TILEWRIGHT_UNROLL
      for (int turn = 0; turn < turns; ++turn) {
        transpose_bytes(words[turn]);
        store(to, c, turn * transposer_warps, words[turn]);
      }
    }
  }

 private:
  static constexpr int turns = 8 / transposer_warps;  ///< of s

  // What no lane's offset has is added, so that it is a part of the instruction.
  TILEWRIGHT_DEVICE void load(const std::byte* from, int c, int s, std::uint32_t (&words)[4]) const {
    TILEWRIGHT_UNROLL
    for (int i = 0; i < 4; ++i) {
      const int offset = from_ ^ c << 5 ^ (s & 2) << 11 ^ i % 2 * 0x90;
      words[i] = device::load4(from + offset + ((s & 4) << 11) + i / 2 * 0x400);
    }
  }

  TILEWRIGHT_DEVICE void store(std::byte* to, int c, int s, const std::uint32_t (&words)[4]) const {
    TILEWRIGHT_UNROLL
    for (int i = 0; i < 4; ++i) device::store4(to + (to_ ^ s << 4 ^ i * 0x90) + (c << 12), words[i]);
  }

  int from_, to_;  ///< offsets of the lane's first words where the turn's s and c are 0
};
static_assert(transposer_warps == 2, "the lowest bit of s is the warp's");

template <class Kernel>
class Transposer {
 public:
  using Shared = typename Kernel::Shared;
  static_assert(Kernel::head_dim == 128 && Kernel::kv_tile == 128 && sizeof(typename Kernel::Number) == 1);

  /// `index`: which of the transposer's warps this is.
  TILEWRIGHT_DEVICE Transposer(Shared& shared, int index) : shared_(shared), part_(index) {}

  TILEWRIGHT_DEVICE void run() {
    for (int parity = 0;; parity ^= 1) {
      device::mbarrier_wait(&shared_.q_full, parity);
      const int visits = shared_.announcements[parity].visits;
      if (visits < 0) return;
      device::sync_warp();  // all lanes have read it
      arrive(&shared_.q_empty);
      for (int visit = 0; visit < visits; ++visit) transpose_next();
    }
  }

 private:
  TILEWRIGHT_DEVICE void transpose_next() {
    device::mbarrier_wait(&shared_.raw_full[ring_.stage], ring_.parity);
    device::mbarrier_wait(&shared_.v_empty[ring_.stage], ring_.parity ^ 1);
    part_.run(reinterpret_cast<const std::byte*>(shared_.raw_v[ring_.stage]),
              reinterpret_cast<std::byte*>(shared_.v[ring_.stage]));
    device::fence_async_proxy();  // of every lane that wrote: products read it
    device::sync_warp();
    arrive(&shared_.v_full[ring_.stage]);
    arrive(&shared_.raw_empty[ring_.stage]);
    ring_.advance();
  }

  /// For the warp, all of whose lanes are done.
  TILEWRIGHT_DEVICE static void arrive(device::MBarrier* barrier) {
    if (device::lane() == 0) device::mbarrier_arrive(barrier);
  }

  Shared& shared_;
  PartTransposition part_;
  Ring<Kernel::stages> ring_;
};

}  // namespace tilewright::kernels

#include "kernels/emulator/mbarrier.hpp"

#include <cstdint>
#include <cstring>
#include <string>

#include "kernels/device/cluster.hpp"
#include "kernels/emulator/block.hpp"

namespace tilewright::kernels {
namespace {

using device::MBarrier;

constexpr int most_arrivals = (1 << 20) - 1;  // PTX ISA, "Contents of the mbarrier object"; of bytes likewise
constexpr std::uint64_t made = 0xb;           // marks a word as a barrier; fresh shared memory has no such mark

// How the word is laid out is nobody else's business, on a GPU too.
struct Contents {
  std::uint64_t pending : 20;   // arrivals that the phase still waits for
  std::uint64_t expected : 20;  // arrivals of every phase
  std::int64_t bytes : 19;      // announced less copied, in units of 16 B
  std::uint64_t parity : 1;     // of the present phase
  std::uint64_t mark : 4;
};
static_assert(sizeof(Contents) == sizeof(MBarrier));

struct Makers {
  bool unfenced = false;  // barriers were made, and no fence came after
};

Contents contents_of(const MBarrier* barrier) {
  Contents contents;
  std::memcpy(&contents, &barrier->word, sizeof contents);
  return contents;
}

Contents checked(const char* instruction, const MBarrier* barrier) {
  emulator::check_shared(instruction, barrier, sizeof *barrier, alignof(MBarrier));
  const Contents contents = contents_of(barrier);
  if (contents.mark != made) emulator::fail(instruction, "there is no barrier at this address");
  return contents;
}

void add_bytes(const char* instruction, Contents& contents, int bytes) {
  if (bytes % 16 != 0) emulator::fail(instruction, std::to_string(bytes) + " B are not a multiple of 16");
  const int sum = static_cast<int>(contents.bytes) * 16 + bytes;
  if (sum > most_arrivals || sum < -most_arrivals) {
    emulator::fail(instruction, std::to_string(sum) + " B are outstanding, more than a barrier counts");
  }
  contents.bytes = sum / 16;
}

// Ends the phase if nothing is left to wait for.
void put(MBarrier* barrier, Contents contents) {
  if (contents.pending == 0 && contents.bytes == 0) {
    contents.pending = contents.expected;
    contents.parity ^= 1;
  }
  std::memcpy(&barrier->word, &contents, sizeof contents);
}

void arrive(const char* instruction, MBarrier* barrier, int bytes) {
  Contents contents = checked(instruction, barrier);
  if (contents.pending == 0) {
    emulator::fail(instruction, "all " + std::to_string(contents.expected) + " arrivals of the phase have come");
  }
  add_bytes(instruction, contents, bytes);
  --contents.pending;
  put(barrier, contents);
}

}  // namespace

namespace device {

void mbarrier_init(MBarrier* barrier, int arrivals) {
  constexpr const char* instruction = "mbarrier.init";
  emulator::check_shared(instruction, barrier, sizeof *barrier, alignof(MBarrier));
  if (arrivals < 1 || arrivals > most_arrivals) emulator::fail(instruction, std::to_string(arrivals) + " arrivals");
  Contents contents{};
  contents.pending = contents.expected = static_cast<std::uint64_t>(arrivals);
  contents.mark = made;
  std::memcpy(&barrier->word, &contents, sizeof contents);
  emulator::state<Makers>(emulator::Scope::block).unfenced = true;
}

void fence_barrier_init() { emulator::state<Makers>(emulator::Scope::block).unfenced = false; }

void mbarrier_arrive(MBarrier* barrier) { arrive("mbarrier.arrive", barrier, 0); }

void mbarrier_arrive_at(MBarrier* barrier, int rank) {
  constexpr const char* instruction = "mbarrier.arrive.shared::cluster";
  emulator::in_block(instruction, rank, barrier,
                     [&](std::byte* there) { arrive(instruction, reinterpret_cast<MBarrier*>(there), 0); });
}

int cluster_rank() { return emulator::here().rank; }

void sync_cluster() { emulator::meet_cluster("barrier.cluster"); }

void mbarrier_arrive_expect(MBarrier* barrier, int bytes) { arrive("mbarrier.arrive.expect_tx", barrier, bytes); }

void mbarrier_wait(MBarrier* barrier, int parity) {
  constexpr const char* instruction = "mbarrier.try_wait";
  if (parity != 0 && parity != 1) emulator::fail(instruction, "parity " + std::to_string(parity));
  checked(instruction, barrier);
  emulator::wait_until(instruction, [=] { return contents_of(barrier).parity != static_cast<unsigned>(parity); });
}

void fence_async_proxy() {}

}  // namespace device

namespace emulator {

void check_known(const char* instruction, const MBarrier* barrier) {
  checked(instruction, barrier);
  if (state<Makers>(Scope::block).unfenced)
    fail(instruction, "fence_barrier_init() has not followed mbarrier_init()");
}

void complete_bytes(MBarrier* barrier, int bytes) {
  constexpr const char* instruction = "mbarrier complete_tx";
  Contents contents = checked(instruction, barrier);
  add_bytes(instruction, contents, -bytes);
  put(barrier, contents);
}

}  // namespace emulator
}  // namespace tilewright::kernels

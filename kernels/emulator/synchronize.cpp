#include "kernels/device/synchronize.hpp"

#include <array>
#include <cstdint>
#include <string>

#include "kernels/emulator/block.hpp"

namespace tilewright::kernels::device {
namespace {

using emulator::Scope;

constexpr int max_warps = 32;
constexpr int block_barrier = 0;
constexpr std::array<const char*, 16> sync_names = {"bar.sync 0",  "bar.sync 1",  "bar.sync 2",  "bar.sync 3",
                                                    "bar.sync 4",  "bar.sync 5",  "bar.sync 6",  "bar.sync 7",
                                                    "bar.sync 8",  "bar.sync 9",  "bar.sync 10", "bar.sync 11",
                                                    "bar.sync 12", "bar.sync 13", "bar.sync 14", "bar.sync 15"};
constexpr std::array<const char*, 16> arrive_names = {
    "bar.arrive 0",  "bar.arrive 1",  "bar.arrive 2",  "bar.arrive 3", "bar.arrive 4",  "bar.arrive 5",
    "bar.arrive 6",  "bar.arrive 7",  "bar.arrive 8",  "bar.arrive 9", "bar.arrive 10", "bar.arrive 11",
    "bar.arrive 12", "bar.arrive 13", "bar.arrive 14", "bar.arrive 15"};

struct Barrier {
  int threads = 0;  // expected; known from the first warp on
  int arrived = 0;  // threads
  std::uint32_t warps = 0;
  std::uint64_t phase = 0;
};

using Barriers = std::array<Barrier, 16>;

Barrier& barrier(int id) { return emulator::state<Barriers>(Scope::block)[static_cast<std::size_t>(id)]; }

struct Arrival {
  int threads;
  std::uint64_t phase = 0;
};

// All lanes come together: the unit of a barrier is the warp (PTX ISA, "bar").
void arrive(const char* instruction, Barrier& at, const emulator::Participants<Arrival>& lanes) {
  const int threads = lanes[0].threads;
  for (int lane = 0; lane < lanes.size(); ++lane) {
    if (lanes[lane].threads != threads) emulator::fail(instruction, "lanes give different numbers of threads");
    lanes[lane].phase = at.phase;
  }
  if (at.arrived > 0 && at.threads != threads) {
    emulator::fail(instruction,
                   std::to_string(threads) + " threads, but other warps said " + std::to_string(at.threads));
  }
  const std::uint32_t warp = std::uint32_t{1} << emulator::here().thread / warp_size;
  if ((at.warps & warp) != 0) emulator::fail(instruction, "the warp comes twice before the barrier is complete");
  at.warps |= warp;
  at.threads = threads;
  at.arrived += warp_size;
  if (at.arrived < threads) return;
  at = {.phase = at.phase + 1};
}

std::uint64_t come(const char* instruction, int id, int threads) {
  if (threads < warp_size || threads > max_warps * warp_size || threads % warp_size != 0) {
    emulator::fail(instruction, std::to_string(threads) + " threads are not a number of whole warps");
  }
  Arrival mine{threads};
  emulator::collective(Scope::warp, instruction, mine, [&](const emulator::Participants<Arrival>& lanes) {
    arrive(instruction, barrier(id), lanes);
  });
  return mine.phase;
}

void come_and_wait(int id, int threads) {
  const char* const instruction = sync_names[static_cast<std::size_t>(id)];
  const std::uint64_t phase = come(instruction, id, threads);
  const Barrier& at = barrier(id);
  emulator::wait_until(instruction, [&] { return at.phase != phase; });
}

void check_id(const char* instruction, int id) {
  if (id <= block_barrier || id > 15)
    emulator::fail(instruction, "there is no barrier " + std::to_string(id) + " to be named");
}

}  // namespace

void sync_block() { come_and_wait(block_barrier, emulator::here().threads); }

void sync_warp() {
  int nothing = 0;
  emulator::collective(Scope::warp, "bar.warp.sync", nothing, [](const emulator::Participants<int>&) {});
}

void sync_named(int id, int threads) {
  check_id("bar.sync", id);
  come_and_wait(id, threads);
}

void arrive_named(int id, int threads) {
  check_id("bar.arrive", id);
  come(arrive_names[static_cast<std::size_t>(id)], id, threads);
}

void thread_fence() {}

}  // namespace tilewright::kernels::device

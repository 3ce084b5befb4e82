#include "kernels/device/cluster.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "kernels/device/synchronize.hpp"
#include "kernels/device/thread.hpp"
#include "tests/kernels/emulator/support.hpp"

namespace tilewright::kernels::TEST_FILE {

using namespace tilewright::kernels::test;
using Catch::Contains;

namespace {

constexpr int box_B = 8 * 128;
constexpr int barrier_at = 2 * box_B;

void run_pairs(int blocks, const Body& body, std::uint64_t seed = 1) {
  emulator::run_grid({{blocks, 1, 1}, 32, 4096, 2}, {seed}, body);
}

device::MBarrier* barrier_of(std::byte* shared) { return reinterpret_cast<device::MBarrier*>(shared + barrier_at); }

void make_barrier(std::byte* shared, int arrivals) {
  if (device::thread_index() == 0) {
    device::mbarrier_init(barrier_of(shared), arrivals);
    device::fence_barrier_init();
  }
  device::sync_cluster();
}

/// Rows of 64 numbers, each its index.
std::vector<std::uint16_t> numbered(int rows) {
  std::vector<std::uint16_t> numbers(static_cast<std::size_t>(rows) * 64);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<std::uint16_t>(i);
  return numbers;
}

}  // namespace

TEST_CASE("blocks that follow each other are a cluster, by rank") {
  std::array<int, 6> ranks{};
  run_pairs(6,
            [&](std::byte*) { ranks[static_cast<std::size_t>(device::block_index().x)] = device::cluster_rank(); });
  CHECK(ranks == std::array{0, 1, 0, 1, 0, 1});
}

TEST_CASE("arrivals at the barrier of another block are counted there") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    int written = 0;
    int seen = 0;
    run_pairs(
        2,
        [&](std::byte* shared) {
          make_barrier(shared, 1);
          if (device::cluster_rank() == 0) {
            written = 1;
            if (device::thread_index() == 0) device::mbarrier_arrive_at(barrier_of(shared), 1);
          } else {
            device::mbarrier_wait(barrier_of(shared), 0);
            seen = written;
          }
          device::sync_cluster();
        },
        seed);
    CHECK(seen == 1);
  }
}

TEST_CASE("a box comes to all blocks that are named, each with its own barrier") {
  const std::vector<std::uint16_t> numbers = numbered(16);
  device::TensorShape shape;
  shape.base = numbers.data();
  shape.size[0] = 64;
  shape.size[1] = 16;
  shape.box[1] = 8;
  for (int i = 1; i < device::tensor_axes; ++i) shape.stride_B[i] = shape.stride_B[i - 1] * shape.size[i - 1];
  const device::TensorMap map = device::make_tensor_map(shape);
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    std::array<int, 2> first{};
    std::array<int, 2> second{};
    run_pairs(
        2,
        [&](std::byte* shared) {
          make_barrier(shared, 1);
          const int rank = device::cluster_rank();
          if (device::thread_index() == 0) {
            device::mbarrier_arrive_expect(barrier_of(shared), 2 * box_B);
            const int at[device::tensor_axes] = {0, 8 * rank, 0, 0, 0};
            device::tensor_copy_to_cluster_5d(shared + rank * box_B, &map, barrier_of(shared), at, 3);
          }
          device::mbarrier_wait(barrier_of(shared), 0);
          const auto* const got = reinterpret_cast<const std::uint16_t*>(shared);
          first[static_cast<std::size_t>(rank)] = got[5];
          second[static_cast<std::size_t>(rank)] = got[box_B / 2 + 5];
          device::sync_cluster();
        },
        seed);
    CHECK(first == std::array{5, 5});
    CHECK(second == std::array{8 * 64 + 5, 8 * 64 + 5});
  }
}

TEST_CASE("what a cluster cannot do is an error") {
  CHECK_THAT(error_of([] {
               run_pairs(2, [](std::byte* shared) {
                 make_barrier(shared, 64);
                 if (device::cluster_rank() == 0) return;
                 for (int i = 0; i < 1000; ++i) device::sync_block();
                 device::mbarrier_arrive_at(barrier_of(shared), 0);
               });
             }),
             Contains("block 0 of the cluster has ended"));
  CHECK_THAT(error_of([] {
               run_pairs(2, [](std::byte* shared) {
                 make_barrier(shared, 64);
                 device::mbarrier_arrive_at(barrier_of(shared), 2);
               });
             }),
             Contains("no block 2 in the cluster"));
  CHECK_THAT(error_of([] {
               run_pairs(2, [](std::byte*) {
                 if (device::cluster_rank() == 0) device::sync_cluster();
               });
             }),
             Contains("deadlock"));
  CHECK_THAT(error_of([] { run_pairs(3, [](std::byte*) {}); }), Contains("a cluster of 2 blocks"));
}

}  // namespace tilewright::kernels::TEST_FILE

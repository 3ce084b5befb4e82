#include "mappings/kernel/occupancy.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/sim/kernel/small_kernel.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("the scarcest resource limits the blocks of a multiprocessor") {
  const Arch arch = small_gpu();
  const auto of = [&](double threads, double registers, double shared_B) {
    return occupancy_of(arch, {threads, registers, shared_B});
  };
  CHECK(of(32, 0, 0).blocks == 8);
  CHECK(of(32, 0, 0).limit == "blocks");
  CHECK(of(512, 0, 0).blocks == 2);
  CHECK(of(512, 0, 0).limit == "threads");
  CHECK(of(128, 128, 0).blocks == 2);  // 2 * 128 * 128 * 4 B are the 128 KiB
  CHECK(of(128, 129, 0).blocks == 1);
  CHECK(of(128, 129, 0).limit == "RF");
  CHECK(of(32, 0, 63 * 1024).blocks == 1);  // the machine's 1 KiB is besides
  CHECK(of(32, 0, 31 * 1024).blocks == 2);
  CHECK(of(32, 0, 31 * 1024 + 1).blocks == 1);
  CHECK(of(32, 0, 31 * 1024 + 1).limit == "SMEM");
}

TEST_CASE("what does not fit says by how much") {
  const Arch arch = small_gpu();
  CHECK(message_of([&] {
          (void)occupancy_of(arch, {32, 0, 64 * 1024});
        }) == "a thread block needs 65536 B of 'SMEM', 1024 B more than there are");
  CHECK(message_of([&] {
          (void)occupancy_of(arch, {2048, 8, 0});
        }) == "a thread block of 2048 threads with 8 registers does not fit: threads");
  Arch array = arch;
  for (Level& level : array.levels) level.blocks = unlimited;
  CHECK(message_of([&] { (void)block_level(array); }) ==
        "architecture 'small' has no level with 'blocks', so it runs no thread blocks");
}

TEST_CASE("needs follow tiles and head dimensions") {
  const Kernel kernel = small_kernel();
  const BlockNeeds needs = needs_of(*kernel.block, {16, 8, 32, 64, 2, 1, false}, 2);
  CHECK(needs.threads == 128);
  CHECK(needs.shared_B == 16 * 32 * 2 + 2 * 8 * (32 + 64) * 2);
}

}  // namespace tilewright::test::TEST_FILE

#include "kernels/device/thread.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <tuple>

#include "tests/kernels/emulator/support.hpp"

namespace tilewright::kernels::TEST_FILE {

TEST_CASE("every thread of every block runs once and knows its place") {
  std::multiset<std::tuple<int, int, int, int>> seen;
  emulator::run_grid({{3, 2, 4}, 64, 0}, {}, [&](std::byte*) {
    const Grid block = device::block_index();
    const Grid grid = device::grid_size();
    CHECK(std::tuple(grid.x, grid.y, grid.z) == std::tuple(3, 2, 4));
    CHECK(32 * device::warp() + device::lane() == device::thread_index());
    CHECK(device::lane() < 32);
    seen.emplace(block.x, block.y, block.z, device::thread_index());
  });
  CHECK(seen.size() == 3 * 2 * 4 * 64);
  CHECK(std::set(seen.begin(), seen.end()).size() == seen.size());
  CHECK(*seen.rbegin() == std::tuple(2, 1, 3, 63));
}

TEST_CASE("an instruction outside of a kernel is refused") {
  CHECK(test::error_of([] { device::thread_index(); }) ==
        "an instruction of kernels/device/ is called outside of emulate()");
}

}  // namespace tilewright::kernels::TEST_FILE

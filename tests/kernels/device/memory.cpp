#include "kernels/device/memory.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>

#include "kernels/device/thread.hpp"
#include "tests/kernels/emulator/support.hpp"

namespace tilewright::kernels::TEST_FILE {

using test::error_of;
using test::run;

TEST_CASE("loads and stores move bytes between global and shared memory") {
  alignas(16) const std::array<std::uint32_t, 4> from = {1, 2, 3, 0xffffffff};
  alignas(16) std::array<std::uint32_t, 8> to = {};
  run(32, [&](std::byte* shared) {
    if (device::thread_index() != 3) return;
    device::store16(shared + 32, device::load16(from.data()));
    device::store16(to.data() + 4, device::load16(shared + 32));
    device::store4(to.data() + 1, device::load4(shared + 44));
  });
  CHECK(to == std::array<std::uint32_t, 8>{0, 0xffffffff, 0, 0, 1, 2, 3, 0xffffffff});
}

TEST_CASE("an address that is not aligned is refused") {
  alignas(16) std::array<std::uint32_t, 8> memory = {};
  char* const bytes = reinterpret_cast<char*>(memory.data());
  const auto error = [](const auto& access) {
    return error_of([&] {
      run(32, [&](std::byte*) {
        if (device::thread_index() == 9) access();
      });
    });
  };
  CHECK(error([&] { device::load16(bytes + 8); }) ==
        "load16: an address is not aligned to 16 B; block (0, 0, 0), thread 9");
  CHECK(error([&] { device::store16(bytes + 4, {}); }) ==
        "store16: an address is not aligned to 16 B; block (0, 0, 0), thread 9");
  CHECK(error([&] { device::load4(bytes + 2); }) ==
        "load4: an address is not aligned to 4 B; block (0, 0, 0), thread 9");
  CHECK(error([&] { device::store4(bytes + 1, 0); }) ==
        "store4: an address is not aligned to 4 B; block (0, 0, 0), thread 9");
}

TEST_CASE("atomic_add gives every caller another number") {
  int counter = 5;
  std::array<int, 3 * 64> seen = {};
  emulator::run_grid({{3, 1, 1}, 64, 0}, {}, [&](std::byte*) {
    seen.at(static_cast<std::size_t>(64 * device::block_index().x + device::thread_index())) =
        device::atomic_add(&counter, 2);
  });
  CHECK(counter == 5 + 2 * 3 * 64);
  std::sort(seen.begin(), seen.end());
  for (std::size_t i = 0; i < seen.size(); ++i) CHECK(seen.at(i) == 5 + 2 * static_cast<int>(i));
}

}  // namespace tilewright::kernels::TEST_FILE

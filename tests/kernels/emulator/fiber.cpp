#include "kernels/emulator/fiber.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <stdexcept>
#include <string>

#include "tests/kernels/emulator/support.hpp"

namespace tilewright::kernels::TEST_FILE {

using emulator::Fiber;
using emulator::StackPool;

TEST_CASE("a fiber goes on where it stopped") {
  StackPool stacks;
  std::string trace;
  std::unique_ptr<Fiber> fiber;
  fiber = std::make_unique<Fiber>(stacks, [&] {
    for (const char step : {'a', 'b', 'c'}) {
      trace += step;
      fiber->suspend();
    }
  });
  for (const char step : {'1', '2', '3'}) {
    trace += step;
    fiber->resume();
    CHECK_FALSE(fiber->ended());
  }
  fiber->resume();
  CHECK(fiber->ended());
  CHECK(trace == "1a2b3c");
}

TEST_CASE("resume throws what the fiber throws, and that ends it") {
  StackPool stacks;
  Fiber fiber(stacks, [] { throw std::runtime_error("inside"); });
  CHECK(test::error_of([&] { fiber.resume(); }) == "inside");
  CHECK(fiber.ended());
}

TEST_CASE("a fiber that has not ended is unwound, and one that has not begun never begins") {
  StackPool stacks;
  const auto token = std::make_shared<int>(0);
  bool begun = false;
  {
    std::unique_ptr<Fiber> fiber;
    fiber = std::make_unique<Fiber>(stacks, [&] {
      const std::shared_ptr<int> held = token;
      fiber->suspend();
    });
    const Fiber never(stacks, [&] { begun = true; });
    fiber->resume();
    CHECK(token.use_count() == 2);
  }
  CHECK(token.use_count() == 1);
  CHECK_FALSE(begun);
}

TEST_CASE("a fiber may use 128 KiB of stack, and stacks are used again") {
  StackPool stacks;
  const void* first = nullptr;
  for (int i = 0; i < 2; ++i) {
    const void* place = nullptr;
    Fiber fiber(stacks, [&] {
      volatile char registers[128 << 10];
      for (volatile char& byte : registers) byte = 1;
      place = const_cast<const char*>(registers);
    });
    fiber.resume();
    if (i == 0) first = place;
    CHECK(place == first);
  }
}

}  // namespace tilewright::kernels::TEST_FILE

// Shared by the tests of the emulator and of the instructions: a lambda as a kernel, and the text of an error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <string>

#include "kernels/emulator/emulate.hpp"

namespace tilewright::kernels::test {

using Body = std::function<void(std::byte*)>;

inline constexpr int shared_B = 16384;

/// Runs `body` by every thread of one block.
inline void run(int threads, const Body& body, std::uint64_t seed = 1) {
  emulator::run_grid({{1, 1, 1}, threads, shared_B}, {seed}, body);
}

/// The text of what `call` throws, or "no error".
template <class Call>
std::string error_of(const Call& call) {
  try {
    call();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "no error";
}

/// For how many of the seeds 1 to 20 `holds(seed)`.
template <class Holds>
int seeds_where(const Holds& holds) {
  int count = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) count += holds(seed) ? 1 : 0;
  return count;
}

}  // namespace tilewright::kernels::test

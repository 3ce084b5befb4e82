#include "kernels/device/memory.hpp"

#include <cstring>

#include "kernels/emulator/block.hpp"

namespace tilewright::kernels::device {
namespace {

template <class T>
T load(const char* instruction, const void* from) {
  emulator::check_aligned(instruction, from, sizeof(T));
  T value;
  std::memcpy(&value, from, sizeof(T));
  return value;
}

template <class T>
void store(const char* instruction, void* to, const T& value) {
  emulator::check_aligned(instruction, to, sizeof(T));
  std::memcpy(to, &value, sizeof(T));
}

}  // namespace

Vec16 load16(const void* from) { return load<Vec16>("load16", from); }

void store16(void* to, const Vec16& value) { store("store16", to, value); }

std::uint32_t load4(const void* from) { return load<std::uint32_t>("load4", from); }

void store4(void* to, std::uint32_t value) { store("store4", to, value); }

int atomic_add(int* counter, int value) {
  emulator::check_aligned("atom.add", counter, sizeof(int));
  const int before = *counter;
  *counter = before + value;
  return before;
}

void reduce_add2(float* to, float first, float second) {
  emulator::check_aligned("red.add.v2", to, 2 * sizeof(float));
  to[0] += first;
  to[1] += second;
}

}  // namespace tilewright::kernels::device

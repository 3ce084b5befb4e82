// Two 16-bit numbers in a register, as operands of tensor cores and vectors of memory hold them.
#pragma once

#include <cstdint>

#include "kernels/device/numbers.hpp"

namespace tilewright::kernels {

template <class T>
TILEWRIGHT_DEVICE float low_of(std::uint32_t pair) {
  return device::to_float(T{static_cast<std::uint16_t>(pair)});
}

template <class T>
TILEWRIGHT_DEVICE float high_of(std::uint32_t pair) {
  return device::to_float(T{static_cast<std::uint16_t>(pair >> 16)});
}

/// Both numbers times a factor each, rounded again.
template <class T>
TILEWRIGHT_DEVICE std::uint32_t scaled(std::uint32_t pair, float low_factor, float high_factor) {
  return device::pack2<T>(low_of<T>(pair) * low_factor, high_of<T>(pair) * high_factor);
}

}  // namespace tilewright::kernels

// Tensors for kernels whose copy engine brings padding along, which must be finite.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "kernels/device/numbers.hpp"
#include "kernels/reference/compare.hpp"

namespace tilewright::kernels {

/// A copy with numbers in place of reference::poison, so large that one that is summed up shows.
template <class T>
std::vector<T> with_finite_padding(const T* data, std::size_t count) {
  std::vector<T> copy(data, data + count);
  const auto is_padding = [](T number) { return number.bits == static_cast<decltype(T::bits)>(reference::poison); };
  std::replace_if(copy.begin(), copy.end(), is_padding, device::from_float<T>(3e3F));
  return copy;
}

}  // namespace tilewright::kernels

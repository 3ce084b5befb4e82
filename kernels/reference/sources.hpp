// Where the rows of a reference's tensors come from: memory as kernels see it, or the generator of inputs.
#pragma once

#include <cstddef>

#include "kernels/device/numbers.hpp"
#include "kernels/reference/inputs.hpp"
#include "kernels/reference/problem.hpp"

namespace tilewright::kernels::reference {

/// A tensor [batch * heads, tokens, columns] in memory, which must outlive the source.
template <typename T>
Source stored(const T* data, std::int64_t tokens, int columns) {
  return [=](int head, std::int64_t token, std::span<float> row) {
    const T* from = data + (head * tokens + token) * columns;
    for (std::size_t i = 0; i < row.size(); ++i) row[i] = device::to_float(from[i]);
  };
}

/// The same tensor as inputs.hpp would fill it.
template <typename T>
Source generated(std::uint64_t seed, Input tensor, std::int64_t tokens, int columns) {
  return [=](int head, std::int64_t token, std::span<float> row) {
    const auto first = static_cast<std::uint64_t>((head * tokens + token) * columns);
    for (std::size_t i = 0; i < row.size(); ++i) row[i] = device::to_float(input<T>(seed, tensor, first + i));
  };
}

/// Those rows of a tensor [batch, heads, tokens, columns], one after the other.
template <typename T>
std::vector<T> gather(const T* data, int heads, std::int64_t tokens, int columns, std::span<const Row> rows) {
  std::vector<T> gathered;
  for (const Row& row : rows) {
    const T* from = data + ((std::int64_t{row.batch} * heads + row.head) * tokens + row.query) * columns;
    gathered.insert(gathered.end(), from, from + columns);
  }
  return gathered;
}

}  // namespace tilewright::kernels::reference

#include "sim/nest/functional/inputs.hpp"

#include <algorithm>
#include <random>

namespace tilewright {

namespace {

using Inputs = std::map<std::string, std::vector<double>>;

std::vector<double> random_input(const Tensor& tensor, const ByRank<double>& shapes, std::mt19937_64& random) {
  std::size_t size = 1;
  for (const std::size_t extent : dense_shape(tensor, shapes)) size *= extent;
  std::vector<double> values(size);
  for (double& value : values) value = static_cast<double>(random() >> 11) * 0x1p-52 - 1;
  return values;
}

// Coordinates of a group all have the elements of its first.
void share(const Tensor& tensor, const ByRank<double>& shapes, const SharedInputs& in_common,
           std::vector<double>& values) {
  const std::vector<std::size_t> shape = dense_shape(tensor, shapes);
  const auto group = static_cast<std::size_t>(shapes[in_common.shared->rank] / in_common.groups);
  std::size_t inner = 1;
  for (std::size_t i = shape.size(); i-- > 0;) {
    for (std::size_t at = 0; at < values.size() && tensor.ranks[i] == in_common.shared->rank; ++at)
      values[at] = values[at - at / inner % shape[i] % group * inner];
    inner *= shape[i];
  }
}

// Along the rank that only one of the two has, the first elements.
void store(const Tensor& tensor, const Tensor& in, const ByRank<double>& shapes, const std::vector<double>& from,
           std::vector<double>& values) {
  const auto place = [](const Tensor& of, RankId rank) {
    return static_cast<std::size_t>(std::ranges::find(of.ranks, rank) - of.ranks.begin());
  };
  const std::vector<std::size_t> shape = dense_shape(tensor, shapes);
  const std::vector<std::size_t> other = dense_shape(in, shapes);
  for (std::size_t at = 0; at < values.size(); ++at) {
    std::vector<std::size_t> coordinates(other.size(), 0);
    std::size_t rest = at;
    for (std::size_t i = shape.size(); i-- > 0; rest /= shape[i]) {
      std::size_t to = place(in, tensor.ranks[i]);
      for (std::size_t o = 0; to == other.size() && o < other.size(); ++o)
        if (place(tensor, in.ranks[o]) == shape.size()) to = o;
      coordinates[to] = rest % shape[i];
    }
    std::size_t index = 0;
    for (std::size_t o = 0; o < other.size(); ++o) index = index * other[o] + coordinates[o];
    values[at] = from[index];
  }
}

}  // namespace

TensorValues random_values(const Cascade& cascade, const ByRank<double>& shapes, const SharedInputs& in_common,
                           const Pairs* pairs, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Inputs inputs;
  for (const TensorId t : cascade.tensors.ids()) {
    const Tensor& tensor = cascade.tensors[t];
    if (tensor.role != Tensor::Role::input || tensor.view_of) continue;
    std::vector<double>& values = inputs[tensor.name] = random_input(tensor, shapes, random);
    if (in_common.shared != nullptr && in_common.shared->tensors[t] != 0) share(tensor, shapes, in_common, values);
  }
  if (const StoredTensor* stored = in_common.stored) {
    const Tensor& tensor = cascade.tensors[stored->tensor];
    const Tensor& in = cascade.tensors[stored->in];
    store(tensor, in, shapes, inputs.at(in.name), inputs.at(tensor.name));
  }
  PointFilter exists;
  if (pairs != nullptr)
    exists = [pairs](EinsumId einsum, const Coordinates& point) { return pairs->exists(einsum, point); };
  auto values = interpret(cascade, shapes, inputs, exists);
  TensorValues all;
  for (const Tensor& tensor : cascade.tensors)
    all.push_back(tensor.view_of ? DenseTensor{} : std::move(values.at(tensor.name)));
  return all;
}

}  // namespace tilewright

#include "einsum/rewrite/difference.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "einsum/interpret.hpp"
#include "einsum/shapes.hpp"

namespace tilewright {

namespace {

constexpr int trials = 6;

class Trial {
 public:
  Trial(unsigned seed, bool positive) : random_(seed), positive_(positive) {}

  void run(const Cascade& first, const Cascade& second, Difference& found) {
    const auto given = shapes(first, second);
    const ByRank<double> of_first = rank_shapes(first, given.first);
    const auto inputs = random_inputs(first, of_first);
    const auto expected = interpret(first, of_first, inputs);
    const auto result = interpret(second, rank_shapes(second, given.second), inputs);
    for (const Tensor& tensor : first.tensors)
      if (tensor.role == Tensor::Role::output) compare(expected.at(tensor.name), result.at(tensor.name), found);
  }

 private:
  using Shapes = std::map<std::string, double>;

  double few() { return 1 + static_cast<double>(random_() % 4); }

  // Ranks that neither derives; wholes are the products of their parts.
  std::pair<Shapes, Shapes> shapes(const Cascade& first, const Cascade& second) {
    Shapes both;
    std::pair<Shapes, Shapes> given;
    for (const Cascade* cascade : {&first, &second}) {
      for (const Rank& rank : cascade->ranks)
        if (!rank.shape) both.try_emplace(rank.name, few());
      for (const Partition& partition : cascade->partitions) {
        double product = few();
        for (const RankId part : partition.parts)
          if (!cascade->ranks[part].shape) product *= both.at(cascade->ranks[part].name);
        double& whole = both[cascade->ranks[partition.whole].name];
        if (std::fmod(whole, product) != 0 || cascade == &second) whole = product;
      }
    }
    for (auto [cascade, own] : {std::pair(&first, &given.first), std::pair(&second, &given.second)})
      for (const Rank& rank : cascade->ranks)
        if (!rank.shape) (*own)[rank.name] = both.at(rank.name);
    return given;
  }

  std::map<std::string, std::vector<double>> random_inputs(const Cascade& cascade, const ByRank<double>& shapes) {
    std::normal_distribution<double> normal(0, 1);
    std::map<std::string, std::vector<double>> inputs;
    for (const Tensor& tensor : cascade.tensors) {
      if (tensor.role != Tensor::Role::input) continue;
      std::vector<double>& values = inputs[tensor.name];
      values.resize(static_cast<std::size_t>(elements(cascade, tensor, shapes)));
      for (double& value : values) value = positive_ ? std::abs(normal(random_)) : normal(random_);
    }
    return inputs;
  }

  static void compare(const DenseTensor& expected, const DenseTensor& result, Difference& found) {
    double most = 0;
    double apart = 0;
    for (std::size_t i = 0; i < expected.values.size(); ++i) {
      const bool number = std::isfinite(expected.values[i]);
      if (expected.present[i] != result.present[i] || (number && !std::isfinite(result.values[i])))
        apart = std::numeric_limits<double>::infinity();
      if (!number || expected.present[i] == 0) continue;
      ++found.compared;
      most = std::max(most, std::abs(expected.values[i]));
      apart = std::max(apart, std::abs(expected.values[i] - result.values[i]));
    }
    found.largest = std::max(found.largest, most == 0 ? apart : apart / most);
  }

  std::mt19937_64 random_;
  bool positive_;
};

}  // namespace

Difference difference(const Cascade& first, const Cascade& second, unsigned seed) {
  Difference found;
  for (; found.trials < trials; ++found.trials)
    Trial(seed + static_cast<unsigned>(found.trials), found.trials % 2 == 1).run(first, second, found);
  return found;
}

}  // namespace tilewright

// Every shipped cascade against a reference that is written from its definition, over random shapes and masks.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "common/file.hpp"
#include "einsum/interpret.hpp"
#include "einsum/masked_einsums.hpp"
#include "einsum/shapes.hpp"
#include "tests/einsum/cascades.hpp"
#include "tests/einsum/references/heads.hpp"
#include "tests/einsum/references/layers.hpp"
#include "tests/einsum/references/linear.hpp"
#include "tests/einsum/references/long_convolution.hpp"
#include "tests/einsum/references/parts.hpp"
#include "tests/einsum/references/scans.hpp"
#include "tests/einsum/references/scores.hpp"
#include "tests/einsum/references/softmax.hpp"
#include "tests/einsum/references/variants.hpp"
#include "tests/einsum/references/vision.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

constexpr double tolerance = 1e-10;

References all_references() {
  References all;
  add_softmax(all);
  add_scores(all);
  add_heads(all);
  add_parts(all);
  add_linear(all);
  add_layers(all);
  add_vision(all);
  add_long_convolutions(all);
  add_scans(all);
  add_variants(all);
  return all;
}

/// Any extents of ranks that follow from no other; of a rank that is split, the product of its parts'.
ByRank<double> random_shapes(const Cascade& cascade, Random& random) {
  // Layers have many ranks: five of each would be millions of points.
  std::uniform_int_distribution<int> few(1, cascade.ranks.size() > 8 ? 3 : 5);
  std::map<std::string, double> drawn;
  for (const Rank& rank : cascade.ranks) drawn[rank.name] = few(random);
  for (const Partition& partition : cascade.partitions) {
    double product = 1;
    for (const RankId part : partition.parts) product *= drawn[cascade.ranks[part].name];
    drawn[cascade.ranks[partition.whole].name] = product;
  }
  for (const Rank& rank : cascade.ranks)
    if (rank.shape) drawn.erase(rank.name);
  return rank_shapes(cascade, drawn);
}

Problem random_problem(const Cascade& cascade, const ByRank<double>& shapes, Random& random) {
  std::normal_distribution<double> normal(0, 1);
  Problem problem;
  for (const RankId r : cascade.ranks.ids()) problem.n[cascade.ranks[r].name] = static_cast<int>(shapes[r]);
  for (const Tensor& tensor : cascade.tensors) {
    if (tensor.role != Tensor::Role::input) continue;
    std::vector<int> extents;
    for (const RankId rank : tensor.ranks) extents.push_back(static_cast<int>(shapes[rank]));
    Array array(extents);
    for (double& value : array.values) value = normal(random);
    problem.in[tensor.name] = array;
  }
  return problem;
}

/// 40 of 100 pairs; the first query has no key, or all have the last.
std::vector<char> random_mask(const Problem& x, Reference::Masks masks, Random& random) {
  std::bernoulli_distribution coin(0.4);
  const int queries = x.n.at("P");
  std::vector<char> mask;
  for (int i = 0; i < x.n.at("M") * queries; ++i) mask.push_back(coin(random) ? 1 : 0);
  for (int m = 0; m < x.n.at("M"); ++m)
    if (masks == Reference::Masks::any) mask[static_cast<std::size_t>(m * queries)] = 0;
  for (int p = 0; p < queries; ++p)
    if (masks == Reference::Masks::some_key) mask[static_cast<std::size_t>((x.n.at("M") - 1) * queries + p)] = 1;
  return mask;
}

/// The coordinate of a whole rank at a point that may run over its parts only.
int whole(const Cascade& cascade, const ByRank<double>& shapes, RankId rank, const Coordinates& point) {
  long long at = 0;
  for (const RankId part : parts_of(cascade, rank)) at = at * static_cast<long long>(shapes[part]) + point[part];
  return static_cast<int>(at);
}

/// Whether an Einsum has pairs at its points, and not only tiles of them.
bool runs_over_all(const Cascade& cascade, const Einsum& einsum, std::initializer_list<RankId> ranks) {
  return std::ranges::all_of(ranks, [&](RankId rank) {
    return std::ranges::all_of(parts_of(cascade, rank), [&](RankId part) {
      return std::ranges::find(einsum.iteration, part) != einsum.iteration.end();
    });
  });
}

PointFilter filter_of(const Cascade& cascade, const ByRank<double>& shapes, const Problem& problem) {
  const RankId keys = cascade.rank("M");
  const RankId queries = cascade.rank("P");
  const auto masked = masked_einsums(cascade, queries, keys);
  return [&cascade, &shapes, &problem, keys, queries, masked](EinsumId e, const Coordinates& point) {
    if (masked[e] == 0 || !runs_over_all(cascade, cascade.einsums[e], {keys, queries})) return true;
    return problem.exists(whole(cascade, shapes, keys, point), whole(cascade, shapes, queries, point));
  };
}

/// The largest difference of an output, over 1 and its size.
double error_of_outputs(const Cascade& cascade, const ByRank<double>& shapes, const Problem& problem,
                        const Reference& reference, bool masked) {
  std::map<std::string, std::vector<double>> inputs;
  for (const auto& [name, array] : problem.in) inputs[name] = array.values;
  const auto got = interpret(cascade, shapes, inputs, masked ? filter_of(cascade, shapes, problem) : PointFilter());
  const Results wanted = reference.compute(problem);
  double worst = 0;
  for (const Tensor& tensor : cascade.tensors) {
    if (tensor.role != Tensor::Role::output) continue;
    INFO(tensor.name);
    REQUIRE(wanted.contains(tensor.name));
    const auto& values = got.at(tensor.name).values;
    const auto& right = wanted.at(tensor.name).values;
    REQUIRE(values.size() == right.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double error = std::abs(values[i] - right[i]) / (1 + std::abs(right[i]));
      worst = std::isnan(error) ? std::numeric_limits<double>::infinity() : std::max(worst, error);
    }
  }
  return worst;
}

}  // namespace

TEST_CASE("every shipped cascade equals its definition, over random shapes and masks") {
  const References references = all_references();
  for (const std::string& name : list_configs("cascades")) {
    INFO(name);
    REQUIRE(references.contains(name));
    const Reference& reference = references.at(name);
    const Cascade cascade = shipped(name);
    Random random(7);
    double worst = 0;
    for (int round = 0; round < 24; ++round) {
      const ByRank<double> shapes = random_shapes(cascade, random);
      Problem problem = random_problem(cascade, shapes, random);
      if (reference.prepare) reference.prepare(problem, random);
      const bool masked = reference.masks != Reference::Masks::none && round % 2 == 1;
      if (masked) {
        const std::vector<char> mask = random_mask(problem, reference.masks, random);
        const int queries = problem.n.at("P");
        problem.exists = [mask, queries](int m, int p) {
          return mask[static_cast<std::size_t>(m * queries + p)] != 0;
        };
      }
      worst = std::max(worst, error_of_outputs(cascade, shapes, problem, reference, masked));
    }
    CHECK(worst <= tolerance);
  }
}

TEST_CASE("no reference is of a cascade that is not shipped") {
  const std::vector<std::string> shipped_names = list_configs("cascades");
  for (const auto& [name, reference] : all_references())
    CHECK(std::ranges::find(shipped_names, name) != shipped_names.end());
}

}  // namespace tilewright::test::TEST_FILE

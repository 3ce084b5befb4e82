// What holds for every mapping, over random ones.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <string>

#include <catch2/catch.hpp>

#include "sim/analytic/estimator.hpp"
#include "sim/bound.hpp"
#include "tests/common/messages.hpp"
#include "tests/sim/random_mapping.hpp"

using namespace tilewright;
using namespace tilewright::test;

namespace {

constexpr int mappings = 200;

/// Nothing for a mapping that is refused.
std::optional<Result> result_of(const Model& model) {
  try {
    Result result;
    Estimator(model.cascade, model.arch, model.mapping, model.element_B).evaluate(model.given, result);
    return result;
  } catch (const InputError&) {
    return std::nullopt;
  }
}

template <class Check>
void for_random(const std::string& level, Check check) {
  Random random(7);
  for (const Cascade& cascade : {product_cascade(), chain_cascade(), small_attention()})
    for (int i = 0; i < mappings; ++i) {
      const Model model = random_model(random, cascade, level);
      INFO(cascade.einsums.size() << " Einsums, mapping " << i);
      if (const auto result = result_of(model)) check(model, *result);
    }
}

double sum_of(const std::vector<double>& bytes, const Result& result, std::size_t levels, TensorId tensor) {
  double sum = 0;
  for (std::size_t l = 0; l < levels; ++l)
    for (EinsumId e = 0; e < result.einsums; ++e) sum += bytes[result.index(static_cast<LevelId>(l), tensor, e)];
  return sum;
}

bool reads(const Cascade& cascade, EinsumId einsum, TensorId tensor) {
  const auto operands = accesses(cascade.einsums[static_cast<std::size_t>(einsum)].body);
  return std::ranges::any_of(operands, [&](const Access* access) { return access->tensor == tensor; });
}

}  // namespace

TEST_CASE("what is read of an input without multicast is what fills the levels and the units below") {
  Random random(5);
  for (int i = 0; i < mappings; ++i) {
    Model model = random_model(random, chain_cascade());
    for (Level& level : model.arch.levels) level.multicast = false;
    const auto result = result_of(model);
    if (!result) continue;
    for (TensorId tensor = 0; tensor < result->tensors; ++tensor) {
      if (model.cascade.tensors[static_cast<std::size_t>(tensor)].role != Tensor::Role::input) continue;
      double operands = 0;
      for (EinsumId e = 0; e < result->einsums; ++e)
        if (reads(model.cascade, e, tensor)) operands += result->einsum_points[static_cast<std::size_t>(e)];
      const double filled = sum_of(result->write_B, *result, model.arch.levels.size(), tensor);
      CHECK(sum_of(result->read_B, *result, model.arch.levels.size(), tensor) == Approx(filled + operands));
    }
  }
}

TEST_CASE("a level that is just large enough counts as one without limits, and one smaller is refused") {
  for_random("", [](const Model& model, const Result& free) {
    Model tight = model;
    for (std::size_t l = 0; l < tight.arch.levels.size(); ++l)
      tight.arch.levels[l].capacity_B = std::max(1.0, free.footprints[l].used_B) / tight.arch.levels[l].instances;
    const auto result = result_of(tight);
    REQUIRE(result);
    CHECK(result->read_B == free.read_B);
    CHECK(result->write_B == free.write_B);
    tight.arch.levels[0].capacity_B = (free.footprints[0].used_B - 1) / tight.arch.levels[0].instances;
    CHECK_FALSE(result_of(tight));
  });
}

TEST_CASE("no unit is busy for longer than the time, and no time is below the bound") {
  for_random("bandwidth_B_per_s: 2 GB/s, ", [](const Model& model, const Result& result) {
    const double lanes = model.arch.units[0].lanes;
    for (std::size_t e = 0; e < model.cascade.einsums.size(); ++e)
      CHECK(result.einsum_lane_cycles[e] <= lanes * result.einsum_cycles[e]);
    for (const GroupResult& group : result.groups)
      CHECK(group.unit_cycles[0] <= group.time_s * model.arch.clock_Hz * (1 + 1e-12));
    const Bound bound = time_bound(model.cascade, model.arch, model.frame.shapes, model.element_B);
    CHECK(result.time_s >= bound.time_s * (1 - 1e-12));
  });
}

TEST_CASE("every input is read and every output written at least once") {
  for_random("", [](const Model& model, const Result& result) {
    for (TensorId t = 0; t < result.tensors; ++t) {
      const Tensor& tensor = model.cascade.tensors[static_cast<std::size_t>(t)];
      double elements = 1;
      for (const RankId rank : tensor.ranks) elements *= model.frame.shapes[static_cast<std::size_t>(rank)];
      if (tensor.role == Tensor::Role::input) CHECK(sum_of(result.read_B, result, 1, t) >= elements);
      if (tensor.role == Tensor::Role::output) CHECK(sum_of(result.write_B, result, 1, t) >= elements);
    }
  });
}

TEST_CASE("everything is finite and not negative") {
  for_random("bandwidth_B_per_s: 2 GB/s, read_J: 1 pJ, write_J: 2 pJ, ", [](const Model&, const Result& result) {
    const auto sound = [](double value) { return std::isfinite(value) && value >= 0; };
    CHECK(std::ranges::all_of(result.read_B, sound));
    CHECK(std::ranges::all_of(result.write_B, sound));
    CHECK(std::ranges::all_of(result.level_energy_J, sound));
    CHECK(sound(result.time_s));
  });
}

TEST_CASE("counts scale exactly from a thousand to a million") {
  const Model model(
      product_cascade(), small_arch(),
      mapping_text("[keep: {DRAM: [A, B, Z]}, for: [m: M / 4, n: N / 4], keep: {L2: [A, B]}, for: [k: K], "
                   "spatial: [m: 4, n: 4], {compute: Z, on: array}]"),
      {{"M", 1024}, {"K", 64}, {"N", 1024}});
  Estimator estimator(model.cascade, model.arch, model.mapping, model.element_B);
  Result small;
  estimator.evaluate(model.given, small);
  Result large;
  estimator.evaluate(std::vector<double>{0x1p20, 64, 0x1p20}, large);
  for (std::size_t i = 0; i < small.read_B.size(); ++i) {
    CHECK(large.read_B[i] == 0x1p20 * small.read_B[i] / (small.read_B[i] == 1024 * 64 ? 0x1p10 : 1));
    CHECK(large.write_B[i] == 0x1p20 * small.write_B[i] / (small.write_B[i] == 1024 * 64 ? 0x1p10 : 1));
  }
  CHECK(large.einsum_points[0] == 0x1p46);
  CHECK(large.cycles == Approx(0x1p20 * small.cycles).epsilon(1e-12));
}

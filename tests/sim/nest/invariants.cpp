// What holds for every mapping, over random ones.
#include "sim/nest/invariants.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <string>

#include <catch2/catch.hpp>

#include "sim/bound/cascade_bound.hpp"
#include "sim/nest/estimator.hpp"
#include "tests/common/messages.hpp"
#include "tests/sim/nest/random_mapping.hpp"
#include "tests/sim/nest/random_mask.hpp"

namespace tilewright::test::TEST_FILE {

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
  for (const LevelId l : IdRange<LevelId>(levels))
    for (const EinsumId e : result.einsums) sum += bytes[result.index(l, tensor, e)];
  return sum;
}

bool reads(const Cascade& cascade, EinsumId einsum, TensorId tensor) {
  const auto operands = accesses(cascade.einsums[einsum].body);
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
    for (const TensorId tensor : result->tensors) {
      if (model.cascade.tensors[tensor].role != Tensor::Role::input) continue;
      double operands = 0;
      for (const EinsumId e : result->einsums)
        if (reads(model.cascade, e, tensor)) operands += result->einsum_points[e];
      const double filled = sum_of(result->write_B, *result, model.arch.levels.size(), tensor);
      CHECK(sum_of(result->read_B, *result, model.arch.levels.size(), tensor) == Approx(filled + operands));
    }
  }
}

TEST_CASE("a level that is just large enough counts as one without limits, and one smaller is refused") {
  for_random("", [](const Model& model, const Result& free) {
    Model tight = model;
    for (const LevelId l : tight.arch.levels.ids())
      tight.arch.levels[l].capacity_B = std::max(1.0, free.footprints[l].one_B);
    const auto result = result_of(tight);
    REQUIRE(result);
    CHECK(result->read_B == free.read_B);
    CHECK(result->write_B == free.write_B);
    tight.arch.levels.front().capacity_B = free.footprints.front().one_B - 1;
    CHECK_FALSE(result_of(tight));
  });
}

TEST_CASE("no unit is busy for longer than the time, and no time is below the bound") {
  for_random("bandwidth_B_per_s: 2 GB/s, ", [](const Model& model, const Result& result) {
    const double lanes = model.arch.units.front().lanes;
    for (const EinsumId e : model.cascade.einsums.ids())
      CHECK(result.einsum_lane_cycles[e] <= lanes * result.einsum_cycles[e]);
    for (const GroupResult& group : result.groups)
      CHECK(group.unit_cycles.front() <= group.time_s * model.arch.clock_Hz * (1 + 1e-12));
    const Bound bound = time_bound(model.cascade, model.arch, model.frame.shapes, {model.element_B});
    CHECK(result.time_s >= bound.time_s * (1 - 1e-12));
  });
}

TEST_CASE("every input is read and every output written at least once") {
  for_random("", [](const Model& model, const Result& result) {
    for (const TensorId t : result.tensors) {
      const Tensor& tensor = model.cascade.tensors[t];
      double elements = 1;
      for (const RankId rank : tensor.ranks) elements *= model.frame.shapes[rank];
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
  CHECK(large.einsum_points[EinsumId::at(0)] == 0x1p46);
  CHECK(large.cycles == Approx(0x1p20 * small.cycles).epsilon(1e-12));
}

namespace {

/// Nothing for a mapping that is refused.
std::optional<Result> masked_result_of(const Model& model, const WorkloadMask* mask) {
  try {
    Result result;
    Estimator(model.cascade, model.arch, model.mapping, model.element_B, mask).evaluate(model.given, result);
    return result;
  } catch (const InputError&) {
    return std::nullopt;
  }
}

/// Random mappings of a small attention, some lanes of them independent, and masks.
template <class Check>
void for_random_masks(std::uint32_t seed, Check check) {
  Random random(seed);
  for (int i = 0; i < mappings; ++i) {
    const Model model = random_attention(random, i % 2 == 0 ? small_attention() : scores_in_parts(),
                                         "bandwidth_B_per_s: 2 GB/s, read_J: 1 pJ, write_J: 2 pJ, ");
    const std::string pattern = random_pattern(random, model);
    INFO("mapping " << i << ", mask " << pattern);
    const WorkloadMask mask = workload_mask(pattern);
    if (const auto result = masked_result_of(model, &mask)) check(model, mask, *result);
  }
}

/// Whether nothing that is counted under the first mask is more than under the second.
bool no_more(const Result& one, const Result& other) {
  const auto least = [](const auto& a, const auto& b) {
    return std::ranges::equal(a, b, [](double x, double y) { return x <= y * (1 + 1e-9) + 1e-9; });
  };
  return least(one.read_B, other.read_B) && least(one.write_B, other.write_B) &&
         least(one.einsum_points, other.einsum_points) && least(one.einsum_cycles, other.einsum_cycles) &&
         one.time_s <= other.time_s * (1 + 1e-9);
}

}  // namespace

TEST_CASE("a mask never counts more than no mask, nor more than a mask that contains it") {
  for_random_masks(11, [](const Model& model, const WorkloadMask& mask, const Result& result) {
    CHECK(no_more(result, *masked_result_of(model, nullptr)));
    const WorkloadMask more = workload_mask(mask.spec.text + " | sliding,left=1");
    CHECK(no_more(result, *masked_result_of(model, &more)));
  });
}

TEST_CASE("a masked Einsum has at least its pairs") {
  for_random_masks(12, [](const Model& model, const WorkloadMask& mask, const Result& result) {
    const TestMask pairs(model, mask);
    const auto shape = [&](RankId rank) { return static_cast<int>(model.frame.shapes[rank]); };
    double exist = 0;
    for (int q = 0; q < shape(pairs.pairs.queries); ++q)
      for (int k = 0; k < shape(pairs.pairs.keys); ++k) exist += pairs.pairs.pair(0, q, k) ? 1 : 0;
    for (const EinsumId e : model.cascade.einsums.ids()) {
      if (pairs.pairs.masked[e] == 0) continue;
      double least = exist;
      for (const RankId rank : model.cascade.einsums[e].iteration) {
        const std::string& name = model.cascade.ranks[rank].name;
        if (!name.starts_with("M") && name != "P") least *= shape(rank);
        if (name == "M1" && model.cascade.einsums[e].iteration.size() == 2)
          least /= shape(model.cascade.rank("M0"));
      }
      CHECK(result.einsum_points[e] >= least * (1 - 1e-12));
      CHECK(result.einsum_lane_cycles[e] <= model.arch.units.front().lanes * result.einsum_cycles[e] * (1 + 1e-12));
    }
  });
}

TEST_CASE("under a mask no time is below the bound, and everything is finite and not negative") {
  for_random_masks(13, [](const Model& model, const WorkloadMask& mask, const Result& result) {
    Estimator estimator(model.cascade, model.arch, model.mapping, model.element_B, &mask);
    Result again;
    estimator.evaluate(model.given, again);
    const Bound bound =
        time_bound(model.cascade, model.arch, model.frame.shapes, {model.element_B}, estimator.mask());
    CHECK(result.time_s >= bound.time_s * (1 - 1e-12));
    const auto sound = [](double value) { return std::isfinite(value) && value >= 0; };
    const auto all_sound = [&](const auto&... lists) { return (std::ranges::all_of(lists, sound) && ...); };
    CHECK(all_sound(result.read_B, result.write_B, result.fill_B, result.einsum_points, result.einsum_cycles,
                    result.level_energy_J));
    CHECK(sound(result.time_s));
  });
}

TEST_CASE("no result breaks an invariant, and every invariant is seen to break") {
  for_random("bandwidth_B_per_s: 2 GB/s, ", [](const Model& model, const Result& result) {
    const auto broken = [&](const Result& other) {
      return broken_invariant(model.cascade, model.arch, other, nullptr);
    };
    CHECK(broken(result) == "");
    Result less = result;
    less.time_s /= 1e6;
    CHECK(broken(less).find("is less than the bound of") != std::string::npos);
    less = result;
    less.einsum_cycles[EinsumId::at(0)] /= 1e6;
    CHECK(broken(less).find("cycles of lanes, but 'array' has") != std::string::npos);
    less = result;
    less.groups.front().unit_cycles.front() = 2 * result.cycles + 1;
    CHECK(broken(less).find("'array' is busy for") != std::string::npos);
    less = result;
    less.groups.front().level_bytes.front().read_B *= 2;
    CHECK(broken(less).find("B read and") != std::string::npos);
    less = result;
    const std::size_t input = result.index(LevelId::at(0), TensorId::at(0), EinsumId::at(0));
    less.read_B[input] += 1e6;
    less.groups.front().level_bytes.front().read_B += 1e6;
    CHECK(broken(less).find("B fill levels and units below") != std::string::npos);
  });
}

TEST_CASE("under a mask no result breaks an invariant") {
  for_random_masks(14, [](const Model& model, const WorkloadMask& mask, const Result&) {
    Estimator estimator(model.cascade, model.arch, model.mapping, model.element_B, &mask);
    Result result;
    estimator.evaluate(model.given, result);
    CHECK(broken_invariant(model.cascade, model.arch, result, estimator.mask()) == "");
  });
}

}  // namespace tilewright::test::TEST_FILE

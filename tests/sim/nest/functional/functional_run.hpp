// A model's nest of loops, run with data; and faults that a test puts into the run.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <random>
#include <string>

#include "einsum/shapes.hpp"
#include "sim/nest/estimator.hpp"
#include "sim/nest/functional/inputs.hpp"
#include "sim/nest/functional/tolerance.hpp"
#include "tests/mappings/model.hpp"

namespace tilewright::test {

class FunctionalRun {
 public:
  /// The model must outlive it. `wrong`: a mask that the run takes for the given one.
  explicit FunctionalRun(const Model& model, const WorkloadMask* mask = nullptr,
                         const WorkloadMask* wrong = nullptr, std::uint64_t seed = 7)
      : model_(model), flat_(model), shapes_(shapes_of(model)), facts_(model.cascade) {
    if (mask != nullptr) pairs_.emplace(*mask, model.cascade, model.mapping, shapes_);
    if (wrong != nullptr) skips_.emplace(*wrong, model.cascade, model.mapping, shapes_);
    const Pairs* exist = pairs_ ? &*pairs_ : nullptr;
    const SharedRank* shared = model.mapping.shared ? &*model.mapping.shared : nullptr;
    const StoredTensor* stored = model.mapping.stored ? &*model.mapping.stored : nullptr;
    right_ = random_values(model.cascade, shapes_, {shared, model.frame.groups, stored}, exist, seed);
    outcome_ = run_with_data({facts_, model.arch, model.mapping.tree, flat_.tree, model.frame, shapes_},
                             {right_, exist, skips_ ? &*skips_ : exist});
  }

  [[nodiscard]] const NestOutcome& outcome() const { return outcome_; }
  [[nodiscard]] const std::string& fault() const { return outcome_.fault; }
  /// Whether all outputs are those of the interpreter.
  [[nodiscard]] bool same() const {
    for (const TensorId t : model_.cascade.tensors.ids()) {
      if (model_.cascade.tensors[t].role != Tensor::Role::output) continue;
      const DenseTensor& found = outcome_.outputs[t];
      for (std::size_t i = 0; i < right_[t].values.size(); ++i) {
        if (found.present[i] != right_[t].present[i]) return false;
        if (found.present[i] != 0 && !is_close(found.values[i], right_[t].values[i], largest_value(right_[t])))
          return false;
      }
    }
    return true;
  }

 private:
  static ByRank<double> shapes_of(const Model& model) {
    std::map<std::string, double> given;
    for (const RankId rank : model.cascade.ranks.ids())
      if (model.frame.shapes[rank] > 0) given[model.cascade.ranks[rank].name] = model.frame.shapes[rank];
    return rank_shapes(model.cascade, given);
  }

  const Model& model_;
  Flat flat_;
  ByRank<double> shapes_;
  CascadeFacts facts_;
  std::optional<Pairs> pairs_;
  std::optional<Pairs> skips_;
  TensorValues right_;
  NestOutcome outcome_;
};

/// "12 elements of A read in L2 by Z, and not 16"; empty where a run moved what the estimate says. Model::element_B
/// is 1 for every tensor.
inline std::string moved_differently(const Model& model, const NestOutcome& outcome, const Result& estimate) {
  const auto differ = [&](const std::vector<double>& moved, const std::vector<double>& wanted, const char* what) {
    for (const LevelId l : model.arch.levels.ids())
      for (const TensorId t : model.cascade.tensors.ids())
        for (const EinsumId e : model.cascade.einsums.ids()) {
          const std::size_t at = estimate.index(l, t, e);
          if (std::abs(moved[at] - wanted[at]) > 1e-6 * wanted[at])
            return fmt::format("{} elements of {} {} in {} by {}, and not {}", moved[at],
                               model.cascade.tensors[t].name, what, model.arch.levels[l].name,
                               model.cascade.einsums[e].name, wanted[at]);
        }
    return std::string();
  };
  if (std::string text = differ(outcome.moved.read, estimate.read_B, "read"); !text.empty()) return text;
  if (std::string text = differ(outcome.moved.written, estimate.write_B, "written"); !text.empty()) return text;
  return differ(outcome.moved.filled, estimate.fill_B, "filled");
}

}  // namespace tilewright::test

// The analytic model of a mapping file, over any number of shapes.
//
// Construction resolves everything; evaluate() is arithmetic on memory that is reused. Its cost does not depend on
// the shapes. A search over trees takes TreeModel.
#pragma once

#include <list>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/nest/mask_share.hpp"
#include "sim/nest/result.hpp"
#include "sim/nest/tree_model.hpp"

namespace tilewright {

class Estimator {
 public:
  /// The three must outlive the estimator. `element_B` are the bytes of an element.
  /// A mask's pairs are the only ones that exist; it must outlive the estimator too.
  Estimator(const Cascade& cascade, const Arch& arch, const Mapping& mapping, ByTensor<double> element_B,
            const WorkloadMask* mask = nullptr);

  /// `given` are the values of the mapping's given names, in their order. Throws InfeasibleError for a mapping that
  /// does not cover these shapes or does not fit, InputError for one that is wrong whatever they are, and in builds
  /// without NDEBUG std::logic_error for a result that breaks an invariant. The result's memory is reused.
  void evaluate(std::span<const double> given, Result& result);
  /// The same without what moved by level, tensor and Einsum, and without throwing for what does not cover or fit.
  Misfit evaluate_totals(std::span<const double> given, Totals& totals);

  /// What is odd about the mapping at the shapes that were evaluated last (order_warnings).
  [[nodiscard]] std::vector<std::string> warnings();

  /// Of the shapes that were evaluated last.
  [[nodiscard]] const TreeModel& model() { return variant().model; }

  /// What the mask left at the shapes that were evaluated last; nullptr without a mask.
  [[nodiscard]] const MaskShare* mask() const { return mask_ ? &*mask_ : nullptr; }
  [[nodiscard]] MaskShare* mask() { return mask_ ? &*mask_ : nullptr; }
  [[nodiscard]] const CascadeFacts& facts() const { return facts_; }

 private:
  /// The tree for one outcome of the mapping's conditions.
  struct Variant {
    ByNode<char> active;
    TreeModel model;
    Misfit misfit;
  };
  Variant& variant();

  const Cascade& cascade_;
  const Arch& arch_;
  const Mapping& mapping_;
  CascadeFacts facts_;
  ByTensor<double> element_B_;
  std::optional<MaskShare> mask_;
  Frame frame_;
  std::list<Variant> variants_;
};

}  // namespace tilewright

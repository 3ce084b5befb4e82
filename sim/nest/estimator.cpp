#include "sim/nest/estimator.hpp"

#include <stdexcept>

#include "mappings/order.hpp"
#include "sim/nest/invariants.hpp"

namespace tilewright {

Estimator::Estimator(const Cascade& cascade, const Arch& arch, const Mapping& mapping, ByTensor<double> element_B,
                     const WorkloadMask* mask)
    : cascade_(cascade), arch_(arch), mapping_(mapping), facts_(cascade), element_B_(std::move(element_B)) {
  if (mask != nullptr) mask_.emplace(*mask, cascade, mapping);
}

void Estimator::evaluate(std::span<const double> given, Result& result) {
  const Misfit misfit = evaluate_totals(given, result);
  TreeModel& model = variant().model;
  if (misfit) refuse(misfit, cascade_, arch_, mapping_, &model.sized());
  model.detail(result);
#ifndef NDEBUG
  const std::string broken = broken_invariant(cascade_, arch_, result, mask());
  if (!broken.empty()) throw std::logic_error(mapping_.name + ": " + broken);
#endif
}

Misfit Estimator::evaluate_totals(std::span<const double> given, Totals& totals) {
  evaluate_frame(mapping_, cascade_, given, frame_);
  Variant& current = variant();
  if (current.misfit) return current.misfit;
  return current.model.evaluate(frame_, totals, mask_ ? &*mask_ : nullptr);
}

std::vector<std::string> Estimator::warnings() {
  std::vector<std::string> warnings = order_warnings(cascade_, variant().model.flat(), frame_);
  const std::string& held_once = mapping_.assumes.held_once;
  if (!held_once.empty())
    warnings.push_back("Einsums that hand tiles to each other run at once though the tiles are held once (" +
                       held_once + ")");
  return warnings;
}

Estimator::Variant& Estimator::variant() {
  for (Variant& known : variants_)
    if (known.active == frame_.active) return known;
  const SharedRank* shared = mapping_.shared ? &*mapping_.shared : nullptr;
  const StoredTensor* stored = mapping_.stored ? &*mapping_.stored : nullptr;
  Variant& fresh = variants_.emplace_back(Variant{frame_.active,
                                                  TreeModel({facts_, arch_, element_B_, shared, mapping_.overbooked,
                                                             !mapping_.assumes.held_once.empty(), stored}),
                                                  {}});
  fresh.misfit = fresh.model.set(mapping_.tree, fresh.active);
  return fresh;
}

}  // namespace tilewright

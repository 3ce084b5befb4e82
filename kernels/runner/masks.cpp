#include "kernels/runner/masks.hpp"

#include <algorithm>

#include "kernels/runner/outcome.hpp"

namespace tilewright::kernels::runner {
namespace {

const std::array<int, 3>& common_dilation(const Point& point) {
  const std::array<int, 3>& dilation = point.mask.rules.front().dilation;
  for (const RuleText& rule : point.mask.rules) {
    if (rule.dilation != dilation) throw Unsupported("all heads of a launch must have one dilation");
  }
  return dilation;
}

MaskRule rule_of(const RuleText& text) {
  MaskRule rule{};
  std::copy(text.window.begin(), text.window.end(), rule.window);
  std::copy(text.stride.begin(), text.stride.end(), rule.stride);
  std::copy(text.causal.begin(), text.causal.end(), rule.causal);
  return rule;
}

}  // namespace

Masks masks_of(const Point& point) {
  if (point.q_tile.dimensions == 0 || point.kv_tile.dimensions == 0) {
    throw Unsupported("this kernel needs a q_tile and a kv_tile");
  }
  MaskProblem problem;
  problem.queries = point.queries.extent;
  problem.keys = point.keys.extent;
  problem.q_tile = point.q_tile.extent;
  problem.kv_tile = point.kv_tile.extent;
  problem.dilation = common_dilation(point);
  problem.permuted = point.permuted;
  for (const RuleText& rule : point.mask.rules) problem.rules.push_back(rule_of(rule));
  if (problem.rules.size() > 1) problem.rule_of_head = point.mask.rule_of_head;
  problem.blocks = point.blocks.seen;
  try {
    return make_masks(problem);
  } catch (const MaskError& error) {
    throw Unsupported(error.what());
  }
}

}  // namespace tilewright::kernels::runner

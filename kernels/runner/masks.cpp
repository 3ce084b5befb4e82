#include "kernels/runner/masks.hpp"

#include <algorithm>

#include "kernels/runner/outcome.hpp"

namespace tilewright::kernels::runner {
namespace {

std::array<int, 3> common_dilation(const plan::HeadRules& mask) {
  const std::array<int, 3>& dilation = mask.rules.front().dilation;
  for (const plan::Rule& rule : mask.rules) {
    if (rule.dilation != dilation) throw Unsupported("all heads of a launch must have one dilation");
  }
  return dilation;
}

MaskRule rule_of(const plan::Rule& text) {
  MaskRule rule{};
  std::copy(text.window.begin(), text.window.end(), rule.window);
  std::copy(text.stride.begin(), text.stride.end(), rule.stride);
  std::copy(text.causal.begin(), text.causal.end(), rule.causal);
  return rule;
}

Masks made(const MaskProblem& problem) {
  try {
    return make_masks(problem);
  } catch (const MaskError& error) {
    throw Unsupported(error.what());
  }
}

MaskProblem problem_of(const plan::Row& point) {
  if (point.q_tile.empty() || point.kv_tile.empty()) throw Unsupported("this kernel needs a q_tile and a kv_tile");
  const plan::HeadRules mask = plan::mask_of(point);
  MaskProblem problem;
  problem.queries = plan::axes_of(point.queries);
  problem.keys = plan::axes_of(point.keys);
  problem.q_tile = plan::axes_of(point.q_tile);
  problem.kv_tile = plan::axes_of(point.kv_tile);
  problem.dilation = common_dilation(mask);
  problem.permuted = point.permuted;
  for (const plan::Rule& rule : mask.rules) problem.rules.push_back(rule_of(rule));
  if (problem.rules.size() > 1) problem.rule_of_head = mask.rule_of_head;
  problem.blocks = plan::blocks_of(point).seen;
  return problem;
}

}  // namespace

Masks masks_of(const plan::Row& point) { return made(problem_of(point)); }

TokenGrid query_grid(const plan::Row& point, bool permuted) {
  MaskProblem problem = problem_of(point);
  problem.keys = problem.queries;
  problem.kv_tile = problem.q_tile;
  problem.permuted = permuted;
  problem.blocks = {};
  return made(problem).queries;
}

}  // namespace tilewright::kernels::runner

#include "explore/claim/memory.hpp"

#include <fmt/format.h>

#include "common/units.hpp"
#include "explore/claim/machine.hpp"

namespace tilewright {

namespace {

std::string bytes(double count_B) { return pretty(count_B, dimension::bytes); }

}  // namespace

Answer answer_on_memory(const Claim& claim) {
  const Attention problem = whole_problem(claim.attention, find_mask(claim.mask));
  const Arch arch = *machine_of(claim);
  const Level& memory = arch.levels.front();
  const double layer_B = needs_of(problem).keys * problem.token_B();
  const double all_B = layer_B * claim.layers + claim.beside_B;
  Answer answer;
  answer.lines = {{"a layer", bytes(layer_B), "rows of K and V that any query sees"},
                  {"layers", bytes(layer_B * claim.layers), fmt::format("{:.0f} of them", claim.layers)}};
  if (claim.beside_B > 0) answer.lines.push_back({"beside", bytes(claim.beside_B), "of something else"});
  answer.lines.push_back({"capacity", bytes(memory.capacity_B), fmt::format("{} of {}", memory.name, arch.name)});
  const bool fits = all_B <= memory.capacity_B;
  answer.verdict = fits ? Verdict::within : Verdict::impossible;
  answer.sentence = fmt::format("{} of K, V and what is beside them {} the {} of {}", bytes(all_B),
                                fits ? "fit into" : "are more than", bytes(memory.capacity_B), memory.name);
  return answer;
}

}  // namespace tilewright

#include "mappings/kernel/pass_counts.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace tilewright {

const Symbols& pass_symbols() {
  static const Symbols symbols = [] {
    Symbols names;
    for (const char* name :
         {"requests", "queries", "keys", "pairs", "longest", "heads", "kv_heads", "E", "F", "word_B", "cache_B",
          "causal", "window", "splits", "made_B", "score_B", "choices", "keep", "products"})
      names.add(name);
    return names;
  }();
  return symbols;
}

std::vector<double> slots_of(const PassShape& shape) {
  return {shape.requests,
          shape.queries,
          shape.keys,
          shape.pairs,
          shape.longest,
          shape.heads,
          shape.kv_heads,
          shape.head_dim,
          shape.value_dim,
          shape.word_B,
          shape.cache_B,
          static_cast<double>(shape.mask.causal),
          static_cast<double>(shape.mask.window),
          shape.splits,
          shape.made_B,
          shape.score_B,
          shape.choices,
          shape.keep,
          shape.products};
}

double PassBlocks::steps_in_turn(const std::vector<double>& slots, double multiprocessors) const {
  const double turns = std::ceil(blocks.amount(slots) / (multiprocessors * resident));
  return turns * steps.amount(slots);
}

double PassBlocks::imbalance(const std::vector<double>& slots, double multiprocessors) const {
  const double count = blocks.amount(slots);
  return count > 0 ? std::ceil(count / multiprocessors) * multiprocessors / count : 1;
}

bool PassCounts::names(const std::string& name) const {
  const auto has = [&](const Expression& expression) {
    return std::ranges::find(expression.names(), name) != expression.names().end();
  };
  return has(read_B) || has(write_B) || has(when) || (blocks && (has(blocks->blocks) || has(blocks->steps))) ||
         std::ranges::any_of(work, [&](const PassWork& each) {
           return has(each.count) || (each.operand_B && has(*each.operand_B));
         });
}

bool PassCounts::names_selection() const {
  constexpr std::array of_selection{"made_B", "score_B", "choices", "keep", "products"};
  return std::ranges::any_of(of_selection, [this](const char* name) { return names(name); });
}

}  // namespace tilewright

#include "mappings/kernel/pass_counts.hpp"

#include <algorithm>
#include <cmath>

namespace tilewright {

const Symbols& pass_symbols() {
  static const Symbols symbols = [] {
    Symbols names;
    for (const char* name : {"requests", "queries", "keys", "pairs", "longest", "heads", "kv_heads", "E", "F",
                             "word_B", "cache_B", "causal", "window", "splits"})
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
          shape.splits};
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
         std::ranges::any_of(work, has, &PassWork::count);
}

}  // namespace tilewright

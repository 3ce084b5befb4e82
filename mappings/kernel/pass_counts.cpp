#include "mappings/kernel/pass_counts.hpp"

#include <cmath>

namespace tilewright {

const Symbols& pass_symbols() {
  static const Symbols symbols = [] {
    Symbols names;
    for (const char* name : {"requests", "queries", "keys", "longest", "heads", "kv_heads", "E", "F", "word_B",
                             "cache_B", "causal", "window", "splits"})
      names.add(name);
    return names;
  }();
  return symbols;
}

std::vector<double> slots_of(const PassShape& shape) {
  return {shape.requests,
          shape.queries,
          shape.keys,
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

double PassSteps::cycles(const std::vector<double>& slots, double multiprocessors) const {
  const double turns = std::ceil(blocks.amount(slots) / (multiprocessors * resident));
  return turns * steps.amount(slots) * step_cycles;
}

}  // namespace tilewright

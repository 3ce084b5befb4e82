#include "kernels/runner/trials.hpp"

namespace tilewright::kernels::runner {
namespace {

constexpr Trials* lists[] = {attention_trials, backward_trials, decode_trials,   passes_trials,
                             linear_trials,    permute_trials,  stream_micros,   chase_micros,
                             rate_micros,      launch_micros,   sustained_micros};

}  // namespace

const std::vector<Compiled>& catalogue() {
  static const std::vector<Compiled> all = [] {
    std::vector<Compiled> entries;
    for (Trials* const list : lists) {
      const std::vector<Compiled> some = list();
      entries.insert(entries.end(), some.begin(), some.end());
    }
    return entries;
  }();
  return all;
}

}  // namespace tilewright::kernels::runner

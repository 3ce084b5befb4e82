#include "einsum/passes.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "einsum/iteration.hpp"
#include "einsum/rank_family.hpp"

namespace tilewright {

namespace {

// When a tensor's values over a family of ranks are there: k, a whole number, says "one by one, during pass k";
// k + 1/2 says "only once pass k is complete". Inputs are there before pass 1. A tensor without a rank of the
// family is complete after pass k either way: no access runs over it.
using Time = double;

Time complete(Time time) { return std::floor(time) + 0.5; }

class FamilyPasses {
 public:
  FamilyPasses(const Cascade& cascade, const RankFamily& family) : cascade_(cascade), family_(family) {}

  RankPasses run(const ByRank<double>& shapes) {
    find_times();
    RankPasses result{family_.whole(), {}};
    for (const EinsumId id : cascade_.einsums.ids()) {
      if (!family_.traverses(cascade_.einsums[id])) continue;
      const auto pass = static_cast<std::size_t>(pass_[id]);
      if (result.passes.size() < pass) result.passes.resize(pass);
      result.passes[pass - 1].einsums.push_back(id);
    }
    add_live(result, shapes);
    return result;
  }

 private:
  /// When all operands are there, element by element where the access keeps step.
  Time operands_time(EinsumId id) const {
    Time latest = 0;
    for (const Read& read : reads(cascade_, cascade_.einsums[id])) {
      if (family_.orders_other_fibres(id, read)) continue;
      const Time time = time_[read.tensor];
      latest = std::max(latest, family_.keeps_step(*read.access) ? time : complete(time));
    }
    return latest;
  }

  /// Sets the time of the Einsum's result; whether it changed.
  bool update(EinsumId id) {
    const Einsum& einsum = cascade_.einsums[id];
    Time time = operands_time(id);
    if (family_.traverses(einsum)) {
      time = std::max(1.0, std::ceil(time));
      pass_[id] = static_cast<int>(time);
    }
    const bool changed = time != time_[einsum.output.tensor];
    time_[einsum.output.tensor] = time;
    return changed;
  }

  /// The least times that satisfy all Einsums. They start too early (an iterated tensor is read before it is
  /// written) and only grow, by at most one pass per Einsum.
  void find_times() {
    time_.assign(cascade_.tensors.size(), 0);
    pass_.assign(cascade_.einsums.size(), 0);
    for (const TensorId i : time_.ids()) {
      if (!cascade_.tensors[i].producer) time_[i] = 0.5;
    }
    const std::size_t most_rounds = 2 * cascade_.einsums.size() + 2;
    bool changed = true;
    for (std::size_t round = 0; changed && round < most_rounds; ++round) {
      changed = false;
      for (const EinsumId id : cascade_.einsums.ids()) changed |= update(id);
    }
    if (changed) throw std::logic_error("the passes of cascade '" + cascade_.name + "' do not settle");
  }

  /// The passes of the Einsums that traverse the rank and read the tensor along it.
  std::vector<int> reading_passes(TensorId tensor) const {
    std::vector<int> passes;
    for (const EinsumId id : cascade_.einsums.ids()) {
      if (!family_.traverses(cascade_.einsums[id])) continue;
      for (const Read& read : reads(cascade_, cascade_.einsums[id])) {
        if (read.tensor == tensor && family_.runs_over(*read.access)) passes.push_back(pass_[id]);
      }
    }
    return passes;
  }

  /// A result lives from the pass that makes it until its last read; what is there before pass 1, from the first
  /// pass that reads it.
  void add_live(RankPasses& result, const ByRank<double>& shapes) const {
    for (const TensorId i : cascade_.tensors.ids()) {
      const Tensor& tensor = cascade_.tensors[i];
      const std::vector<int> passes = reading_passes(i);
      if (passes.empty()) continue;
      const int made = static_cast<int>(std::floor(time_[i]));
      const int first = made < 1 ? *std::min_element(passes.begin(), passes.end()) : made;
      const int last = *std::max_element(passes.begin(), passes.end());
      for (int pass = first; pass < last; ++pass) {
        result.passes[pass - 1].live.push_back({i, family_.elements(tensor, shapes)});
      }
    }
  }

  const Cascade& cascade_;
  const RankFamily& family_;
  ByTensor<Time> time_;
  ByEinsum<int> pass_;  // 0 where it does not traverse the rank
};

}  // namespace

std::vector<RankPasses> count_passes(const Cascade& cascade, const ByRank<double>& shapes) {
  std::vector<RankPasses> result;
  for (const RankFamily& family : rank_families(cascade))
    result.push_back(FamilyPasses(cascade, family).run(shapes));
  return result;
}

}  // namespace tilewright

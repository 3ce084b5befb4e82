#include "einsum/crossings.hpp"

#include <algorithm>

#include "einsum/iteration.hpp"
#include "einsum/rank_family.hpp"

namespace tilewright {

namespace {

// What of a value an Einsum must wait for, once some Einsum traverses a fibre.
enum class Wait { none, one_element, whole_fibre };

class FibreReaders {
 public:
  FibreReaders(const Cascade& cascade, const RankFamily& family) : cascade_(cascade), family_(family) {}

  /// The longest chain of readers of the tensor of which each one waits for a whole reading by the one before.
  int chain(TensorId tensor) const {
    const std::vector<EinsumId> readers = readers_of(tensor);
    std::vector<int> before(readers.size(), 0);
    for (std::size_t round = 0; round < readers.size(); ++round)
      for (std::size_t first = 0; first < readers.size(); ++first) {
        const ByEinsum<Wait> waits = waits_for(readers[first]);
        for (std::size_t next = 0; next < readers.size(); ++next)
          if (waits[readers[next]] == Wait::whole_fibre)
            before[next] = std::min<int>(std::max(before[next], before[first] + 1), most(readers));
      }
    return before.empty() ? 0 : *std::ranges::max_element(before);
  }

 private:
  static int most(const std::vector<EinsumId>& readers) { return static_cast<int>(readers.size()) - 1; }

  /// The same coordinates of all other ranks on both sides.
  bool follows(const Access& access) const {
    return std::ranges::all_of(access.indices, [&](const Index& index) {
      return family_.contains(index.rank) || (!index.fixed && index.offset == 0);
    });
  }

  std::vector<EinsumId> readers_of(TensorId tensor) const {
    std::vector<EinsumId> readers;
    for (const EinsumId e : cascade_.einsums.ids()) {
      const auto along = [&](const Read& read) {
        return read.tensor == tensor && family_.runs_over(*read.access) && follows(*read.access);
      };
      if (family_.traverses(cascade_.einsums[e]) &&
          std::ranges::any_of(reads(cascade_, cascade_.einsums[e]), along))
        readers.push_back(e);
    }
    return readers;
  }

  /// What a reading waits for of a fibre, where the value that it reads waits for `of_value`. One element of a
  /// running value has all steps before it in it, one of another tensor may stand for itself.
  Wait wait_of(const Read& read, Wait of_value) const {
    if (of_value == Wait::none || !follows(*read.access)) return Wait::none;
    const auto fixed = [&](const Index& index) { return index.fixed && family_.contains(index.rank); };
    if (std::ranges::any_of(read.access->indices, fixed)) {
      const RankId iterated = cascade_.tensors[read.tensor].iterated;
      return iterated && family_.contains(iterated) ? Wait::whole_fibre : Wait::none;
    }
    return family_.runs_over(*read.access) ? of_value : Wait::whole_fibre;
  }

  Wait wait_of(EinsumId reader, const ByTensor<Wait>& of_values) const {
    Wait most = Wait::none;
    for (const Read& read : reads(cascade_, cascade_.einsums[reader]))
      if (!family_.orders_other_fibres(reader, read)) most = std::max(most, wait_of(read, of_values[read.tensor]));
    return most;
  }

  /// For what of the fibre that `first` reads every Einsum waits.
  ByEinsum<Wait> waits_for(EinsumId first) const {
    ByTensor<Wait> of_values;
    of_values.assign(cascade_.tensors.size(), Wait::none);
    ByEinsum<Wait> result;
    result.assign(cascade_.einsums.size(), Wait::none);
    of_values[cascade_.einsums[first].output.tensor] = Wait::one_element;
    for (bool changed = true; changed;) {
      changed = false;
      for (const EinsumId e : cascade_.einsums.ids()) {
        result[e] = wait_of(e, of_values);
        Wait& written = of_values[cascade_.einsums[e].output.tensor];
        if (result[e] <= written) continue;
        written = result[e];
        changed = true;
      }
    }
    return result;
  }

  const Cascade& cascade_;
  const RankFamily& family_;
};

}  // namespace

std::vector<Crossing> crossings(const Cascade& cascade) {
  std::vector<Crossing> result;
  for (const RankFamily& family : rank_families(cascade)) {
    const FibreReaders readers(cascade, family);
    for (const TensorId t : cascade.tensors.ids())
      if (const int times = readers.chain(t); times > 0) result.push_back({family.whole(), t, times});
  }
  return result;
}

}  // namespace tilewright

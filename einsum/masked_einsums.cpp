#include "einsum/masked_einsums.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "einsum/iteration.hpp"

namespace tilewright {

namespace {

class MaskedEinsums {
 public:
  MaskedEinsums(const Cascade& cascade, RankId queries, RankId keys)
      : cascade_(cascade),
        queries_(with_parts(queries)),
        keys_(with_parts(keys)),
        masked_(cascade.einsums.size(), 0),
        absent_(cascade.tensors.size(), 0) {}

  ByEinsum<char> find() {
    const bool filtered =
        std::ranges::any_of(cascade_.einsums, [&](const Einsum& einsum) { return seeds(einsum); });
    // A running value is read by its own next step, so what it masks may stand before it.
    for (bool more = true; more;) {
      more = false;
      for (const EinsumId e : cascade_.einsums.ids()) {
        const Einsum& einsum = cascade_.einsums[e];
        if (masked_[e] != 0 || !runs_over_pairs(einsum)) continue;
        if (filtered && !seeds(einsum) && !reads_absent(einsum)) continue;
        masked_[e] = 1;
        absent_[einsum.output.tensor] = 1;
        more = true;
      }
    }
    return masked_;
  }

 private:
  [[nodiscard]] std::vector<RankId> with_parts(RankId rank) const {
    std::vector<RankId> ranks = parts_of(cascade_, rank);
    ranks.push_back(rank);
    return ranks;
  }

  template <class Ranks>
  [[nodiscard]] static bool meet(const Ranks& ranks, const std::vector<RankId>& of) {
    return std::ranges::any_of(ranks, [&](RankId rank) { return std::ranges::find(of, rank) != of.end(); });
  }

  [[nodiscard]] bool runs_over_pairs(const Einsum& einsum) const {
    return meet(einsum.iteration, queries_) && meet(einsum.iteration, keys_);
  }

  // A filter over both ranks; one over keys alone is another kind of mask.
  [[nodiscard]] bool seeds(const Einsum& einsum) const {
    if (!einsum.filter) return false;
    const auto& ranks = cascade_.tensors[einsum.filter->tensor].ranks;
    return meet(ranks, queries_) && meet(ranks, keys_);
  }

  // Reads, at running coordinates of queries and keys, what exists for some pairs only.
  [[nodiscard]] bool reads_absent(const Einsum& einsum) const {
    for (const Read& read : reads(cascade_, einsum)) {
      if (absent_[read.tensor] == 0) continue;
      std::vector<RankId> running;
      for (const Index& index : read.access->indices)
        if (!index.fixed) running.push_back(index.rank);
      if (meet(running, queries_) && meet(running, keys_)) return true;
    }
    return false;
  }

  const Cascade& cascade_;
  std::vector<RankId> queries_;
  std::vector<RankId> keys_;
  ByEinsum<char> masked_;
  ByTensor<char> absent_;  // written by a masked Einsum
};

}  // namespace

ByEinsum<char> masked_einsums(const Cascade& cascade, RankId queries, RankId keys) {
  return MaskedEinsums(cascade, queries, keys).find();
}

ByEinsum<char> masked_einsums(const Cascade& cascade, const WorkloadMask& mask) {
  ByEinsum<char> masked =
      masked_einsums(cascade, masked_rank(cascade, mask, mask.queries), masked_rank(cascade, mask, mask.keys));
  if (std::ranges::count(masked, 1) > 0) return masked;
  throw InputError(
      mask.place, "workload.mask",
      fmt::format("no Einsum of cascade '{}' runs over both {} and {}", cascade.name, mask.queries, mask.keys));
}

RankId masked_rank(const Cascade& cascade, const WorkloadMask& mask, const std::string& name) {
  if (const RankId rank = cascade.ranks.id_of(std::ranges::find(cascade.ranks, name, &Rank::name))) return rank;
  std::vector<std::string> known;
  for (const Rank& rank : cascade.ranks) known.push_back(rank.name);
  throw InputError(mask.place, "workload.mask",
                   "cascade '" + cascade.name + "' has no rank '" + name + "'" + did_you_mean(name, known));
}

std::vector<RankId> parts_of(const Cascade& cascade, RankId whole) {
  for (const Partition& partition : cascade.partitions)
    if (partition.whole == whole) return partition.parts;
  return {whole};
}

}  // namespace tilewright

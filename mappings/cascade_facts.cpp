#include "mappings/cascade_facts.hpp"

#include <fmt/format.h>

#include "einsum/sum_view.hpp"

namespace tilewright {

namespace {

IdSet<RankId> set_of(const std::vector<RankId>& ranks) {
  IdSet<RankId> set;
  for (const RankId rank : ranks) set.add(rank);
  return set;
}

constexpr std::size_t most = IdSet<RankId>::limit;

void require_few(const Cascade& cascade, std::size_t count, const char* what) {
  if (count > most)
    throw InputError(cascade.place, "cascade",
                     fmt::format("'{}' has {} {}; loop nests take at most {}", cascade.name, count, what, most));
}

}  // namespace

CascadeFacts::CascadeFacts(const Cascade& cascade) : cascade_(&cascade) {
  refuse_sum_views(cascade, "loop nests");
  require_few(cascade, cascade.ranks.size(), "ranks");
  require_few(cascade, cascade.tensors.size(), "tensors");
  require_few(cascade, cascade.einsums.size(), "Einsums");
  for (const Einsum& einsum : cascade.einsums) {
    ByTensor<IdSet<RankId>> through(cascade.tensors.size());
    const auto note = [&](const Use& use) -> Operand {
      const IdSet<RankId> ranks = set_of(use.ranks);
      through[use.tensor] |= ranks;
      return {use.tensor, ranks, use.older};
    };
    std::vector<Operand> reads;
    for (const Use& use : reads_of(cascade, einsum)) reads.push_back(note(use));
    reads_.push_back(std::move(reads));
    writes_.push_back(note(write_of(cascade, einsum)));
    reduces_.push_back(static_cast<char>(bool(einsum.reduce)));
    iteration_.push_back(set_of(einsum.iteration));
    ranks_.push_back(std::move(through));
  }
}

IdSet<RankId> CascadeFacts::without_partitioned_wholes(IdSet<RankId> ranks) const {
  for (const Partition& partition : cascade_->partitions)
    if (ranks.has(partition.parts.front())) ranks.remove(partition.whole);
  return ranks;
}

}  // namespace tilewright

#include "mappings/cascade_facts.hpp"

#include <fmt/format.h>

namespace tilewright {

namespace {

IdSet set_of(const std::vector<RankId>& ranks) {
  IdSet set;
  for (const RankId rank : ranks) set.add(static_cast<std::size_t>(rank));
  return set;
}

void require_few(const Cascade& cascade, std::size_t count, const char* what) {
  if (count > IdSet::limit)
    throw InputError(
        cascade.place, "cascade",
        fmt::format("'{}' has {} {}; loop nests take at most {}", cascade.name, count, what, IdSet::limit));
}

}  // namespace

CascadeFacts::CascadeFacts(const Cascade& cascade) : cascade_(&cascade) {
  require_few(cascade, cascade.ranks.size(), "ranks");
  require_few(cascade, cascade.tensors.size(), "tensors");
  require_few(cascade, cascade.einsums.size(), "Einsums");
  ranks_.resize(cascade.einsums.size() * cascade.tensors.size());
  for (std::size_t e = 0; e < cascade.einsums.size(); ++e) {
    const auto note = [&](const Use& use) -> Operand {
      const IdSet ranks = set_of(use.ranks);
      ranks_[e * cascade.tensors.size() + at(use.tensor)] |= ranks;
      return {use.tensor, ranks, use.older};
    };
    std::vector<Operand>& reads = reads_.emplace_back();
    for (const Use& use : reads_of(cascade, cascade.einsums[e])) reads.push_back(note(use));
    writes_.push_back(note(write_of(cascade, cascade.einsums[e])));
    reduces_.push_back(static_cast<char>(cascade.einsums[e].reduce >= 0));
    iteration_.push_back(set_of(cascade.einsums[e].iteration));
  }
}

IdSet CascadeFacts::without_partitioned_wholes(IdSet ranks) const {
  for (const Partition& partition : cascade_->partitions)
    if (ranks.has(at(partition.parts.front()))) ranks.remove(at(partition.whole));
  return ranks;
}

}  // namespace tilewright

#include "einsum/rank_family.hpp"

#include <algorithm>

#include "einsum/sum_view.hpp"

namespace tilewright {

RankFamily::RankFamily(const Cascade& cascade, RankId rank)
    : cascade_(cascade), group_of_(group_of_einsums(cascade)), whole_(rank), parts_{rank} {
  for (const Partition& partition : cascade.partitions) {
    if (partition.whole == rank) parts_ = partition.parts;
  }
  family_ = parts_;
  if (parts_.front() != rank) family_.push_back(rank);
}

bool RankFamily::contains(RankId rank) const { return std::ranges::find(family_, rank) != family_.end(); }

bool RankFamily::traverses(const Einsum& einsum) const {
  const auto has = [&](RankId rank) { return std::ranges::find(einsum.iteration, rank) != einsum.iteration.end(); };
  return has(whole_) || std::ranges::all_of(parts_, has);
}

bool RankFamily::runs_over(const Access& access) const {
  if (const Tensor& view = cascade_.tensors[access.tensor]; is_sum_view(view))
    return std::ranges::any_of(view.view_of->indices, [&](const Index& index) { return contains(index.rank); });
  return std::ranges::any_of(access.indices,
                             [&](const Index& index) { return !index.fixed && contains(index.rank); });
}

bool RankFamily::keeps_step(const Access& access) const {
  if (const Tensor& view = cascade_.tensors[access.tensor]; is_sum_view(view))
    return comes_along(cascade_, view, whole_) || comes_along(cascade_, view, parts_.front());
  return std::ranges::any_of(access.indices, [&](const Index& index) {
    return !index.fixed && (index.rank == whole_ || index.rank == parts_.front());
  });
}

bool RankFamily::orders_other_fibres(EinsumId reader, const Read& read) const {
  const Tensor& tensor = cascade_.tensors[read.tensor];
  return tensor.producer && group_of_[tensor.producer] == group_of_[reader] && !contains(tensor.iterated) &&
         reads_earlier_step(cascade_, cascade_.einsums[reader], read);
}

double RankFamily::elements(const Tensor& tensor, const ByRank<double>& shapes) const {
  double product = 1;
  for (const RankId rank : tensor.ranks) product *= contains(rank) ? shapes[rank] : 1;
  return product;
}

std::vector<RankFamily> rank_families(const Cascade& cascade) {
  const auto is_part = [&](RankId rank) {
    return std::ranges::any_of(cascade.partitions, [&](const Partition& partition) {
      return std::ranges::find(partition.parts, rank) != partition.parts.end();
    });
  };
  std::vector<RankFamily> families;
  for (const RankId rank : cascade.ranks.ids())
    if (!is_part(rank)) families.emplace_back(cascade, rank);
  return families;
}

}  // namespace tilewright

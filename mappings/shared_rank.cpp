#include "mappings/shared_rank.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "einsum/masked_einsums.hpp"

namespace tilewright {

namespace {

bool over(const Tensor& tensor, const Cascade& cascade, RankId whole) {
  const std::vector<RankId> parts = parts_of(cascade, whole);
  return std::ranges::any_of(
      tensor.ranks, [&](RankId rank) { return rank == whole || std::ranges::find(parts, rank) != parts.end(); });
}

}  // namespace

std::optional<SharedRank> shared_heads(const Workload& workload, const Cascade& cascade, const Symbols& symbols) {
  if (!workload.ranks || workload.ranks->kv_heads.empty()) return std::nullopt;
  const AttentionRanks& roles = *workload.ranks;
  if (roles.heads.empty())
    throw InputError(roles.place, "workload.ranks", "kv_heads are shared by heads; say which rank these are");
  const RankId heads = cascade.rank(roles.heads);
  const RankId keys = cascade.rank(roles.keys);
  const RankId queries = cascade.rank(roles.queries);
  SharedRank shared{heads, {}, symbols.find(roles.kv_heads)};
  for (const Tensor& tensor : cascade.tensors)
    shared.tensors.push_back(static_cast<char>(tensor.role == Tensor::Role::input && !tensor.view_of &&
                                               over(tensor, cascade, heads) && over(tensor, cascade, keys) &&
                                               !over(tensor, cascade, queries)));
  return shared;
}

double distinct_coordinates(double first, double end, double group) {
  const auto divides = [group](double coordinates) {
    return std::fmod(coordinates, group) == 0 || std::fmod(group, coordinates) == 0;
  };
  if (!divides(first) || !divides(end)) return std::numeric_limits<double>::quiet_NaN();
  return std::max(1.0, end / group) / std::max(1.0, first / group);
}

}  // namespace tilewright

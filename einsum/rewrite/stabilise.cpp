#include <fmt/format.h>

#include <algorithm>

#include "einsum/rewrite/draft.hpp"
#include "einsum/rewrite/exponential.hpp"
#include "einsum/rewrite/homogeneity.hpp"
#include "einsum/rewrite/rules.hpp"

namespace tilewright {

namespace {

bool can_overflow(const Cascade& cascade, const Einsum& einsum, RankId along) {
  const Tensor& tensor = cascade.tensors[einsum.output.tensor];
  return std::ranges::count(tensor.ranks, along) != 0 && !tensor.iterated && einsum.reduced.empty() &&
         is_exponential(einsum.body) && !exponential(cascade, einsum.body, along);
}

std::vector<RankId> others(const Cascade& cascade, TensorId tensor, RankId along) {
  std::vector<RankId> ranks = cascade.tensors[tensor].ranks;
  std::erase(ranks, along);
  return ranks;
}

void require_cancels(const Cascade& cascade, TensorId tensor, RankId along) {
  const auto power = powers(cascade, {tensor}, others(cascade, tensor, along));
  for (const TensorId t : cascade.tensors.ids())
    if (cascade.tensors[t].role == Tensor::Role::output && power[t] != 0)
      throw InputError(
          fmt::format("'{}' changes when {} is scaled, so that no maximum can be subtracted from its exponent",
                      cascade.tensors[t].name, cascade.tensors[tensor].name));
}

}  // namespace

Cascade stabilise(const Cascade& cascade, RankId along) {
  Draft draft(cascade);
  std::vector<Einsum> made;
  for (const Einsum& einsum : cascade.einsums) {
    if (!can_overflow(cascade, einsum, along)) {
      made.push_back(einsum);
      continue;
    }
    require_cancels(cascade, einsum.output.tensor, along);
    Einsum weights = einsum;
    Term& exponent = weights.body.operands[0];
    if (exponent.kind != Term::Kind::access) {
      const TensorId score = draft.add_tensor("S" + einsum.name, cascade.tensors[einsum.output.tensor].ranks);
      made.push_back(draft.einsum(draft.all_of(score), exponent));
      exponent = read(draft.all_of(score));
    }
    const TensorId most = draft.add_tensor("GM", others(cascade, einsum.output.tensor, along));
    made.push_back(draft.reduction(draft.all_of(most), "max", {along}, exponent));
    exponent = operate("subtract", {exponent, read(draft.all_of(most))});
    made.push_back(std::move(weights));
  }
  draft.einsums() = std::move(made);
  return draft.done();
}

}  // namespace tilewright

#include <algorithm>

#include "einsum/rewrite/draft.hpp"
#include "einsum/rewrite/rules.hpp"

namespace tilewright {

namespace {

/// A sum of products of two tensors, each read at its own point.
bool is_product(const Einsum& einsum) {
  const auto plain = [](const Term& term) { return term.kind == Term::Kind::access && is_plain(term.access); };
  return !einsum.filter && einsum.reduce == operation("add") && is(einsum.body, "multiply") &&
         std::ranges::all_of(einsum.body.operands, plain);
}

class Reassociation {
 public:
  Reassociation(const Cascade& cascade, RankId along) : cascade_(cascade), along_(along), draft_(cascade) {}

  Cascade run() {
    for (const Einsum& einsum : cascade_.einsums)
      if (!add(einsum)) made_.push_back(einsum);
    draft_.einsums() = std::move(made_);
    return draft_.done();
  }

 private:
  [[nodiscard]] const Einsum* product_of(const Term& term) const {
    const EinsumId producer = cascade_.tensors[term.access.tensor].producer;
    const bool found = producer && !cascade_.tensors[term.access.tensor].iterated &&
                       is_product(cascade_.einsums[producer]) && !cascade_.einsums[producer].reduced.empty();
    return found ? &cascade_.einsums[producer] : nullptr;
  }

  // Of (a b) c, with a the one without the rank.
  bool add(const Einsum& einsum) {
    if (!is_product(einsum) || !std::ranges::count(einsum.reduced, along_)) return false;
    for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
      const Einsum* inner = product_of(einsum.body.operands[i]);
      if (inner == nullptr) continue;
      for (const std::size_t j : {std::size_t{0}, std::size_t{1}})
        if (!has_rank(cascade_, inner->body.operands[j], along_))
          return add_other_side(einsum, inner->body.operands[j], inner->body.operands[1 - j],
                                einsum.body.operands[1 - i]);
    }
    return false;
  }

  bool add_other_side(const Einsum& einsum, const Term& a, const Term& b, const Term& c) {
    std::vector<RankId> ranks;
    for (const Term* term : {&b, &c})
      for (const RankId rank : cascade_.tensors[term->access.tensor].ranks)
        if (!std::ranges::count(ranks, rank) && (has_rank(cascade_, a, rank) || is_of(einsum.output, rank)))
          ranks.push_back(rank);
    if (std::ranges::count(ranks, along_)) return false;
    const TensorId made = draft_.add_tensor(einsum.name + "S", ranks);
    made_.push_back(draft_.einsum(draft_.all_of(made), operate("multiply", {b, c})));
    made_.push_back(draft_.einsum(einsum.output, operate("multiply", {a, read(draft_.all_of(made))})));
    return true;
  }

  [[nodiscard]] bool is_of(const Access& access, RankId rank) const {
    return std::ranges::count(cascade_.tensors[access.tensor].ranks, rank) != 0;
  }

  const Cascade& cascade_;
  RankId along_;
  Draft draft_;
  std::vector<Einsum> made_;
};

}  // namespace

Cascade reassociate(const Cascade& cascade, RankId along) { return Reassociation(cascade, along).run(); }

}  // namespace tilewright

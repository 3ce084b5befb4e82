#include <fmt/format.h>

#include <algorithm>

#include "einsum/rewrite/draft.hpp"
#include "einsum/rewrite/rules.hpp"

namespace tilewright {

namespace {

class Deferral {
 public:
  Deferral(const Cascade& cascade, RankId along) : cascade_(cascade), along_(along), draft_(cascade) {}

  Cascade run() {
    for (const Einsum& einsum : cascade_.einsums) add(einsum);
    draft_.einsums() = std::move(made_);
    return draft_.done();
  }

 private:
  // A quotient with the rank by what has it not.
  [[nodiscard]] const Einsum* quotient(const Term& term) const {
    if (term.kind != Term::Kind::access) return nullptr;
    const EinsumId producer = cascade_.tensors[term.access.tensor].producer;
    if (!producer || cascade_.tensors[term.access.tensor].iterated) return nullptr;
    const Einsum& einsum = cascade_.einsums[producer];
    const bool plain = einsum.reduced.empty() && !einsum.filter && is(einsum.body, "divide");
    if (!plain || has_rank(cascade_, einsum.body.operands[1], along_)) return nullptr;
    return is_plain(term.access) ? &einsum : nullptr;
  }

  // The divisor is the same for all that is summed.
  [[nodiscard]] bool is_outside(const Einsum& sum, const Term& divisor) const {
    return std::ranges::none_of(sum.reduced, [&](RankId rank) { return has_rank(cascade_, divisor, rank); });
  }

  void add(const Einsum& einsum) {
    const bool sums = std::ranges::count(einsum.reduced, along_) != 0 && einsum.reduce == operation("add");
    const auto factors = is(einsum.body, "multiply") ? einsum.body.operands : std::vector<Term>{einsum.body};
    for (std::size_t i = 0; sums && i < factors.size(); ++i)
      if (const Einsum* found = quotient(factors[i]);
          found != nullptr && is_outside(einsum, found->body.operands[1]))
        return add_deferred(einsum, factors, i, found->body);
    made_.push_back(einsum);
  }

  void add_deferred(const Einsum& einsum, std::vector<Term> factors, std::size_t i, const Term& quotient) {
    factors[i] = quotient.operands[0];
    const TensorId sum = draft_.add_tensor(einsum.name + "N", cascade_.tensors[einsum.output.tensor].ranks);
    Einsum numerator = einsum;
    numerator.output.tensor = sum;
    numerator.name = draft_.cascade().tensors[sum].name;
    numerator.body = factors.size() == 1 ? factors.front() : operate("multiply", factors);
    made_.push_back(std::move(numerator));
    made_.push_back(
        draft_.einsum(einsum.output, operate("divide", {read(draft_.all_of(sum)), quotient.operands[1]})));
  }

  const Cascade& cascade_;
  RankId along_;
  Draft draft_;
  std::vector<Einsum> made_;
};

}  // namespace

Cascade defer_division(const Cascade& cascade, RankId along) { return Deferral(cascade, along).run(); }

}  // namespace tilewright

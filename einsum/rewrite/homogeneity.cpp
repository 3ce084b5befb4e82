#include "einsum/rewrite/homogeneity.hpp"

#include <algorithm>

namespace tilewright {

namespace {

using Power = std::optional<int>;

class Powers {
 public:
  Powers(const Cascade& cascade, const std::vector<TensorId>& seeds, const std::vector<RankId>& ranks)
      : cascade_(cascade), ranks_(ranks) {
    found_.assign(cascade.tensors.size(), 0);
    for (const TensorId seed : seeds) found_[seed] = 1;
    for (const Einsum& einsum : cascade.einsums)
      if (!std::ranges::count(seeds, einsum.output.tensor)) found_[einsum.output.tensor] = of(einsum);
  }

  [[nodiscard]] const ByTensor<Power>& found() const { return found_; }

 private:
  [[nodiscard]] bool varies(RankId rank) const { return std::ranges::count(ranks_, rank) != 0; }

  [[nodiscard]] Power of(const Einsum& einsum) const {
    const Power power = of(einsum.body);
    if (power == 0) return power;
    const bool mixes = std::ranges::any_of(einsum.reduced, [&](RankId rank) { return varies(rank); });
    const bool product = einsum.reduce == operation("multiply") && !einsum.reduced.empty();
    return mixes || product ? Power() : power;
  }

  [[nodiscard]] Power of(const Access& access) const {
    const Tensor& tensor = cascade_.tensors[access.tensor];
    const Power power = found_[tensor.view_of ? tensor.view_of->tensor : access.tensor];
    const bool shifted = std::ranges::any_of(access.indices, [&](const Index& index) {
      return varies(index.rank) && (index.fixed || index.offset != 0);
    });
    return power != 0 && shifted ? Power() : power;
  }

  [[nodiscard]] Power of(const Term& term) const {
    if (term.kind == Term::Kind::number) return 0;
    if (term.kind == Term::Kind::access) return of(term.access);
    std::vector<Power> all;
    for (const Term& operand : term.operands) {
      all.push_back(of(operand));
      if (!all.back()) return {};
    }
    const std::string& name = cascade_.operations[term.operation].name;
    if (name == "multiply") return *all[0] + *all[1];
    if (name == "divide") return *all[0] - *all[1];
    const bool keeps =
        name == "add" || name == "subtract" || name == "negate" || name == "max" || name == "min" || name == "abs";
    const bool same = std::ranges::all_of(all, [&](const Power& power) { return power == all[0]; });
    if (!same || (!keeps && all[0] != 0)) return {};
    return all[0];
  }

  const Cascade& cascade_;
  const std::vector<RankId>& ranks_;
  ByTensor<Power> found_;
};

}  // namespace

ByTensor<std::optional<int>> powers(const Cascade& cascade, const std::vector<TensorId>& seeds,
                                    const std::vector<RankId>& ranks) {
  return Powers(cascade, seeds, ranks).found();
}

}  // namespace tilewright

#include <fmt/format.h>

#include <algorithm>

#include "einsum/parse.hpp"
#include "einsum/rewrite/draft.hpp"
#include "einsum/rewrite/exponential.hpp"
#include "einsum/rewrite/homogeneity.hpp"
#include "einsum/rewrite/rules.hpp"

namespace tilewright {

namespace {

class OwnMaximum {
 public:
  OwnMaximum(const Cascade& cascade, RankId along) : cascade_(cascade), along_(along), draft_(cascade) {
    for (const Einsum& einsum : cascade.einsums) find_seed(einsum);
    if (joined_) powers_ = powers(cascade, seeds_, cascade.tensors[joined_].ranks);
  }

  Cascade run() {
    if (!joined_) return cascade_;
    require_only_sums();
    for (const Einsum& einsum : cascade_.einsums) add(einsum);
    draft_.einsums() = std::move(made_);
    return draft_.done();
  }

 private:
  [[nodiscard]] bool reduces(const Einsum& einsum) const { return std::ranges::count(einsum.reduced, along_) != 0; }
  [[nodiscard]] bool has_rank_of(TensorId tensor) const {
    return std::ranges::count(cascade_.tensors[tensor].ranks, along_) != 0;
  }

  // Relative to something that is made of the maximum of what it is the exponential of.
  void find_seed(const Einsum& einsum) {
    const auto found = exponential(cascade_, einsum.body, along_);
    if (!found || reduces(einsum)) return;
    const EinsumId producer = cascade_.tensors[found->reference].producer;
    if (!producer || reduces(cascade_.einsums[producer]) || (joined_ && joined_ != found->reference)) return;
    for (const Einsum& other : cascade_.einsums) {
      const Einsum most = draft_.reduction(other.output, "max", {along_}, found->of);
      if (!reduces(other) || print_einsum(cascade_, most) != print_einsum(cascade_, other)) continue;
      joined_ = found->reference;
      own_ = other.output.tensor;
      body_ = einsum.body;
      seeds_.push_back(einsum.output.tensor);
    }
  }

  // What is scaled is summed up along the rank before anything else is made of it.
  void require_only_sums() const {
    for (const Einsum& einsum : cascade_.einsums) {
      const bool seed = std::ranges::count(seeds_, einsum.output.tensor) != 0;
      for (const Access* access : accesses(einsum.body))
        if (!seed && has_rank_of(einsum.output.tensor) && !has_rank_of(access->tensor) &&
            powers_[access->tensor] != 0)
          throw InputError(fmt::format("{} needs '{}', which takes all of '{}'", einsum.name,
                                       cascade_.tensors[access->tensor].name, cascade_.ranks[along_].name));
      const auto power = powers_[einsum.output.tensor];
      if (reduces(einsum) &&
          (cascade_.tensors[einsum.output.tensor].iterated || !power || *power < 0 || *power > 1))
        throw InputError(fmt::format("{} does not become its own multiple with another maximum", einsum.name));
    }
  }

  void add(Einsum einsum) {
    const TensorId whole = einsum.output.tensor;
    if (std::ranges::count(seeds_, whole) != 0) einsum.body = with_reference(einsum.body, draft_.all_of(own_));
    if (!reduces(einsum) || powers_[whole] != 1) return made_.push_back(std::move(einsum));
    const TensorId relative = draft_.add_tensor("K" + einsum.name, cascade_.tensors[whole].ranks);
    const Access output = einsum.output;
    einsum.output = draft_.all_of(relative);
    einsum.name = draft_.cascade().tensors[relative].name;
    made_.push_back(std::move(einsum));
    if (!scale_) add_scale();
    made_.push_back(
        draft_.einsum(output, operate("multiply", {read(draft_.all_of(relative)), read(draft_.all_of(scale_))})));
  }

  void add_scale() {
    scale_ = draft_.add_tensor("C" + cascade_.tensors[joined_].name, cascade_.tensors[joined_].ranks);
    made_.push_back(
        draft_.einsum(draft_.all_of(scale_), with_difference(body_, draft_.all_of(own_), draft_.all_of(joined_))));
  }

  const Cascade& cascade_;
  RankId along_;
  Draft draft_;
  TensorId joined_;  // the reference: a maximum of the own one and of others
  TensorId own_;     // the maximum along the rank
  TensorId scale_;
  Term body_;
  std::vector<TensorId> seeds_;
  ByTensor<std::optional<int>> powers_;
  std::vector<Einsum> made_;
};

}  // namespace

Cascade use_own_maximum(const Cascade& cascade, RankId along) { return OwnMaximum(cascade, along).run(); }

}  // namespace tilewright

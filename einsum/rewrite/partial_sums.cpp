// make_running() and split(): reductions along a rank by tiles of it, one after another or side by side.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "einsum/parse.hpp"
#include "einsum/rewrite/draft.hpp"
#include "einsum/rewrite/exponential.hpp"
#include "einsum/rewrite/homogeneity.hpp"
#include "einsum/rewrite/rules.hpp"

namespace tilewright {

namespace {

enum class Tiles { one_after_another, side_by_side };

class PartialSums {
 public:
  PartialSums(const Cascade& cascade, RankId along, Tiles tiles)
      : cascade_(cascade), along_(along), tiles_(tiles), draft_(cascade) {
    require_whole();
    find_references();
    find_powers();
    find_results();
    partial_.assign(cascade.tensors.size(), {});
    const std::string name = cascade.ranks[along].name;
    outer_ = draft_.add_rank(name + "1", fmt::format("{} / {}", name, draft_.fresh(name + "0")));
    inner_ = draft_.add_rank(name + "0", "");
    draft_.split(along, {outer_, inner_});
    split_tensors();
  }

  Cascade run() {
    for (const Einsum& einsum : cascade_.einsums) {
      if (reduces(einsum))
        add_reduction(einsum);
      else if (runs_over(einsum))
        add_each(einsum);
      else
        made_.push_back(with_results(einsum));
    }
    made_.insert(made_.end(), last_.begin(), last_.end());
    draft_.einsums() = std::move(made_);
    return draft_.done();
  }

 private:
  [[nodiscard]] const std::string& name_of(TensorId tensor) const { return cascade_.tensors[tensor].name; }
  [[nodiscard]] bool has(TensorId tensor, RankId rank) const {
    return std::ranges::count(cascade_.tensors[tensor].ranks, rank) != 0;
  }
  [[nodiscard]] bool runs_over(const Einsum& einsum) const {
    return std::ranges::count(einsum.iteration, along_) != 0;
  }
  [[nodiscard]] bool reduces(const Einsum& einsum) const { return std::ranges::count(einsum.reduced, along_) != 0; }
  [[nodiscard]] bool is_running() const { return tiles_ == Tiles::one_after_another; }

  void require_whole() const {
    const std::string& name = cascade_.ranks[along_].name;
    for (const Partition& partition : cascade_.partitions)
      if (partition.whole == along_ || std::ranges::count(partition.parts, along_) != 0)
        throw InputError(fmt::format("rank '{}' is partitioned already", name));
    for (const Tensor& tensor : cascade_.tensors) {
      const bool over = std::ranges::count(tensor.ranks, along_) != 0;
      if (over && tensor.role == Tensor::Role::output)
        throw InputError(fmt::format("output '{}' has rank '{}'", tensor.name, name));
      if (over && tensor.iterated) throw InputError(fmt::format("'{}' is a running value already", tensor.name));
    }
    for (const Einsum& einsum : cascade_.einsums)
      for (const Access* access : accesses(einsum.body))
        for (const Index& index : access->indices)
          if (index.rank == along_ && (index.fixed || index.offset != 0))
            throw InputError(fmt::format("{} reads '{}' at another '{}' than its own", einsum.name,
                                         name_of(access->tensor), cascade_.ranks[along_].variable));
  }

  // The maxima that exponentials along the rank are relative to, and one of these each.
  void find_references() {
    for (const Einsum& einsum : cascade_.einsums) {
      const auto found =
          runs_over(einsum) && !reduces(einsum) ? exponential(cascade_, einsum.body, along_) : std::nullopt;
      if (!found) continue;
      const EinsumId producer = cascade_.tensors[found->reference].producer;
      if (!producer || !reduces(cascade_.einsums[producer])) continue;
      if (reference_ && reference_ != found->reference)
        throw InputError(fmt::format("exponentials are relative to both '{}' and '{}'", name_of(reference_),
                                     name_of(found->reference)));
      reference_ = found->reference;
      add_seed(einsum);
    }
  }

  // All are scaled by the same when the maximum grows, and as often as there are maxima.
  void add_seed(const Einsum& einsum) {
    const Access same = draft_.all_of(reference_);
    Einsum scale = draft_.einsum(same, with_difference(einsum.body, same, same));
    for (const Access* access : accesses(scale.body))
      for (const RankId rank : cascade_.tensors[access->tensor].ranks)
        if (!has(reference_, rank))
          throw InputError(fmt::format("the exponent of {} has factor '{}', and '{}' has no rank '{}'", einsum.name,
                                       name_of(access->tensor), name_of(reference_), cascade_.ranks[rank].name));
    if (!seeds_.empty() && print_einsum(cascade_, scale) != print_einsum(cascade_, correction_))
      throw InputError(
          fmt::format("exponents of {} and {} have other factors", name_of(seeds_.front()), einsum.name));
    seeds_.push_back(einsum.output.tensor);
    correction_ = std::move(scale);
  }

  void find_powers() {
    powers_ = powers(cascade_, seeds_, reference_ ? cascade_.tensors[reference_].ranks : std::vector<RankId>());
  }

  // Views of inputs, and parts in the place of the whole.
  void split_tensors() {
    for (const TensorId t : cascade_.tensors.ids()) {
      if (!has(t, along_)) continue;
      std::vector<RankId> ranks;
      for (const RankId rank : cascade_.tensors[t].ranks)
        if (rank == along_)
          ranks.insert(ranks.end(), {outer_, inner_});
        else
          ranks.push_back(rank);
      if (cascade_.tensors[t].role != Tensor::Role::input) {
        draft_.tensor(t).ranks = ranks;
        continue;
      }
      const Access whole = draft_.all_of(t);
      const TensorId view = draft_.add_tensor("B" + name_of(t), ranks);
      draft_.tensor(view).view_of = whole;
      views_.emplace_back(t, view);
    }
  }

  void split_access(Access& access) const {
    for (const auto& [whole, view] : views_)
      if (access.tensor == whole) access.tensor = view;
    const auto at = std::ranges::find(access.indices, along_, &Index::rank);
    if (at == access.indices.end()) return;
    *at = {.rank = outer_, .at = {}};
    access.indices.insert(std::next(at), {.rank = inner_, .at = {}});
  }

  // What a whole reduction has made: it can only be used for every tile where it is the reference of an
  // exponential.
  void find_results() {
    is_result_.assign(cascade_.tensors.size(), 0);
    for (const Einsum& einsum : cascade_.einsums) {
      const auto from_result = [&](const Access* access) { return is_result_[access->tensor] != 0; };
      const bool made = reduces(einsum) || std::ranges::any_of(accesses(einsum.body), from_result);
      if (made && !has(einsum.output.tensor, along_)) is_result_[einsum.output.tensor] = 1;
    }
  }

  void use_tiles(Einsum& einsum) {
    split_access(einsum.output);
    if (einsum.filter) split_access(*einsum.filter);
    for (Access* access : accesses(einsum.body)) {
      if (access->tensor == reference_ && std::ranges::count(seeds_, einsum.output.tensor) != 0) {
        *access =
            is_running() ? draft_.step_of(partial_[reference_], outer_, 1) : draft_.all_of(partial_[reference_]);
        continue;
      }
      if (is_result_[access->tensor] != 0)
        throw InputError(fmt::format("{} needs '{}', which takes all of '{}', for every '{}'", einsum.name,
                                     name_of(access->tensor), cascade_.ranks[along_].name,
                                     cascade_.ranks[along_].variable));
      split_access(*access);
    }
  }

  void add_each(Einsum einsum) {
    use_tiles(einsum);
    made_.push_back(std::move(einsum));
  }

  // Where the tile's rank stands: before the first rank that follows the reduced one in an operand.
  [[nodiscard]] std::vector<RankId> with_outer(const Einsum& einsum) const {
    std::vector<RankId> ranks = cascade_.tensors[einsum.output.tensor].ranks;
    const auto follows = [&](RankId rank) {
      return std::ranges::any_of(accesses(einsum.body), [&](const Access* access) {
        const std::vector<RankId>& all = cascade_.tensors[access->tensor].ranks;
        const auto at = std::ranges::find(all, along_);
        return at != all.end() && std::find(at, all.end(), rank) != all.end();
      });
    };
    ranks.insert(std::ranges::find_if(ranks, follows), outer_);
    return ranks;
  }

  // The same of a tile.
  TensorId add_local(const Einsum& einsum) {
    const TensorId local = draft_.add_tensor("L" + einsum.name, with_outer(einsum));
    Einsum made = einsum;
    use_tiles(made);
    made.output = draft_.all_of(local);
    made.name = draft_.cascade().tensors[local].name;
    std::ranges::replace(made.reduced, along_, inner_);
    made_.push_back(std::move(made));
    return local;
  }

  void add_reduction(const Einsum& einsum) {
    const std::string& kind = cascade_.operations[einsum.reduce].name;
    const TensorId whole = einsum.output.tensor;
    if (cascade_.tensors[whole].iterated)
      throw InputError(
          fmt::format("'{}', a running value, is summed along '{}'", einsum.name, cascade_.ranks[along_].name));
    if (kind == "multiply")
      throw InputError(fmt::format("{} is a product along '{}'", einsum.name, cascade_.ranks[along_].name));
    if (kind != "add" && kind != "max" && kind != "min")
      throw InputError(
          fmt::format("{} is reduced by '{}' along '{}'", einsum.name, kind, cascade_.ranks[along_].name));
    const auto power = whole == reference_ ? 0 : powers_[whole];
    if (!power || *power < 0 || *power > 1)
      throw InputError(fmt::format("{} does not become its own multiple when the maximum grows", einsum.name));
    const TensorId local = add_local(einsum);
    if (is_running())
      add_running(whole, local, kind, *power == 1);
    else
      add_final(whole, local, kind, *power == 1);
    if (whole == reference_) add_correction(local);
  }

  void add_running(TensorId whole, TensorId local, const std::string& kind, bool corrected) {
    const double infinity = std::numeric_limits<double>::infinity();
    const double initial = kind == "max" ? -infinity : kind == "min" ? infinity : 0;
    const TensorId running =
        draft_.add_iterated("R" + name_of(whole), draft_.cascade().tensors[local].ranks, outer_, initial);
    partial_[whole] = running;
    Access before = draft_.step_of(running, outer_, 0);
    if (corrected) {
      const TensorId scaled = draft_.add_tensor("P" + name_of(whole), draft_.cascade().tensors[local].ranks);
      made_.push_back(
          draft_.einsum(draft_.all_of(scaled), operate("multiply", {read(before), read(draft_.all_of(scale_))})));
      before = draft_.all_of(scaled);
    }
    if (cascade_.tensors[whole].role == Tensor::Role::output)
      last_.push_back(draft_.einsum(draft_.all_of(whole), read(draft_.last_of(running, outer_))));
    made_.push_back(draft_.einsum(draft_.step_of(running, outer_, 1),
                                  operate(kind, {read(before), read(draft_.all_of(local))})));
  }

  void add_final(TensorId whole, TensorId local, const std::string& kind, bool corrected) {
    partial_[whole] = local;
    Term body = read(draft_.all_of(local));
    if (corrected) body = operate("multiply", {body, read(draft_.all_of(scale_))});
    made_.push_back(draft_.reduction(draft_.all_of(whole), kind, {outer_}, body));
  }

  // What brings values relative to the maximum before (of a part) to the one after (of all).
  void add_correction(TensorId local) {
    scale_ = draft_.add_tensor("C" + name_of(reference_), draft_.cascade().tensors[local].ranks);
    const TensorId from = partial_[reference_];
    const Access before = is_running() ? draft_.step_of(from, outer_, 0) : draft_.all_of(from);
    const Access after = is_running() ? draft_.step_of(from, outer_, 1) : draft_.all_of(reference_);
    made_.push_back(draft_.einsum(draft_.all_of(scale_), with_difference(correction_.body, before, after)));
  }

  [[nodiscard]] Einsum with_results(Einsum einsum) {
    if (!is_running()) return einsum;
    for (Access* access : accesses(einsum.body))
      if (partial_[access->tensor]) *access = draft_.last_of(partial_[access->tensor], outer_);
    return einsum;
  }

  const Cascade& cascade_;
  RankId along_;
  Tiles tiles_;
  Draft draft_;
  RankId outer_;
  RankId inner_;
  TensorId reference_;           // none: sums are of no exponentials
  std::vector<TensorId> seeds_;  // exponentials relative to it
  Einsum correction_;            // with the reference in place of what they are of
  TensorId scale_;
  ByTensor<std::optional<int>> powers_;
  ByTensor<char> is_result_;
  ByTensor<TensorId> partial_;  // running values, or those of parts
  std::vector<std::pair<TensorId, TensorId>> views_;
  std::vector<Einsum> made_;
  std::vector<Einsum> last_;  // outputs, from running values
};

}  // namespace

Cascade make_running(const Cascade& cascade, RankId along) {
  return PartialSums(cascade, along, Tiles::one_after_another).run();
}

Cascade split(const Cascade& cascade, RankId along) {
  return PartialSums(cascade, along, Tiles::side_by_side).run();
}

}  // namespace tilewright

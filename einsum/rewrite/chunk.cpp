// chunk(): a recurrence along a rank by chunks of it, within which every step is summed up for itself.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "einsum/parse.hpp"
#include "einsum/rewrite/draft.hpp"
#include "einsum/rewrite/recurrence.hpp"
#include "einsum/rewrite/rules.hpp"

namespace tilewright {

namespace {

Term product(std::vector<Term> terms) {
  Term all = std::move(terms.front());
  for (std::size_t i = 1; i < terms.size(); ++i) all = operate("multiply", {std::move(all), std::move(terms[i])});
  return all;
}

// Products of the steps' decays: from the begin of the chunk to a step, and from behind an earlier step to it. Both
// are iterated over the steps. None: nothing decays.
struct Decay {
  TensorId from_begin;
  TensorId between;
};

class Chunks {
 public:
  Chunks(const Cascade& cascade, RankId along)
      : cascade_(cascade), along_(along), draft_(cascade), recurrences_(find_recurrences(cascade, along)) {
    for (const Recurrence& each : recurrences_) readers_.push_back(find_readers(cascade, along, each));
    require_plain();
    const std::string name = cascade.ranks[along].name;
    outer_ = draft_.add_rank(name + "1", fmt::format("{} / {}", name, draft_.fresh(name + "0")));
    step_ = draft_.add_rank(name + "0", "");
    earlier_ = draft_.add_rank(name + "K", draft_.cascade().ranks[step_].name);
    draft_.split(along, {outer_, step_});
    split_tensors();
  }

  Cascade run() {
    for (const EinsumId id : cascade_.einsums.ids()) add(id);
    draft_.einsums() = std::move(made_);
    return draft_.done();
  }

 private:
  [[nodiscard]] const std::string& name_of(TensorId tensor) const { return cascade_.tensors[tensor].name; }
  void require_plain() const {
    const std::string& name = cascade_.ranks[along_].name;
    for (const Partition& partition : cascade_.partitions)
      if (partition.whole == along_ || std::ranges::count(partition.parts, along_) != 0)
        throw InputError(fmt::format("rank '{}' is partitioned already", name));
    for (const Einsum& einsum : cascade_.einsums) {
      if (std::ranges::count(einsum.reduced, along_) != 0)
        throw InputError(fmt::format("{} sums along '{}' itself", einsum.name, name));
      for (const Access* access : accesses(einsum.body))
        if (cascade_.tensors[access->tensor].iterated != along_) require_own_step(einsum, *access);
      if (einsum.filter) require_own_step(einsum, *einsum.filter);
    }
  }

  void require_own_step(const Einsum& einsum, const Access& access) const {
    for (const Index& index : access.indices)
      if (index.rank == along_ && (index.fixed || index.offset != 0))
        throw InputError(fmt::format("{} reads '{}' at another '{}' than its own", einsum.name,
                                     name_of(access.tensor), cascade_.ranks[along_].variable));
  }

  [[nodiscard]] std::vector<RankId> in_place_of_along(const std::vector<RankId>& ranks,
                                                      const std::vector<RankId>& parts) const {
    std::vector<RankId> all;
    for (const RankId rank : ranks) {
      if (rank == along_)
        all.insert(all.end(), parts.begin(), parts.end());
      else
        all.push_back(rank);
    }
    return all;
  }

  // Inputs stay as they are, and have views.
  void split_tensors() {
    for (const TensorId t : cascade_.tensors.ids()) {
      const std::vector<RankId>& ranks = cascade_.tensors[t].ranks;
      if (std::ranges::count(ranks, along_) == 0) continue;
      if (cascade_.tensors[t].role != Tensor::Role::input)
        draft_.tensor(t).ranks = in_place_of_along(ranks, {outer_, step_});
    }
  }

  // A tensor with parts in the place of the rank: an input, or any tensor by its earlier steps, is read by a view.
  TensorId by_parts(TensorId of, RankId inner) {
    if (inner == step_ && cascade_.tensors[of].role != Tensor::Role::input) return of;
    const auto [known, fresh] = views_.try_emplace({of, inner});
    if (fresh) {
      const Access shown = inner == step_ ? draft_.all_of(of) : at_earlier_steps(of);
      known->second = draft_.add_tensor((inner == step_ ? "B" : "K") + name_of(of),
                                        in_place_of_along(cascade_.tensors[of].ranks, {outer_, inner}));
      draft_.tensor(known->second).view_of = shown;
    }
    return known->second;
  }

  // A view by another variable of the steps, which inputs have together with that of the chunks.
  [[nodiscard]] Access at_earlier_steps(TensorId of) const {
    const auto& ranks = draft_.cascade().ranks;
    Access access = draft_.all_of(of);
    for (Index& index : access.indices) {
      if (index.rank != along_ && index.rank != step_) continue;
      const std::string begin =
          index.rank == along_ ? fmt::format("{}*{}+", ranks[outer_].variable, ranks[step_].name) : "";
      index.at = Expression::parse(begin + ranks[earlier_].variable);
      index.fixed = true;
    }
    return access;
  }

  void split_access(Access& access, RankId inner) {
    const auto at = std::ranges::find(access.indices, along_, &Index::rank);
    if (at == access.indices.end()) return;
    *at = {.rank = outer_, .at = {}};
    access.indices.insert(std::next(at), {.rank = inner, .at = {}});
    access.tensor = by_parts(access.tensor, inner);
  }

  std::vector<Term> at(RankId inner, std::vector<Term> terms) {
    for (Term& term : terms)
      for (Access* access : accesses(term)) split_access(*access, inner);
    return terms;
  }

  // Ranks of terms, those of chunks and steps last.
  [[nodiscard]] std::vector<RankId> ranks_of(const std::vector<Term>& terms,
                                             const std::vector<RankId>& without) const {
    std::vector<RankId> all;
    for (const Term& term : terms)
      for (const Access* access : accesses(term))
        for (const RankId rank : draft_.cascade().tensors[access->tensor].ranks)
          if (std::ranges::count(all, rank) + std::ranges::count(without, rank) == 0) all.push_back(rank);
    for (const RankId last : {outer_, earlier_, step_})
      if (std::erase(all, last) != 0) all.push_back(last);
    return all;
  }

  void add(EinsumId id) {
    for (std::size_t i = 0; i < recurrences_.size(); ++i) {
      const Recurrence& each = recurrences_[i];
      if (each.own.front() == id) return carry(i);
      if (std::ranges::count(each.own, id) != 0) return;
      for (const StateReader& reader : readers_[i])
        if (reader.einsum == id) return add_reader(i, reader);
    }
    Einsum einsum = cascade_.einsums[id];
    split_access(einsum.output, step_);
    for (Access* access : accesses(einsum.body)) split_access(*access, step_);
    if (einsum.filter) split_access(*einsum.filter, step_);
    made_.push_back(std::move(einsum));
  }

  // 0, 1, 2, ... along a rank.
  Access positions(RankId rank) {
    const TensorId made = draft_.add_iterated("I" + draft_.cascade().ranks[rank].name, {rank}, rank, 0);
    made_.push_back(draft_.einsum(draft_.step_of(made, rank, 1),
                                  operate("add", {read(draft_.step_of(made, rank, 0)), number(1)})));
    return draft_.step_of(made, rank, 0);
  }

  // 1 where a step comes after another one of its chunk.
  Term is_after() {
    if (at_step_.indices.empty()) {
      at_step_ = positions(step_);
      at_earlier_ = positions(earlier_);
    }
    return operate("greater", {read(at_step_), read(at_earlier_)});
  }

  // 1 where a step is not before another one.
  Access not_before() {
    if (!not_before_) {
      (void)is_after();
      not_before_ = draft_.add_tensor("CAUSAL", {earlier_, step_});
      made_.push_back(
          draft_.einsum(draft_.all_of(not_before_),
                        operate("subtract", {number(1), operate("greater", {read(at_earlier_), read(at_step_)})})));
    }
    return draft_.all_of(not_before_);
  }

  Decay decay_of(const Recurrence& recurrence) {
    if (recurrence.decay.empty()) return {};
    const Term each = product(at(step_, recurrence.decay));
    const Einsum told = draft_.einsum(draft_.all_of(recurrence.state), each);
    const std::string text = print_einsum(draft_.cascade(), told);
    const auto [known, fresh] = decays_.try_emplace(text.substr(text.find('=')));
    if (!fresh) return known->second;
    std::vector<RankId> ranks = ranks_of({each}, {step_});
    ranks.push_back(step_);
    known->second.from_begin = draft_.add_iterated("D", ranks, step_, 1);
    ranks.insert(std::prev(ranks.end()), earlier_);
    known->second.between = draft_.add_iterated("W", ranks, step_, 1);
    const auto grown = [&](TensorId tensor) {
      return operate("multiply", {read(draft_.step_of(tensor, step_, 0)), each});
    };
    const auto [from_begin, between] = known->second;
    made_.push_back(draft_.einsum(draft_.step_of(from_begin, step_, 1), grown(from_begin)));
    const Term after = is_after();
    made_.push_back(
        draft_.einsum(draft_.step_of(between, step_, 1), operate("select", {after, grown(between), number(1)})));
    return known->second;
  }

  // From chunk to chunk.
  void carry(std::size_t which) {
    const Recurrence& recurrence = recurrences_[which];
    const Decay decay = decay_of(recurrence);
    const std::vector<RankId> ranks = in_place_of_along(cascade_.tensors[recurrence.state].ranks, {outer_});
    std::vector<Term> update = at(earlier_, recurrence.update);
    if (decay.between) update.push_back(read(draft_.last_of(decay.between, step_)));
    const TensorId local = draft_.add_tensor("L" + name_of(recurrence.state), ranks);
    made_.push_back(draft_.einsum(draft_.all_of(local), product(std::move(update))));
    const TensorId carried = draft_.add_iterated("C" + name_of(recurrence.state), ranks, outer_, 0);
    Term before = read(draft_.step_of(carried, outer_, 0));
    if (decay.from_begin) before = operate("multiply", {before, read(draft_.last_of(decay.from_begin, step_))});
    made_.push_back(
        draft_.einsum(draft_.step_of(carried, outer_, 1), operate("add", {before, read(draft_.all_of(local))})));
    states_[recurrence.state] = carried;
    draft_.tensor(recurrence.state).initial.reset();  // nothing writes it any more
  }

  // From the steps of its own chunk, and from the state before the chunk.
  void add_reader(std::size_t which, const StateReader& reader) {
    const Recurrence& recurrence = recurrences_[which];
    const Decay decay = decay_of(recurrence);
    const Einsum& einsum = cascade_.einsums[reader.einsum];
    Access output = einsum.output;
    split_access(output, step_);
    const std::vector<RankId> ranks = draft_.cascade().tensors[output.tensor].ranks;
    const std::vector<Term> others = at(step_, reader.others);

    const TensorId within = draft_.add_tensor("I" + einsum.name, ranks);
    made_.push_back(draft_.einsum(draft_.all_of(within), within_chunk(recurrence, decay, einsum, others)));

    std::vector<Term> terms = others;
    if (decay.from_begin) terms.push_back(read(draft_.step_of(decay.from_begin, step_, 1)));
    terms.push_back(read(draft_.step_of(states_.at(recurrence.state), outer_, 0)));
    const TensorId before = draft_.add_tensor("S" + einsum.name, ranks);
    made_.push_back(draft_.einsum(draft_.all_of(before), product(std::move(terms))));
    made_.push_back(
        draft_.einsum(output, operate("add", {read(draft_.all_of(within)), read(draft_.all_of(before))})));
  }

  // What is summed over the reader's ranks comes first: scores of pairs of steps, of which all else is weighted.
  Term within_chunk(const Recurrence& recurrence, const Decay& decay, const Einsum& einsum,
                    std::vector<Term> scores) {
    std::vector<Term> weighted;
    for (Term& factor : at(earlier_, recurrence.update)) {
      const auto summed = [&](RankId rank) { return has_rank(draft_.cascade(), factor, rank); };
      (std::ranges::any_of(einsum.reduced, summed) ? scores : weighted).push_back(std::move(factor));
    }
    if (decay.between) scores.push_back(read(draft_.step_of(decay.between, step_, 1)));
    weighted.insert(weighted.begin(), read(scores_of(einsum, std::move(scores))));
    return product(std::move(weighted));
  }

  // Several readers may have the same.
  Access scores_of(const Einsum& einsum, std::vector<Term> terms) {
    const Access causal = not_before();
    const auto have = [&](RankId rank) {
      return std::ranges::any_of(terms, [&](const Term& term) { return has_rank(draft_.cascade(), term, rank); });
    };
    const bool filters = have(step_) && have(earlier_);
    if (!filters) terms.push_back(read(causal));
    const std::vector<RankId> ranks = ranks_of(terms, einsum.reduced);
    const TensorId made = draft_.add_tensor("A" + einsum.name, ranks);
    Einsum scores = draft_.einsum(draft_.all_of(made), product(std::move(terms)));
    if (filters) scores.filter = causal;
    const std::string text = print_einsum(draft_.cascade(), scores);
    const auto [known, fresh] = scores_.try_emplace(text.substr(text.find('[')), made);
    if (fresh) made_.push_back(std::move(scores));
    return draft_.all_of(known->second);
  }

  const Cascade& cascade_;
  RankId along_;
  Draft draft_;
  std::vector<Recurrence> recurrences_;
  std::vector<std::vector<StateReader>> readers_;
  RankId outer_;
  RankId step_;
  RankId earlier_;  // the same steps, as those that a step looks back at
  std::map<std::pair<TensorId, RankId>, TensorId> views_;
  Access at_step_{};
  Access at_earlier_{};
  TensorId not_before_;
  std::map<std::string, Decay> decays_;
  std::map<std::string, TensorId> scores_;
  std::map<TensorId, TensorId> states_;  // carried from chunk to chunk, by those of every step
  std::vector<Einsum> made_;
};

}  // namespace

Cascade chunk(const Cascade& cascade, RankId along) { return Chunks(cascade, along).run(); }

}  // namespace tilewright

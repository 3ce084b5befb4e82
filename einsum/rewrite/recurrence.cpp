#include "einsum/rewrite/recurrence.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "einsum/iteration.hpp"
#include "einsum/rewrite/draft.hpp"

namespace tilewright {

namespace {

bool reads(const Term& term, TensorId tensor) {
  return std::ranges::any_of(accesses(term), [&](const Access* access) { return access->tensor == tensor; });
}

// With index `offset` for the rank, and by the variables of all others.
bool is_at(const Access& access, RankId rank, int offset) {
  return std::ranges::all_of(access.indices, [&](const Index& index) {
    return !index.fixed && index.offset == (index.rank == rank ? offset : 0);
  });
}

class Finder {
 public:
  Finder(const Cascade& cascade, RankId along, const Group& group)
      : cascade_(cascade), along_(along), group_(group) {}

  Recurrence find(EinsumId made_by) {
    const Einsum& einsum = cascade_.einsums[made_by];
    found_.state = einsum.output.tensor;
    found_.own = {made_by};
    if (*cascade_.tensors[found_.state].initial != 0) fail("begins with another value than 0");
    require_plain(einsum);
    if (!is(einsum.body, "add")) fail("is not a sum of a multiple of itself and of an update");
    const bool first = carries(einsum.body.operands[0]);
    find_decay(einsum.body.operands[first ? 0 : 1]);
    found_.update = factors(einsum.body.operands[first ? 1 : 0]);
    for (const Term& factor : found_.update) require_free(factor);
    if (found_.own.size() != group_.einsums.size()) fail("is needed for its own update");
    return std::move(found_);
  }

 private:
  [[nodiscard]] bool in_group(TensorId tensor) const {
    const EinsumId producer = cascade_.tensors[tensor].producer;
    return producer && std::ranges::count(group_.einsums, producer) != 0;
  }

  [[nodiscard]] bool carries(const Term& term) const {
    return std::ranges::any_of(accesses(term), [&](const Access* access) { return in_group(access->tensor); });
  }

  void require_free(const Term& term) const {
    if (carries(term)) fail("is needed for its own update");
  }

  void require_plain(const Einsum& einsum) const {
    if (einsum.filter) fail("has points that do not exist (where)");
    if (!einsum.reduced.empty()) fail("goes through a sum from one step to the next");
  }

  // Through Einsums of its own, such as DS[t] = S[t] * D[t].
  void find_decay(const Term& term) {
    bool met = false;
    for (const Term& factor : factors(term)) {
      if (!carries(factor)) {
        found_.decay.push_back(factor);
        continue;
      }
      if (met || factor.kind != Term::Kind::access) fail("is not carried on as a multiple of itself");
      met = true;
      const Access& access = factor.access;
      if (access.tensor == found_.state) {
        if (!is_at(access, along_, 0)) fail("is carried on from another step than the one before");
        continue;
      }
      const EinsumId producer = cascade_.tensors[access.tensor].producer;
      if (!is_at(access, along_, 0)) fail("is carried on from another step than the one before");
      found_.own.push_back(producer);
      require_plain(cascade_.einsums[producer]);
      find_decay(cascade_.einsums[producer].body);
    }
    if (!met) fail("is not carried on as a multiple of itself");
  }

  [[noreturn]] void fail(const std::string& why) const {
    throw InputError(fmt::format("'{}' {}", cascade_.tensors[found_.state].name, why));
  }

  const Cascade& cascade_;
  RankId along_;
  const Group& group_;
  Recurrence found_;
};

}  // namespace

std::vector<Term> factors(const Term& term) {
  if (!is(term, "multiply")) return {term};
  std::vector<Term> all;
  for (const Term& operand : term.operands)
    for (Term& factor : factors(operand)) all.push_back(std::move(factor));
  return all;
}

std::vector<Recurrence> find_recurrences(const Cascade& cascade, RankId along) {
  std::vector<Recurrence> found;
  for (const Group& group : execution_groups(cascade)) {
    if (group.iterated != along) continue;
    for (const EinsumId id : group.einsums) {
      const TensorId state = cascade.einsums[id].output.tensor;
      if (cascade.tensors[state].iterated == along) found.push_back(Finder(cascade, along, group).find(id));
    }
  }
  if (found.empty()) throw InputError(fmt::format("nothing is carried along rank '{}'", cascade.ranks[along].name));
  return found;
}

std::vector<StateReader> find_readers(const Cascade& cascade, RankId along, const Recurrence& recurrence) {
  const std::string& name = cascade.tensors[recurrence.state].name;
  if (cascade.tensors[recurrence.state].role == Tensor::Role::output)
    throw InputError(fmt::format("'{}' is an output itself", name));
  std::vector<StateReader> found;
  for (const EinsumId id : cascade.einsums.ids()) {
    const Einsum& einsum = cascade.einsums[id];
    if (std::ranges::count(recurrence.own, id) != 0) continue;
    for (const EinsumId own : recurrence.own)
      if (own != recurrence.own.front() && reads(einsum.body, cascade.einsums[own].output.tensor))
        throw InputError(
            fmt::format("{} needs '{}', which is within a step", einsum.name, cascade.einsums[own].name));
    if (!reads(einsum.body, recurrence.state)) continue;
    StateReader reader{id, {}};
    int times = 0;
    for (Term& factor : factors(einsum.body)) {
      if (!reads(factor, recurrence.state)) {
        reader.others.push_back(std::move(factor));
        continue;
      }
      if (factor.kind != Term::Kind::access || !is_at(factor.access, along, 1))
        throw InputError(fmt::format("{} is not a product with '{}' behind its step", einsum.name, name));
      ++times;
    }
    const bool sums = !einsum.reduce || einsum.reduce == operation("add");
    if (times != 1 || !sums || einsum.filter || std::ranges::count(einsum.reduced, along) != 0)
      throw InputError(fmt::format("{} is not a sum of products with '{}' for each '{}'", einsum.name, name,
                                   cascade.ranks[along].variable));
    found.push_back(std::move(reader));
  }
  return found;
}

}  // namespace tilewright

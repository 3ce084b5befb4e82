#include <fmt/format.h>

#include <algorithm>
#include <numbers>

#include "einsum/rewrite/draft.hpp"
#include "einsum/rewrite/exponential.hpp"
#include "einsum/rewrite/homogeneity.hpp"
#include "einsum/rewrite/rules.hpp"

namespace tilewright {

namespace {

/// d body / d operand, for every access of a body.
struct Partial {
  TensorId tensor;
  Term factor;
};

bool is_one(const Term& term) { return term.kind == Term::Kind::number && term.value == 1; }

Term product(const Term& a, const Term& b) {
  if (is_one(a)) return b;
  if (is_one(b)) return a;
  return operate("multiply", {a, b});
}

/// The derivative of an operation of one operand, of its operand and its value.
Term slope(const std::string& kind, const Term& operand, const Term& value, const std::string& einsum) {
  if (kind == "exp") return value;
  if (kind == "exp2") return product(value, number(std::numbers::ln2));
  if (kind == "negate") return number(-1);
  if (kind == "log") return operate("divide", {number(1), operand});
  if (kind == "sqrt") return operate("divide", {number(0.5), value});
  if (kind == "sigmoid") return product(value, operate("subtract", {number(1), value}));
  if (kind == "tanh") return operate("subtract", {number(1), product(value, value)});
  throw InputError(fmt::format("{}: '{}' has no derivative here", einsum, kind));
}

/// `value`: the term, or a tensor that has it.
void add_partials(const Cascade& cascade, const Term& term, const Term& value, const Term& factor,
                  const std::string& einsum, std::vector<Partial>& partials) {
  if (term.kind == Term::Kind::number) return;
  if (term.kind == Term::Kind::access) {
    partials.push_back({term.access.tensor, factor});
    return;
  }
  const std::string& kind = cascade.operations[term.operation].name;
  const auto into = [&](std::size_t i, const Term& by) {
    add_partials(cascade, term.operands[i], term.operands[i], product(factor, by), einsum, partials);
  };
  if (term.operands.size() == 1) return into(0, slope(kind, term.operands[0], value, einsum));
  const Term& a = term.operands[0];
  const Term& b = term.operands[1];
  if (kind == "multiply") {
    into(0, b);
    into(1, a);
  } else if (kind == "divide") {
    into(0, operate("divide", {number(1), b}));
    into(1, operate("negate", {operate("divide", {value, b})}));
  } else if (kind == "add" || kind == "subtract") {
    into(0, number(1));
    into(1, number(kind == "add" ? 1 : -1));
  } else {
    throw InputError(fmt::format("{}: '{}' has no derivative here", einsum, kind));
  }
}

class Differentiation {
 public:
  explicit Differentiation(const Cascade& cascade) : cascade_(cascade), draft_(cascade) {
    gradients_.assign(cascade.tensors.size(), {});
    needs_.assign(cascade.tensors.size(), 0);
    require_plain();
  }

  Cascade run() {
    for (const TensorId t : cascade_.tensors.ids()) begin(t);
    for (const Einsum& einsum : cascade_.einsums)
      if (std::ranges::any_of(accesses(einsum.body), [&](const Access* each) { return needs_[each->tensor] != 0; }))
        needs_[einsum.output.tensor] = 1;
    for (std::size_t i = cascade_.einsums.size(); i-- > 0;) go_back(cascade_.einsums[EinsumId::at(i)]);
    for (const TensorId t : cascade_.tensors.ids())
      if (cascade_.tensors[t].role == Tensor::Role::input) finish(t, Tensor::Role::output);
    return draft_.done();
  }

 private:
  void require_plain() const {
    if (!cascade_.partitions.empty())
      throw InputError("gradients are of cascades without partitions; split or make running what comes out");
    for (const Tensor& tensor : cascade_.tensors)
      if (tensor.iterated)
        throw InputError(fmt::format("'{}' is iterated, and no gradient goes through its steps", tensor.name));
    for (const Einsum& einsum : cascade_.einsums)
      for (const Access* access : accesses(einsum.body))
        for (const Index& index : access->indices)
          if (index.fixed || index.offset != 0)
            throw InputError(fmt::format("{}: '{}' is read at another place than its own", einsum.name,
                                         cascade_.tensors[access->tensor].name));
  }

  void begin(TensorId t) {
    const Tensor& tensor = cascade_.tensors[t];
    if (tensor.role == Tensor::Role::input) needs_[t] = 1;
    if (tensor.role != Tensor::Role::output) return;
    gradients_[t].push_back(read(draft_.all_of(draft_.add_input("G" + tensor.name, tensor.ranks))));
    draft_.tensor(t).role = Tensor::Role::intermediate;
  }

  // Its gradient is known by then: all that reads it stands behind it.
  void go_back(const Einsum& einsum) {
    if (needs_[einsum.output.tensor] == 0) return;
    const Access from = finish(einsum.output.tensor, Tensor::Role::intermediate);
    if (!from.tensor) return;
    if (einsum.filter) throw InputError(fmt::format("{}: gradients behind 'where' are not made", einsum.name));
    if (!einsum.reduced.empty() && einsum.reduce != operation("add")) return require_cancels(einsum);
    std::vector<Partial> partials;
    const Term value = einsum.reduced.empty() ? read(draft_.all_of(einsum.output.tensor)) : einsum.body;
    add_partials(cascade_, einsum.body, value, number(1), einsum.name, partials);
    for (const Partial& partial : partials) add_part(partial, from);
  }

  // A maximum that cancels may be taken as a constant.
  void require_cancels(const Einsum& einsum) const {
    std::vector<TensorId> seeds;
    const TensorId most = einsum.output.tensor;
    for (const Einsum& other : cascade_.einsums)
      for (const Access* access : accesses(other.body)) {
        if (access->tensor != most) continue;
        const auto found = exponential(cascade_, other.body, einsum.reduced.front());
        if (!found || found->reference != most || cascade_.operations[einsum.reduce].name == "multiply")
          throw InputError(fmt::format("{}: no gradient through '{}' of '{}'", other.name,
                                       cascade_.operations[einsum.reduce].name, einsum.name));
        seeds.push_back(other.output.tensor);
      }
    const auto power = powers(cascade_, seeds, cascade_.tensors[most].ranks);
    for (const TensorId t : cascade_.tensors.ids())
      if (cascade_.tensors[t].role == Tensor::Role::output && power[t] != 0)
        throw InputError(fmt::format("'{}' changes with '{}', and so would its gradient", cascade_.tensors[t].name,
                                     einsum.name));
  }

  // What is summed along other ranks than the tensor's is an Einsum of its own.
  void add_part(const Partial& partial, const Access& from) {
    if (needs_[partial.tensor] == 0) return;
    Term part = times(read(from), partial.factor);
    const std::vector<RankId>& ranks = cascade_.tensors[partial.tensor].ranks;
    const auto is_own = [&](RankId rank) { return std::ranges::count(ranks, rank) != 0; };
    const bool own = std::ranges::all_of(accesses(part), [&](const Access* access) {
      return std::ranges::all_of(draft_.cascade().tensors[access->tensor].ranks, is_own);
    });
    gradients_[partial.tensor].push_back(own ? std::move(part)
                                             : read(add_gradient(partial.tensor, std::move(part))));
  }

  static Term times(const Term& gradient, const Term& factor) {
    if (is_one(factor)) return gradient;
    if (is(factor, "negate")) return operate("negate", {times(gradient, factor.operands[0])});
    if (is(factor, "divide") && is_one(factor.operands[0]))
      return operate("divide", {gradient, factor.operands[1]});
    return operate("multiply", {gradient, factor});
  }

  Access add_gradient(TensorId of, Term body) {
    const TensorId made = draft_.add_tensor("G" + cascade_.tensors[of].name, cascade_.tensors[of].ranks);
    draft_.einsums().push_back(draft_.einsum(draft_.all_of(made), std::move(body)));
    return draft_.all_of(made);
  }

  // The sum of its parts; no tensor where nothing that counts depends on it.
  Access finish(TensorId t, Tensor::Role role) {
    std::vector<Term>& parts = gradients_[t];
    if (parts.empty()) return {};
    Term sum = parts.front();
    for (std::size_t i = 1; i < parts.size(); ++i) sum = operate("add", {sum, parts[i]});
    const Access whole = sum.kind == Term::Kind::access ? sum.access : add_gradient(t, std::move(sum));
    if (role == Tensor::Role::output) draft_.tensor(whole.tensor).role = role;
    return whole;
  }

  const Cascade& cascade_;
  Draft draft_;
  ByTensor<std::vector<Term>> gradients_;  // parts that add up
  ByTensor<char> needs_;                   // whether inputs move it
};

}  // namespace

Cascade differentiate(const Cascade& cascade) { return Differentiation(cascade).run(); }

}  // namespace tilewright

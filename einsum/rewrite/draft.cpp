#include "einsum/rewrite/draft.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <utility>

#include "einsum/iteration.hpp"
#include "einsum/parse.hpp"

namespace tilewright {

Term read(Access access) {
  return {.kind = Term::Kind::access, .access = std::move(access), .constant = {}, .operands = {}};
}

Term number(double value) {
  return {.kind = Term::Kind::number, .access = {}, .value = value, .constant = {}, .operands = {}};
}

Term operate(std::string_view operation, std::vector<Term> operands) {
  return {.kind = Term::Kind::operation,
          .access = {},
          .constant = {},
          .operation = tilewright::operation(operation),
          .operands = std::move(operands)};
}

bool is(const Term& term, std::string_view operation) {
  return term.kind == Term::Kind::operation && term.operation == tilewright::operation(operation);
}

std::vector<Access*> accesses(Term& term) {
  if (term.kind == Term::Kind::access) return {&term.access};
  std::vector<Access*> all;
  for (Term& operand : term.operands)
    for (Access* access : accesses(operand)) all.push_back(access);
  return all;
}

bool is_plain(const Access& access) {
  return std::ranges::none_of(access.indices, [](const Index& index) { return index.fixed || index.offset != 0; });
}

bool has_rank(const Cascade& cascade, const Term& term, RankId rank) {
  return std::ranges::any_of(accesses(term), [&](const Access* access) {
    return std::ranges::count(cascade.tensors[access->tensor].ranks, rank) != 0;
  });
}

std::string Draft::fresh(const std::string& base) const {
  std::set<std::string> taken;
  for (const Operation& row : cascade_.operations) taken.insert({row.name, row.symbol, row.reduction});
  for (const Rank& rank : cascade_.ranks) taken.insert({rank.name, rank.variable});
  for (const Tensor& tensor : cascade_.tensors) taken.insert(tensor.name);
  for (const auto& [name, value] : cascade_.constants) taken.insert(name);
  std::string name = base;
  for (int i = 2; taken.contains(name); ++i) name = base + "_" + std::to_string(i);
  return name;
}

RankId Draft::add_rank(const std::string& base, const std::string& shape) {
  Rank rank{.name = fresh(base), .variable = {}, .shape = {}, .place = {}};
  for (const char c : rank.name) rank.variable += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (!shape.empty()) rank.shape = Expression::parse(shape);
  return cascade_.ranks.push_back(std::move(rank));
}

TensorId Draft::add(Tensor tensor) {
  tensor.name = fresh(tensor.name);
  return cascade_.tensors.push_back(std::move(tensor));
}

TensorId Draft::add_tensor(const std::string& base, std::vector<RankId> ranks) {
  return add({.name = base,
              .ranks = std::move(ranks),
              .role = Tensor::Role::intermediate,
              .view_of = {},
              .initial = {},
              .place = {}});
}

TensorId Draft::add_input(const std::string& base, std::vector<RankId> ranks) {
  const TensorId made = add_tensor(base, std::move(ranks));
  tensor(made).role = Tensor::Role::input;
  return made;
}

TensorId Draft::add_iterated(const std::string& base, std::vector<RankId> ranks, RankId iterated, double initial) {
  const TensorId made = add_tensor(base, std::move(ranks));
  tensor(made).iterated = iterated;
  tensor(made).initial = initial;
  return made;
}

std::string Draft::add_constant(const std::string& base, double value) {
  for (const auto& [name, known] : cascade_.constants)
    if (known == value) return name;
  return cascade_.constants.emplace_back(fresh(base), value).first;
}

void Draft::describe(const std::string& name, const std::string& description) {
  cascade_.name = name;
  cascade_.description = description;
}

Access Draft::all_of(TensorId tensor) const {
  Access access{.tensor = tensor, .indices = {}, .place = {}};
  for (const RankId rank : cascade_.tensors[tensor].ranks) access.indices.push_back({.rank = rank, .at = {}});
  return access;
}

Access Draft::step_of(TensorId tensor, RankId rank, int offset) const {
  Access access = all_of(tensor);
  for (Index& index : access.indices)
    if (index.rank == rank) index.offset = offset;
  return access;
}

Access Draft::last_of(TensorId tensor, RankId rank) const {
  Access access = all_of(tensor);
  for (Index& index : access.indices)
    if (index.rank == rank)
      index = {.rank = rank, .fixed = true, .at = Expression::parse(cascade_.ranks[rank].name)};
  return access;
}

Einsum Draft::einsum(Access output, Term body) const {
  return reduction(std::move(output), "add", {}, std::move(body));
}

Einsum Draft::reduction(Access output, std::string_view operation, std::vector<RankId> reduced, Term body) const {
  const std::string& name = cascade_.tensors[output.tensor].name;
  return {.name = name,
          .output = std::move(output),
          .body = std::move(body),
          .reduce = tilewright::operation(operation),
          .reduced = std::move(reduced),
          .iteration = {},
          .filter = {},
          .place = {}};
}

// Backwards from the outputs; what an iteration needs of its own steps is read by then.
void Draft::drop_unused() {
  std::set<TensorId> needed;
  for (const TensorId t : cascade_.tensors.ids())
    if (cascade_.tensors[t].role == Tensor::Role::output) needed.insert(t);
  for (bool more = true; std::exchange(more, false);)
    for (const Einsum& einsum : einsums_) {
      if (!needed.contains(einsum.output.tensor)) continue;
      for (const Read& each : reads(cascade_, einsum)) more = needed.insert(each.tensor).second || more;
    }
  std::erase_if(einsums_, [&](const Einsum& einsum) { return !needed.contains(einsum.output.tensor); });
}

Cascade Draft::done() {
  drop_unused();
  cascade_.einsums.assign(einsums_.size(), {});
  std::ranges::copy(einsums_, cascade_.einsums.begin());
  return parse_cascade(Yaml::parse(print_cascade(cascade_), cascade_.name));
}

}  // namespace tilewright

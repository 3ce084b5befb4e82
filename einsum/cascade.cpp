#include "einsum/cascade.hpp"

#include <algorithm>

namespace tilewright {

namespace {

template <class IdType, class Item>
IdType find_named(const ById<IdType, Item>& items, const std::string& name, const char* what) {
  if (const IdType id = items.id_of(std::ranges::find(items, name, &Item::name))) return id;
  std::vector<std::string> known;
  for (const Item& item : items) known.push_back(item.name);
  throw InputError("unknown " + std::string(what) + " '" + name + "'" + did_you_mean(name, known));
}

void collect(const Term& term, std::vector<const Access*>& found) {
  if (term.kind == Term::Kind::access) found.push_back(&term.access);
  for (const Term& operand : term.operands) collect(operand, found);
}

}  // namespace

RankId Cascade::rank(const std::string& rank_name) const { return find_named(ranks, rank_name, "rank"); }

TensorId Cascade::tensor(const std::string& tensor_name) const {
  return find_named(tensors, tensor_name, "tensor");
}

EinsumId Cascade::einsum(const std::string& einsum_name) const {
  return find_named(einsums, einsum_name, "Einsum");
}

RankId Cascade::rank_of_variable(const std::string& variable) const {
  return ranks.id_of(std::ranges::find(ranks, variable, &Rank::variable));
}

std::vector<const Access*> accesses(const Term& term) {
  std::vector<const Access*> found;
  collect(term, found);
  return found;
}

}  // namespace tilewright

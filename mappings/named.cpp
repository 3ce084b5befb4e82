#include "mappings/named.hpp"

#include <algorithm>

#include "einsum/operation_count.hpp"

namespace tilewright {

RankId rank_named(const Yaml& yaml, const std::string& name, const Cascade& cascade) {
  if (const RankId id = cascade.ranks.id_of(std::ranges::find(cascade.ranks, name, &Rank::name))) return id;
  std::vector<std::string> known;
  for (const Rank& r : cascade.ranks) known.push_back(r.name);
  yaml.fail("the cascade has no rank '" + name + "'" + did_you_mean(name, known));
}

TensorId tensor_named(const Yaml& yaml, const std::string& name, const Cascade& cascade) {
  const TensorId id = at_place(yaml, [&] { return cascade.tensor(name); });
  if (const auto& view = cascade.tensors[id].view_of)
    yaml.fail("'" + name + "' is a view; keep '" + cascade.tensors[view->tensor].name + "'");
  return id;
}

EinsumId einsum_named(const Yaml& yaml, const std::string& name, const Cascade& cascade) {
  return at_place(yaml, [&] { return cascade.einsum(name); });
}

UnitId unit_named(const Yaml& yaml, const std::string& name, const Arch& arch, const Cascade& cascade,
                  EinsumId einsum) {
  const UnitId unit = at_place(yaml, [&] { return arch.unit(name); });
  const ComputeUnit& target = arch.units[unit];
  for (const auto& [operation, count] : operations_per_point(cascade, cascade.einsums[einsum])) {
    const std::string& kind = cascade.operations[operation].name;
    if (target.find(kind) != nullptr) continue;
    std::vector<std::string> known;
    for (const OperationCost& cost : target.operations) known.push_back(cost.kind);
    yaml.fail("unit '" + name + "' cannot do '" + kind + "', which " + cascade.einsums[einsum].name + " needs" +
              did_you_mean(kind, known));
  }
  return unit;
}

}  // namespace tilewright

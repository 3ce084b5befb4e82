#include "mappings/kernel/parse_work.hpp"

#include <algorithm>

#include "einsum/operation_count.hpp"

namespace tilewright {

namespace {

UnitId unit_of(const Yaml& yaml, const Arch& arch) {
  const std::string name = yaml.text();
  if (const UnitId id = arch.units.id_of(std::ranges::find(arch.units, name, &ComputeUnit::name))) return id;
  std::vector<std::string> known;
  for (const ComputeUnit& unit : arch.units) known.push_back(unit.name);
  yaml.fail("'" + arch.name + "' has no unit '" + name + "'" + did_you_mean(name, known));
}

// A unit that does an operation, else the refusal.
UnitId unit_for(const Yaml& yaml, const std::string& kind, const Arch& arch) {
  const UnitId unit = unit_of(yaml, arch);
  if (arch.units[unit].find(kind) == nullptr)
    yaml.fail("unit '" + yaml.text() + "' of '" + arch.name + "' has no operation '" + kind + "'");
  return unit;
}

// What a point of an Einsum takes: the operations of the cascade, and those that the kernel adds.
std::vector<KernelWork> operations_of(const Yaml& kernel, const Cascade& cascade, EinsumId id) {
  const Einsum& einsum = cascade.einsums[id];
  std::vector<KernelWork> work;
  for (const auto& [operation, count] : operations_per_point(cascade, einsum))
    work.push_back({id, cascade.operations[operation].name, count});
  const auto extra = kernel.find("extra");
  const auto more = extra ? extra->find(einsum.name) : std::nullopt;
  if (more)
    for (const auto& [kind, count] : more->entries())
      work.push_back({id, kind, count.number(dimension::number, 0, 1e6)});
  return work;
}

// Kinds that a binding may name, whether this cascade has them or not.
std::vector<std::string> known_kinds(const OperationTable& operations, const Arch& arch) {
  std::vector<std::string> kinds;
  for (const Operation& operation : operations) kinds.push_back(operation.name);
  for (const ComputeUnit& unit : arch.units)
    for (const OperationCost& operation : unit.operations)
      if (std::ranges::find(kinds, operation.kind) == kinds.end()) kinds.push_back(operation.kind);
  return kinds;
}

// Units by operation kind, and what single Einsums have instead.
class Binding {
 public:
  Binding(const Yaml& model, const Cascade& cascade, const Arch& arch)
      : kinds_(model.at("bind")), einsums_(model.find("einsums")), arch_(arch) {
    const std::vector<std::string> known = known_kinds(cascade.operations, arch);
    for (const auto& [kind, unit] : kinds_.entries()) {
      if (std::ranges::find(known, kind) == known.end())
        unit.fail("no kind of operation '" + kind + "'" + did_you_mean(kind, known));
      if (unit.text() != "free") (void)unit_of(unit, arch);
    }
    if (!einsums_) return;
    for (const auto& [name, units] : einsums_->entries()) (void)einsum_of(units, name, cascade);
  }

  void bind(const Einsum& einsum, const std::vector<KernelWork>& work, Kernel& kernel) const {
    const auto own = einsums_ ? einsums_->find(einsum.name) : std::nullopt;
    std::vector<std::string> kinds;
    for (const KernelWork& each : work) {
      kinds.push_back(each.kind);
      const Yaml unit = unit_yaml(einsum, each.kind, own);
      if (unit.text() == "free") continue;
      kernel.work.push_back(each);
      kernel.work.back().unit = unit_for(unit, each.kind, arch_);
    }
    if (own && own->is_map()) own->only(kinds);
  }

 private:
  [[nodiscard]] Yaml unit_yaml(const Einsum& einsum, const std::string& kind,
                               const std::optional<Yaml>& own) const {
    if (own && !own->is_map()) return *own;
    if (const auto unit = own ? own->find(kind) : std::nullopt) return *unit;
    if (const auto unit = kinds_.find(kind)) return *unit;
    kinds_.fail("operation '" + kind + "' of Einsum '" + einsum.name + "' has no unit, nor is it 'free'");
  }

  Yaml kinds_;
  std::optional<Yaml> einsums_;
  const Arch& arch_;
};

void read_polynomial(const Yaml& yaml, const Arch& arch, Kernel& kernel) {
  yaml.only({"share", "on", "operations"});
  kernel.polynomial.share = yaml.at("share").number(dimension::number, 0, 1);
  kernel.polynomial.unit = unit_of(yaml.at("on"), arch);
  for (const auto& [kind, count] : yaml.at("operations").entries()) {
    (void)unit_for(yaml.at("on"), kind, arch);
    kernel.polynomial.operations.emplace_back(kind, count.number(dimension::number, 0, 1e6));
  }
}

}  // namespace

UnitId bound_unit(const Yaml& at, const std::string& kind, const Yaml& model, const Arch& arch) {
  const std::vector<std::string> known = known_kinds(operations(), arch);
  if (std::ranges::find(known, kind) == known.end())
    at.fail("no kind of operation '" + kind + "'" + did_you_mean(kind, known));
  const auto bind = model.find("bind");
  const auto unit = bind ? bind->find(kind) : std::nullopt;
  if (!unit) at.fail("operation '" + kind + "' has no unit in 'bind', nor is it 'free'");
  return unit->text() == "free" ? UnitId{} : unit_for(*unit, kind, arch);
}

EinsumId einsum_of(const Yaml& at, const std::string& name, const Cascade& cascade) {
  if (const EinsumId id = cascade.einsums.id_of(std::ranges::find(cascade.einsums, name, &Einsum::name))) return id;
  std::vector<std::string> known;
  for (const Einsum& einsum : cascade.einsums) known.push_back(einsum.name);
  at.fail("the cascade has no Einsum '" + name + "'" + did_you_mean(name, known));
}

void read_work(const Yaml& yaml, const Cascade& cascade, const Arch& arch, Kernel& kernel) {
  if (!computes_cascade(kernel)) {
    if (yaml.find("bind")) const Binding names(yaml, cascade, arch);
    return;
  }
  if (const auto extra = yaml.find("extra"))
    for (const auto& [name, value] : extra->entries()) (void)einsum_of(value, name, cascade);
  const Binding binding(yaml, cascade, arch);
  for (const EinsumId e : cascade.einsums.ids())
    binding.bind(cascade.einsums[e], operations_of(yaml, cascade, e), kernel);
  if (const auto visits = yaml.find("visits"))
    for (const auto& [name, value] : visits->entries())
      kernel.visits[einsum_of(value, name, cascade)] = value.number(dimension::number, 0, 1);
  if (const auto polynomial = yaml.find("polynomial")) read_polynomial(*polynomial, arch, kernel);
}

}  // namespace tilewright

#include "mappings/kernel/parse_work.hpp"

#include <algorithm>

#include "einsum/operation_count.hpp"

namespace tilewright {

namespace {

UnitId unit_of(const Yaml& yaml, const Arch& arch) {
  const std::string name = yaml.text();
  const auto found = std::ranges::find(arch.units, name, &ComputeUnit::name);
  if (found != arch.units.end()) return static_cast<UnitId>(found - arch.units.begin());
  std::vector<std::string> known;
  for (const ComputeUnit& unit : arch.units) known.push_back(unit.name);
  yaml.fail("'" + arch.name + "' has no unit '" + name + "'" + did_you_mean(name, known));
}

// A unit that does an operation, else the refusal.
UnitId unit_for(const Yaml& yaml, const std::string& kind, const Arch& arch) {
  const UnitId unit = unit_of(yaml, arch);
  if (arch.units[static_cast<std::size_t>(unit)].find(kind) == nullptr)
    yaml.fail("unit '" + yaml.text() + "' of '" + arch.name + "' has no operation '" + kind + "'");
  return unit;
}

// What a point of an Einsum takes: the operations of the cascade, and those that the kernel adds.
std::vector<KernelWork> operations_of(const Yaml& kernel, const Cascade& cascade, EinsumId id) {
  const Einsum& einsum = cascade.einsums[static_cast<std::size_t>(id)];
  std::vector<KernelWork> work;
  for (const auto& [operation, count] : operations_per_point(cascade, einsum))
    work.push_back({id, operations()[static_cast<std::size_t>(operation)].name, count});
  const auto extra = kernel.find("extra");
  const auto more = extra ? extra->find(einsum.name) : std::nullopt;
  if (more)
    for (const auto& [kind, count] : more->entries())
      work.push_back({id, kind, count.number(dimension::number, 0, 1e6)});
  return work;
}

void bind_work(const Yaml& yaml, const std::vector<KernelWork>& work, const Arch& arch, Kernel& kernel) {
  if (yaml.is_scalar() && yaml.text() == "free") return;
  std::vector<std::string> kinds;
  for (const KernelWork& each : work) {
    kinds.push_back(each.kind);
    kernel.work.push_back(each);
    kernel.work.back().unit = unit_for(yaml.is_map() ? yaml.at(each.kind) : yaml, each.kind, arch);
  }
  if (yaml.is_map()) yaml.only(kinds);
}

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

EinsumId einsum_of(const Yaml& at, const std::string& name, const Cascade& cascade) {
  const auto found = std::ranges::find(cascade.einsums, name, &Einsum::name);
  if (found != cascade.einsums.end()) return static_cast<EinsumId>(found - cascade.einsums.begin());
  std::vector<std::string> known;
  for (const Einsum& einsum : cascade.einsums) known.push_back(einsum.name);
  at.fail("the cascade has no Einsum '" + name + "'" + did_you_mean(name, known));
}

void read_work(const Yaml& yaml, const Cascade& cascade, const Arch& arch, Kernel& kernel) {
  const Yaml binding = yaml.at("bind");
  if (const auto extra = yaml.find("extra"))
    for (const auto& [name, value] : extra->entries()) (void)einsum_of(value, name, cascade);
  for (const auto& [name, value] : binding.entries()) {
    const EinsumId einsum = einsum_of(value, name, cascade);
    bind_work(value, operations_of(yaml, cascade, einsum), arch, kernel);
  }
  for (const Einsum& einsum : cascade.einsums)
    if (!binding.find(einsum.name)) binding.fail("Einsum '" + einsum.name + "' has no unit, nor is it 'free'");
  if (const auto visits = yaml.find("visits"))
    for (const auto& [name, value] : visits->entries())
      kernel.visits[einsum_of(value, name, cascade)] = value.number(dimension::number, 0, 1);
  if (const auto polynomial = yaml.find("polynomial")) read_polynomial(*polynomial, arch, kernel);
}

}  // namespace tilewright

#include "arch/arch.hpp"

#include <algorithm>

namespace tilewright {

namespace {

template <class IdType, class Item>
IdType id_of(const ById<IdType, Item>& items, const std::string& name, const char* what) {
  if (const IdType id = items.id_of(std::ranges::find(items, name, &Item::name))) return id;
  std::vector<std::string> names;
  for (const Item& item : items) names.push_back(item.name);
  throw InputError(std::string("no ") + what + " '" + name + "'" + did_you_mean(name, names));
}

}  // namespace

double OperationCost::cycles_for(double word_B) const {
  const auto found = std::ranges::find_if(by_word, [&](const ShortWords& each) { return word_B <= each.word_B; });
  return found == by_word.end() ? cycles : found->cycles;
}

double OperationCost::energy_for(double word_B) const {
  const auto found =
      std::ranges::find_if(energy_by_word, [&](const ShortWordsEnergy& each) { return word_B <= each.word_B; });
  return found == energy_by_word.end() ? energy_J : found->energy_J;
}

const OperationCost* ComputeUnit::find(const std::string& kind) const {
  const auto found = std::ranges::find(operations, kind, &OperationCost::kind);
  return found == operations.end() ? nullptr : &*found;
}

LevelId Arch::level(const std::string& name) const { return id_of(levels, name, "level"); }
UnitId Arch::unit(const std::string& name) const { return id_of(units, name, "unit"); }

double Arch::area_m2() const {
  double area = other_area_m2;
  for (const Level& level : levels) area += level.area_m2;
  for (const ComputeUnit& unit : units) area += unit.area_m2;
  return area;
}

}  // namespace tilewright

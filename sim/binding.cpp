#include "sim/binding.hpp"

namespace tilewright {

std::string name_of(const Binding& binding, const Arch& arch) {
  const auto id = static_cast<std::size_t>(binding.id);
  if (binding.kind == Binding::Kind::unit) return arch.units[id].name;
  return binding.kind == Binding::Kind::level ? arch.levels[id].name : "schedule";
}

}  // namespace tilewright

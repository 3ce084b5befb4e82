// Mapspace files with random demands on small cascades.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/explore/mapper/random_cases.hpp"

namespace tilewright::test {

/// Some keys with random names and sizes, as a file has them.
class RandomSpace {
 public:
  RandomSpace(Random& random, const Cascade& cascade) : random_(random), cascade_(cascade) {}

  std::string text(int constraints) {
    std::string text = "mapspace:\n";
    for (const auto& [key, value] : demands(constraints)) text += "  " + key + ": " + value + "\n";
    return text;
  }

  /// Beside a demand some of the same as preferences.
  std::string text_with_preferences(int preferences) {
    std::string text = this->text(1) + "  prefer:\n";
    for (int i = 0; i < preferences; ++i) {
      std::map<std::string, std::string> keys = demands(1 + static_cast<int>(random_.below(2)));
      keys.erase("imperfect");
      if (keys.empty()) keys["max_fused"] = "1";
      std::string item;
      for (const auto& [key, value] : keys) item += (item.empty() ? "" : ", ") + key + ": " + value;
      text += "    - {" + item + "}\n";
    }
    return text;
  }

 private:
  std::map<std::string, std::string> demands(int constraints) {
    std::map<std::string, std::string> keys;
    for (int i = 0; i < constraints; ++i) {
      const auto key = static_cast<std::size_t>(random_.below(makers().size()));
      const auto& [name, make] = makers()[key];
      keys[name] = (this->*make)();
    }
    std::erase_if(keys, [](const auto& entry) { return entry.second.empty(); });
    if (keys.empty()) keys["max_fused"] = "9";
    return keys;
  }

  using Maker = std::string (RandomSpace::*)();
  static const std::vector<std::pair<std::string, Maker>>& makers() {
    static const std::vector<std::pair<std::string, Maker>> all{
        {"fuse", &RandomSpace::apart},         {"split", &RandomSpace::apart},
        {"max_fused", &RandomSpace::most},     {"tiles", &RandomSpace::tiles},
        {"imperfect", &RandomSpace::whole},    {"no_loop", &RandomSpace::whole},
        {"order", &RandomSpace::order},        {"keep", &RandomSpace::keep},
        {"bypass", &RandomSpace::keep},        {"units", &RandomSpace::units},
        {"not_units", &RandomSpace::units},    {"lanes", &RandomSpace::in_lanes},
        {"lane_tiles", &RandomSpace::in_lanes}};
    return all;
  }

  [[nodiscard]] EinsumId einsum() { return EinsumId::at(random_.below(cascade_.einsums.size())); }
  std::string sizes() {
    switch (random_.below(4)) {
      case 0:
        return "1";
      case 1:
        return "{from: 2}";
      case 2:
        return "[1, 3]";
      default:
        return "2";
    }
  }

  std::string apart() {
    if (cascade_.einsums.size() < 2) return {};
    const std::size_t first = random_.below(cascade_.einsums.size() - 1);
    return fmt::format("[[{}, {}]]", cascade_.einsums[EinsumId::at(first + 1)].name,
                       cascade_.einsums[EinsumId::at(first)].name);
  }
  std::string most() { return fmt::format("{}", 1 + random_.below(2)); }
  std::string rank() { return cascade_.ranks[RankId::at(random_.below(cascade_.ranks.size()))].name; }
  std::string tiles() { return fmt::format("{{{}: {}}}", rank(), sizes()); }
  std::string whole() { return "[" + rank() + "]"; }
  std::string order() {
    std::string names;
    for (const Rank& rank : cascade_.ranks) names = rank.name + (names.empty() ? "" : ", ") + names;
    return cascade_.ranks.size() < 2 ? std::string() : "[" + names + "]";
  }
  std::string keep() {
    const TensorId tensor = TensorId::at(random_.below(cascade_.tensors.size()));
    const bool inner = cascade_.tensors[tensor].role == Tensor::Role::intermediate;
    const char* roles[] = {"shared", "lanes", "[shared, lanes]", "outermost"};
    return fmt::format("{{{}: {}}}", cascade_.tensors[tensor].name, roles[random_.below(inner ? 4 : 3)]);
  }
  std::string units() {
    const std::string& name = cascade_.einsums[einsum()].name;
    return fmt::format("{{{}: [{}]}}", name, name == "Z" && random_.below(2) == 0 ? "array" : "vector");
  }
  std::string in_lanes() {
    const Einsum& of = cascade_.einsums[einsum()];
    return fmt::format("{{{}: {{{}: {}}}}}", of.name,
                       cascade_.ranks[of.iteration[random_.below(of.iteration.size())]].name, sizes());
  }

  Random& random_;
  const Cascade& cascade_;
};

}  // namespace tilewright::test

#include "explore/model/shapes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace tilewright {

namespace {

const Expression* find(const NamedExpressions& all, const std::string& name) {
  const auto found = std::ranges::find(all, name, &std::pair<std::string, Expression>::first);
  return found == all.end() ? nullptr : &found->second;
}

// Names that the parts and phases of a model use, and what these shapes are from.
class UsedNames {
 public:
  explicit UsedNames(const Model& model) : model_(model) {
    for (const ModelPhase& phase : model.phases) {
      add(phase.times);
      if (phase.tokens) add(*phase.tokens);
      for (const auto& [name, value] : phase.set) add(value);
    }
    for (const ModelPart& part : model.parts) {
      add(part.times);
      for (const auto& [name, value] : part.set) add(value);
      for (const auto& [name, value] : part.stored_set) add(value);
      for (const Choice& choice : part.mappings) add(choice.when);
      add_braces(part.mask);
      add_braces(part.selection);
    }
  }

  [[nodiscard]] bool contains(const std::string& name) const { return names_.contains(name); }

 private:
  void add(const Expression& expression) {
    for (const std::string& name : expression.names()) add(name);
  }
  void add(const std::string& name) {
    if (!names_.insert(name).second) return;
    if (const Expression* from = find(model_.shapes, name)) add(*from);
  }
  void add_braces(const std::string& text) {
    for (const auto& [name, value] : model_.shapes)
      if (text.find("{" + name + "}") != std::string::npos) add(name);
  }

  const Model& model_;
  std::set<std::string> names_;
};

bool is_set_by_all(const Model& model, const std::string& name) {
  return std::ranges::all_of(model.phases,
                             [&](const ModelPhase& phase) { return find(phase.set, name) != nullptr; });
}

}  // namespace

Scope shapes_of(const Model& model, const ModelPhase& phase, const std::map<std::string, double>& set) {
  Scope scope;
  for (const auto& [name, own] : model.shapes) {
    const Expression* of_phase = find(phase.set, name);
    const auto given = set.find(name);
    const double value = of_phase != nullptr  ? scope.value(*of_phase)
                         : given != set.end() ? given->second
                                              : scope.value(own);
    scope.add(name, AxisValue{fmt::format("{}", value), value});
  }
  return scope;
}

void require_settable(const Model& model, const std::map<std::string, double>& set) {
  std::vector<std::string> known;
  for (const auto& [name, value] : model.shapes) known.push_back(name);
  const UsedNames used(model);
  for (const auto& [name, value] : set) {
    const std::string option = fmt::format("--set {}={}", name, value);
    if (find(model.shapes, name) == nullptr)
      throw InputError(
          fmt::format("{}: model '{}' has no shape '{}'{}", option, model.name, name, did_you_mean(name, known)));
    if (is_set_by_all(model, name))
      throw InputError(fmt::format("{}: it changes nothing: the phases of model '{}' set it", option, model.name));
    if (!used.contains(name))
      throw InputError(fmt::format("{}: it changes nothing: no part of model '{}' uses it", option, model.name));
  }
}

double times_of(const Expression& times, const Scope& scope) {
  constexpr double most = 1e9;
  const double value = scope.value(times);
  if (!(value >= 0 && value <= most && value == std::floor(value)))
    times.fail(fmt::format("expected a whole number from 0 to {:g}, got {:g}", most, value));
  return value;
}

}  // namespace tilewright

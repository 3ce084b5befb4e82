#include "explore/model/model.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/at_place.hpp"
#include "common/file.hpp"
#include "einsum/mask/spec.hpp"

namespace tilewright {

namespace {

template <class Item>
std::vector<std::string> names_of(const std::vector<Item>& items) {
  std::vector<std::string> names;
  for (const Item& item : items) names.push_back(item.name);
  return names;
}

std::vector<std::string> names_of(const NamedExpressions& all) {
  std::vector<std::string> names;
  for (const auto& [name, value] : all) names.push_back(name);
  return names;
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

void require_known(const Yaml& yaml, const std::vector<std::string>& names, const std::vector<std::string>& known,
                   const std::string& what) {
  for (const std::string& name : names)
    if (!has(known, name)) yaml.fail(fmt::format("no {} '{}'{}", what, name, did_you_mean(name, known)));
}

// A plain number over the names that are known so far.
Expression read_number(const Yaml& yaml, const std::vector<std::string>& known) {
  Expression value = yaml.expression();
  require_known(yaml, value.names(), known, "shape");
  return value;
}

NamedExpressions read_shapes(const Yaml& yaml) {
  NamedExpressions shapes;
  for (const auto& [name, value] : yaml.entries()) {
    if (!is_name(name)) value.fail("expected a name of letters, digits and '_', got '" + name + "'");
    shapes.emplace_back(name, read_number(value, names_of(shapes)));
  }
  return shapes;
}

class ModelParser {
 public:
  explicit ModelParser(const Yaml& yaml) : yaml_(yaml) {}

  Model parse() {
    yaml_.only({"name", "description", "source", "from", "shapes", "baseline", "phases", "parts"});
    const auto base = yaml_.find("from");
    if (base) from(*base);
    model_.name = yaml_.at("name").text();
    model_.description = yaml_.at("description").text();
    model_.source = yaml_.at("source").text();
    model_.file = yaml_.place().file;
    if (const auto mask = yaml_.find("baseline")) baseline(*mask);
    if (base) return std::move(model_);
    model_.parts_file = model_.file;
    model_.shapes = read_shapes(yaml_.at("shapes"));
    known_ = names_of(model_.shapes);
    for (const auto& [name, value] : yaml_.at("phases").entries()) model_.phases.push_back(phase(name, value));
    for (const Yaml& each : yaml_.at("parts").items()) model_.parts.push_back(part(each));
    if (model_.phases.empty()) yaml_.at("phases").fail("expected at least one phase");
    if (model_.parts.empty()) yaml_.at("parts").fail("expected at least one part");
    require_all_used();
    return std::move(model_);
  }

 private:
  void require_all_used() const {
    for (const ModelPhase& phase : model_.phases)
      if (std::ranges::none_of(model_.parts, [&](const ModelPart& part) { return part.is_in(phase); }))
        yaml_.at("phases").at(phase.name).fail("no part is in this phase");
    const auto compares = [](const ModelPart& part) { return !part.mask.empty() || !part.selection.empty(); };
    if (const auto mask = yaml_.find("baseline"); mask && std::ranges::none_of(model_.parts, compares))
      mask->fail("no part has a mask or a selection that it could be compared with");
  }

  void from(const Yaml& base) {
    yaml_.only({"name", "description", "source", "from", "shapes", "baseline"});
    const Yaml root = Yaml::load(find(base));
    root.only({"model"});
    if (const auto again = root.at("model").find("from")) base.fail("it is from another model itself");
    model_ = ModelParser(root.at("model")).parse();
    root.require_used();
    if (const auto shapes = yaml_.find("shapes"))
      for (const auto& [name, value] : shapes->entries()) replace(name, value);
  }

  static std::filesystem::path find(const Yaml& name) {
    return at_place(name, [&] { return find_config("models", beside(name.text(), name.place().file)); });
  }

  void replace(const std::string& name, const Yaml& value) {
    const auto found = std::ranges::find(model_.shapes, name, &std::pair<std::string, Expression>::first);
    if (found == model_.shapes.end())
      value.fail(fmt::format("no shape '{}' in model '{}'{}", name, model_.name,
                             did_you_mean(name, names_of(model_.shapes))));
    const std::vector<std::string> before = names_of({model_.shapes.begin(), found});
    found->second = read_number(value, before);
  }

  void baseline(const Yaml& mask) {
    model_.baseline = mask.text();
    (void)at_place(mask, [&] { return find_mask(model_.baseline); });
  }

  ModelPhase phase(const std::string& name, const Yaml& yaml) const {
    yaml.only({"set", "times", "tokens"});
    ModelPhase phase{name};
    if (const auto set = yaml.find("set"))
      for (const auto& [shape, value] : set->entries()) {
        if (!has(known_, shape)) value.fail(fmt::format("no shape '{}'{}", shape, did_you_mean(shape, known_)));
        phase.set.emplace_back(shape, read_number(value, before(shape)));
      }
    if (const auto times = yaml.find("times")) phase.times = read_number(*times, known_);
    if (const auto tokens = yaml.find("tokens")) phase.tokens = read_number(*tokens, known_);
    return phase;
  }

  // What a shape may be from.
  [[nodiscard]] std::vector<std::string> before(const std::string& shape) const {
    return {known_.begin(), std::ranges::find(known_, shape)};
  }

  ModelPart part(const Yaml& yaml) const {
    yaml.only(
        {"name", "group", "phases", "workload", "set", "mask", "selection", "call", "mapping", "times", "stored"});
    ModelPart part;
    part.place = yaml.place();
    part.key_path = yaml.path();
    part.name = yaml.at("name").text();
    if (has(names_of(model_.parts), part.name)) yaml.at("name").fail("part '" + part.name + "' is there twice");
    part.group = part.name;
    if (const auto group = yaml.find("group")) part.group = group->text();
    if (const auto phases = yaml.find("phases")) {
      part.phases = phases->texts();
      require_known(*phases, part.phases, names_of(model_.phases), "phase");
    }
    part.workload = yaml.at("workload").text();
    if (const auto set = yaml.find("set")) part.set = settings(*set);
    part.mask = text_with_shapes(yaml, "mask");
    part.selection = text_with_shapes(yaml, "selection");
    if (const auto call = yaml.find("call")) part.call = call->text();
    part.mappings = mappings(yaml.at("mapping"));
    if (const auto times = yaml.find("times")) part.times = read_number(*times, known_);
    if (const auto stored = yaml.find("stored")) this->stored(*stored, part);
    return part;
  }

  // Names in braces are shapes. Empty where there is no such key.
  [[nodiscard]] std::string text_with_shapes(const Yaml& yaml, const char* key) const {
    const auto text = yaml.find(key);
    if (!text) return {};
    require_known(*text, names_in_braces(*text), known_, "shape");
    return text->text();
  }

  void stored(const Yaml& yaml, ModelPart& part) const {
    if (yaml.is_list()) {
      part.stored = yaml.texts();
      return;
    }
    yaml.only({"tensors", "set"});
    part.stored = yaml.at("tensors").texts();
    part.stored_set = settings(yaml.at("set"));
  }

  [[nodiscard]] NamedExpressions settings(const Yaml& yaml) const {
    NamedExpressions set;
    for (const auto& [name, value] : yaml.entries()) set.emplace_back(name, read_number(value, known_));
    return set;
  }

  std::vector<Choice> mappings(const Yaml& yaml) const {
    std::vector<Choice> choices;
    if (!yaml.is_list()) return {choice(yaml)};
    for (const Yaml& each : yaml.items()) choices.push_back(choice(each));
    if (choices.empty()) yaml.fail("expected at least one mapping");
    return choices;
  }

  Choice choice(const Yaml& yaml) const {
    if (yaml.is_scalar()) return {yaml.text(), std::nullopt};
    yaml.only({"use", "map", "when"});
    Expression when = Expression::constant(1);
    if (const auto condition = yaml.find("when")) when = read_number(*condition, known_);
    const auto search = yaml.find("map");
    if (!search) return {yaml.at("use").text(), std::nullopt, when};
    if (const auto use = yaml.find("use")) use->fail("expected one of 'use' and 'map'");
    return {{}, parse_map_settings(*search), when};
  }

  const Yaml& yaml_;
  Model model_;
  std::vector<std::string> known_;
};

}  // namespace

bool ModelPart::is_in(const ModelPhase& phase) const { return phases.empty() || has(phases, phase.name); }

Model parse_model(const Yaml& root) {
  root.only({"model"});
  const Yaml yaml = root.at("model");
  Model model = ModelParser(yaml).parse();
  root.require_used();
  return model;
}

Model load_model(const std::string& name) { return parse_model(Yaml::load(find_config("models", name))); }

}  // namespace tilewright

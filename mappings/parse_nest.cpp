#include "mappings/parse_nest.hpp"

#include <algorithm>

#include "mappings/named.hpp"

namespace tilewright {

void NestParser::parse(const Yaml& nest, GroupId group) {
  group_ = group;
  list(nest, {});
}

void NestParser::list(const Yaml& yaml, NodeId parent) {
  const std::vector<Yaml> items = yaml.items();
  if (items.empty()) yaml.fail("expected at least one element");
  for (std::size_t i = 0; i < items.size(); ++i) element(items[i], parent, i + 1 == items.size());
}

void NestParser::element(const Yaml& yaml, NodeId& parent, bool last) {
  yaml.only(
      {"keep", "for", "spatial", "independent", "each", "compute", "on", "buffers", "in_place", "turns", "when"});
  const bool leaf = yaml.find("compute").has_value();
  const auto branches = yaml.find("each");
  if ((leaf || branches) != last)
    yaml.fail(last ? "a nest ends with 'compute' or 'each'" : "nothing may follow 'compute' or 'each'");
  if (leaf) return compute(yaml, parent);
  if (branches) {
    yaml.only({"each"});
    if (branches->items().empty()) branches->fail("expected at least one branch");
    for (const Yaml& branch : branches->items()) list(branch, parent);
  } else if (yaml.find("keep")) {
    keep(yaml, parent);
  } else if (const auto spatial = yaml.find("spatial")) {
    yaml.only({"spatial"});
    loops(*spatial, parent, true);
  } else if (const auto independent = yaml.find("independent")) {
    yaml.only({"independent"});
    loops(*independent, parent, true, true);
  } else {
    yaml.only({"for"});
    loops(yaml.at("for"), parent, false);
  }
}

void NestParser::loops(const Yaml& yaml, NodeId& parent, bool spatial, bool independent) {
  for (const Yaml& item : yaml.items()) {
    const auto entries = item.entries();
    if (entries.size() != 1) item.fail("expected one loop, as in 'm: 4'");
    const auto& [variable, factor] = entries.front();
    const RankId rank = cascade_.rank_of_variable(variable);
    if (!rank) {
      std::vector<std::string> known;
      for (const Rank& r : cascade_.ranks) known.push_back(r.variable);
      item.fail("no rank variable '" + variable + "'" + did_you_mean(variable, known));
    }
    parent = add(parent, Loop{rank, spatial, independent}, item);
    mapping_.written.back().number = bound(factor);
  }
}

void NestParser::keep(const Yaml& yaml, NodeId& parent) {
  yaml.only({"keep", "buffers", "in_place", "turns", "when"});
  for (const auto& [level, tensors] : yaml.at("keep").entries()) {
    Keep keep;
    keep.level = at_place(tensors, [&, &name = level] { return arch_.level(name); });
    for (const Yaml& tensor : tensors.items()) {
      const TensorId id = tensor_named(tensor, tensor.text(), cascade_);
      if (std::ranges::find(keep.tensors, id) != keep.tensors.end())
        tensor.fail("'" + tensor.text() + "' is there twice");
      keep.tensors.push_back(id);
    }
    if (const auto in_place = yaml.find("in_place")) keep.in_place = in_place->boolean();
    if (const auto turns = yaml.find("turns")) keep.turns = turns->boolean();
    parent = add(parent, std::move(keep), tensors);
    if (const auto buffers = yaml.find("buffers")) mapping_.written.back().number = bound(*buffers);
    if (const auto when = yaml.find("when")) mapping_.written.back().when = bound(*when);
  }
}

void NestParser::compute(const Yaml& yaml, NodeId parent) {
  yaml.only({"compute", "on"});
  const Yaml name = yaml.at("compute");
  const Yaml on = yaml.at("on");
  const EinsumId einsum = einsum_named(name, name.text(), cascade_);
  const UnitId unit = unit_named(on, on.text(), arch_, cascade_, einsum);
  add(parent, Compute{einsum, unit}, name);
}

NodeId NestParser::add(NodeId parent, std::variant<Loop, Keep, Compute> what, const Yaml& yaml) {
  mapping_.written.push_back({Expression::constant(1), {}, yaml.place(), yaml.path()});
  return mapping_.tree.nodes.push_back({parent, group_, std::move(what)});
}

Expression NestParser::bound(const Yaml& yaml) const {
  Expression expression = yaml.expression();
  expression.bind(mapping_.symbols);
  return expression;
}

}  // namespace tilewright

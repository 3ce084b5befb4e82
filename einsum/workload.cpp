#include "einsum/workload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/file.hpp"

namespace tilewright {

namespace {

std::map<std::string, double> read_shapes(const Yaml& yaml, std::map<std::string, double> set) {
  Symbols symbols;
  std::vector<double> slots;
  for (const auto& [name, value] : yaml.entries()) {
    require_name(value, name);
    Expression expression = value.expression();
    expression.bind(symbols);
    const auto given = set.find(name);
    const double shape = given == set.end() ? expression.evaluate(slots) : given->second;
    if (!(shape >= 1) || shape != std::floor(shape) || shape > 0x1p53)
      value.fail(fmt::format("expected a whole number of at least 1, {} {}", given == set.end() ? "got" : "set to",
                             shape));
    if (given != set.end()) set.erase(given);
    symbols.add(name);
    slots.push_back(shape);
  }
  if (!set.empty()) {
    const std::string& name = set.begin()->first;
    yaml.fail("no shape '" + name + "' to set" + did_you_mean(name, symbols.names()));
  }
  std::map<std::string, double> shapes;
  for (std::size_t i = 0; i < slots.size(); ++i) shapes[symbols.names()[i]] = slots[i];
  return shapes;
}

WorkloadMask read_mask(const Yaml& yaml) {
  yaml.only({"queries", "keys", "heads", "pattern", "layout", "query_layout"});
  WorkloadMask mask;
  mask.place = yaml.place();
  mask.queries = yaml.at("queries").text();
  mask.keys = yaml.at("keys").text();
  if (mask.keys == mask.queries)
    yaml.at("keys").fail("a mask is over two ranks, but its queries and its keys are both " + mask.keys);
  if (const auto heads = yaml.find("heads")) mask.heads = heads->text();
  mask.spec = parse_mask_spec(yaml.at("pattern"), yaml.find("layout"), yaml.find("query_layout"));
  return mask;
}

}  // namespace

Layout WorkloadMask::layout(Count query_tokens, Count key_tokens) const {
  Layout layout{spec.queries, spec.keys};
  if (layout.keys.empty()) layout.keys = {key_tokens};
  if (layout.queries.empty()) layout.queries = query_tokens == key_tokens ? layout.keys : Extents{query_tokens};
  const auto require = [&](const Extents& extents, Count tokens, const std::string& rank) {
    if (tokens_of(extents) != tokens)
      throw InputError(
          place, "workload.mask",
          fmt::format("layout {} has {} tokens, but {} is {}", to_text(extents), tokens_of(extents), rank, tokens));
  };
  require(layout.keys, key_tokens, keys);
  require(layout.queries, query_tokens, queries);
  if (layout.queries.size() != layout.keys.size())
    throw InputError(place, "workload.mask",
                     fmt::format("keys are laid out as {}; give the queries a query_layout of as many dimensions",
                                 to_text(layout.keys)));
  return layout;
}

void WorkloadMask::set_pattern(const std::string& pattern) {
  MaskSpec other = find_mask(pattern);
  if (other.keys.empty()) other.keys = spec.keys;
  if (other.queries.empty()) other.queries = spec.queries;
  spec = std::move(other);
}

double Workload::element_B(const std::string& tensor) const {
  const auto found = words_B.find(tensor);
  return found == words_B.end() ? word_B : found->second;
}

Workload parse_workload(const Yaml& root, std::map<std::string, double> set) {
  root.only({"workload"});
  const Yaml yaml = root.at("workload");
  yaml.only({"name", "description", "phase", "cascades", "shapes", "word_B", "words_B", "kv_heads", "mask"});
  Workload workload;
  workload.name = yaml.at("name").text();
  workload.file = yaml.place().file;
  workload.phase = yaml.at("phase").text();
  const std::vector<std::string> phases{"prefill", "decode"};
  if (std::ranges::find(phases, workload.phase) == phases.end())
    yaml.at("phase").fail("expected prefill or decode, got '" + workload.phase + "'" +
                          did_you_mean(workload.phase, phases));
  for (const std::string& cascade : yaml.at("cascades").texts())
    workload.cascades.push_back(beside(cascade, workload.file));
  if (workload.cascades.empty()) yaml.at("cascades").fail("expected at least one cascade");
  workload.shapes = read_shapes(yaml.at("shapes"), std::move(set));
  workload.word_B = yaml.at("word_B").number(dimension::bytes, 0.125, 1024);
  if (const auto words = yaml.find("words_B"))
    for (const auto& [tensor, bytes] : words->entries())
      workload.words_B[tensor] = bytes.number(dimension::bytes, 0.125, 1024);
  if (const auto name = yaml.find("kv_heads")) {
    workload.kv_heads = name->text();
    std::vector<std::string> known;
    for (const auto& [shape, value] : workload.shapes) known.push_back(shape);
    if (!workload.shapes.contains(workload.kv_heads))
      name->fail("no shape '" + workload.kv_heads + "'" + did_you_mean(workload.kv_heads, known));
  }
  if (const auto mask = yaml.find("mask")) workload.mask = read_mask(*mask);
  return workload;
}

Workload load_workload(const std::filesystem::path& file, const std::map<std::string, double>& set) {
  return parse_workload(Yaml::load(file), set);
}

}  // namespace tilewright

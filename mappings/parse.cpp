#include "mappings/parse.hpp"

#include <algorithm>

#include "common/file.hpp"
#include "mappings/named.hpp"
#include "mappings/parse_nest.hpp"
#include "mappings/parse_schedule.hpp"

namespace tilewright {

namespace {

void add_arch_names(Mapping& mapping, const Arch& arch) {
  const auto add = [&](const std::string& name, double value) {
    mapping.arch_values.emplace_back(mapping.symbols.add(name), value);
  };
  for (const auto& [name, value] : arch.parameters) add("arch." + name, value);
  for (const Level& level : arch.levels) {
    add(level.name + ".capacity_B", level.capacity_B);
    add(level.name + ".instances", level.instances);
  }
  for (const ComputeUnit& unit : arch.units) add(unit.name + ".lanes", unit.lanes);
}

void assign(Mapping& mapping, const std::string& name, Expression value, RankId rank) {
  value.bind(mapping.symbols);
  mapping.assignments.push_back({mapping.symbols.add(name), std::move(value), rank});
}

void read_shapes(const Yaml& yaml, Mapping& mapping, const Cascade& cascade) {
  for (const auto& [name, value] : yaml.entries()) {
    if (mapping.symbols.find(name) >= 0) value.fail("shape '" + name + "' is already given by the workload");
    assign(mapping, name, value.expression(), rank_named(value, name, cascade));
  }
}

bool knows_all_of(const Mapping& mapping, const Expression& value) {
  return std::ranges::all_of(value.names(), [&](const auto& name) { return mapping.symbols.find(name) >= 0; });
}

// Ranks that the cascade derives from others, after those that the workload and the mapping give: each once all
// that it derives from is known. Those that are left then have a name that nobody knows, which assign() refuses.
void add_derived_ranks(Mapping& mapping, const Cascade& cascade) {
  std::vector<RankId> open;
  for (const RankId r : cascade.ranks.ids())
    if (cascade.ranks[r].shape) open.push_back(r);
  while (!open.empty()) {
    const auto known =
        std::ranges::find_if(open, [&](RankId r) { return knows_all_of(mapping, *cascade.ranks[r].shape); });
    const auto next = known == open.end() ? open.begin() : known;
    const Rank& rank = cascade.ranks[*next];
    const bool given = mapping.symbols.find(rank.name) >= 0;
    assign(mapping, rank.name, *rank.shape, *next);
    mapping.assignments.back().check = given;
    open.erase(next);
  }
  for (const Rank& rank : cascade.ranks) mapping.rank_slots.push_back(mapping.symbols.find(rank.name));
}

// Whether an Einsum runs over a rank, or another rank derives from it.
bool is_needed(const Cascade& cascade, RankId r) {
  const auto runs = [r](const Einsum& einsum) {
    return std::ranges::find(einsum.iteration, r) != einsum.iteration.end();
  };
  const auto derives = [&name = cascade.ranks[r].name](const Rank& rank) {
    return rank.shape && std::ranges::find(rank.shape->names(), name) != rank.shape->names().end();
  };
  return std::ranges::any_of(cascade.einsums, runs) || std::ranges::any_of(cascade.ranks, derives);
}

void require_rank_shapes(const Yaml& yaml, const Mapping& mapping, const Cascade& cascade) {
  for (const RankId r : cascade.ranks.ids()) {
    const Rank& rank = cascade.ranks[r];
    if (rank.shape || mapping.symbols.find(rank.name) >= 0 || !is_needed(cascade, r)) continue;
    yaml.fail("rank '" + rank.name + "' of cascade '" + cascade.name +
              "' has no shape; the workload or 'shapes' of the mapping must give it");
  }
}

void read_let(const Yaml& yaml, Mapping& mapping) {
  for (const auto& [name, value] : yaml.entries()) {
    if (mapping.symbols.find(name) >= 0) value.fail("'" + name + "' is already defined");
    assign(mapping, name, value.expression(), {});
  }
}

void read_tiles(const Yaml& yaml, Mapping& mapping, const Cascade& cascade) {
  for (const auto& [name, value] : yaml.entries()) {
    const RankId rank = rank_named(value, name, cascade);
    const std::string text = value.text();
    try {
      mapping.tiles.emplace_back(rank, parse_extents(text, "tile"));
    } catch (const InputError& error) {
      value.fail(error.what());
    }
  }
}

LevelId level_of(const Yaml& yaml, const std::string& name, const Arch& arch) {
  if (const LevelId id = arch.levels.id_of(std::ranges::find(arch.levels, name, &Level::name))) return id;
  std::vector<std::string> known;
  for (const Level& level : arch.levels) known.push_back(level.name);
  yaml.fail("no level '" + name + "'" + did_you_mean(name, known));
}

void read_capacity_rules(const Yaml& yaml, Mapping& mapping, const Arch& arch) {
  if (const auto assumes = yaml.find("assumes")) {
    assumes->only({"held_once"});
    mapping.assumes.held_once = assumes->at("held_once").text();
  }
  if (const auto overbook = yaml.find("overbook"))
    for (const Yaml& level : overbook->items()) {
      mapping.overbooked.push_back(level_of(level, level.text(), arch));
      if (!arch.levels[mapping.overbooked.back()].parent)
        level.fail("the outermost level has no parent to spill to");
    }
  if (const auto reserve = yaml.find("reserve_B"))
    for (const auto& [name, value] : reserve->entries()) {
      Expression bytes = value.expression(dimension::bytes);
      bytes.bind(mapping.symbols);
      mapping.reserved_B.emplace_back(level_of(value, name, arch), std::move(bytes));
    }
}

// Of a group: tokens in a row.
std::vector<std::pair<RankId, Count>> read_skipped(const Yaml& yaml, const Cascade& cascade) {
  std::vector<std::pair<RankId, Count>> tiles;
  for (const auto& [name, value] : yaml.entries())
    tiles.emplace_back(rank_named(value, name, cascade), value.integer(1, most_tokens));
  return tiles;
}

void read_groups(const Yaml& yaml, Mapping& mapping, const Cascade& cascade, const Arch& arch) {
  NestParser nest(cascade, arch, mapping);
  for (const Yaml& group : yaml.items()) {
    group.only({"name", "tiles", "nest", "schedule"});
    const std::string name = group.at("name").text();
    if (name.find('.') != std::string::npos)
      group.at("name").fail("the name of a group has no '.', got '" + name + "'");
    if (std::ranges::find(mapping.tree.groups, name, &FusionGroup::name) != mapping.tree.groups.end())
      group.at("name").fail("group '" + name + "' is there twice");
    const GroupId id = mapping.tree.groups.push_back({name, {}, group.place()});
    if (const auto tiles = group.find("tiles")) mapping.tree.groups.back().tiles = read_skipped(*tiles, cascade);
    nest.parse(group.at("nest"), id);
    mapping.tree.groups.back().steps = read_schedule(group.at("schedule"), id, cascade, arch, mapping);
  }
}

void require_every_einsum_once(const Yaml& yaml, const Mapping& mapping, const Cascade& cascade) {
  ByEinsum<int> times(cascade.einsums.size(), 0);
  for (const Node& node : mapping.tree.nodes)
    if (const auto* compute = std::get_if<Compute>(&node.what)) ++times[compute->einsum];
  for (const EinsumId e : times.ids())
    if (times[e] != 1)
      yaml.fail("Einsum '" + cascade.einsums[e].name + "' is " +
                (times[e] == 0 ? "not mapped" : "mapped " + std::to_string(times[e]) + " times"));
}

}  // namespace

std::string mapped_cascade(const Yaml& root) {
  const Yaml cascade = root.at("mapping").at("cascade");
  return beside(cascade.text(), cascade.place().file);
}

Mapping parse_mapping(const Yaml& root, const Cascade& cascade, const Arch& arch,
                      const std::vector<std::string>& given) {
  root.only({"mapping"});
  const Yaml yaml = root.at("mapping");
  yaml.only(
      {"name", "description", "cascade", "shapes", "let", "tiles", "overbook", "reserve_B", "assumes", "groups"});
  Mapping mapping;
  mapping.name = yaml.at("name").text();
  mapping.file = yaml.place().file;
  for (const std::string& name : given) mapping.symbols.add(name);
  mapping.given = mapping.symbols.size();
  add_arch_names(mapping, arch);
  if (const auto shapes = yaml.find("shapes")) read_shapes(*shapes, mapping, cascade);
  require_rank_shapes(yaml, mapping, cascade);
  add_derived_ranks(mapping, cascade);
  if (const auto let = yaml.find("let")) read_let(*let, mapping);
  if (const auto tiles = yaml.find("tiles")) read_tiles(*tiles, mapping, cascade);
  read_capacity_rules(yaml, mapping, arch);
  read_groups(yaml.at("groups"), mapping, cascade, arch);
  require_every_einsum_once(yaml.at("groups"), mapping, cascade);
  yaml.note("description");
  (void)mapped_cascade(root);
  root.require_used();
  return mapping;
}

}  // namespace tilewright

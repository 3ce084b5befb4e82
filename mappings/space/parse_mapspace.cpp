#include "mappings/space/parse_mapspace.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "mappings/named.hpp"
#include "mappings/space/mapspace_keys.hpp"
#include "mappings/space/roles.hpp"
#include "mappings/space/sizes.hpp"

namespace tilewright {

namespace {

constexpr std::int64_t largest = std::int64_t{1} << 53;  // that a double has exactly

class Parser {
 public:
  Parser(const Cascade& cascade, const Arch& arch) : cascade_(cascade), arch_(arch), roles_(roles_of(arch)) {}

  std::vector<Constraint> parse(const Yaml& yaml, const std::vector<std::size_t>& demanded) {
    require_mapspace_keys(yaml, MapspaceKind::nests);
    demands(yaml);
    const std::vector<Yaml> preferences = preferences_in(yaml, MapspaceKind::nests);
    for (std::size_t i = 0; i < preferences.size(); ++i) {
      const std::size_t first = constraints_.size();
      demands(preferences[i]);
      if (std::ranges::find(demanded, i) != demanded.end()) continue;
      for (std::size_t c = first; c < constraints_.size(); ++c) constraints_[c].preferred = true;
    }
    return std::move(constraints_);
  }

 private:
  void demands(const Yaml& yaml) {
    groups(yaml);
    loops(yaml);
    places(yaml);
    einsums(yaml);
  }

  template <class What>
  void add(const Yaml& yaml, What what) {
    constraints_.push_back({std::move(what), yaml.place(), yaml.path()});
  }

  // A list with something in it.
  static std::vector<Yaml> list(const Yaml& yaml, const char* of) {
    std::vector<Yaml> items = yaml.items(of);
    if (items.empty()) yaml.fail("expected at least one element");
    return items;
  }
  static std::vector<std::pair<std::string, Yaml>> map(const Yaml& yaml) {
    std::vector<std::pair<std::string, Yaml>> entries = yaml.entries();
    if (entries.empty()) yaml.fail("expected at least one key");
    return entries;
  }

  // A list of names, each once.
  template <class Named>
  auto names(const Yaml& yaml, const char* of, std::size_t least, Named named) const {
    std::vector<decltype(named(yaml, std::string()))> ids;
    for (const Yaml& item : yaml.items(of)) {
      const auto id = named(item, item.text());
      if (std::ranges::find(ids, id) != ids.end()) item.fail("'" + item.text() + "' is there twice");
      ids.push_back(id);
    }
    if (ids.size() < least) yaml.fail(fmt::format("expected at least {}", least == 1 ? "one name" : "two names"));
    return ids;
  }

  // ----- groups

  void groups(const Yaml& yaml) {
    const auto einsum = [&](const Yaml& item, const std::string& name) {
      return einsum_named(item, name, cascade_);
    };
    if (const auto fuse = yaml.find("fuse"))
      for (const Yaml& group : list(*fuse, "lists of Einsums"))
        add(group, Constraint::Fuse{names(group, "Einsums", 2, einsum)});
    if (const auto split = yaml.find("split"))
      for (const Yaml& apart : list(*split, "lists of Einsums"))
        add(apart, Constraint::Split{names(apart, "Einsums", 2, einsum)});
    if (const auto most = yaml.find("max_fused"))
      add(*most, Constraint::MaxFused{static_cast<std::size_t>(most->integer(1, largest))});
  }

  // ----- shared loops

  // One that an Einsum runs over; of a partitioned one the parts.
  [[nodiscard]] RankId rank(const Yaml& yaml, const std::string& name) const {
    const RankId id = rank_named(yaml, name, cascade_);
    const auto runs = [&](const Einsum& einsum) { return std::ranges::count(einsum.iteration, id) != 0; };
    if (std::ranges::any_of(cascade_.einsums, runs)) return id;
    std::vector<std::string> known;
    for (const RankId other : cascade_.ranks.ids())
      if (std::ranges::any_of(cascade_.einsums, [&](const Einsum& einsum) {
            return std::ranges::count(einsum.iteration, other) != 0;
          }))
        known.push_back(cascade_.ranks[other].name);
    yaml.fail("no Einsum runs over rank '" + name + "'" + did_you_mean(name, known));
  }

  void loops(const Yaml& yaml) {
    const auto named = [&](const Yaml& item, const std::string& name) { return rank(item, name); };
    if (const auto tiles = yaml.find("tiles"))
      for (const auto& [name, value] : map(*tiles)) {
        const RankId of = rank(value, name);
        add(value, Constraint::Tile{of, parse_sizes(value)});
      }
    if (const auto every = yaml.find("imperfect"))
      for (const Yaml& item : list(*every, "ranks")) add(item, Constraint::EverySize{rank(item, item.text())});
    if (const auto whole = yaml.find("no_loop"))
      for (const Yaml& item : list(*whole, "ranks")) add(item, Constraint::NoLoop{rank(item, item.text())});
    if (const auto order = yaml.find("order")) add(*order, Constraint::Order{names(*order, "ranks", 2, named)});
  }

  // ----- places

  void places(const Yaml& yaml) {
    if (const auto keep = yaml.find("keep"))
      for (const auto& [tensor, roles] : map(*keep)) places(tensor, roles, true);
    const auto bypass = yaml.find("bypass");
    if (!bypass) return;
    if (bypass->is_map()) {
      for (const auto& [tensor, roles] : map(*bypass)) places(tensor, roles, false);
      return;
    }
    for (const Yaml& item : list(*bypass, "tensors")) {
      const TensorId tensor = tensor_named(item, item.text(), cascade_);
      for (const Role role : {Role::shared, Role::lanes})
        if (has(role)) add(item, Constraint::Residency{tensor, role, false});
    }
  }

  void places(const std::string& name, const Yaml& yaml, bool kept) {
    const TensorId tensor = tensor_named(yaml, name, cascade_);
    const auto add_role = [&](const Yaml& item) {
      const Role role = role_of(item);
      if (role == Role::outermost && cascade_.tensors[tensor].role != Tensor::Role::intermediate)
        item.fail(fmt::format("'{}' comes from or goes to outside of the cascade, and is always {}", name,
                              role_names.front()));
      add(item, Constraint::Residency{tensor, role, kept});
    };
    if (!yaml.is_list()) return add_role(yaml);
    for (const Yaml& item : list(yaml, "roles")) add_role(item);
  }

  [[nodiscard]] bool has(Role role) const {
    if (role == Role::shared) return static_cast<bool>(roles_.shared);
    return role == Role::outermost ||
           std::ranges::any_of(roles_.lanes, [](const auto& levels) { return !levels.empty(); });
  }

  [[nodiscard]] Role role_of(const Yaml& yaml) const {
    const std::string name = yaml.text();
    const auto known = std::ranges::find(role_names, name);
    if (known == role_names.end())
      yaml.fail("no role '" + name + "' of levels" +
                did_you_mean(name, std::vector<std::string>(role_names.begin(), role_names.end())));
    const auto role = static_cast<Role>(known - role_names.begin());
    if (!has(role))
      yaml.fail(fmt::format("'{}' has no level {}", arch_.name,
                            role == Role::shared ? "that all units share below the outermost one" : "of lanes"));
    return role;
  }

  // ----- Einsums

  void einsums(const Yaml& yaml) {
    if (const auto units = yaml.find("units"))
      for (const auto& [name, list] : map(*units)) {
        const EinsumId einsum = einsum_named(list, name, cascade_);
        const auto able = [&](const Yaml& item, const std::string& unit) {
          return unit_named(item, unit, arch_, cascade_, einsum);
        };
        add(list, Constraint::Units{einsum, names(list, "units", 1, able), true});
      }
    if (const auto units = yaml.find("not_units"))
      for (const auto& [name, list] : map(*units)) {
        const auto any = [&](const Yaml& item, const std::string& unit) {
          return at_place(item, [&] { return arch_.unit(unit); });
        };
        add(list, Constraint::Units{einsum_named(list, name, cascade_), names(list, "units", 1, any), false});
      }
    if (const auto lanes = yaml.find("lanes")) in_einsums<Constraint::Lanes>(*lanes);
    if (const auto tiles = yaml.find("lane_tiles")) in_einsums<Constraint::LaneTile>(*tiles);
  }

  template <class What>
  void in_einsums(const Yaml& yaml) {
    for (const auto& [name, ranks] : map(yaml)) {
      const EinsumId einsum = einsum_named(ranks, name, cascade_);
      for (const auto& [rank, value] : map(ranks)) {
        const RankId of = rank_named(value, rank, cascade_);
        const auto& iteration = cascade_.einsums[einsum].iteration;
        if (std::ranges::find(iteration, of) == iteration.end()) {
          std::vector<std::string> known;
          for (const RankId r : iteration) known.push_back(cascade_.ranks[r].name);
          value.fail("Einsum '" + name + "' does not run over '" + rank + "'" + did_you_mean(rank, known));
        }
        add(value, What{einsum, of, parse_sizes(value)});
      }
    }
  }

  const Cascade& cascade_;
  const Arch& arch_;
  LevelRoles roles_;
  std::vector<Constraint> constraints_;
};

}  // namespace

Mapspace parse_mapspace(const Yaml& root, const Cascade& cascade, const Arch& arch,
                        const std::vector<std::size_t>& demanded) {
  root.only({"mapspace"});
  const Yaml yaml = root.at("mapspace");
  std::vector<Constraint> constraints = Parser(cascade, arch).parse(yaml, demanded);
  root.require_used();
  return {cascade, arch, std::move(constraints)};
}

}  // namespace tilewright

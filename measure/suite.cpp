#include "measure/suite.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/file.hpp"

namespace tilewright {

namespace {

constexpr double most_points = 1e5;  // of a group's grid

// What a group takes over from the suite where it says nothing itself.
const std::vector<std::string> shared_keys{"cache", "warm_up", "repetitions"};

MeasuredKernel read_kernel(const Yaml& yaml) {
  try {
    return parse_measured_kernel(load_kernel_file(find_kernel(beside(yaml.text(), yaml.place().file))));
  } catch (const InputError& error) {
    yaml.fail(error.what());
  }
}

std::vector<MeasuredKernel> read_kernels(const Yaml& yaml) {
  std::vector<MeasuredKernel> kernels;
  for (const Yaml& item : yaml.items()) {
    kernels.push_back(read_kernel(item));
    if ((kernels.back().runs.operation == "micro") != (kernels.front().runs.operation == "micro"))
      item.fail("microbenchmarks and other kernels are in one group; give them groups of their own");
  }
  if (kernels.empty()) yaml.fail("expected at least one kernel");
  return kernels;
}

plan::Cache read_cache(const Yaml& yaml) {
  const auto& known = plan::caches();
  const auto found = std::ranges::find(known, yaml.text());
  if (found == known.end()) yaml.fail(fmt::format("no '{}'{}", yaml.text(), did_you_mean(yaml.text(), known)));
  return static_cast<plan::Cache>(found - known.begin());
}

// What texts and expressions of a group may name.
struct Names {
  std::vector<std::string> all;
  Symbols numbers;
};

Names names_of(const MeasureGroup& group) {
  Names names;
  for (const GridAxis& axis : group.axes) {
    names.all.push_back(axis.name);
    if (axis.values.front().number) names.numbers.add(axis.name);
  }
  return names;
}

class GroupReader {
 public:
  GroupReader(const Yaml& suite, const Yaml& group) : suite_(suite), yaml_(group) {}

  MeasureGroup read() {
    group_.place = yaml_.place();
    group_.key_path = yaml_.path();
    group_.name = yaml_.at("name").text();
    if (group_.name.find(',') != std::string::npos) yaml_.at("name").fail("expected a name without a comma");
    group_.kernels = read_kernels(yaml_.at("kernels"));
    require_known_keys();
    read_grid();
    if (const auto when = expression("when")) group_.when = *when;
    if (const auto priority = yaml_.find("priority")) group_.priority = read_priority(*priority);
    group_.cache = read_cache(shared("cache"));
    group_.warm_up = checked(shared("warm_up"));
    group_.repetitions = checked(shared("repetitions"));
    if (!group_.is_micro()) read_shapes();
    return std::move(group_);
  }

 private:
  void require_known_keys() const {
    std::vector<std::string> known{"name", "kernels", "over", "let", "when", "priority"};
    known.insert(known.end(), shared_keys.begin(), shared_keys.end());
    if (!group_.is_micro())
      known.insert(known.end(), {"dtype", "batch", "heads", "kv_heads", "head_dim", "keys", "queries", "mask",
                                 "tiles", "permuted", "splits"});
    yaml_.only(known);
  }

  void read_grid() {
    if (const auto over = yaml_.find("over")) group_.axes = parse_plain_axes(*over);
    if (point_count(group_.axes) > most_points)
      yaml_.at("over").fail(fmt::format("{:g} points, more than the {:g} that a group may have",
                                        point_count(group_.axes), most_points));
    names_ = names_of(group_);
    if (const auto let = yaml_.find("let"))
      for (const auto& [name, value] : let->entries()) {
        require_name(value, name);
        if (std::ranges::find(names_.all, name) != names_.all.end()) value.fail("'" + name + "' is there twice");
        group_.let.emplace_back(name, checked(value));
        names_.all.push_back(name);
        names_.numbers.add(name);
      }
  }

  [[nodiscard]] std::vector<Expression> read_priority(const Yaml& yaml) const {
    if (yaml.is_scalar()) return {checked(yaml)};
    std::vector<Expression> in_turn;
    for (const Yaml& item : yaml.items()) in_turn.push_back(checked(item));
    if (in_turn.empty()) yaml.fail("expected at least one number");
    return in_turn;
  }

  void read_shapes() {
    group_.dtype = filled(yaml_.at("dtype")).text;
    group_.heads = checked(yaml_.at("heads"));
    group_.head_dim = checked(yaml_.at("head_dim"));
    group_.batch = expression("batch");
    group_.kv_heads = expression("kv_heads");
    group_.permuted = expression("permuted");
    group_.splits = expression("splits");
    group_.keys = filled(yaml_.at("keys"));
    if (const auto queries = yaml_.find("queries")) group_.queries = filled(*queries);
    if (const auto mask = yaml_.find("mask")) group_.mask = filled(*mask);
    read_tiles(yaml_.at("tiles"));
  }

  void read_tiles(const Yaml& yaml) {
    if (yaml.is_scalar()) {
      if (yaml.text() != "all") yaml.fail("expected 'all' or a list of tiles, got '" + yaml.text() + "'");
      return;
    }
    group_.tiles.emplace();
    for (const Yaml& item : yaml.items()) group_.tiles->push_back(read_tiles_of(item));
    if (group_.tiles->empty()) yaml.fail("expected at least one pair of tiles");
  }

  // A misspelt shape must not pass for one that a kernel happens not to have.
  [[nodiscard]] TileChoice read_tiles_of(const Yaml& yaml) const {
    const TileChoice tiles = parse_tiles(yaml);
    const auto offers = [&](const MeasuredKernel& kernel) {
      return kernel.file.chooses_tiles ||
             std::ranges::find(kernel.file.tiles, tiles, &KernelTile::tiles) != kernel.file.tiles.end();
    };
    if (std::ranges::none_of(group_.kernels, offers))
      yaml.fail(
          fmt::format("no kernel of this group has q {} and kv {}", to_text(tiles.query), to_text(tiles.key)));
    return tiles;
  }

  [[nodiscard]] Yaml shared(const std::string& key) const {
    const auto own = yaml_.find(key);
    return own ? *own : suite_.at(key);
  }

  [[nodiscard]] std::optional<Expression> expression(const std::string& key) const {
    const auto yaml = yaml_.find(key);
    return yaml ? std::optional(checked(*yaml)) : std::nullopt;
  }

  // Names are checked here, so that a group with no point is checked too.
  [[nodiscard]] Expression checked(const Yaml& yaml) const {
    Expression expression = yaml.expression();
    Expression copy = expression;
    copy.bind(names_.numbers);
    return expression;
  }

  [[nodiscard]] SuiteText filled(const Yaml& yaml) const {
    for (const std::string& name : names_in_braces(yaml))
      if (std::ranges::find(names_.all, name) == names_.all.end())
        yaml.fail(fmt::format("group '{}' has no '{}'{}", group_.name, name, did_you_mean(name, names_.all)));
    return {yaml.text(), yaml.place(), yaml.path()};
  }

  const Yaml& suite_;
  const Yaml& yaml_;
  MeasureGroup group_;
  Names names_;
};

}  // namespace

bool is_measure_suite(const Yaml& root) { return root.is_map() && root.find("measure").has_value(); }

MeasureSuite parse_measure_suite(const Yaml& root) {
  root.only({"measure", "predict", "timings"});
  const Yaml yaml = root.at("measure");
  yaml.only({"name", "description", "seed", "cache", "warm_up", "repetitions", "checks", "groups"});
  MeasureSuite suite;
  suite.name = yaml.at("name").text();
  if (suite.name.find('/') != std::string::npos || suite.name.starts_with('.'))
    yaml.at("name").fail("expected a name that a folder of results can have, got '" + suite.name + "'");
  suite.file = yaml.place().file;
  suite.seed = static_cast<std::uint64_t>(yaml.at("seed").integer(0, std::int64_t{1} << 53));
  const Yaml checks = yaml.at("checks");
  checks.only({"spread"});
  suite.spread = checks.at("spread").number({}, 0, 1e3);
  for (const Yaml& group : yaml.at("groups").items()) {
    suite.groups.push_back(GroupReader(yaml, group).read());
    if (std::ranges::count(suite.groups, suite.groups.back().name, &MeasureGroup::name) > 1)
      group.at("name").fail("group '" + suite.groups.back().name + "' is there twice");
  }
  if (suite.groups.empty()) yaml.at("groups").fail("expected at least one group");
  yaml.note("description");
  yaml.require_used();
  return suite;
}

}  // namespace tilewright

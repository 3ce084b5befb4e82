#include "arch/parse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "arch/parse_dram.hpp"
#include "arch/parse_unit.hpp"
#include "arch/values.hpp"

namespace tilewright {

namespace {

// `made_of`, if any: what each of them depends on.
using MadeOf = std::map<std::string, std::vector<std::string>>;

ArchValues read_parameters(const Yaml& arch, std::map<std::string, double> overrides, MadeOf* made_of = nullptr) {
  ArchValues values;
  std::vector<std::string> known;
  if (const auto parameters = arch.find("parameters")) {
    for (const auto& [name, value] : parameters->entries()) {
      require_name(value, name);
      known.push_back(name);
      const auto set = overrides.find(name);
      if (values.has(name)) value.fail("parameter '" + name + "' is there twice");
      if (set != overrides.end() && !std::isfinite(set->second)) value.fail("expected a finite value to set");
      const double own = values.number(value);
      values.set(name, set == overrides.end() ? own : set->second);
      if (made_of != nullptr && set == overrides.end()) (*made_of)[name] = value.expression().names();
      overrides.erase(name);
    }
  }
  if (!overrides.empty()) {
    const std::string& name = overrides.begin()->first;
    arch.fail("no parameter '" + name + "' to set" + did_you_mean(name, known));
  }
  values.forget_read();
  return values;
}

LevelId find_parent(const Yaml& parent, const Arch& arch) {
  const std::string name = parent.text();
  if (const LevelId id = arch.levels.id_of(std::ranges::find(arch.levels, name, &Level::name))) return id;
  std::vector<std::string> names;
  for (const Level& level : arch.levels) names.push_back(level.name);
  parent.fail("no level '" + name + "' before this one" + did_you_mean(name, names));
}

// The value of a key that counts things, or `otherwise`.
double whole_or(const Yaml& yaml, const std::string& key, double otherwise, const ArchValues& values) {
  const double value = values.positive_or(yaml, key, otherwise);
  if (std::isfinite(value) && value != std::floor(value))
    yaml.at(key).fail(fmt::format("expected a whole number, got {}", value));
  return value;
}

void read_block_limits(const Yaml& yaml, const Arch& arch, const ArchValues& values, Level& level) {
  level.threads = whole_or(yaml, "threads", unlimited, values);
  level.blocks = whole_or(yaml, "blocks", unlimited, values);
  level.block_B = values.least_zero_or(yaml, "block_B", 0, dimension::bytes);
  for (const char* key : {"threads", "block_B"})
    if (yaml.find(key) && !level.runs_blocks()) yaml.at(key).fail("expected 'blocks' as well");
  const auto other = std::ranges::find_if(arch.levels, &Level::runs_blocks);
  if (level.runs_blocks() && other != arch.levels.end())
    yaml.at("blocks").fail("thread blocks run in level '" + other->name + "' already");
}

std::optional<Dram> read_dram_of(const Yaml& yaml, const Level& level, const ArchValues& values) {
  const auto dram = yaml.find("dram");
  if (!dram) return std::nullopt;
  if (level.parent) dram->fail("only the outermost level is a DRAM");
  if (level.instances != 1) yaml.at("instances").fail("expected one memory: the channels of 'dram' are its parts");
  return read_dram(*dram, values);
}

double read_bandwidth(const Yaml& yaml, const Level& level, const ArchValues& values) {
  const double peak = level.dram ? level.dram->peak_B_per_s() : unlimited;
  const double bandwidth = values.positive_or(yaml, "bandwidth_B_per_s", peak, dimension::bytes_per_second);
  constexpr double rounding = 1e-9;
  if (level.dram && std::abs(bandwidth - peak) > rounding * peak)
    yaml.at("bandwidth_B_per_s")
        .fail(fmt::format("{} B/s is not the peak of 'dram', which is {} B/s", bandwidth, peak));
  return bandwidth;
}

// A bandwidth that follows from accesses: those that ports begin, and those that banks are done with.
void read_ports(const Yaml& yaml, const Arch& arch, const ArchValues& values, Level& level) {
  level.ports = whole_or(yaml, "ports", unlimited, values);
  level.banks = whole_or(yaml, "banks", unlimited, values);
  level.bank_access_s = values.positive_or(yaml, "bank_access_s", 0, dimension::seconds);
  for (const auto& [key, other] : {std::pair("banks", "bank_access_s"), std::pair("bank_access_s", "banks")})
    if (yaml.find(key) && !yaml.find(other)) yaml.at(key).fail(fmt::format("expected '{}' as well", other));
  if (!level.counts_accesses()) return;
  const char* key = yaml.find("ports") ? "ports" : "banks";
  if (!yaml.find("access_B")) yaml.at(key).fail("expected 'access_B' as well: what one access moves");
  if (level.dram) yaml.at(key).fail("the bandwidth follows from 'dram' already; expected one of the two");
  if (yaml.find("bandwidth_B_per_s"))
    yaml.at("bandwidth_B_per_s").fail(fmt::format("follows from '{}' already; expected one of the two", key));
  const double begun = level.ports * arch.clock_Hz;
  const double done = level.banks < unlimited ? level.banks / level.bank_access_s : unlimited;
  level.bandwidth_B_per_s = level.access_B * std::min(begun, done) * level.instances;
}

Level read_level(const Yaml& yaml, const Arch& arch, const ArchValues& values) {
  yaml.only({"name",
             "parent",
             "instances",
             "capacity_B",
             "bandwidth_B_per_s",
             "achievable_B_per_s",
             "access_B",
             "read_J",
             "write_J",
             "charged_instances",
             "multicast",
             "reduction",
             "area_m2",
             "latency_s",
             "threads",
             "blocks",
             "block_B",
             "partitions",
             "dram",
             "ports",
             "banks",
             "bank_access_s",
             "distribution_B_per_s",
             "reduction_B_per_s"});
  Level level;
  level.name = yaml.at("name").text();
  require_name(yaml.at("name"), level.name);
  if (std::ranges::find(arch.levels, level.name, &Level::name) != arch.levels.end())
    yaml.at("name").fail("level '" + level.name + "' is there twice");
  const auto parent = yaml.find("parent");
  if (!parent && !arch.levels.empty()) yaml.fail("missing key 'parent'; only the first level is the outermost");
  if (parent && arch.levels.empty()) parent->fail("the first level is the outermost and has no parent");
  if (parent) level.parent = find_parent(*parent, arch);
  level.instances = whole_or(yaml, "instances", 1, values);
  level.capacity_B = values.positive_or(yaml, "capacity_B", unlimited, dimension::bytes);
  level.dram = read_dram_of(yaml, level, values);
  level.access_B = values.positive_or(yaml, "access_B", unknown, dimension::bytes);
  level.bandwidth_B_per_s = read_bandwidth(yaml, level, values);
  read_ports(yaml, arch, values, level);
  level.achievable_B_per_s =
      values.positive_or(yaml, "achievable_B_per_s", level.bandwidth_B_per_s, dimension::bytes_per_second);
  if (level.achievable_B_per_s > level.bandwidth_B_per_s)
    yaml.at("achievable_B_per_s").fail("is more than 'bandwidth_B_per_s'");
  level.read_J = values.least_zero_or(yaml, "read_J", unknown, dimension::joules);
  level.write_J = values.least_zero_or(yaml, "write_J", unknown, dimension::joules);
  for (const char* key : {"read_J", "write_J"})
    if (yaml.find(key) && !yaml.find("access_B"))
      yaml.at(key).fail("expected 'access_B' as well: of how many bytes?");
  level.charged_instances = values.positive_or(yaml, "charged_instances", level.instances);
  if (level.charged_instances > level.instances)
    yaml.at("charged_instances")
        .fail(fmt::format("{} is more than the level's {} instances", level.charged_instances, level.instances));
  if (const auto flag = yaml.find("multicast")) level.multicast = flag->boolean();
  if (const auto flag = yaml.find("reduction")) level.reduction = flag->boolean();
  level.area_m2 = values.least_zero_or(yaml, "area_m2", unknown, dimension::square_metres);
  level.latency_s = values.least_zero_or(yaml, "latency_s", unknown, dimension::seconds);
  level.distribution_B_per_s =
      values.positive_or(yaml, "distribution_B_per_s", unlimited, dimension::bytes_per_second);
  level.reduction_B_per_s = values.positive_or(yaml, "reduction_B_per_s", unlimited, dimension::bytes_per_second);
  level.partitions = whole_or(yaml, "partitions", 1, values);
  read_block_limits(yaml, arch, values, level);
  return level;
}

}  // namespace

ArchFile ArchFile::load(const std::filesystem::path& file) { return ArchFile(Yaml::load(file)); }

Arch ArchFile::with(const std::map<std::string, double>& parameters) const {
  root_.only({"arch"});
  ArchValues values = read_parameters(root_.at("arch"), parameters);
  return read(values);
}

std::set<std::string> ArchFile::used_parameters(const std::map<std::string, double>& parameters) const {
  MadeOf made_of;
  ArchValues values = read_parameters(root_.at("arch"), parameters, &made_of);
  (void)read(values);
  std::set<std::string> used;
  std::vector<std::string> next(values.read().begin(), values.read().end());
  while (!next.empty()) {
    const std::string name = next.back();
    next.pop_back();
    if (!used.insert(name).second) continue;
    const std::vector<std::string>& sources = made_of[name];
    next.insert(next.end(), sources.begin(), sources.end());
  }
  return used;
}

Arch ArchFile::read(ArchValues& values) const {
  const Yaml yaml = root_.at("arch");
  yaml.only({"name", "description", "parameters", "clock_Hz", "sustained_clock_Hz", "launch_s", "block_launch_s",
             "static_W", "levels", "units", "other_area_m2", "drains_charged"});
  Arch arch;
  arch.name = yaml.at("name").text();
  arch.file = yaml.place().file;
  arch.parameters = values.all();
  arch.clock_Hz = values.positive(yaml.at("clock_Hz"), dimension::hertz);
  arch.sustained_clock_Hz = values.positive_or(yaml, "sustained_clock_Hz", unknown, dimension::hertz);
  arch.launch_s = values.least_zero_or(yaml, "launch_s", 0, dimension::seconds);
  arch.block_launch_s = values.least_zero_or(yaml, "block_launch_s", 0, dimension::seconds);
  arch.static_W = values.least_zero_or(yaml, "static_W", 0, dimension::watts);
  for (const Yaml& level : yaml.at("levels").items()) arch.levels.push_back(read_level(level, arch, values));
  if (arch.levels.empty()) yaml.at("levels").fail("expected at least one level");
  for (const Yaml& unit : yaml.at("units").items()) arch.units.push_back(read_unit(unit, arch, values));
  if (arch.units.empty()) yaml.at("units").fail("expected at least one unit");
  arch.other_area_m2 = values.least_zero_or(yaml, "other_area_m2", 0, dimension::square_metres);
  if (const auto charged = yaml.find("drains_charged")) arch.drains_charged = charged->boolean();
  yaml.note("description");
  root_.require_used();
  return arch;
}

}  // namespace tilewright

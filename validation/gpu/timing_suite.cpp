#include "validation/gpu/timing_suite.hpp"

#include <algorithm>

#include "common/file.hpp"
#include "common/units.hpp"
#include "einsum/workload.hpp"
#include "measure/suite.hpp"
#include "validation/gpu/timing_source.hpp"
#include "validation/gpu/timing_table.hpp"

namespace tilewright {

namespace {

TimingPower read_power(const Yaml& yaml) {
  yaml.only({"archs", "rows"});
  TimingPower power{yaml.at("archs").texts(), read_condition(yaml.at("rows"))};
  if (power.archs.empty()) yaml.at("archs").fail("expected at least one architecture");
  return power;
}

TimingJoint read_joint(const Yaml& yaml, const TimingSuite& suite) {
  yaml.only({"calibration", "half", "loss", "parameters", "power"});
  TimingJoint joint{beside(yaml.at("calibration").text(), suite.file),
                    yaml.at("half").texts(),
                    yaml.at("loss").number({}, 1e-6, 1e6),
                    {},
                    {}};
  if (const auto power = yaml.find("power")) joint.power = read_power(*power);
  for (const TimingTable& table : suite.tables)
    for (const std::string& column : joint.half)
      if (std::ranges::find(table.columns, column) == table.columns.end())
        yaml.at("half").fail("table '" + table.name + "' has no column '" + column + "'" +
                             did_you_mean(column, table.columns));
  for (const TimingTable& table : suite.tables)
    if (table.values.front().predicted.names() != std::vector<std::string>{"time_s"})
      yaml.fail("table '" + table.name + "' has a first value that is not 'predicted: time_s'");
  for (const Yaml& name : yaml.at("parameters").items()) joint.parameters.push_back(field_of(name, name.text()));
  if (joint.parameters.empty()) yaml.at("parameters").fail("expected at least one parameter");
  return joint;
}

std::vector<UnpredictedRows> read_unpredicted(const Yaml& yaml) {
  std::vector<UnpredictedRows> all;
  for (const Yaml& item : yaml.items()) {
    item.only({"rows", "why"});
    all.push_back({read_condition(item.at("rows")), item.at("why").text()});
  }
  return all;
}

std::pair<double, double> read_held(const Yaml& yaml) {
  const std::vector<Yaml> ends = yaml.items();
  if (ends.size() != 2) yaml.fail("expected two numbers");
  const std::pair held(ends[0].number({}, 0, 1), ends[1].number({}, 0, 1));
  if (held.first > held.second) yaml.fail("expected the lower number first");
  return held;
}

// Columns are those of every table: a group has rows of all.
TimingGrouping read_grouping(const Yaml& yaml, const TimingSuite& suite) {
  yaml.only({"value", "by", "apart_below", "held"});
  TimingGrouping grouping{yaml.at("value").text(), yaml.at("by").texts(), {}};
  if (const auto held = yaml.find("held")) grouping.held = read_held(*held);
  if (const auto below = yaml.find("apart_below")) grouping.apart_below = below->number(dimension::seconds, 0, 1e9);
  std::vector<std::string> values;
  for (const TimingTable& table : suite.tables) {
    for (const TimingValue& value : table.values) values.push_back(value.name);
    for (const std::string& column : grouping.by)
      if (std::ranges::find(table.columns, column) == table.columns.end())
        yaml.at("by").fail("table '" + table.name + "' has no column '" + column + "'" +
                           did_you_mean(column, table.columns));
  }
  if (std::ranges::find(values, grouping.value) == values.end())
    yaml.at("value").fail("no value '" + grouping.value + "'" + did_you_mean(grouping.value, values));
  return grouping;
}

std::vector<TimingRelative> read_relative(const Yaml& yaml, const TimingSuite& suite) {
  std::vector<TimingRelative> all;
  std::vector<std::string> values;
  for (const TimingTable& table : suite.tables)
    for (const TimingValue& value : table.values) values.push_back(value.name);
  for (const Yaml& item : yaml.items()) {
    item.only({"name", "value", "rows", "over", "same"});
    all.push_back({item.at("name").text(), item.at("value").text(), read_condition(item.at("rows")),
                   read_condition(item.at("over")), item.at("same").texts()});
    const TimingRelative& relative = all.back();
    if (std::ranges::find(values, relative.value) == values.end())
      item.at("value").fail("no value '" + relative.value + "'" + did_you_mean(relative.value, values));
    if (std::ranges::find(values, relative.name) != values.end())
      item.at("name").fail("'" + relative.name + "' is there already");
    values.push_back(relative.name);
    for (const TimingTable& table : suite.tables)
      for (const std::string& column : relative.same)
        if (std::ranges::find(table.columns, column) == table.columns.end())
          item.at("same").fail("table '" + table.name + "' has no column '" + column + "'" +
                               did_you_mean(column, table.columns));
  }
  return all;
}

// Of the kernels' cascades: rows give numbers, and no names of ranks.
AttentionRanks read_roles(const Yaml& name) {
  const std::string file = beside(name.text(), name.place().file);
  try {
    const Workload workload = load_workload(find_config("workloads", file));
    if (workload.ranks) return *workload.ranks;
  } catch (const InputError& error) {
    name.fail(error.what());
  }
  name.fail("the workload does not say which ranks are queries, keys and heads; expected a key 'ranks' there");
}

// Names of sources are unique, baselines and tolerances are of what there is. `items`: what each source is from.
void check_names(const std::vector<Yaml>& items, const TimingSuite& suite) {
  std::vector<std::string> sources;
  std::vector<std::string> values;
  for (const TimingTable& table : suite.tables) {
    for (const TimingValue& value : table.values) values.push_back(value.name);
    for (const TimingLine& line : table.lines)
      for (const char* part : {".slope", ".at_1"}) values.push_back(line.value + part);
  }
  for (const TimingRelative& relative : suite.relative) values.push_back(relative.name);
  for (std::size_t i = 0; i < items.size(); ++i) {
    const TimingSource& source = suite.sources[i];
    if (std::ranges::find(sources, source.name) != sources.end())
      items[i].at("name").fail("source '" + source.name + "' is there twice");
    sources.push_back(source.name);
    for (const auto& [value, tolerance] : source.within)
      if (std::ranges::find(values, value) == values.end())
        items[i].at("within").fail("no value '" + value + "'" + did_you_mean(value, values));
    if (suite.joint && source.calibration) items[i].at("calibration").fail("'joint' has those of all sources");
  }
  for (std::size_t i = 0; i < items.size(); ++i)
    for (const auto& [key, name] :
         {std::pair("baseline", suite.sources[i].baseline), std::pair("after", suite.sources[i].after)})
      if (!name.empty() && std::ranges::find(sources, name) == sources.end())
        items[i].at(key).fail("no source '" + name + "'" + did_you_mean(name, sources));
}

}  // namespace

const TimingSource& TimingSuite::source(const std::string& name) const {
  return *std::ranges::find(sources, name, &TimingSource::name);
}

bool is_timing_suite(const Yaml& root) { return root.is_map() && root.find("timings").has_value(); }

TimingSuite parse_timing_suite(const Yaml& root) {
  if (is_measure_suite(root)) {
    root.only({"measure", "predict", "timings"});
  } else {
    root.only({"timings"});
  }
  const Yaml yaml = root.at("timings");
  yaml.only({"name", "description", "workload", "reference", "tables", "not_predicted", "rows", "archs", "joint",
             "sources", "groups", "relative"});
  TimingSuite suite;
  suite.name = yaml.at("name").text();
  suite.file = yaml.place().file;
  suite.ranks = read_roles(yaml.at("workload"));
  suite.reference = beside_or_home(yaml.at("reference").text(), suite.file);
  for (const Yaml& table : yaml.at("tables").items()) suite.tables.push_back(read_table(table));
  if (suite.tables.empty()) yaml.at("tables").fail("expected at least one table");
  if (const auto none = yaml.find("not_predicted")) suite.not_predicted = read_unpredicted(*none);
  const auto rows = yaml.find("rows");
  const TextPatterns of_all = rows ? read_patterns(*rows) : TextPatterns{};
  std::optional<DeviceTexts> texts;
  if (const auto archs = yaml.find("archs")) texts = read_devices(*archs);
  if (const auto joint = yaml.find("joint")) suite.joint = read_joint(*joint, suite);
  std::vector<Yaml> items;
  for (const Yaml& item : yaml.at("sources").items())
    for (TimingSource& source : read_sources(item, texts)) {
      source.rows.texts.insert(of_all.begin(), of_all.end());
      suite.sources.push_back(std::move(source));
      items.push_back(item);
    }
  if (suite.sources.empty()) yaml.at("sources").fail("expected at least one source");
  if (const auto relative = yaml.find("relative")) suite.relative = read_relative(*relative, suite);
  check_names(items, suite);
  if (const auto groups = yaml.find("groups")) suite.groups = read_grouping(*groups, suite);
  yaml.note("description");
  yaml.require_used();
  return suite;
}

}  // namespace tilewright

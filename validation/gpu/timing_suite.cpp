#include "validation/gpu/timing_suite.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/file.hpp"
#include "common/position.hpp"
#include "common/units.hpp"
#include "einsum/workload.hpp"
#include "measure/suite.hpp"

namespace tilewright {

namespace {

std::vector<std::string> one_or_more(const Yaml& yaml) {
  return yaml.is_list() ? yaml.texts() : std::vector<std::string>{yaml.text()};
}

TextPatterns read_patterns(const Yaml& yaml) {
  TextPatterns patterns;
  for (const auto& [column, texts] : yaml.entries()) patterns[column] = one_or_more(texts);
  return patterns;
}

RowCondition read_condition(const Yaml& yaml) {
  RowCondition condition;
  if (!yaml.is_map()) {
    condition.numbers = yaml.expression();
    return condition;
  }
  for (const auto& [key, value] : yaml.entries()) {
    if (key == "when") {
      condition.numbers = value.expression();
    } else {
      condition.texts[key] = one_or_more(value);
    }
  }
  return condition;
}

// An expression, or the first of several whose condition holds.
TimingNumber read_number(const Yaml& yaml) {
  if (!yaml.is_list()) return {{RowCondition{}, yaml.expression()}};
  TimingNumber choices;
  for (const Yaml& each : yaml.items()) {
    each.only({"rows", "value"});
    const auto rows = each.find("rows");
    choices.emplace_back(rows ? read_condition(*rows) : RowCondition{}, each.at("value").expression());
  }
  if (choices.empty()) yaml.fail("expected at least one {rows: .., value: ..}");
  return choices;
}

TimingProblem read_problem(const Yaml& yaml) {
  yaml.only({"batch", "heads", "kv_heads", "head_dim", "value_dim", "element_B", "cache_B", "values_in_keys",
             "queries", "keys", "q_tile", "kv_tile"});
  const auto number = [&](const char* key) { return read_number(yaml.at(key)); };
  TimingProblem problem{number("batch"),
                        number("heads"),
                        number("kv_heads"),
                        number("head_dim"),
                        number("value_dim"),
                        number("element_B"),
                        {}};
  problem.queries = yaml.at("queries").text();
  problem.keys = yaml.at("keys").text();
  if (const auto cache = yaml.find("cache_B")) problem.cache_B = read_number(*cache);
  if (const auto shared = yaml.find("values_in_keys")) problem.values_in_keys = shared->boolean();
  if (const auto tile = yaml.find("q_tile")) problem.query_tile = tile->text();
  if (const auto tile = yaml.find("kv_tile")) problem.key_tile = tile->text();
  return problem;
}

std::vector<TimingMask> read_masks(const Yaml& yaml) {
  std::vector<TimingMask> masks;
  for (const Yaml& mask : yaml.items()) {
    mask.only({"rows", "mask"});
    const auto rows = mask.find("rows");
    masks.push_back({rows ? read_condition(*rows) : RowCondition{}, mask.at("mask").text()});
  }
  if (masks.empty()) yaml.fail("expected at least one mask");
  return masks;
}

std::vector<TimingValue> read_values(const Yaml& yaml) {
  static const Symbols predictions = [] {
    Symbols symbols;
    for (const char* name : {"time_s", "fused_s", "passes_s", "baseline_s"}) symbols.add(name);
    return symbols;
  }();
  std::vector<TimingValue> values;
  for (const Yaml& value : yaml.items()) {
    value.only({"name", "measured", "predicted"});
    values.push_back(
        {value.at("name").text(), value.at("measured").expression(), value.at("predicted").expression()});
    values.back().predicted.bind(predictions);
  }
  if (values.empty()) yaml.fail("expected at least one value");
  return values;
}

std::vector<TimingLine> read_lines(const Yaml& yaml, const std::vector<TimingValue>& values) {
  std::vector<TimingLine> lines;
  for (const Yaml& line : yaml.items()) {
    line.only({"value", "against", "per"});
    lines.push_back({line.at("value").text(), line.at("against").expression(), line.at("per").text()});
    std::vector<std::string> names;
    for (const TimingValue& value : values) names.push_back(value.name);
    if (std::ranges::find(names, lines.back().value) == names.end())
      line.at("value").fail("no value '" + lines.back().value + "'" + did_you_mean(lines.back().value, names));
  }
  return lines;
}

TimingTable read_table(const Yaml& yaml) {
  yaml.only({"name", "columns", "files", "only", "problem", "masks", "values", "lines"});
  TimingTable table;
  table.name = yaml.at("name").text();
  table.columns = yaml.at("columns").texts();
  table.files = yaml.at("files").texts();
  if (const auto only = yaml.find("only")) table.only = read_patterns(*only);
  table.problem = read_problem(yaml.at("problem"));
  table.masks = read_masks(yaml.at("masks"));
  table.values = read_values(yaml.at("values"));
  if (const auto lines = yaml.find("lines")) table.lines = read_lines(*lines, table.values);
  return table;
}

std::size_t field_of(const Yaml& at, const std::string& name) {
  std::vector<std::string> known;
  for (const ParameterField& field : parameter_fields()) known.emplace_back(field.name);
  const auto found = std::ranges::find(known, name);
  if (found == known.end()) at.fail("no parameter '" + name + "'" + did_you_mean(name, known));
  return position_of(found, known);
}

CalibrationName calibration_name(const Yaml& yaml) {
  try {
    return parse_calibration_name(yaml.text());
  } catch (const InputError& error) {
    yaml.fail(error.what());
  }
}

void read_fit(const Yaml& yaml, TimingSource& source) {
  if (const auto parameters = yaml.find("parameters"))
    for (const auto& [name, value] : parameters->entries()) {
      const ParameterField& field = parameter_fields()[field_of(value, name)];
      source.given.emplace_back(field.value, value.number(field.dimension, 0, 1e12));
    }
  if (const auto from = yaml.find("from")) source.from = calibration_name(*from);
  if (const auto fit = yaml.find("fit"))
    for (const Yaml& item : fit->items()) {
      source.fit.push_back(field_of(item, item.text()));
      const double KernelParameters::*value = parameter_fields()[source.fit.back()].value;
      for (const auto& [given, number] : source.given)
        if (given == value) item.fail("'" + item.text() + "' is given, so it cannot be fitted");
    }
  if (const auto groups = yaml.find("calibrate"))
    for (const auto& [name, rows] : groups->entries()) source.groups.emplace_back(name, read_condition(rows));
  if (!source.fit.empty() && source.groups.empty())
    yaml.fail("'fit' needs 'calibrate', the rows that the parameters are fitted to");
}

void read_within(const Yaml& yaml, TimingSource& source) {
  for (const auto& [value, bounds] : yaml.entries()) {
    bounds.only({"mean", "worst"});
    Tolerance& tolerance = source.within[value];
    if (const auto mean = bounds.find("mean")) tolerance.mean = mean->number({}, 0, 10);
    if (const auto worst = bounds.find("worst")) tolerance.worst = worst->number({}, 0, 10);
  }
}

// Devices by the text of a column.
struct DeviceTexts {
  std::string column;
  std::vector<std::pair<std::string, Yaml>> devices;
};

DeviceTexts read_devices(const Yaml& yaml) {
  const auto columns = yaml.entries();
  if (columns.size() != 1) yaml.fail("expected one column, with architectures by its texts");
  DeviceTexts texts{columns.front().first, columns.front().second.entries()};
  for (const auto& [text, device] : texts.devices) {
    device.only({"arch", "clock_Hz"});
    (void)device.at("arch").text();
  }
  return texts;
}

TimingSource read_source(const Yaml& yaml) {
  yaml.only({"name", "rows", "kernel", "arch", "archs", "call", "calibration", "parameters", "fit", "from",
             "calibrate", "baseline", "after", "within"});
  TimingSource source;
  source.name = yaml.at("name").text();
  source.place = yaml.place();
  if (const auto rows = yaml.find("rows")) source.rows = read_condition(*rows);
  source.kernel = beside(yaml.at("kernel").text(), source.place.file);
  if (!yaml.find("archs")) source.arch = yaml.at("arch").text();
  if (const auto call = yaml.find("call")) source.call = beside(call->text(), source.place.file);
  if (const auto calibration = yaml.find("calibration")) source.calibration = calibration_name(*calibration);
  read_fit(yaml, source);
  if (!source.fit.empty() && !source.calibration)
    yaml.fail("'fit' needs 'calibration', the name of what is fitted");
  if (const auto baseline = yaml.find("baseline")) {
    baseline->only({"source", "mask"});
    source.baseline = baseline->at("source").text();
    source.baseline_mask = baseline->at("mask").text();
  }
  if (const auto after = yaml.find("after")) source.after = after->text();
  if (const auto within = yaml.find("within")) read_within(*within, source);
  return source;
}

// The source on one device of several.
TimingSource on_device(TimingSource source, const Yaml& text, const DeviceTexts& texts) {
  const auto device = std::ranges::find(texts.devices, text.text(), &std::pair<std::string, Yaml>::first);
  if (device == texts.devices.end()) {
    std::vector<std::string> known;
    for (const auto& [each, yaml] : texts.devices) known.push_back(each);
    text.fail(fmt::format("'archs' of the suite has no '{}'{}", text.text(), did_you_mean(text.text(), known)));
  }
  source.arch = device->second.at("arch").text();
  source.name += " " + device->first;
  if (source.rows.texts.contains(texts.column))
    text.fail(fmt::format("'rows' says '{}' already, by which 'archs' tells devices", texts.column));
  source.rows.texts[texts.column] = {device->first};
  const auto clock = device->second.find("clock_Hz");
  const auto is_clock = [](const auto& each) { return each.first == &KernelParameters::clock_Hz; };
  // The numbers of sources that calibrate by themselves are for the architecture's clock.
  const bool own = !source.groups.empty() || std::ranges::any_of(source.given, is_clock);
  if (clock && !own)
    source.given.emplace_back(&KernelParameters::clock_Hz, clock->number(dimension::hertz, 1, 1e12));
  return source;
}

std::vector<TimingSource> read_sources(const Yaml& yaml, const std::optional<DeviceTexts>& texts) {
  TimingSource source = read_source(yaml);
  const auto archs = yaml.find("archs");
  if (!archs) return {std::move(source)};
  if (!texts) archs->fail("the suite has no 'archs' to choose from");
  if (yaml.find("arch")) archs->fail("beside 'arch': expected one of them");
  std::vector<TimingSource> sources;
  for (const Yaml& text : archs->items()) sources.push_back(on_device(source, text, *texts));
  return sources;
}

TimingJoint read_joint(const Yaml& yaml, const TimingSuite& suite) {
  yaml.only({"calibration", "half", "loss", "parameters"});
  TimingJoint joint{beside(yaml.at("calibration").text(), suite.file),
                    yaml.at("half").texts(),
                    yaml.at("loss").number({}, 1e-6, 1e6),
                    {}};
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

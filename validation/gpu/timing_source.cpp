#include "validation/gpu/timing_source.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/file.hpp"
#include "common/position.hpp"
#include "common/units.hpp"
#include "validation/gpu/timing_table.hpp"

namespace tilewright {

namespace {

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

}  // namespace

std::size_t field_of(const Yaml& at, const std::string& name) {
  std::vector<std::string> known;
  for (const ParameterField& field : parameter_fields()) known.emplace_back(field.name);
  const auto found = std::ranges::find(known, name);
  if (found == known.end()) at.fail("no parameter '" + name + "'" + did_you_mean(name, known));
  return position_of(found, known);
}

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

}  // namespace tilewright

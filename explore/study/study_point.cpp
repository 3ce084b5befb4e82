#include "explore/study/study_point.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "explore/study/map_point.hpp"

namespace tilewright {

namespace {

// Of a path its last part; other names as they are.
std::string_view last_part(std::string_view name) {
  const bool is_file = name.ends_with(".yaml") || name.ends_with(".csv");
  const std::size_t slash = name.rfind('/');
  return is_file && slash != std::string_view::npos ? name.substr(slash + 1) : name;
}

// Masks name files by their ending, by the rule that reads one, or as one of configs/masks: a plain word.
bool may_name_a_file(const std::string& mask) {
  return mask.find("file") != std::string::npos || mask.find(".yaml") != std::string::npos ||
         mask.find('=') == std::string::npos;
}

void add(const std::map<std::string, double>& settings, DigestBuilder& into) {
  into.add(static_cast<double>(settings.size()));
  for (const auto& [name, value] : settings) into.add(name).add(value);
}

void add(const MapSettings& map, DigestBuilder& into) {
  into.add("map").add(map.text).add(map.time_limit_s).add(map.memory_limit_B).add(last_part(map.space));
  into.add(map.pad ? 1.0 : 0.0).add(static_cast<double>(map.cascades.size()));
  for (const std::string& name : map.cascades) into.add(last_part(name));
  for (const std::string& name : map.kernels) into.add(last_part(name));
}

void add(const SimulationOptions& simulated, DigestBuilder& into) {
  into.add("simulation").add(simulated.exact ? 1.0 : 0.0).add(simulated.until_s);
  into.add(simulated.schedule ? to_text(*simulated.schedule) : std::string());
}

bool matches(std::string_view name, std::string_view pattern) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return name == pattern;
  if (!name.starts_with(pattern.substr(0, star))) return false;
  const std::string_view rest = pattern.substr(star + 1);
  for (std::size_t from = star; from <= name.size(); ++from)
    if (matches(name.substr(from), rest)) return true;
  return false;
}

}  // namespace

std::string StudyPointInputs::group() const {
  const auto names = [](const Point& point) {
    return fmt::format("{}|{}|{}|{}|{}|{}|{}|{}", point.workload, point.arch, point.mapping, point.selection,
                       point.calibration, point.call, may_name_a_file(point.mask) ? point.mask : "",
                       point.requests.ends_with(".csv") ? point.requests : "");
  };
  std::string text = names(point);
  if (map != nullptr)
    text += fmt::format("|{}|{}|{}", map->space, fmt::join(map->cascades, ","), fmt::join(map->kernels, ","));
  return text;
}

Digest StudyPointInputs::digest() const {
  DigestBuilder builder;
  builder.add(last_part(point.workload)).add(last_part(point.arch)).add(last_part(point.mapping));
  builder.add(last_part(point.mask)).add(point.selection).add(last_part(point.requests)).add(point.query_tile);
  builder.add(point.key_tile).add(last_part(point.calibration)).add(last_part(point.call));
  add(point.set, builder);
  add(point.arch_set, builder);
  if (map != nullptr) add(*map, builder);
  if (simulated) add(*simulated, builder);
  if (outputs != nullptr)
    for (const std::string& output : *outputs) builder.add(output);
  return builder.value();
}

Record failed_record(const std::string& field, const std::string& why) {
  Record record;
  record.add(field, why);
  return record;
}

std::string failure_of(const Record& record) {
  const std::string why = record.text("infeasible");
  return why.empty() ? record.text("error") : why;
}

Record keep_outputs(const Record& record, const std::vector<std::string>& patterns) {
  const auto is_kept = [&](const std::string& name) {
    return name == "warnings" ||
           std::ranges::any_of(patterns, [&](const std::string& pattern) { return matches(name, pattern); });
  };
  Record kept;
  for (const auto& [name, value] : record.fields())
    if (is_kept(name)) kept.add(name, value);
  return kept;
}

StudyResult compute(const StudyPointInputs& inputs, const std::filesystem::path& folder, Library& library) {
  StudyResult result;
  if (inputs.map != nullptr) {
    MappedPoint mapped = map_point(inputs.point, *inputs.map, inputs.simulated, folder, library);
    result = {std::move(mapped.record), std::move(mapped.text)};
  } else {
    result.record =
        inputs.simulated ? simulate(inputs.point, *inputs.simulated, library) : evaluate(inputs.point, library);
  }
  if (inputs.outputs != nullptr && !inputs.outputs->empty())
    result.record = keep_outputs(result.record, *inputs.outputs);
  return result;
}

StudyResult run(const StudyPointInputs& inputs, const std::filesystem::path& folder, Library& library) {
  try {
    return compute(inputs, folder, library);
  } catch (const InfeasibleError& error) {
    return {failed_record("infeasible", error.what()), {}};
  } catch (const InputError& error) {
    return {failed_record("error", error.what()), {}};
  }
}

}  // namespace tilewright

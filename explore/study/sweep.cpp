#include "explore/study/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <tuple>

#include "common/file.hpp"
#include "common/parallel.hpp"
#include "common/progress.hpp"
#include "einsum/workload.hpp"
#include "explore/study/map_point.hpp"
#include "mappings/kernel/file.hpp"

namespace tilewright {

namespace {

const Choice& choose_mapping(const Series& series, const Scope& scope) {
  for (const Choice& choice : series.mappings)
    if (scope.value(choice.when) != 0) return choice;
  throw InputError(series.place, series.key_path + ".mapping", "no 'when' holds");
}

// A name of a configuration, once its axes are put in.
std::string config_name(const Study& study, const Series& series, const std::string& key, const std::string& text) {
  const std::string name = beside(text, study.file);
  try {
    (void)(key == "mapping" ? find_mapping(name) : find_config(key + "s", name));
  } catch (const InputError& error) {
    throw InputError(series.place, series.key_path + "." + key, error.what());
  }
  return name;
}

Scope scope_of(const Study& study, const Series& series, const AxisValues& values) {
  Scope scope;
  for (std::size_t i = 0; i < values.size(); ++i) scope.add(study.axes[series.axes[i]].name, values[i]);
  return scope;
}

struct ChosenPoint {
  Point point;
  const MapSettings* map;  ///< how its mapping is found; nullptr: the point names one
};

ChosenPoint make_point(const Study& study, const Series& series, const AxisValues& values, Library& library) {
  Scope scope = scope_of(study, series, values);
  Point point;
  point.workload = config_name(study, series, "workload", scope.fill(series.workload));
  for (const auto& [name, expression] : series.set) point.set[name] = scope.value(expression);
  point.requests = beside(scope.fill(series.requests), study.file);
  Workload workload = parse_workload(library.workload(point.workload), point.set);
  if (!point.requests.empty()) workload.set_requests(point.requests, point.set);
  for (const auto& [name, shape] : workload.shapes)
    if (!scope.has(name)) scope.add(name, shape);
  point.arch = config_name(study, series, "arch", scope.fill(series.arch));
  for (const auto& [name, expression] : series.arch_set) point.arch_set[name] = scope.value(expression);
  point.mask = scope.fill(series.mask);
  point.selection = scope.fill(series.selection);
  const Choice& choice = choose_mapping(series, scope);
  if (choice.map) return {std::move(point), &*choice.map};
  point.mapping = config_name(study, series, "mapping", scope.fill(choice.use));
  return {std::move(point), nullptr};
}

// An error says at which point it came up.
auto at_point(const Study& study, const Series& series, const AxisValues& values, const auto& action) {
  try {
    return action();
  } catch (const InfeasibleError&) {
    throw;
  } catch (const InputError& error) {
    throw InputError(fmt::format("{} (series '{}' at {})", error.what(), series.name,
                                 point_label(study.axes_of(series), values)));
  }
}

// `file`: of a mapping that is found.
Record estimate(const Study& study, const Series& series, const AxisValues& values, const MappingFile& file,
                Library& library) {
  return at_point(study, series, values, [&] {
    const ChosenPoint chosen = make_point(study, series, values, library);
    if (chosen.map != nullptr) return map_point(chosen.point, *chosen.map, series.simulate, file, library);
    return series.simulate ? simulate(chosen.point, *series.simulate, library) : evaluate(chosen.point, library);
  });
}

// How often each part of a sequence runs.
std::vector<double> times_of(const Study& study, const Series& series, const AxisValues& values) {
  return at_point(study, series, values, [&] {
    std::vector<double> times;
    for (const SeriesPart& part : series.sequence) times.push_back(part.how_often(scope_of(study, series, values)));
    return times;
  });
}

Record labelled(const Study& study, const Series& series, const AxisValues& values, const Record& record) {
  Record result;
  result.add("series", series.name);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string name = "point." + study.axes[series.axes[i]].name;
    values[i].number ? result.add(name, *values[i].number) : result.add(name, values[i].text);
  }
  for (const auto& [name, value] : record.fields())
    if (name != "series" && !name.starts_with("point.")) result.add(name, value);
  return result;
}

struct Task {
  std::size_t series;
  std::size_t point;
};

}  // namespace

Record run_point(const Study& study, std::size_t index, const AxisValues& values, Library& library) {
  const Series& series = study.series[index];
  if (series.sequence.empty())
    return labelled(study, series, values, estimate(study, series, values, {{}, series.name}, library));
  const std::vector<double> times = times_of(study, series, values);
  std::vector<SequencePart> parts;
  for (std::size_t i = 0; i < times.size(); ++i)
    parts.push_back({run_point(study, series.sequence[i].series, values, library), times[i]});
  return labelled(study, series, values, in_sequence(parts));
}

namespace {

// A point that does not fit is a result too: nothing but why.
Record infeasible(const std::string& why) {
  Record record;
  record.add("infeasible", why);
  return record;
}

// Nothing where a search is interrupted.
std::optional<Record> run_or_note(const Study& study, const Series& series, const AxisValues& values,
                                  const MappingFile& file, Library& library) {
  try {
    return labelled(study, series, values, estimate(study, series, values, file, library));
  } catch (const InfeasibleError& error) {
    return labelled(study, series, values, infeasible(error.what()));
  } catch (const Interrupted&) {
    return std::nullopt;
  }
}

bool searches(const Series& series) {
  return std::ranges::any_of(series.mappings, [](const Choice& choice) { return choice.map.has_value(); });
}

// What a search depends on.
auto search_key(const Point& point, const MapSettings& map) {
  return std::tuple(point.workload, point.set, point.arch, point.arch_set, point.mask, point.selection,
                    point.requests, map.text, map.limit_s, map.space, map.cascades);
}

// For every task the first one that the same search serves: itself where there is no search.
std::vector<std::size_t> shared_searches(const Study& study, const std::vector<Task>& tasks,
                                         const std::vector<std::vector<GridAxis>>& grids, Library& library) {
  std::map<decltype(search_key({}, {})), std::size_t> first;
  std::vector<std::size_t> shared(tasks.size());
  std::iota(shared.begin(), shared.end(), 0);
  for (std::size_t i = 0; i < tasks.size() && !interrupted(); ++i) {
    const Series& series = study.series[tasks[i].series];
    if (!searches(series)) continue;
    const AxisValues values = point_values(grids[tasks[i].series], tasks[i].point);
    const ChosenPoint chosen =
        at_point(study, series, values, [&] { return make_point(study, series, values, library); });
    if (chosen.map == nullptr) continue;
    shared[i] = first.try_emplace(search_key(chosen.point, *chosen.map), i).first->second;
  }
  return shared;
}

// What is wrong with a number of times shows before anything runs.
void check_times(const Study& study, const Series& series, const std::vector<GridAxis>& grid) {
  const auto is_constant = [](const SeriesPart& part) {
    return std::ranges::all_of(part.times, &Expression::is_constant);
  };
  if (std::ranges::all_of(series.sequence, is_constant)) return;
  for (std::size_t p = 0; p < static_cast<std::size_t>(point_count(grid)); ++p)
    (void)times_of(study, series, point_values(grid, p));
}

Record whole_of(const std::vector<SequencePart>& parts) {
  for (const SequencePart& part : parts)
    if (const std::string why = part.record.text("infeasible"); !why.empty()) return infeasible(why);
  return in_sequence(parts);
}

}  // namespace

std::vector<Record> sweep(const Study& study, Library& library, const SweepOptions& options) {
  std::vector<Task> tasks;
  std::vector<std::size_t> first;            // task of each series' first point
  std::vector<std::vector<GridAxis>> grids;  // by series
  for (std::size_t s = 0; s < study.series.size(); ++s) {
    first.push_back(tasks.size());
    grids.push_back(study.axes_of(study.series[s]));
    check_times(study, study.series[s], grids[s]);
    for (std::size_t p = 0; p < static_cast<std::size_t>(point_count(grids[s])); ++p) tasks.push_back({s, p});
  }
  const auto values_of = [&](const Task& task) { return point_values(grids[task.series], task.point); };
  const std::vector<std::size_t> shared = shared_searches(study, tasks, grids, library);
  std::vector<std::optional<Record>> results(tasks.size());
  Progress progress("sweep " + study.name, tasks.size(), options.progress);
  parallel_for(tasks.size(), options.jobs, [&](std::size_t i) {
    const Series& series = study.series[tasks[i].series];
    if (!series.sequence.empty() || shared[i] != i) return;
    const MappingFile file{options.mappings, fmt::format("{}-{}", series.name, tasks[i].point + 1)};
    results[i] = run_or_note(study, series, values_of(tasks[i]), file, library);
    progress.step();
  });
  for (std::size_t i = 0; i < tasks.size(); ++i)
    if (shared[i] != i && results[shared[i]]) {
      results[i] = labelled(study, study.series[tasks[i].series], values_of(tasks[i]), *results[shared[i]]);
      progress.step();
    }
  // Sequences are over the axes of their parts, which stand before them: part and whole have the same number.
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const Series& series = study.series[tasks[i].series];
    const AxisValues values = values_of(tasks[i]);
    const std::vector<double> times = times_of(study, series, values);
    std::vector<SequencePart> parts;
    for (std::size_t part = 0; part < series.sequence.size(); ++part)
      if (const auto& record = results[first[series.sequence[part].series] + tasks[i].point])
        parts.push_back({*record, times[part]});
    if (parts.empty() || parts.size() != series.sequence.size()) continue;
    results[i] = labelled(study, series, values, whole_of(parts));
    progress.step();
  }
  std::vector<Record> records;
  for (auto& result : results)
    if (result) records.push_back(std::move(*result));
  return records;
}

}  // namespace tilewright

#include "explore/analysis/rows.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "common/error.hpp"
#include "common/parallel.hpp"

namespace tilewright {

namespace {

bool is_axis(const std::string& name) { return name.starts_with("point."); }

void require_known(const Store& store, const std::string& study, const std::vector<std::string>& names) {
  const std::vector<std::string> known = store.names_of(study);
  for (const std::string& name : names)
    if (std::ranges::find(known, name) == known.end())
      throw InputError(
          {store.file().string()}, "",
          fmt::format("no record of study '{}' has a field '{}'{}", study, name, did_you_mean(name, known)));
}

}  // namespace

void require_series(const Store& store, const std::string& study, const std::vector<std::string>& wanted) {
  std::vector<std::string> known;
  if (wanted.empty()) return;
  store.for_each_point(study, [&](const StudyPoint& point) {
    if (known.empty() || known.back() != point.series) known.push_back(point.series);
  });
  for (const std::string& name : wanted)
    if (std::ranges::find(known, name) == known.end())
      throw InputError({store.file().string()}, "",
                       fmt::format("study '{}' has no series '{}'{}", study, name, did_you_mean(name, known)));
}

std::vector<Record> read_rows(const Store& store, const std::string& study, const std::vector<std::string>& names,
                              const std::vector<std::string>& series) {
  require_known(store, study, names);
  require_series(store, study, series);
  const std::set<std::string> wanted(names.begin(), names.end());
  std::vector<Record> rows;
  store.for_each(study, [&](const Record& record) {
    if (!series.empty() && std::ranges::find(series, record.text("series")) == series.end()) return;
    if (rows.size() % 1024 == 0) stop_if_interrupted();
    Record& row = rows.emplace_back();
    for (const auto& [name, value] : record.fields())
      if (name == "series" || is_axis(name) || name == "infeasible" || wanted.contains(name)) row.add(name, value);
  });
  return rows;
}

GroupKey key_of(const Record& row, const std::vector<std::string>& names) {
  GroupKey key;
  for (const std::string& name : names) {
    const RecordValue* value = row.find(name);
    key.push_back(value == nullptr ? std::nullopt : std::optional(*value));
  }
  return key;
}

std::vector<RowGroup> groups_of(std::span<const Record> rows, const std::vector<std::string>& names) {
  std::vector<RowGroup> groups;
  std::map<GroupKey, std::size_t> places;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    GroupKey key = key_of(rows[i], names);
    const auto [place, is_new] = places.try_emplace(key, groups.size());
    if (is_new) groups.push_back({std::move(key), {}});
    groups[place->second].rows.push_back(i);
  }
  return groups;
}

std::vector<std::string> axes_of(std::span<const Record> rows) {
  std::vector<std::string> axes;
  for (const Record& row : rows)
    for (const auto& [name, value] : row.fields())
      if (is_axis(name) && std::ranges::find(axes, name) == axes.end()) axes.push_back(name);
  return axes;
}

}  // namespace tilewright

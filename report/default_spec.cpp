#include "report/default_spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "report/dataset.hpp"
#include "report/palette.hpp"

namespace tilewright {

namespace {

struct Axis {
  std::string name;
  std::vector<RecordValue> values;  // as the dataset has them: numbers ascending

  [[nodiscard]] bool is_numeric() const {
    return std::ranges::all_of(values, [](const auto& value) { return std::holds_alternative<double>(value); });
  }
  [[nodiscard]] bool is_logarithmic() const {
    if (!is_numeric() || std::get<double>(values.front()) <= 0) return false;
    return std::get<double>(values.back()) / std::get<double>(values.front()) >= 8;
  }
};

/// Series over the same axes, and the axes on which their points differ.
struct Group {
  std::vector<std::string> series;
  std::vector<Axis> axes;
};

/// As a text of YAML.
std::string yaml(const std::string& text) {
  std::string result = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') result += '\\';
    result += static_cast<unsigned char>(letter) < ' ' ? ' ' : letter;
  }
  return result + "\"";
}

std::vector<Group> groups_of(const std::vector<Record>& records) {
  std::map<std::string, std::size_t> place;  // by the names of the axes
  std::vector<Group> groups;
  std::set<std::string> seen;
  const Dataset data(records);
  for (const Record& record : records) {
    const std::string series = record.text("series");
    if (!seen.insert(series).second) continue;
    const Located name{series, {}, ""};
    const auto& entries = data.series(name);
    const bool has_time =
        std::ranges::any_of(entries, [](const Entry& entry) { return entry.record->number("time_s").has_value(); });
    if (!has_time) continue;
    std::string key;
    for (const auto& [axis, value] : entries.front().point) key += axis + "\n";
    const auto [at, is_new] = place.emplace(key, groups.size());
    if (is_new) groups.emplace_back();
    Group& group = groups[at->second];
    group.series.push_back(series);
    if (!is_new) continue;
    for (const auto& [axis, value] : entries.front().point)
      if (Axis varying{axis, data.values({axis, {}, ""}, {name})}; varying.values.size() > 1)
        group.axes.push_back(std::move(varying));
  }
  // Axes of numbers first, those of many values before others.
  for (Group& group : groups)
    std::ranges::stable_sort(group.axes, [](const Axis& a, const Axis& b) {
      return std::pair(a.is_numeric(), a.values.size()) > std::pair(b.is_numeric(), b.values.size());
    });
  return groups;
}

std::string list_of(const std::vector<std::string>& texts) {
  std::vector<std::string> quoted;
  for (const std::string& text : texts) quoted.push_back(yaml(text));
  return fmt::format("[{}]", fmt::join(quoted, ", "));
}

class SpecWriter {
 public:
  SpecWriter(const std::string& study, const std::vector<Record>& records) : records_(records) {
    text_ = fmt::format("report:\n  name: default\n  title: {0}\n  study: {0}\n", yaml(study));
  }

  std::string write() {
    const std::vector<Group> groups = groups_of(records_);
    std::map<std::string, bool> axes;
    for (const Group& group : groups)
      for (const Axis& axis : group.axes) axes.emplace(axis.name, axis.is_logarithmic());
    if (!axes.empty()) text_ += "  axes:\n";
    for (const auto& [name, logarithmic] : axes)
      text_ += fmt::format("    {}: {{label: {}{}}}\n", yaml(name), yaml(name), logarithmic ? ", scale: log2" : "");
    if (!groups.empty()) text_ += "  designs:\n";
    std::size_t n = 0;
    for (const Group& group : groups)
      for (const std::string& series : group.series)
        text_ += fmt::format("    {0}: {{label: {0}, color: {1}}}\n", yaml(series), color_name(n++));
    text_ += "  page:\n    - text: \"A report of the study's axes, as the study has no report of its own.\"\n";
    for (const Group& group : groups) add(group);
    return text_;
  }

 private:
  static constexpr std::size_t most_curves = 9;
  static constexpr std::size_t most_panels = 6;

  void add(const Group& group) {
    ++group_;
    const std::size_t curves = std::min(group.series.size(), most_curves);
    designs_ = {group.series.begin(), group.series.begin() + static_cast<std::ptrdiff_t>(curves)};
    const bool numeric = !group.axes.empty() && group.axes.front().is_numeric();
    const bool two = numeric && group.axes.size() > 1 && group.axes[1].is_numeric();
    if (!group.axes.empty()) add_times(group, numeric);
    if (two && group.series.size() == 1) add_map(group);
    add_parts(group, "Where the time goes", "Time (s)", "share.", ".time_s");
    add_parts(group, "Where the energy goes", "Energy (J)", "level.", ".energy_J");
  }

  std::string begin(const std::string& kind, const std::string& what, const std::string& title,
                    const std::string& caption, const std::string& series) const {
    const std::string of = group_ == 1 ? "" : fmt::format(", {}", designs_.front());
    return fmt::format(
        "    - figure:\n        kind: {}\n        name: {}-{}\n        title: {}\n        caption: {}\n"
        "        series: {}\n",
        kind, what, group_, yaml(title + of), yaml(caption), yaml(series));
  }

  // `panels` is the first of the axes behind `from` with few values; the others are averaged.
  static std::string rest(const Group& group, std::size_t from, std::string& caption) {
    std::string keys;
    std::vector<std::string> averaged;
    bool has_panels = false;
    for (std::size_t i = from; i < group.axes.size(); ++i) {
      if (!has_panels && group.axes[i].values.size() <= most_panels) {
        keys += fmt::format("        panels: {}\n", yaml(group.axes[i].name));
        has_panels = true;
      } else {
        averaged.push_back(group.axes[i].name);
      }
    }
    if (!averaged.empty()) {
      keys += fmt::format("        mean_over: {}\n", list_of(averaged));
      caption += fmt::format(" Arithmetic means over {}.", fmt::join(averaged, " and "));
    }
    return keys;
  }

  void add_times(const Group& group, bool numeric) {
    std::string caption = fmt::format("Time by {}.", group.axes.front().name);
    const bool by_axis =
        group.series.size() == 1 && group.axes.size() > 1 && group.axes[1].values.size() <= most_curves;
    if (group.series.size() > most_curves) caption += fmt::format(" The first {} series.", most_curves);
    const std::string keys = rest(group, by_axis ? 2 : 1, caption) +
                             (by_axis ? fmt::format("        curves: {}\n", yaml(group.axes[1].name))
                                      : fmt::format("        designs: {}\n", list_of(designs_)));
    text_ +=
        begin(numeric ? "lines" : "bars", "time", "Time", caption, by_axis ? group.series.front() : "{design}") +
        keys +
        fmt::format("        x: {}\n        y: {{value: time_s{}}}\n", yaml(group.axes.front().name),
                    numeric ? ", scale: log10" : "");
  }

  void add_map(const Group& group) {
    std::string caption = fmt::format("Time by {} and {}.", group.axes[0].name, group.axes[1].name);
    const std::string keys = rest(group, 2, caption);
    text_ += begin("map", "map", "Time", caption, group.series.front()) + keys +
             fmt::format("        rows: {}\n        x: {}\n        cells: {{value: time_s, scale: log10}}\n",
                         yaml(group.axes[1].name), yaml(group.axes[0].name));
  }

  // The parts that are largest in sum, of fields PREFIX...SUFFIX; of energies those of units, too.
  void add_parts(const Group& group, const std::string& title, const std::string& label, const std::string& prefix,
                 const std::string& suffix) {
    std::map<std::string, double> sums;
    for (const Record& record : records_) {
      if (std::ranges::find(designs_, record.text("series")) == designs_.end()) continue;
      for (const auto& [name, value] : record.fields()) {
        const bool fits = name.starts_with(prefix) || (suffix == ".energy_J" && name.starts_with("unit."));
        if (const auto* number = std::get_if<double>(&value); number != nullptr && fits && name.ends_with(suffix))
          sums[name] += *number;
      }
    }
    std::vector<std::pair<std::string, double>> parts(sums.begin(), sums.end());
    std::erase_if(parts, [](const auto& part) { return part.second <= 0; });
    if (parts.empty()) return;
    std::ranges::stable_sort(parts, [](const auto& a, const auto& b) { return a.second > b.second; });
    const bool all = parts.size() <= most_curves;
    if (!all) parts.resize(most_curves);
    std::string caption = all ? "All parts." : fmt::format("The {} largest parts.", most_curves);
    std::string keys;
    if (group.series.size() == 1 && !group.axes.empty()) {
      keys = rest(group, 1, caption) + fmt::format("        x: {}\n", yaml(group.axes.front().name));
    } else {
      std::vector<std::string> averaged;
      for (const Axis& axis : group.axes) averaged.push_back(axis.name);
      if (!averaged.empty()) {
        keys = fmt::format("        mean_over: {}\n", list_of(averaged));
        caption += fmt::format(" Arithmetic means over {}.", fmt::join(averaged, " and "));
      }
      keys += fmt::format("        designs: {}\n", list_of(designs_));
    }
    text_ += begin("stacks", suffix == ".energy_J" ? "energy" : "shares", title, caption,
                   group.series.size() == 1 && !group.axes.empty() ? group.series.front() : "{design}") +
             keys + fmt::format("        y: {{label: {}}}\n        parts:\n", yaml(label));
    std::size_t n = 0;
    for (const auto& [name, sum] : parts)
      text_ += fmt::format("          - {{label: {}, color: {}, value: {}}}\n",
                           yaml(name.substr(name.find('.') + 1, name.size() - suffix.size() - name.find('.') - 1)),
                           color_name(n++), yaml(name));
  }

  const std::vector<Record>& records_;
  std::string text_;
  std::vector<std::string> designs_;
  int group_ = 0;
};

}  // namespace

std::string default_report(const std::string& study, const std::vector<Record>& records) {
  return SpecWriter(study, records).write();
}

}  // namespace tilewright

#include "explore/analysis/sensitivity.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "common/error.hpp"

namespace tilewright {

namespace {

constexpr std::size_t least_rows_in_bin = 5;
constexpr std::size_t most_bins = 64;

// The rows of one series that have a value.
struct Sample {
  std::string series;
  std::vector<std::string> axes;  // that vary
  std::vector<GroupKey> at;       // by row: values on the axes
  std::vector<std::optional<double>> values;

  [[nodiscard]] std::vector<double> present() const {
    std::vector<double> result;
    for (const auto& value : values)
      if (value) result.push_back(*value);
    return result;
  }
};

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double squares_of(const std::vector<double>& values) {
  const double mean = mean_of(values);
  return std::accumulate(values.begin(), values.end(), 0.0,
                         [&](double sum, double value) { return sum + (value - mean) * (value - mean); });
}

Sample sample_of(std::span<const Record> rows, const RowGroup& series, const std::string& field) {
  Sample sample;
  if (series.key[0]) sample.series = std::get<std::string>(*series.key[0]);
  std::vector<Record> own;
  for (const std::size_t row : series.rows) own.push_back(rows[row]);
  for (const std::string& axis : axes_of(own))
    if (groups_of(own, {axis}).size() > 1) sample.axes.push_back(axis);
  for (const Record& row : own) {
    sample.at.push_back(key_of(row, sample.axes));
    sample.values.push_back(row.number(field));
  }
  return sample;
}

// Whether rows first .. first + axes + 1 are A, A with each axis from B in turn, and B.
bool is_block(const Sample& sample, std::size_t first) {
  const std::size_t axes = sample.axes.size();
  const GroupKey& a = sample.at[first];
  const GroupKey& b = sample.at[first + axes + 1];
  for (std::size_t i = 0; i < axes; ++i) {
    if (a[i] == b[i]) return false;
    GroupKey mixed = a;
    mixed[i] = b[i];
    if (sample.at[first + i + 1] != mixed) return false;
  }
  return true;
}

bool is_radial(const Sample& sample) {
  const std::size_t size = sample.axes.size() + 2;
  if (sample.axes.empty() || sample.at.size() < 2 * size || sample.at.size() % size != 0) return false;
  std::size_t blocks = 0;
  for (std::size_t first = 0; first < sample.at.size(); first += size) blocks += is_block(sample, first) ? 1 : 0;
  // An axis of few values may have one of them in both A and B.
  return 2 * blocks > sample.at.size() / size;
}

// Blocks in which every row has a value: A, AB_i ..., B.
std::vector<std::vector<double>> whole_blocks(const Sample& sample) {
  const std::size_t size = sample.axes.size() + 2;
  std::vector<std::vector<double>> blocks;
  for (std::size_t first = 0; first < sample.at.size(); first += size) {
    std::vector<double> block;
    for (std::size_t i = first; i < first + size; ++i)
      if (sample.values[i]) block.push_back(*sample.values[i]);
    if (block.size() == size) blocks.push_back(std::move(block));
  }
  return blocks;
}

void add_sobol(const Sample& sample, std::vector<AxisSensitivity>& result) {
  const auto blocks = whole_blocks(sample);
  std::vector<double> ends;
  for (const auto& block : blocks) ends.insert(ends.end(), {block.front(), block.back()});
  const double mean = ends.empty() ? 0 : mean_of(ends);
  const double variance = ends.empty() ? 0 : squares_of(ends) / static_cast<double>(ends.size());
  const auto count = static_cast<double>(blocks.size());
  for (std::size_t i = 0; i < sample.axes.size(); ++i) {
    AxisSensitivity axis{sample.series, sample.axes[i], SensitivityBy::sobol, blocks.size()};
    double first = 0;
    double total = 0;
    for (const auto& block : blocks) {
      const double change = block[i + 1] - block.front();
      first += (block.back() - mean) * change;
      total += change * change;
    }
    if (variance > 0) axis.first_order = first / count / variance;
    if (variance > 0) axis.total = total / (2 * count) / variance;
    result.push_back(std::move(axis));
  }
}

double ratio_of(const std::vector<double>& values, const std::string& field) {
  const auto [least, most] = std::ranges::minmax(values);
  if (least <= 0)
    throw InputError(
        fmt::format("sensitivity of '{}': a value is {}, and not above 0; it has no ratio", field, least));
  return most / least;
}

// Of groups of rows that differ in this axis alone: their ratios.
std::vector<double> ratios_of(const Sample& sample, std::size_t axis, const std::string& field) {
  std::map<GroupKey, std::pair<std::set<std::optional<RecordValue>>, std::vector<double>>> groups;
  for (std::size_t row = 0; row < sample.at.size(); ++row) {
    if (!sample.values[row]) continue;
    GroupKey others = sample.at[row];
    const auto own = others[axis];
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(axis));
    auto& [places, values] = groups[others];
    places.insert(own);
    values.push_back(*sample.values[row]);
  }
  std::vector<double> ratios;
  for (const auto& [others, group] : groups)
    if (group.first.size() > 1) ratios.push_back(ratio_of(group.second, field));
  return ratios;
}

AxisSensitivity one_at_a_time(const Sample& sample, std::size_t axis, const std::vector<double>& ratios) {
  AxisSensitivity result{sample.series, sample.axes[axis], SensitivityBy::one_at_a_time, ratios.size()};
  if (ratios.empty()) return result;
  double logs = 0;
  for (const double ratio : ratios) logs += std::log(ratio);
  result.ratio = std::exp(logs / static_cast<double>(ratios.size()));
  std::tie(result.least, result.most) = std::pair(std::ranges::min(ratios), std::ranges::max(ratios));
  return result;
}

// Rows with a value, sorted by the axis and cut; a bin per value where there are few.
std::vector<std::vector<double>> bins_of(const Sample& sample, std::size_t axis) {
  std::map<std::optional<RecordValue>, std::vector<double>> by_value;
  std::size_t count = 0;
  bool is_text = false;
  for (std::size_t row = 0; row < sample.at.size(); ++row) {
    if (!sample.values[row]) continue;
    const auto& place = sample.at[row][axis];
    is_text = is_text || !place || std::holds_alternative<std::string>(*place);
    by_value[place].push_back(*sample.values[row]);
    ++count;
  }
  const std::size_t most =
      std::clamp<std::size_t>(static_cast<std::size_t>(std::sqrt(static_cast<double>(count))), 2, most_bins);
  const bool is_binned = !is_text && by_value.size() > most;
  const std::size_t size = is_binned ? std::max(least_rows_in_bin, (count + most - 1) / most) : 1;
  std::vector<std::vector<double>> bins;
  for (auto& [place, values] : by_value) {
    // What is left at the end is part of the last bin.
    if (bins.empty() || bins.back().size() >= size) bins.emplace_back();
    bins.back().insert(bins.back().end(), values.begin(), values.end());
  }
  if (bins.size() > 1 && bins.back().size() < size) {
    bins[bins.size() - 2].insert(bins[bins.size() - 2].end(), bins.back().begin(), bins.back().end());
    bins.pop_back();
  }
  return bins;
}

AxisSensitivity by_bins(const Sample& sample, std::size_t axis) {
  const auto bins = bins_of(sample, axis);
  AxisSensitivity result{sample.series, sample.axes[axis], SensitivityBy::bins, bins.size()};
  const std::vector<double> values = sample.present();
  if (bins.size() < 2 || values.size() <= bins.size()) return result;
  double within = 0;
  for (const auto& bin : bins) within += squares_of(bin);
  const double all = squares_of(values);
  const double mean_within = within / static_cast<double>(values.size() - bins.size());
  if (all > 0) result.first_order = (all - within - static_cast<double>(bins.size() - 1) * mean_within) / all;
  return result;
}

void add_sensitivity(const Sample& sample, const std::string& field, std::vector<AxisSensitivity>& result) {
  if (is_radial(sample)) return add_sobol(sample, result);
  std::vector<std::vector<double>> ratios;
  for (std::size_t i = 0; i < sample.axes.size(); ++i) ratios.push_back(ratios_of(sample, i, field));
  const bool is_grid = std::ranges::any_of(ratios, [](const auto& each) { return !each.empty(); });
  for (std::size_t i = 0; i < sample.axes.size(); ++i)
    result.push_back(is_grid ? one_at_a_time(sample, i, ratios[i]) : by_bins(sample, i));
}

}  // namespace

Sensitivity sensitivity_of(std::span<const Record> rows, const std::string& field) {
  Sensitivity result;
  for (const RowGroup& series : groups_of(rows, {"series"})) {
    const Sample sample = sample_of(rows, series, field);
    result.without_value += sample.values.size() - sample.present().size();
    add_sensitivity(sample, field, result.axes);
  }
  return result;
}

}  // namespace tilewright

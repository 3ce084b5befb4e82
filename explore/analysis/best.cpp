#include "explore/analysis/best.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "common/error.hpp"

namespace tilewright {

namespace {

// The smaller, the better.
std::optional<double> cost(const Record& row, const Aim& aim) {
  const auto value = row.number(aim.field);
  return value && aim.largest ? std::optional(-*value) : value;
}

struct Costs {
  std::vector<double> of;
  std::size_t row = 0;
};

bool beats(const Costs& a, const Costs& b) {
  bool better = false;
  for (std::size_t i = 0; i < a.of.size(); ++i) {
    if (a.of[i] > b.of[i]) return false;
    better = better || a.of[i] < b.of[i];
  }
  return better;
}

}  // namespace

Aim parse_aim(const std::string& text) {
  constexpr std::string_view largest = "max:";
  const bool is_largest = text.starts_with(largest);
  Aim aim{is_largest ? text.substr(largest.size()) : text, is_largest};
  if (aim.field.empty())
    throw InputError(fmt::format("'{}': expected a field, as in time_s or max:mask.pairs", text));
  return aim;
}

std::vector<Aim> parse_aims(const std::string& text) {
  std::vector<Aim> aims;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t comma = std::min(text.find(',', from), text.size());
    Aim aim = parse_aim(text.substr(from, comma - from));
    if (std::ranges::find(aims, aim.field, &Aim::field) != aims.end())
      throw InputError(fmt::format("'{}': '{}' is named twice", text, aim.field));
    aims.push_back(std::move(aim));
    from = comma + 1;
  }
  return aims;
}

ParetoSet pareto_set(std::span<const Record> rows, const std::vector<Aim>& aims) {
  ParetoSet result;
  std::vector<Costs> all;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Costs costs{{}, i};
    for (const Aim& aim : aims)
      if (const auto value = cost(rows[i], aim)) costs.of.push_back(*value);
    if (costs.of.size() == aims.size())
      all.push_back(std::move(costs));
    else
      ++result.without_value;
  }
  // By their first cost, then the next: only what stands before can beat a row.
  std::ranges::stable_sort(all, {}, &Costs::of);
  std::vector<Costs> unbeaten;
  for (Costs& costs : all) {
    const auto beats_it = [&](const Costs& other) { return beats(other, costs); };
    // The latest is nearest in the first costs, and most often the one that beats it.
    if (std::any_of(unbeaten.rbegin(), unbeaten.rend(), beats_it)) continue;
    result.rows.push_back(costs.row);
    unbeaten.push_back(std::move(costs));
  }
  std::ranges::sort(result.rows);
  return result;
}

std::vector<BestOfGroup> best_of(std::span<const Record> rows, const Aim& aim, const std::vector<std::string>& by) {
  std::vector<BestOfGroup> result;
  for (const RowGroup& group : groups_of(rows, by)) {
    BestOfGroup best{group.key, 0, 0, group.rows.size(), 0};
    std::optional<double> least;
    for (const std::size_t row : group.rows) {
      const auto value = cost(rows[row], aim);
      if (!value) ++best.without_value;
      if (value && least && *value == *least) ++best.equal;
      if (!value || (least && *value >= *least)) continue;
      least = value;
      best.row = row;
      best.equal = 1;
    }
    result.push_back(std::move(best));
  }
  return result;
}

}  // namespace tilewright

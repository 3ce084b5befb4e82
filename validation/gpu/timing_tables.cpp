// How comparisons with published timings are shown.
#include <algorithm>
#include <map>

#include "validation/gpu/timing_groups.hpp"
#include "validation/gpu/validate_timings.hpp"
#include "validation/quantile.hpp"

namespace tilewright {

namespace {

Cell cell_of(const std::optional<double>& value) { return value ? Cell(*value) : Cell(); }

// Whether the row is within its interval, or why it does not say how good that is.
std::string held_of(const TimingComparison& comparison) {
  if (!comparison.interval) return "";
  if (!comparison.group.empty()) return "calibrates";
  if (comparison.gives_interval) return "gives it";
  return comparison.is_held() ? "yes" : "NO";
}

// Empty where nothing is asked of it.
std::string verdict_of(const TimingError& error) {
  if (!error.allowed.mean && !error.allowed.worst) return "";
  return error.met() ? "yes" : "NO";
}

}  // namespace

Table TimingValidation::summary() const {
  Table table{{{"source", {}, false},
               {"kernel", {}, false},
               {"arch", {}, false},
               {"value", {}, false},
               {"calibrated", {}, false},
               {"judged", {}, false},
               {"calibrated_mean", {}, true},
               {"mean", {}, true},
               {"bias", {}, true},
               {"worst", {}, true},
               {"rank", {}, false},
               {"allowed_mean", {}, true},
               {"allowed_worst", {}, true},
               {"met", {}, false},
               {"worst_row", {}, false}},
              {}};
  if (beside) table.columns.push_back({"apart", {}, false});
  for (const TimingError& error : errors) {
    const bool judged = error.judged > 0;
    const auto if_judged = [&](double value) { return judged ? Cell(value) : Cell(); };
    table.rows.push_back(
        {error.source, error.kernel, error.arch, error.value, static_cast<double>(error.calibrated),
         static_cast<double>(error.judged), error.calibrated > 0 ? Cell(error.calibrated_mean) : Cell(),
         if_judged(error.mean), if_judged(error.bias), if_judged(error.worst), cell_of(error.rank),
         cell_of(error.allowed.mean), cell_of(error.allowed.worst), verdict_of(error), error.worst_row});
    if (beside) table.rows.back().emplace_back(static_cast<double>(error.apart));
  }
  return table;
}

Table TimingValidation::rows() const {
  Table table{{{"source", {}, false},
               {"kernel", {}, false},
               {"arch", {}, false},
               {"row", {}, false},
               {"problem", {}, false},
               {"value", {}, false},
               {"calibrates", {}, false},
               {"measured", {}, false},
               {"predicted", {}, false},
               {"error", {}, true},
               {"launch_s", {}, false},
               {"passes_s", {}, false}},
              {}};
  if (beside)
    for (const Column& column :
         {Column{"estimate", {}, false}, {"from_estimate", {}, true}, {"apart_by", {}, false}})
      table.columns.push_back(column);
  const bool intervals = has_intervals();
  if (intervals)
    for (const char* column : {"low", "high", "held"}) table.columns.push_back({column, {}, false});
  for (const TimingComparison& each : comparisons) {
    table.rows.push_back({each.source, each.kernel, each.arch, each.place.str(), each.label, each.value, each.group,
                          each.measured, each.predicted, each.error(), each.launch_s, each.passes_s});
    if (beside)
      for (const Cell& cell :
           {cell_of(each.beside), each.beside ? Cell(each.apart()) : Cell(), Cell(each.apart_by)})
        table.rows.back().push_back(cell);
    if (!intervals) continue;
    const auto end = [&](double times) { return each.interval ? Cell(each.predicted * times) : Cell(); };
    table.rows.back().push_back(end(each.interval ? each.interval->low : 0));
    table.rows.back().push_back(end(each.interval ? each.interval->high : 0));
    table.rows.back().emplace_back(held_of(each));
  }
  return table;
}

Table TimingValidation::groups() const {
  Table table;
  for (const std::string& column : grouping->by) table.columns.push_back({column, {}, false});
  if (grouping->apart_below) table.columns.push_back({"measured", {}, false});
  for (const Column& column : {Column{"rows", {}, false},
                               {"mean", {}, true},
                               {"median", {}, true},
                               {"p90", {}, true},
                               {"bias", {}, true},
                               {"rank", {}, false}})
    table.columns.push_back(column);
  const bool intervals = has_intervals();
  if (intervals) table.columns.push_back({"held", {}, true});
  for (const TimingGroup& group : groups_of(*grouping, comparisons)) {
    std::vector<Cell> cells;
    for (std::size_t i = 0; i < grouping->by.size(); ++i)
      cells.emplace_back(i < group.texts.size() ? group.texts[i] : "all");
    if (grouping->apart_below)
      cells.emplace_back((group.apart ? "below " : "from ") + pretty(*grouping->apart_below, dimension::seconds));
    for (const double value :
         {static_cast<double>(group.rows), group.mean, group.median, group.most_of_ten, group.bias})
      cells.emplace_back(value);
    cells.push_back(cell_of(group.rank));
    if (intervals) cells.push_back(cell_of(group.held));
    table.rows.push_back(std::move(cells));
  }
  return table;
}

Table TimingValidation::ratios() const {
  Table table{{{"value", {}, false},
               {grouping->by.front(), {}, false},
               {"rows", {}, false},
               {"mean", {}, true},
               {"median", {}, true},
               {"p90", {}, true},
               {"bias", {}, true},
               {"rank", {}, false}},
              {}};
  for (const std::string& name : relative)
    for (const TimingGroup& group : groups_of({name, {grouping->by.front()}, {}, {}}, comparisons)) {
      if (group.texts.size() > 1) continue;
      table.rows.push_back({name, group.texts.empty() ? "all" : group.texts.front(),
                            static_cast<double>(group.rows), group.mean, group.median, group.most_of_ten,
                            group.bias, cell_of(group.rank)});
    }
  return table;
}

Table TimingValidation::intervals() const {
  Table table{{{grouping->by.front(), {}, false},
               {"rows", {}, false},
               {"held", {}, true},
               {"below", {}, true},
               {"above", {}, true},
               {"width", {}, false}},
              {}};
  std::map<std::string, std::vector<const TimingComparison*>> groups;
  for (const TimingComparison& each : comparisons)
    if (each.judges_interval())
      for (const std::string& text : {std::string("all"), each.texts.front()}) groups[text].push_back(&each);
  for (const auto& group : groups) {
    const std::vector<const TimingComparison*>& rows = group.second;
    const auto all = static_cast<double>(rows.size());
    const auto share = [&](const auto& is) { return static_cast<double>(std::ranges::count_if(rows, is)) / all; };
    std::vector<double> widths;
    for (const TimingComparison* row : rows) widths.push_back(row->interval->high / row->interval->low);
    table.rows.push_back(
        {group.first, all, cell_of(held_share(rows)),
         share([](const auto* row) { return row->measured < row->predicted * row->interval->low; }),
         share([](const auto* row) { return row->measured > row->predicted * row->interval->high; }),
         quantile(widths, 0.5)});
  }
  return table;
}

}  // namespace tilewright

#include "validation/gpu/left_out.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "common/parallel.hpp"
#include "sim/kernel/estimate.hpp"
#include "validation/gpu/joint_fit.hpp"

namespace tilewright {

namespace {

void check_column(const TimingSuite& suite, const std::string& column) {
  if (!suite.joint)
    throw InputError(fmt::format("--leave-out: suite '{}' has no 'joint' fit to leave rows out of", suite.name));
  for (const TimingTable& table : suite.tables)
    if (std::ranges::find(table.columns, column) == table.columns.end())
      throw InputError(fmt::format("--leave-out: table '{}' has no column '{}'{}", table.name, column,
                                   did_you_mean(column, table.columns)));
}

// Comparisons of the rows that have the text, by a fit to the calibrating ones that have another.
std::vector<TimingComparison> without(const std::string& text, const std::string& column, const TimingSuite& suite,
                                      const std::vector<PreparedTiming>& timings) {
  std::vector<const PreparedTiming*> others;
  std::vector<PreparedTiming> own;
  for (const PreparedTiming& timing : timings)
    if (timing.row->row.text(column) == text)
      own.push_back(timing);
    else if (timing.row->calibrates)
      others.push_back(&timing);
  const SourceParameters parameters = parameters_of(suite, own, fit_jointly(suite, others));
  std::vector<TimingComparison> comparisons;
  for (const PreparedTiming& timing : own)
    for (const ComparedValue& value : compare(timing, parameters, estimate)) {
      comparisons.push_back(comparison_of(suite, timing, value));
      comparisons.back().group.clear();
    }
  return comparisons;
}

}  // namespace

TimingValidation validate_left_out(const TimingSuite& suite, TimedRows rows, const std::string& column,
                                   Library& library, int jobs) {
  check_column(suite, column);
  std::erase_if(rows.rows, [](const TimedRow& row) { return !row.source->groups.empty(); });
  TimingValidation validation;
  const std::vector<PreparedTiming> timings = prepare_timings(suite, rows, library, jobs);
  validation.grouping = suite.groups;
  validation.notes = std::move(rows.notes);
  std::set<std::string> texts;
  for (const PreparedTiming& timing : timings) texts.insert(timing.row->row.text(column));
  if (texts.size() < 2)
    throw InputError(fmt::format("--leave-out: column '{}' has the same text in all rows", column));
  const std::vector<std::string> all(texts.begin(), texts.end());
  std::vector<std::vector<TimingComparison>> parts(all.size());
  parallel_for(all.size(), jobs, [&](std::size_t i) { parts[i] = without(all[i], column, suite, timings); });
  stop_if_interrupted();
  for (const std::vector<TimingComparison>& part : parts)
    validation.comparisons.insert(validation.comparisons.end(), part.begin(), part.end());
  add_intervals(suite, true, validation.comparisons);
  if (validation.grouping) validation.grouping->held.reset();
  validation.errors = errors_of(suite, validation.comparisons);
  for (TimingError& error : validation.errors) error.allowed = {};
  return validation;
}

}  // namespace tilewright

#include "explore/study/sweep_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "common/parallel.hpp"
#include "explore/study/model_version.hpp"

namespace tilewright {

namespace {

// Of the content alone: where files are makes no difference.
Digest digest_of(const FilesRead& files) {
  std::vector<Digest> contents;
  for (const auto& [path, content] : files) contents.push_back(content);
  std::ranges::sort(contents);
  DigestBuilder builder;
  for (const Digest& content : contents) builder.add(content);
  return builder.value();
}

}  // namespace

SweepPlan::SweepPlan(const Study& study, Library& library, int jobs) : study_(study), library_(library) {
  for (std::size_t s = 0; s < study.series.size(); ++s) {
    series_.push_back(std::make_unique<SeriesPoints>(study, study.series[s], library));
    first_.push_back(points_.size());
    for (std::size_t number = 0; number < series_[s]->numbers(); ++number)
      if (has_parts(s, number) && series_[s]->exists(number)) points_.push_back({s, number});
  }
  first_.push_back(points_.size());
  own_.resize(points_.size());
  group_.assign(points_.size(), no_group);
  identify(jobs);
}

SweepPlan::~SweepPlan() = default;

bool SweepPlan::has_parts(std::size_t series, std::size_t number) const {
  return std::ranges::all_of(study_.series[series].sequence,
                             [&](const SeriesPart& part) { return find(part.series, number).has_value(); });
}

std::optional<std::size_t> SweepPlan::find(std::size_t series, std::size_t number) const {
  const auto begin = points_.begin() + static_cast<std::ptrdiff_t>(first_[series]);
  const auto end = series + 1 < first_.size() ? points_.begin() + static_cast<std::ptrdiff_t>(first_[series + 1])
                                              : points_.end();
  const auto found = std::ranges::lower_bound(begin, end, number, {}, &PlannedPoint::number);
  if (found == end || found->number != number) return std::nullopt;
  return static_cast<std::size_t>(found - points_.begin());
}

void SweepPlan::identify(int jobs) {
  std::mutex mutex;
  std::map<std::string, std::size_t> names;
  std::vector<std::size_t> first;  // point, by group
  parallel_for(points_.size(), jobs, [&](std::size_t n) {
    if (is_sequence(n)) return;
    try {
      const StudyPointInputs inputs = inputs_of(n);
      own_[n] = inputs.digest();
      const std::string name = inputs.group();
      const std::scoped_lock lock(mutex);
      const auto [found, is_new] = names.try_emplace(name, first.size());
      if (is_new) first.push_back(n);
      group_[n] = found->second;
      first[group_[n]] = std::min(first[group_[n]], n);
    } catch (const InputError& error) {
      own_[n] = DigestBuilder().add("error").add(error.what()).value();
    }
  });
  stop_if_interrupted();  // some points have no group then
  number_groups(names, first);
}

// In order of their first points, whatever the threads did.
void SweepPlan::number_groups(const std::map<std::string, std::size_t>& names,
                              const std::vector<std::size_t>& first) {
  std::vector<std::pair<std::size_t, std::string>> order;
  for (const auto& [name, group] : names) order.emplace_back(first[group], name);
  std::ranges::sort(order);
  std::vector<std::size_t> place(names.size());
  for (std::size_t g = 0; g < order.size(); ++g) {
    place[names.at(order[g].second)] = g;
    groups_.push_back(order[g].second);
  }
  for (std::size_t& group : group_)
    if (group != no_group) group = place[group];
  known_.assign(groups_.size(), 0);
  files_.resize(groups_.size());
}

StudyPointInputs SweepPlan::inputs_of(std::size_t n) const {
  const SeriesPoints& series = *series_[points_[n].series];
  return series.inputs(series.values(points_[n].number));
}

const Series& SweepPlan::series(std::size_t n) const { return study_.series[points_[n].series]; }

Record SweepPlan::labels(std::size_t n) const {
  const SeriesPoints& series = *series_[points_[n].series];
  return series.labels(series.values(points_[n].number));
}

void SweepPlan::set_files(std::size_t group, const FilesRead& files) {
  files_[group] = digest_of(files);
  known_[group] = 1;
}

std::vector<std::size_t> SweepPlan::probes(std::size_t group) const {
  constexpr std::size_t most = 8;
  std::vector<std::size_t> points;
  for (std::size_t n = 0; n < group_.size() && points.size() < most; ++n)
    if (group_[n] == group) points.push_back(n);
  return points;
}

bool SweepPlan::has_digest(std::size_t n) const {
  if (!is_sequence(n)) return group_[n] == no_group || is_known(group_[n]);
  return std::ranges::all_of(parts_of(n), [&](std::size_t part) { return has_digest(part); });
}

Digest SweepPlan::digest(std::size_t n) const {
  DigestBuilder builder;
  builder.add(model_version());
  if (!is_sequence(n)) {
    builder.add(own_[n]);
    if (group_[n] != no_group) builder.add(files_[group_[n]]);
    return builder.value();
  }
  builder.add("sequence");
  for (const std::size_t part : parts_of(n)) builder.add(digest(part));
  try {
    for (const double times : times_of(n)) builder.add(times);
  } catch (const InputError& error) {
    builder.add(error.what());
  }
  return builder.value();
}

StudyResult SweepPlan::run(std::size_t n, const std::filesystem::path& mappings, FilesRead* files) const {
  try {
    const StudyPointInputs inputs = inputs_of(n);
    const ReadLog log;
    StudyResult result = tilewright::run(inputs, mappings, library_);
    if (files != nullptr) files->insert(log.files().begin(), log.files().end());
    return result;
  } catch (const InputError& error) {
    return {failed_record("error", error.what()), {}};
  }
}

std::vector<std::size_t> SweepPlan::parts_of(std::size_t n) const {
  std::vector<std::size_t> parts;
  for (const SeriesPart& part : series(n).sequence) parts.push_back(*find(part.series, points_[n].number));
  return parts;
}

std::vector<double> SweepPlan::times_of(std::size_t n) const {
  const SeriesPoints& series = *series_[points_[n].series];
  return series.times(series.values(points_[n].number));
}

Record SweepPlan::whole(std::size_t n, const std::vector<Record>& parts) const {
  for (const Record& part : parts) {
    for (const char* field : {"infeasible", "error"})
      if (const std::string why = part.text(field); !why.empty()) return failed_record(field, why);
  }
  try {
    const std::vector<double> times = times_of(n);
    std::vector<SequencePart> sequence;
    for (std::size_t i = 0; i < parts.size(); ++i) sequence.push_back({parts[i], times[i]});
    return in_sequence(sequence);
  } catch (const InputError& error) {
    return failed_record("error", error.what());
  }
}

}  // namespace tilewright

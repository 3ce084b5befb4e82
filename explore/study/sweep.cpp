#include "explore/study/sweep.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <mutex>

#include "common/file.hpp"
#include "common/parallel.hpp"
#include "common/progress.hpp"
#include "common/version.hpp"
#include "explore/study/learn_files.hpp"
#include "explore/study/model_version.hpp"
#include "explore/study/pending.hpp"
#include "explore/study/record_writer.hpp"

namespace tilewright {

namespace {

Record labelled(const std::string& series, const Record& labels, const Record& record) {
  Record result;
  result.add("series", series);
  for (const Record* part : {&labels, &record})
    for (const auto& [name, value] : part->fields())
      if (name != "series" && (part == &labels || !(name.starts_with("point.") || name.starts_with("derived."))))
        result.add(name, value);
  return result;
}

StoredTexts provenance_of(const Study& study) {
  StoredTexts texts{
      {"study_file", study.file}, {"version", version()}, {"commit", commit()}, {"model_version", model_version()}};
  if (study.sample) texts.emplace_back("sample", study.sample->text());
  return texts;
}

class Sweep {
 public:
  Sweep(const Study& study, Library& library, Store& store, const SweepOptions& options)
      : study_(study), store_(store), options_(options), plan_(study, library, options.jobs) {}

  SweepCount run() {
    count_.points = plan_.size();
    computed_ = learn_files(plan_, store_, options_);
    if (options_.shard.of == 1) set_points();
    compute_pending();
    if (options_.shard.of == 1 && !interrupted()) compute_sequences();
    if (!options_.mappings.empty()) write_mappings();
    return count_;
  }

 private:
  [[nodiscard]] bool is_mine(std::size_t n) const {
    return !plan_.is_sequence(n) && n % options_.shard.of == options_.shard.number - 1;
  }

  void put(std::size_t n, StudyResult result, RecordWriter& writer) {
    writer.add({plan_.digest(n), std::move(result.record)}, std::move(result.mapping));
    ++computed_;
  }

  void set_points() {
    store_.set_points(study_.name, provenance_of(study_), plan_.size(), [this](std::size_t n) {
      return StudyPoint{plan_.series(n).name, plan_.point(n).number + 1,
                        plan_.has_digest(n) ? plan_.digest(n) : Digest{}, plan_.labels(n)};
    });
  }

  // Points to compute, each digest once.
  [[nodiscard]] std::vector<std::size_t> pending() {
    Pending found = pending_points(plan_, store_, [this](std::size_t n) { return is_mine(n); });
    const std::size_t there = found.distinct - found.missing.size();
    count_.stored = there - std::min(computed_.load(), there);
    return std::move(found.missing);
  }

  [[nodiscard]] bool searches() const {
    return std::ranges::any_of(study_.series, [](const Series& series) {
      return std::ranges::any_of(series.mappings, [](const Choice& choice) { return choice.map.has_value(); });
    });
  }

  // Processes in one store begin at different places, and pass over what another one has done meanwhile.
  void compute_pending() {
    const std::vector<std::size_t> points = pending();
    const std::size_t at_once = searches() ? 1 : 32;
    const std::size_t chunks = (points.size() + at_once - 1) / at_once;
    const std::size_t start = chunks == 0 ? 0 : static_cast<std::size_t>(getpid()) * 7919 % chunks;
    RecordWriter writer(store_);
    Progress progress("sweep " + study_.name, points.size(), options_.progress);
    parallel_for(chunks, options_.jobs, [&](std::size_t i) {
      const std::size_t from = (start + i) % chunks * at_once;
      const auto size = std::min(at_once, points.size() - from);
      compute(std::span(points).subspan(from, size), writer, progress);
    });
    writer.finish();
    count_.computed = computed_;
  }

  void compute(std::span<const std::size_t> points, RecordWriter& writer, Progress& progress) {
    std::vector<Digest> digests;
    for (const std::size_t n : points) digests.push_back(plan_.digest(n));
    const std::vector<bool> known = writer.with_store([&](Store& store) { return store.known(digests); });
    for (std::size_t i = 0; i < points.size() && !interrupted(); ++i) try {
        if (!known[i]) put(points[i], plan_.run(points[i], options_.mappings), writer);
        progress.step();
      } catch (const Interrupted&) {
        return;
      }
  }

  // Their parts stand before them.
  void compute_sequences() {
    constexpr std::size_t at_once = 256;
    std::vector<StoredRecord> records;
    for (std::size_t n = 0; n < plan_.size() && !interrupted(); ++n) {
      if (!plan_.is_sequence(n) || !plan_.has_digest(n)) continue;
      const Digest digest = plan_.digest(n);
      if (store_.known({&digest, 1}).front()) {
        ++count_.stored;
        continue;
      }
      if (auto parts = records_of(plan_.parts_of(n))) records.push_back({digest, plan_.whole(n, *parts)});
      if (records.size() >= at_once || (!records.empty() && n + 1 < plan_.size() && !same_series(n, n + 1)))
        flush(records);
    }
    flush(records);
  }

  [[nodiscard]] bool same_series(std::size_t a, std::size_t b) const {
    return plan_.point(a).series == plan_.point(b).series;
  }

  void flush(std::vector<StoredRecord>& records) {
    store_.put(records);
    count_.computed += records.size();
    records.clear();
  }

  [[nodiscard]] std::optional<std::vector<Record>> records_of(const std::vector<std::size_t>& points) const {
    std::vector<Record> records;
    for (const std::size_t n : points) {
      auto record = store_.find(plan_.digest(n));
      if (!record) return std::nullopt;
      records.push_back(std::move(*record));
    }
    return records;
  }

  // By the names of their points.
  void write_mappings() const {
    if (!searches()) return;
    for (std::size_t n = 0; n < plan_.size(); ++n) {
      if (!is_mine(n) || !plan_.has_digest(n)) continue;
      const auto text = store_.mapping(plan_.digest(n));
      if (!text) continue;
      write_file(options_.mappings / fmt::format("{}-{}.yaml", plan_.series(n).name, plan_.point(n).number + 1),
                 *text);
    }
  }

  const Study& study_;
  Store& store_;
  const SweepOptions& options_;
  SweepPlan plan_;
  SweepCount count_;
  std::atomic<std::size_t> computed_{0};
};

}  // namespace

Record run_point(const Study& study, std::size_t index, const AxisValues& values, Library& library) {
  const Series& series = study.series[index];
  const SeriesPoints points(study, series, library);
  try {
    if (series.sequence.empty())
      return labelled(series.name, points.labels(values), compute(points.inputs(values), {}, library).record);
    const std::vector<double> times = points.times(values);
    std::vector<SequencePart> parts;
    for (std::size_t i = 0; i < times.size(); ++i)
      parts.push_back({run_point(study, series.sequence[i].series, values, library), times[i]});
    return labelled(series.name, points.labels(values), in_sequence(parts));
  } catch (const InfeasibleError&) {
    throw;
  } catch (const InputError& error) {
    throw InputError(fmt::format("{} (series '{}' at {})", error.what(), series.name,
                                 point_label(study.axes_of(series), values)));
  }
}

Shard parse_shard(const std::string& text) {
  const auto [number, of] = [&]() -> std::pair<std::size_t, std::size_t> {
    unsigned n = 0;
    unsigned m = 0;
    int end = 0;
    if (std::sscanf(text.c_str(), "%4u/%4u%n", &n, &m, &end) != 2 || end != static_cast<int>(text.size()))
      return {};
    return {n, m};
  }();
  if (number < 1 || number > of)
    throw InputError(
        fmt::format("--shard: expected NUMBER/OF, as in 2/8, with a number from 1 to OF, got '{}'", text));
  return {number, of};
}

SweepCount sweep(const Study& study, Library& library, Store& store, const SweepOptions& options) {
  return Sweep(study, library, store, options).run();
}

}  // namespace tilewright

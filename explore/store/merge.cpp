#include "explore/store/merge.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "common/error.hpp"
#include "common/file.hpp"
#include "common/parallel.hpp"
#include "sim/record/compare.hpp"

namespace tilewright {

namespace {

// Machines have files in other places, and builds of other commits may have the same models: neither is in a
// digest.
bool is_of_origin(const std::string& field) {
  return field == "version" || field == "commit" || field.ends_with("_file");
}

namespace fs = std::filesystem;

constexpr std::size_t batch = 1000;
constexpr std::uintmax_t largest_records_B = 1u << 30;

std::string shown(const std::optional<RecordValue>& value) {
  if (!value) return "nothing";
  return std::visit([](const auto& v) { return fmt::format("{}", v); }, *value);
}

std::string where(const StudyPoint& point) {
  return fmt::format("series '{}', point {}", point.series, point.number);
}

// What one store takes of another.
class Merge {
 public:
  Merge(Store& into, const Store& from, std::string name) : into_(into), from_(from) {
    result_.from = std::move(name);
  }

  Merged all() {
    records();
    for (const StoredStudy& study : from_.studies()) this->study(study);
    mappings();
    inputs();
    return std::move(result_);
  }

 private:
  [[noreturn]] void refuse(const std::string& why) const { throw InputError({result_.from}, "", why); }

  void records() {
    std::vector<StoredRecord> waiting;
    from_.for_each_record([&](StoredRecord record) {
      waiting.push_back(std::move(record));
      if (waiting.size() == batch) put(waiting);
    });
    put(waiting);
  }

  void put(std::vector<StoredRecord>& records) {
    stop_if_interrupted();
    std::vector<Digest> digests;
    for (const StoredRecord& each : records) digests.push_back(each.digest);
    const std::vector<bool> known = into_.known(digests);
    for (std::size_t i = 0; i < records.size(); ++i)
      if (known[i]) require_same(records[i], *into_.find(digests[i]));
    into_.put(records);
    result_.records += static_cast<std::size_t>(std::ranges::count(known, false));
    records.clear();
  }

  void require_same(const StoredRecord& record, const Record& there) const {
    auto different = differences(there, record.record);
    std::erase_if(different, [](const FieldDifference& each) { return is_of_origin(each.name); });
    if (different.empty()) return;
    refuse(fmt::format("record {}{}: '{}' is {}, and {} in '{}'", hex(record.digest), point_with(record.digest),
                       different.front().name, shown(different.front().second), shown(different.front().first),
                       into_.file().string()));
  }

  [[nodiscard]] std::string point_with(const Digest& digest) const {
    for (const StoredStudy& study : from_.studies())
      for (const StudyPoint& point : from_.points_of(study.name))
        if (point.digest == digest) return fmt::format(" (study '{}', {})", study.name, where(point));
    return "";
  }

  void study(const StoredStudy& study) {
    const auto all = into_.studies();
    const auto there = std::ranges::find(all, study.name, &StoredStudy::name);
    std::vector<StudyPoint> points = there == all.end() ? std::vector<StudyPoint>() : into_.points_of(study.name);
    const std::size_t before = points.size();
    add_points(study.name, points);
    result_.points += points.size() - before;
    (void)into_.set_points(study.name, there == all.end() ? study.provenance : provenance(*there, study), points);
  }

  void add_points(const std::string& study, std::vector<StudyPoint>& points) const {
    std::map<std::string, std::size_t> rank;  // of series
    std::map<std::pair<std::string, std::size_t>, std::size_t> places;
    const auto add = [&](const StudyPoint& point) {
      rank.try_emplace(point.series, rank.size());
      return places.try_emplace({point.series, point.number}, places.size());
    };
    for (const StudyPoint& point : points) add(point);
    from_.for_each_point(study, [&](StudyPoint point) {
      const auto [place, is_new] = add(point);
      if (is_new)
        points.push_back(std::move(point));
      else
        require_same(study, point, points[place->second]);
    });
    std::ranges::sort(points, {},
                      [&](const StudyPoint& point) { return std::pair(rank.at(point.series), point.number); });
  }

  void require_same(const std::string& study, const StudyPoint& point, const StudyPoint& there) const {
    if (!differences(there.axes, point.axes).empty())
      refuse(fmt::format("study '{}': {} has other values on its axes in '{}'", study, where(point),
                         into_.file().string()));
    if (point.digest != there.digest)
      refuse(fmt::format("study '{}': {} is of other inputs, or another version of the program, in '{}'", study,
                         where(point), into_.file().string()));
  }

  StoredTexts provenance(const StoredStudy& there, const StoredStudy& study) {
    StoredTexts texts = there.provenance;
    for (const auto& [name, value] : study.provenance) {
      const auto same = std::ranges::find(texts, name, &std::pair<std::string, std::string>::first);
      if (same == texts.end())
        texts.emplace_back(name, value);
      else if (same->second != value)
        result_.notes.push_back(fmt::format("study '{}': {} is '{}' in {}; '{}' is kept", study.name, name, value,
                                            result_.from, same->second));
    }
    return texts;
  }

  void mappings() {
    from_.for_each_mapping([&](const Digest& digest, const std::string& text) {
      const auto there = into_.mapping(digest);
      if (there && *there != text)
        refuse(fmt::format("mapping {} is another one in '{}'", hex(digest), into_.file().string()));
      if (there) return;
      into_.put_mapping(digest, text);
      ++result_.mappings;
    });
  }

  void inputs() {
    const auto there = into_.input_groups();
    for (const std::string& group : from_.input_groups())
      if (std::ranges::find(there, group) == there.end()) into_.set_inputs(group, from_.inputs(group));
  }

  Store& into_;
  const Store& from_;
  Merged result_;
};

// Records of a file say no digest: what they say themselves determines them.
Digest digest_of(const Record& record) {
  DigestBuilder builder;
  for (const auto& [name, value] : record.fields()) {
    builder.add(name);
    std::visit([&](const auto& v) { builder.add(v); }, value);
  }
  return builder.value();
}

bool is_axis(const std::string& name) { return name.starts_with("point."); }

struct FileOfRecords {
  std::string study;
  StoredTexts provenance;
  std::vector<StudyPoint> points;
  std::vector<StoredRecord> records;
};

FileOfRecords read_records(const fs::path& file) {
  const std::string text = read_file(file, largest_records_B);
  FileOfRecords result{file.stem().string(), {}, {}, {}};
  for (auto& [name, value] : head_from_json(text)) {
    if (name == "study")
      result.study = value;
    else
      result.provenance.emplace_back(name, value);
  }
  std::map<std::string, std::size_t> numbers;
  for (const Record& labelled : records_from_json(text, file.string())) {
    StoredRecord stored;
    StudyPoint point{labelled.text("series"), 0, {}, {}};
    point.number = ++numbers[point.series];
    for (const auto& [name, value] : labelled.fields()) {
      if (is_axis(name))
        point.axes.add(name, value);
      else if (name != "series")
        stored.record.add(name, value);
    }
    point.digest = stored.digest = digest_of(stored.record);
    result.points.push_back(std::move(point));
    result.records.push_back(std::move(stored));
  }
  return result;
}

Merged merge_file(Store& into, const fs::path& from) {
  const FileOfRecords file = read_records(from);
  const auto all = into.studies();
  if (std::ranges::find(all, file.study, &StoredStudy::name) != all.end())
    throw InputError({from.string()}, "",
                     fmt::format("study '{}' is in '{}' already", file.study, into.file().string()));
  std::vector<Digest> digests;
  for (const StoredRecord& each : file.records) digests.push_back(each.digest);
  std::ranges::sort(digests);
  digests.erase(std::unique(digests.begin(), digests.end()), digests.end());
  const std::vector<bool> known = into.known(digests);
  into.put(file.records);
  (void)into.set_points(file.study, file.provenance, file.points);
  return {from.string(), static_cast<std::size_t>(std::ranges::count(known, false)), file.points.size()};
}

bool is_of_records(const fs::path& file) { return file.extension() == ".json"; }

}  // namespace

void require_mergeable(const fs::path& from) {
  const fs::path file = store_file(from);
  if (is_of_records(file))
    (void)read_records(file);
  else
    (void)Store::open(file);
}

Merged merge(Store& into, const fs::path& from) {
  Merged merged;
  std::error_code error;
  const fs::path file = store_file(from);
  if (fs::equivalent(file, into.file(), error)) throw InputError({file.string()}, "", "is merged into itself");
  into.all_or_nothing([&] {
    merged = is_of_records(file) ? merge_file(into, file) : Merge(into, Store::open(file), from.string()).all();
  });
  return merged;
}

}  // namespace tilewright

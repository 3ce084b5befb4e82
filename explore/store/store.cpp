#include "explore/store/store.hpp"

#include <fmt/format.h>

#include <set>

#include "common/error.hpp"
#include "explore/store/field_columns.hpp"
#include "explore/store/open.hpp"
#include "explore/store/tables.hpp"

namespace tilewright {

namespace fs = std::filesystem;
using sqlite::Statement;

namespace {

constexpr std::size_t most_axes = 150;  // and with 1800 fields the view stays below SQLite's 2000 columns

Digest digest_of(const StudyPoint& point) {
  DigestBuilder builder;
  builder.add(point.series).add(static_cast<double>(point.number)).add(point.digest);
  for (const auto& [name, value] : point.axes.fields()) {
    builder.add(name);
    std::visit([&](const auto& v) { builder.add(v); }, value);
  }
  return builder.value();
}

std::int64_t whole(std::size_t number) { return static_cast<std::int64_t>(number); }

FieldColumns::Take adding_to(Record& record) {
  return [&record](const Field& field, const std::string& name, RecordValue value) {
    record.add(field, name, std::move(value));
  };
}

// Records of a study say their series and axes; what a record said itself would be those of another study.
bool is_label(const std::string& name) { return name == "series" || name.starts_with("point."); }

}  // namespace

fs::path store_file(const fs::path& file_or_folder) {
  std::error_code error;
  const bool is_folder = fs::is_directory(file_or_folder, error);
  const bool may_be_one = !fs::exists(file_or_folder, error) && !file_or_folder.has_extension();
  return is_folder || may_be_one ? file_or_folder / "results.sqlite" : file_or_folder;
}

struct Store::Impl {
  explicit Impl(sqlite::Database opened)
      : database(std::move(opened)),
        records(database, {"records", {"digest"}, 1}),
        points(database, {"points", {"study", "position", "series", "number", "digest"}, 2, most_axes}) {}

  // All of what `change` does, or nothing.
  template <class Change>
  void write(const Change& change) {
    if (is_writing) return change();
    try {
      sqlite::Transaction transaction(database);
      is_writing = true;
      change();
      const bool more_axes = points.grew();
      if (records.grew() || more_axes) database.run(results_view(points.columns(), records.columns()));
      transaction.commit();
      is_writing = false;
    } catch (...) {
      is_writing = false;
      records.forget();
      points.forget();
      throw;
    }
  }

  [[nodiscard]] std::optional<std::int64_t> id_of(const std::string& study) const {
    Statement find(database, "SELECT id FROM studies WHERE name = ?");
    return find.bind(1, study).step() ? std::optional(find.integer(0)) : std::nullopt;
  }

  [[nodiscard]] StoredTexts provenance_of(std::int64_t study) const {
    Statement find(database, "SELECT name, value FROM provenance WHERE study = ? ORDER BY id");
    find.bind(1, study);
    StoredTexts texts;
    while (find.step()) texts.emplace_back(find.text(0), find.text(1));
    return texts;
  }

  [[nodiscard]] bool has_points(const std::string& study, const Digest& digest) const {
    Statement find(database, "SELECT digest FROM studies WHERE name = ?");
    return find.bind(1, study).step() && find.digest(0) == digest;
  }

  void replace_provenance(std::int64_t study, const StoredTexts& provenance) const {
    Statement(database, "DELETE FROM provenance WHERE study = ?").bind(1, study).run();
    Statement add(database, "INSERT INTO provenance(study, name, value) VALUES(?, ?, ?)");
    for (const auto& [name, value] : provenance) add.bind(1, study).bind(2, name).bind(3, value).run();
  }

  void replace_points(std::int64_t study, std::size_t count, const PointAt& at) {
    Statement(database, "DELETE FROM points WHERE study = ?").bind(1, study).run();
    for (std::size_t i = 0; i < count; ++i) {
      const StudyPoint point = at(i);
      points.insert(point.axes, [&](Statement& row) {
        row.bind(1, study)
            .bind(2, whole(i))
            .bind(3, point.series)
            .bind(4, whole(point.number))
            .bind(5, point.digest);
      });
    }
  }

  // `position` and `shape` of a point of the study.
  [[nodiscard]] Record axes_of(std::int64_t study, std::int64_t position, std::int64_t shape) {
    Record axes;
    points.read(
        shape, [&](Statement& row) { row.bind(1, study).bind(2, position); }, adding_to(axes));
    return axes;
  }

  void read(const Digest& digest, std::int64_t shape, const FieldColumns::Take& take) {
    records.read(
        shape, [&](Statement& row) { row.bind(1, digest); }, take);
  }

  sqlite::Database database;  // first: statements must not outlive it
  FieldColumns records;
  FieldColumns points;
  bool is_writing = false;
};

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Store Store::create_or_open(const fs::path& file) { return Store(std::make_unique<Impl>(open_to_write(file))); }

Store Store::open(const fs::path& file) { return Store(std::make_unique<Impl>(open_to_read(file))); }

const fs::path& Store::file() const { return impl_->database.file(); }

void Store::all_or_nothing(const std::function<void()>& change) { impl_->write(change); }

void Store::put(std::span<const StoredRecord> records) {
  if (records.empty()) return;
  impl_->write([&] {
    for (const StoredRecord& each : records)
      impl_->records.insert(each.record, [&](Statement& row) { row.bind(1, each.digest); });
  });
}

std::vector<bool> Store::known(std::span<const Digest> digests) const {
  const sqlite::Snapshot snapshot(impl_->database);
  Statement find(impl_->database, "SELECT 1 FROM records WHERE digest = ?");
  std::vector<bool> result;
  for (const Digest& digest : digests) {
    result.push_back(find.bind(1, digest).step());
    find.reset();
  }
  return result;
}

std::optional<Record> Store::find(const Digest& digest) const {
  Statement find(impl_->database, "SELECT shape FROM records WHERE digest = ?");
  if (!find.bind(1, digest).step()) return std::nullopt;
  Record record;
  impl_->read(digest, find.integer(0), adding_to(record));
  return record;
}

bool Store::set_points(const std::string& study, const StoredTexts& provenance, std::size_t count,
                       const PointAt& at) {
  DigestBuilder builder;
  for (std::size_t i = 0; i < count; ++i) builder.add(digest_of(at(i)));
  const Digest digest = builder.value();
  if (impl_->has_points(study, digest) && impl_->provenance_of(*impl_->id_of(study)) == provenance) return false;
  impl_->write([&] {
    const bool same_points = impl_->has_points(study, digest);
    Statement(impl_->database,
              "INSERT INTO studies(name, digest) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET digest = ?2")
        .bind(1, study)
        .bind(2, digest)
        .run();
    const std::int64_t id = *impl_->id_of(study);
    impl_->replace_provenance(id, provenance);
    if (!same_points) impl_->replace_points(id, count, at);
  });
  return true;
}

bool Store::set_points(const std::string& study, const StoredTexts& provenance,
                       std::span<const StudyPoint> points) {
  return set_points(study, provenance, points.size(), [&](std::size_t i) { return points[i]; });
}

void Store::for_each_point(const std::string& study, const std::function<void(StudyPoint)>& f) const {
  const auto id = impl_->id_of(study);
  if (!id) return;
  Statement each(impl_->database,
                 "SELECT position, shape, series, number, digest FROM points WHERE study = ? ORDER BY position");
  each.bind(1, *id);
  while (each.step())
    f({std::string(each.text(2)), static_cast<std::size_t>(each.integer(3)), each.digest(4),
       impl_->axes_of(*id, each.integer(0), each.integer(1))});
}

std::vector<StudyPoint> Store::points_of(const std::string& study) const {
  std::vector<StudyPoint> points;
  for_each_point(study, [&](StudyPoint point) { points.push_back(std::move(point)); });
  return points;
}

std::vector<StoredStudy> Store::studies() const {
  Statement each(
      impl_->database,
      "SELECT id, name, (SELECT count(*) FROM points WHERE study = studies.id) FROM studies ORDER BY id");
  std::vector<StoredStudy> result;
  while (each.step())
    result.push_back({std::string(each.text(1)), impl_->provenance_of(each.integer(0)),
                      static_cast<std::size_t>(each.integer(2))});
  return result;
}

StoredStudy Store::study(const std::string& name) const {
  const std::vector<StoredStudy> all = studies();
  std::vector<std::string> names;
  for (const StoredStudy& each : all) {
    if (each.name == name || (name.empty() && all.size() == 1)) return each;
    names.push_back(each.name);
  }
  const std::string file = impl_->database.file().string();
  if (all.empty()) throw InputError({file}, "", "has no study yet");
  if (!name.empty()) throw InputError({file}, "", fmt::format("no study '{}'{}", name, did_you_mean(name, names)));
  throw InputError({file}, "", fmt::format("has {} studies; name one: {}", all.size(), fmt::join(names, ", ")));
}

void Store::for_each(const std::string& study, const std::function<void(Record)>& f) const {
  const auto id = impl_->id_of(study);
  if (!id) return;
  Statement each(impl_->database,
                 "SELECT p.position, p.shape, p.series, p.digest, r.shape FROM points p "
                 "CROSS JOIN records r ON r.digest = p.digest WHERE p.study = ? ORDER BY p.position");
  each.bind(1, *id);
  while (each.step()) {
    Record record;
    record.add("series", std::string(each.text(2)));
    const Record axes = impl_->axes_of(*id, each.integer(0), each.integer(1));
    for (const auto& [name, value] : axes.fields()) record.add(name, value);
    impl_->read(each.digest(3), each.integer(4),
                [&](const Field& field, const std::string& name, RecordValue value) {
                  if (!is_label(name)) record.add(field, name, std::move(value));
                });
    f(std::move(record));
  }
}

std::vector<std::string> Store::names_of(const std::string& study) const {
  const auto id = impl_->id_of(study);
  if (!id) return {};
  Statement each(impl_->database,
                 "SELECT p.shape, r.shape FROM points p CROSS JOIN records r ON r.digest = p.digest "
                 "WHERE p.study = ? GROUP BY p.shape, r.shape ORDER BY min(p.position)");
  each.bind(1, *id);
  std::vector<std::string> names = {"series"};
  std::set<std::string> known = {"series"};
  const auto take = [&](const std::string& name) {
    if (known.insert(name).second) names.push_back(name);
  };
  while (each.step()) {
    for (const std::string& name : impl_->points.names_of(each.integer(0))) take(name);
    for (const std::string& name : impl_->records.names_of(each.integer(1)))
      if (!is_label(name)) take(name);
  }
  return names;
}

void Store::for_each_record(const std::function<void(StoredRecord)>& f) const {
  Statement each(impl_->database, "SELECT digest, shape FROM records ORDER BY id");
  while (each.step()) {
    StoredRecord stored{each.digest(0), {}};
    impl_->read(stored.digest, each.integer(1), adding_to(stored.record));
    f(std::move(stored));
  }
}

void Store::set_inputs(const std::string& group, std::span<const StoredInput> inputs) {
  impl_->write([&] {
    Statement(impl_->database, "DELETE FROM inputs WHERE \"group\" = ?").bind(1, group).run();
    Statement add(impl_->database, "INSERT OR REPLACE INTO inputs(\"group\", path, digest) VALUES(?, ?, ?)");
    for (const StoredInput& input : inputs) add.bind(1, group).bind(2, input.path).bind(3, input.digest).run();
  });
}

std::vector<StoredInput> Store::inputs(const std::string& group) const {
  Statement find(impl_->database, "SELECT path, digest FROM inputs WHERE \"group\" = ? ORDER BY path");
  find.bind(1, group);
  std::vector<StoredInput> result;
  while (find.step()) result.push_back({std::string(find.text(0)), find.digest(1)});
  return result;
}

std::vector<std::string> Store::input_groups() const {
  Statement find(impl_->database, "SELECT DISTINCT \"group\" FROM inputs ORDER BY \"group\"");
  std::vector<std::string> result;
  while (find.step()) result.emplace_back(find.text(0));
  return result;
}

void Store::put_mapping(const Digest& digest, const std::string& text) {
  impl_->write([&] {
    Statement(impl_->database, "INSERT OR IGNORE INTO mappings(digest, text) VALUES(?, ?)")
        .bind(1, digest)
        .bind(2, text)
        .run();
  });
}

std::optional<std::string> Store::mapping(const Digest& digest) const {
  Statement find(impl_->database, "SELECT text FROM mappings WHERE digest = ?");
  return find.bind(1, digest).step() ? std::optional<std::string>(find.text(0)) : std::nullopt;
}

void Store::for_each_mapping(const std::function<void(const Digest&, const std::string&)>& f) const {
  Statement each(impl_->database, "SELECT digest, text FROM mappings ORDER BY id");
  while (each.step()) f(each.digest(0), std::string(each.text(1)));
}

}  // namespace tilewright

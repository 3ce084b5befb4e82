// Results that are kept: one SQLite file (in WAL mode), which any SQL tool reads.
//
// A record is stored once under its digest, of everything that determines it; which points of which studies it is
// the result of, and what they are called, is kept apart, so that studies share records and a study that grows
// computes only what is new. What was written is there after a kill at any moment, but for the call of put() in
// which it came. Several processes may write to one store, and read from it; one object is for one thread at a
// time.
//
// What can go wrong with the file (it is another program's, of a newer schema, truncated, read-only; the disk is
// full) is an InputError of one line; then nothing of the call is stored, and what was stored before is kept.
//
// Tables: `records` (a column per field, as names come), `points`, `studies`, `provenance`, `inputs`, `mappings`;
// the view `results` is the points with their records: study, series, number, the axes, the fields.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "common/digest.hpp"
#include "sim/record/record.hpp"

namespace tilewright {

struct StoredRecord {
  Digest digest;
  Record record;
};

/// A point of a study: the `number`th of its series.
struct StudyPoint {
  std::string series;
  std::size_t number = 0;
  Digest digest = {};  ///< of its record, which may not be there yet
  Record axes = {};    ///< fields `point.AXIS`
};

/// Names and texts in order, as in front of the records in JSON.
using StoredTexts = std::vector<std::pair<std::string, std::string>>;

struct StoredStudy {
  std::string name;
  StoredTexts provenance;
  std::size_t points = 0;
};

struct StoredInput {
  std::string path;
  Digest digest;
  bool operator==(const StoredInput&) const = default;
};

/// The store that is meant: the file, or `results.sqlite` of a folder; of what is not there, a folder is what has
/// no extension.
std::filesystem::path store_file(const std::filesystem::path& file_or_folder);

class Store {
 public:
  static Store create_or_open(const std::filesystem::path& file);
  /// To read only. What a killed writer left is taken up.
  static Store open(const std::filesystem::path& file);
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  /// All that `change` does to this store, or nothing where it throws.
  void all_or_nothing(const std::function<void()>& change);

  /// In one transaction. A record whose digest is there already is left alone.
  void put(std::span<const StoredRecord> records);
  /// Of each digest, whether its record is there.
  [[nodiscard]] std::vector<bool> known(std::span<const Digest> digests) const;
  /// The record of a digest, as it was put.
  [[nodiscard]] std::optional<Record> find(const Digest& digest) const;

  using PointAt = std::function<StudyPoint(std::size_t)>;
  /// Replaces what a study's points and provenance are, in one transaction; does not touch the file where they are
  /// the same. `at` is asked for 0 .. count - 1, in the order in which they are to be read back, once or twice.
  /// Returns whether anything changed.
  bool set_points(const std::string& study, const StoredTexts& provenance, std::size_t count, const PointAt& at);
  bool set_points(const std::string& study, const StoredTexts& provenance, std::span<const StudyPoint> points);
  void for_each_point(const std::string& study, const std::function<void(StudyPoint)>& f) const;
  [[nodiscard]] std::vector<StudyPoint> points_of(const std::string& study) const;
  /// In the order in which they came.
  [[nodiscard]] std::vector<StoredStudy> studies() const;
  /// Of a study, or of the only one if `name` is empty. Throws InputError where there is none, or several.
  [[nodiscard]] StoredStudy study(const std::string& name) const;

  /// The records of a study in the order of its points, with `series` and `point.AXIS` in front; points without a
  /// record are passed over. All of one moment, whatever others write meanwhile; in bounded memory.
  void for_each(const std::string& study, const std::function<void(Record)>& f) const;
  /// Names of the fields of those records, each where it first appears.
  [[nodiscard]] std::vector<std::string> names_of(const std::string& study) const;
  /// Every record as it was put, in the order in which they came.
  void for_each_record(const std::function<void(StoredRecord)>& f) const;

  /// Which files, of which content, determine the results of a group of points. `group` is for who sets them.
  void set_inputs(const std::string& group, std::span<const StoredInput> inputs);
  [[nodiscard]] std::vector<StoredInput> inputs(const std::string& group) const;
  [[nodiscard]] std::vector<std::string> input_groups() const;

  /// Mappings that searches found, by what they were searched for. One that is there already is left alone.
  void put_mapping(const Digest& digest, const std::string& text);
  [[nodiscard]] std::optional<std::string> mapping(const Digest& digest) const;
  void for_each_mapping(const std::function<void(const Digest&, const std::string&)>& f) const;

  [[nodiscard]] const std::filesystem::path& file() const;

 private:
  struct Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tilewright

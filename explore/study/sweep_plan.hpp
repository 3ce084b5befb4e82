// All points of a study, in order, and what identifies their results: what a sweep still has to do, and how.
//
// A result is determined by its inputs, put in; by the content of the files that they name, directly or not; and by
// the version of the models. Which files those are shows when a point is evaluated: points of one group, which name
// the same, read the same.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/digest.hpp"
#include "common/read_log.hpp"
#include "explore/study/series_points.hpp"

namespace tilewright {

struct PlannedPoint {
  std::size_t series;
  std::size_t number;  ///< in its series, from 0 (SeriesPoints)
};

class SweepPlan {
 public:
  /// Throws InputError for what is wrong in the study itself. What is wrong at a point is its result. `jobs`:
  /// threads. Throws Interrupted.
  SweepPlan(const Study& study, Library& library, int jobs = 0);
  ~SweepPlan();

  [[nodiscard]] const Study& study() const { return study_; }
  /// Series by series, the last axis fastest; only those that exist.
  [[nodiscard]] std::size_t size() const { return points_.size(); }
  [[nodiscard]] const PlannedPoint& point(std::size_t n) const { return points_[n]; }
  [[nodiscard]] const Series& series(std::size_t n) const;
  [[nodiscard]] Record labels(std::size_t n) const;
  [[nodiscard]] bool is_sequence(std::size_t n) const { return !series(n).sequence.empty(); }

  /// Groups of points that read the same files, by a text, in order of their first point.
  [[nodiscard]] const std::vector<std::string>& groups() const { return groups_; }
  [[nodiscard]] bool is_known(std::size_t group) const { return known_[group] != 0; }
  void set_files(std::size_t group, const FilesRead& files);
  /// Of a point that is no sequence.
  [[nodiscard]] std::size_t group_of(std::size_t n) const { return group_[n]; }
  /// Points from which the files of a group show, the first of them in order: one that has a result shows all.
  [[nodiscard]] std::vector<std::size_t> probes(std::size_t group) const;

  /// Whether the digest of a point is known: of its group the files are, of a sequence all parts.
  [[nodiscard]] bool has_digest(std::size_t n) const;
  [[nodiscard]] Digest digest(std::size_t n) const;

  /// The result of a point that is no sequence. `files` gets what it read. Throws Interrupted.
  [[nodiscard]] StudyResult run(std::size_t n, const std::filesystem::path& mappings,
                                FilesRead* files = nullptr) const;
  /// The points of a sequence's parts.
  [[nodiscard]] std::vector<std::size_t> parts_of(std::size_t n) const;
  /// The record of a sequence from those of its parts.
  [[nodiscard]] Record whole(std::size_t n, const std::vector<Record>& parts) const;

 private:
  static constexpr std::size_t no_group = static_cast<std::size_t>(-1);

  void identify(int jobs);
  void number_groups(const std::map<std::string, std::size_t>& names, const std::vector<std::size_t>& first);
  [[nodiscard]] bool has_parts(std::size_t series, std::size_t number) const;
  [[nodiscard]] std::optional<std::size_t> find(std::size_t series, std::size_t number) const;
  [[nodiscard]] StudyPointInputs inputs_of(std::size_t n) const;
  [[nodiscard]] std::vector<double> times_of(std::size_t n) const;

  const Study& study_;
  Library& library_;
  std::vector<std::unique_ptr<SeriesPoints>> series_;
  std::vector<PlannedPoint> points_;
  std::vector<std::size_t> first_;  ///< point, by series; then the end of all
  std::vector<Digest> own_;         ///< of its inputs, or of why it has none, by point
  std::vector<std::size_t> group_;  ///< by point
  std::vector<std::string> groups_;
  std::vector<char> known_;    ///< bytes, as threads set them at once
  std::vector<Digest> files_;  ///< by group
};

}  // namespace tilewright

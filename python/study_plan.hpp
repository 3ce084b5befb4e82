// The points of a study, for sweeps whose points other processes compute.
#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "explore/library.hpp"
#include "explore/store/store.hpp"
#include "explore/study/sweep_plan.hpp"

namespace tilewright::python {

/// By group of points, hex digests of the content of the files that they read.
using GroupContents = std::map<std::size_t, std::vector<std::string>>;
/// A point, the hex digest of its result, the result, and the mapping that a search found.
using PointResult = std::tuple<std::size_t, std::string, Record, std::string>;

/// One process, the client, has the store, and says which points are missing; others, which have the same plan,
/// compute them. A result is taken only where digest and files are those of the client: what has another version
/// of the models, or reads other files, has no say.
class StudyPlan {
 public:
  /// `file`: for messages. Throws InputError for what is wrong in the study itself.
  StudyPlan(const std::string& text, const std::string& file, int jobs);

  /// Of the client: numbers of the points, but for sequences, that the store lacks. Learns which files they read;
  /// the results of points that this takes are put into the store.
  std::vector<std::size_t> pending(const std::filesystem::path& store, int jobs);
  [[nodiscard]] GroupContents contents_of(const std::vector<std::size_t>& points) const;
  /// Keeps those results that are of the client's points; how many.
  std::size_t put(const std::vector<PointResult>& results);
  /// Of the client: the folder that files of mappings are to be in.
  [[nodiscard]] const std::filesystem::path& mappings() const { return mappings_; }
  /// How many points it has computed itself, or taken.
  [[nodiscard]] std::size_t computed() const { return computed_; }

  /// Of another process, in any thread: the results of points, but for those that read other files than the
  /// client's. `mappings`: folder that the files of mappings are to be in. Ends early where interrupted.
  std::vector<PointResult> compute(const std::vector<std::size_t>& points, const GroupContents& contents,
                                   const std::filesystem::path& mappings);

 private:
  std::optional<PointResult> compute(std::size_t n, const GroupContents& contents,
                                     const std::filesystem::path& mappings);
  std::string digest_with(std::size_t n, const std::vector<std::string>& contents);

  Study study_;
  Library library_;
  SweepPlan plan_;
  std::vector<FilesRead> files_;  ///< of the client, by group
  std::optional<Store> store_;    ///< of the client
  std::filesystem::path mappings_;
  std::size_t computed_ = 0;
  std::mutex mutex_;
};

}  // namespace tilewright::python

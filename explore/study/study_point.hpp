// A point of a study, all of its texts and expressions put in: what is evaluated, and what identifies it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "common/digest.hpp"
#include "explore/evaluate.hpp"
#include "explore/study/map_settings.hpp"
#include "sim/systemc/simulation_options.hpp"

namespace tilewright {

struct StudyPointInputs {
  Point point;                                        ///< without a mapping where one is searched for
  const MapSettings* map = nullptr;                   ///< how it is
  std::optional<SimulationOptions> simulated;         ///< nothing: estimated
  const std::vector<std::string>* outputs = nullptr;  ///< patterns of fields that are kept; none: all

  /// Points of one text read the same files, whatever their shapes and parameters.
  [[nodiscard]] std::string group() const;
  /// Of all that determines the record but the content of files and the version of the model. Of names of files
  /// their last part: the folder that a study is called from makes no difference.
  [[nodiscard]] Digest digest() const;
};

struct StudyResult {
  Record record;
  std::string mapping;  ///< the file of the mapping that a search found; empty without one
};

/// Throws InputError for what is wrong at the point, InfeasibleError where it does not fit. `folder`: that files of
/// mappings will be in. Throws Interrupted where a search is.
StudyResult compute(const StudyPointInputs& inputs, const std::filesystem::path& folder, Library& library);

/// The same, and never an InputError: of what does not fit `infeasible` says why, of any other wrong input `error`,
/// and there are no other fields.
StudyResult run(const StudyPointInputs& inputs, const std::filesystem::path& folder, Library& library);

/// The record of a point that has none.
Record failed_record(const std::string& field, const std::string& why);
/// Why a point has no result, or an empty text.
std::string failure_of(const Record& record);

/// The fields whose names match one of the patterns, in which '*' stands for any text; and those that say what is
/// odd.
Record keep_outputs(const Record& record, const std::vector<std::string>& patterns);

}  // namespace tilewright

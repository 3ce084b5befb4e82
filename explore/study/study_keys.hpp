// The keys of a study file, each once: what reads them refuses all others, and `tilewright list study-keys` says
// them.
#pragma once

#include <string>
#include <vector>

#include "common/table.hpp"

namespace tilewright {

struct StudyKey {
  const char* name;
  const char* value;    ///< what it expects
  const char* meaning;  ///< and what it is where it is left out
};

const std::vector<StudyKey>& study_keys();
const std::vector<StudyKey>& axis_keys();
const std::vector<StudyKey>& sample_keys();
const std::vector<StudyKey>& series_keys();
const std::vector<StudyKey>& mapping_keys();
const std::vector<StudyKey>& map_keys();
const std::vector<StudyKey>& part_keys();

/// Of the key `by`, "estimate" and "simulation": by which a point is modelled.
const std::vector<std::string>& model_names();

std::vector<std::string> names_of(const std::vector<StudyKey>& keys);

/// key, value and meaning of all of them, with where they stand ("study.series[]").
Table table_of_study_keys();

}  // namespace tilewright

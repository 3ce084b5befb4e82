// How a point of a study finds its mapping, where no file says it:
//
//   mapping: {map: {objective: time, limit: 5 s, space: space.yaml, cascade: attention-1pass}}
#pragma once

#include <string>
#include <vector>

#include "common/yaml.hpp"
#include "explore/mapper/objective.hpp"

namespace tilewright {

struct MapSettings {
  std::string text;  ///< the objective, as records say it
  Objective objective;
  double limit_s = 0;                      ///< of the search for a point; infinite: it ends by itself
  std::string space;                       ///< a mapspace file, beside that of the study; empty: all mappings
  std::vector<std::string> cascades = {};  ///< of the workload; none: all with the results of its first
};

/// Throws InputError, also for several objectives: a point has one mapping.
MapSettings parse_map_settings(const Yaml& yaml);

}  // namespace tilewright

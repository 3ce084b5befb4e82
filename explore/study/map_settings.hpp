// How a point of a study finds its mapping, where no file says it:
//
//   mapping: {map: {objective: time, time_limit: 5 s, space: space.yaml, cascade: attention-1pass}}
#pragma once

#include <string>
#include <vector>

#include "arch/arch.hpp"
#include "common/yaml.hpp"
#include "explore/mapper/objective.hpp"

namespace tilewright {

struct MapSettings {
  std::string text;  ///< the objective, as records say it
  Objective objective;
  double time_limit_s = unlimited;  ///< of the search for a point
  double memory_limit_B = unlimited;
  std::string space = {};                  ///< a mapspace file, beside that of the study; empty: all mappings
  std::vector<std::string> cascades = {};  ///< of the workload; none: all with the results of its first
  std::vector<std::string> kernels = {};   ///< of thread blocks; none: those that serve
  bool pad = false;                        ///< of kernels: layouts may be padded to whole tiles
};

/// Throws InputError, also for several objectives: a point has one mapping.
MapSettings parse_map_settings(const Yaml& yaml);

}  // namespace tilewright

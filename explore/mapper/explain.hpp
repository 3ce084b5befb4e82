// A mapping made by hand beside the best one: how far from it, what it decides differently, and what each of these
// decisions would change by itself.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "explore/mapper/mapper.hpp"

namespace tilewright {

/// What a mapping and the best one take of a metric.
struct MetricDistance {
  Metric metric;
  double own;
  double best;
  bool proven;  ///< that none is better
};

struct ExplainedDecision {
  std::string text;                         ///< of the best mapping in place of this one's
  std::optional<double> ratio;              ///< what is minimised with it alone over what it is now
  std::string why = "compared no further";  ///< there is no ratio
};

struct MappingExplanation {
  Record record;  ///< of the mapping
  std::vector<MetricDistance> distances;
  std::vector<std::string> outside;          ///< what of the mapping is in no mapping of the space
  std::vector<ExplainedDecision> decisions;  ///< what helps most first; empty where the mapping is not of the space
  MapResult best;
};

/// `request.point` with the mapping in place of its own; time limits are of all searches together. Throws
/// InputError for a mapping that is none of the mapper's, and for several objectives.
MappingExplanation explain(const MapRequest& request, const std::string& mapping, Library& library);

/// Less than fifteen lines for people.
std::string to_text(const MappingExplanation& explanation, const Objective& objective);

}  // namespace tilewright

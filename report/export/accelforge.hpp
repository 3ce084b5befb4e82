// A candidate as input files of AccelForge 1.0.467 (its package on PyPI: accelforge; Spec.from_yaml() takes the
// three together and evaluate_mapping() the cost), so that another model can be asked for the cost of a mapping.
//
// Its notation: Einsums are accesses of tensors, whatever is computed of them, and cost one computation per point;
// `!Storage` fetches its tiles at every iteration of the loops above it; a loop gives the size of the tile below
// it;
// `!Sequential` parts the nest, its Einsums run one after another. Sizes are in bits, throughputs of one instance.
#pragma once

#include <string>
#include <vector>

#include "sim/model.hpp"

namespace tilewright {

struct AccelForgeFiles {
  std::string workload;  ///< YAML text, as the others
  std::string arch;
  std::string mapping;
  std::vector<std::string> notes;  ///< what the files do not say of the candidate; in `mapping`, too
};

/// Throws InputError, with one line that names what, for a candidate that the notation cannot express. The
/// candidate is one that estimate() takes.
AccelForgeFiles to_accelforge(const Candidate& candidate);

}  // namespace tilewright

// What the parts of a model keep in memory from run to run.
#pragma once

#include <string>

#include "explore/evaluate.hpp"
#include "explore/model/model.hpp"

namespace tilewright {

/// Bytes of the tensors that a part stores, once; of its point, which has this record. Keys and values
/// count once for all query heads that share them. Throws InputError, with the nearest name, for what is no input
/// of the cascade.
double stored_B(const ModelPart& part, const Point& point, const Record& record, const Scope& shapes,
                Library& library);

}  // namespace tilewright

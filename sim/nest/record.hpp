// Names for a nest's numbers: its result as a record.
#pragma once

#include <string>
#include <vector>

#include "sim/nest/mask_share.hpp"
#include "sim/nest/result.hpp"
#include "sim/subject.hpp"

namespace tilewright {

/// `mask`: nullptr without one.
Record make_record(const Subject& subject, const Mapping& mapping, const MaskShare* mask, const Result& result,
                   const std::vector<std::string>& warnings);

}  // namespace tilewright

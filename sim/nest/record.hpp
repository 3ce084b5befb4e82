// Names for a nest's numbers: its result as a record.
#pragma once

#include <string>
#include <vector>

#include "einsum/workload.hpp"
#include "sim/nest/mask_share.hpp"
#include "sim/nest/result.hpp"
#include "sim/record/record.hpp"

namespace tilewright {

/// Everything a model result refers to by index.
struct Subject {
  const Workload& workload;
  const Cascade& cascade;
  const Arch& arch;
  const Mapping& mapping;
  const MaskShare* mask = nullptr;
};

/// `warnings` are joined with "; ".
Record make_record(const Subject& subject, const Result& result, const std::vector<std::string>& warnings);

}  // namespace tilewright

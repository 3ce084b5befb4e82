// What a model is asked about, and what every model's record says alike.
#pragma once

#include <string>
#include <vector>

#include "arch/arch.hpp"
#include "einsum/cascade.hpp"
#include "einsum/workload.hpp"
#include "sim/record/record.hpp"

namespace tilewright {

/// What a result is of; all of it outlives the subject.
struct Subject {
  const Workload& workload;
  const Cascade& cascade;
  const Arch& arch;
  const std::string& mapping;       ///< name of the nest or the kernel
  const std::string& mapping_file;  ///< where it stands
};

/// Names, files, program, shapes, parameters and mask.
void add_identity(const Subject& subject, Record& record);

/// All in one text; nothing where there are none.
void add_warnings(const std::vector<std::string>& warnings, Record& record);

}  // namespace tilewright

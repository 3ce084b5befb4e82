// Every model behind two functions: candidate in, record out.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "arch/arch.hpp"
#include "einsum/cascade.hpp"
#include "einsum/workload.hpp"
#include "mappings/mapping.hpp"
#include "sim/kernel/candidate.hpp"
#include "sim/record/record.hpp"
#include "sim/systemc/simulation_options.hpp"

namespace tilewright {

/// A workload, what it runs on and how.
struct Candidate {
  Workload workload;
  const Cascade& cascade;
  Arch arch;
  std::variant<Mapping, KernelCandidate> mapping;
  std::vector<std::string> warnings = {};  ///< of what was given and is not used
};

/// In closed form. Throws InfeasibleError for what does not fit the machine, InputError for what is wrong between
/// the parts of the candidate.
Record estimate(const Candidate& candidate);

/// By cycle simulation. Throws InputError for options that the mapping's kind has not.
Record simulate(const Candidate& candidate, const SimulationOptions& options);

}  // namespace tilewright

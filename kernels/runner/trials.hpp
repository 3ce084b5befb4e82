// The trials of this program: every list states, beside the code that runs them, the kernels of one file. A new
// list is a name here and a name in trials.cu.
#pragma once

#include <vector>

#include "kernels/runner/catalogue.hpp"

namespace tilewright::kernels::runner {

using Trials = std::vector<Compiled>();

Trials attention_trials;  // attention_trial.cu; of the passes, the one that is fused
Trials backward_trials;   // backward_trial.cu
Trials decode_trials;     // decode_trial.cu
Trials passes_trials;     // passes_trial.cu
Trials linear_trials;     // linear_trial.cu
Trials permute_trials;    // permute_trial.cu
Trials stream_micros;     // micro_stream.cu
Trials chase_micros;      // micro_chase.cu
Trials rate_micros;       // micro_rate.cu
Trials launch_micros;     // micro_launch.cu
Trials sustained_micros;  // micro_sustained.cu

/// All of them.
const std::vector<Compiled>& catalogue();

}  // namespace tilewright::kernels::runner

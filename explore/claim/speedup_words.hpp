// A claim of a speedup under its limits, in words.
#pragma once

#include <string>
#include <vector>

#include "explore/claim/speedup_case.hpp"
#include "sim/bound/explain.hpp"

namespace tilewright {

/// The verdict, for which kernels and over what.
std::string sentence_of(const SpeedupCase& of);
/// What is claimed, what it asks of attention, what any kernel may gain, the rungs.
std::vector<Explanation> lines_of(const SpeedupCase& of);
/// How stated times compare with those of the models and limits, and which mask would do.
std::vector<std::string> notes_of(const SpeedupCase& of);

}  // namespace tilewright

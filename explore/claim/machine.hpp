// The machine of a claim.
#pragma once

#include <optional>

#include "arch/arch.hpp"
#include "explore/claim/claim.hpp"

namespace tilewright {

/// Its architecture; or one of its peak rate alone; or nothing, where the claim names none.
std::optional<Arch> machine_of(const Claim& claim);

}  // namespace tilewright

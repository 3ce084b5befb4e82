// From the names of a workload and of an architecture that runs thread blocks to the best kernels for it.
#pragma once

#include "explore/mapper/mapper.hpp"

namespace tilewright {

/// Whether the architecture runs thread blocks. Throws InputError for kernels that are named on another one.
bool maps_kernels(const MapRequest& request, Library& library);

/// Throws InputError for what the search does not take, and InfeasibleError where nothing fits.
MapResult find_kernels(const MapRequest& request, Library& library);

}  // namespace tilewright

// A point as keyword arguments say it, by the names of the command line's options.
#pragma once

#include "explore/evaluate.hpp"
#include "explore/library.hpp"
#include "python/inputs.hpp"

namespace nanobind {
class dict;
}

namespace tilewright::python {

/// A point without a mapping. What it has in memory goes into the library. Throws InputError for a keyword that it
/// has not, or of another type.
Point point_of(const Named<WorkloadInput>& workload, const Named<ArchInput>& arch, const nanobind::dict& keywords,
               Library& library);

}  // namespace tilewright::python

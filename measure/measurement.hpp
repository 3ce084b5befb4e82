// Results files of the runner (kernels/plan/measurement.hpp), with the faults of this program.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "common/error.hpp"
#include "kernels/plan/measurement.hpp"

namespace tilewright {

/// What a results file can have: bitmaps of blocks stand in every row.
inline constexpr std::uintmax_t largest_results_B = 256u << 20;

/// Where a row of a plan or a results file stands.
Place place_of(const plan::Place& place);

/// The same fault, with the nearest word where one is unknown.
InputError input_error(const plan::Error& error);

/// Throws InputError, naming file and line, for a file that cannot be read and for what plan::read_measurements()
/// refuses.
std::vector<plan::Measurement> read_measurements(const std::filesystem::path& file);

}  // namespace tilewright

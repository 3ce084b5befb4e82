// Predictions of a suite of timings against measurements as figures, and a page with them and the errors.
#pragma once

#include <filesystem>
#include <vector>

#include "report/plot.hpp"
#include "validation/gpu/validate_timings.hpp"

namespace tilewright {

/// Of the judged rows of the value that the suite groups errors by, a colour and marker for every text of its first
/// column: "parity", predicted over measured, both axes logarithmic; and "residuals", predicted over measured
/// times against keys, batch, query heads of a KV head, head dimension and queries. There must be a grouping.
std::vector<Plot> plot_parity(const TimingValidation& validation);

/// Writes index.html, which needs no other file, and the figures as SVG into the folder, and returns their paths.
/// Throws MissingError without gnuplot.
std::vector<std::filesystem::path> write_parity(const TimingValidation& validation, const std::string& suite,
                                                const std::filesystem::path& folder);

}  // namespace tilewright

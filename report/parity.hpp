// Predicted over measured numbers as a figure, and a page with it and the errors.
#pragma once

#include <filesystem>
#include <vector>

#include "report/plot.hpp"
#include "validation/measured.hpp"

namespace tilewright {

/// A point for every judged value, a colour and marker for every kernel, and the diagonal on which predictions
/// would be right: of times, "parity", and of bytes where there are any, "parity-bytes". Both axes are logarithmic.
std::vector<Drawing> draw_parity(const MeasuredValidation& validation);

/// A table as an element of a page.
std::string html_of(const Table& table);

/// Writes index.html, which needs no other file, and the figures as SVG into the folder, and returns their paths.
/// Throws MissingError without gnuplot.
std::vector<std::filesystem::path> write_parity(const MeasuredValidation& validation,
                                                const std::filesystem::path& folder);

}  // namespace tilewright

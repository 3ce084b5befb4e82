// Predicted over measured numbers as a figure, and a page with it and the errors.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "report/plot.hpp"
#include "validation/measured.hpp"

namespace tilewright {

/// A point for every judged value, a colour and marker for every kernel, the diagonal on which predictions would be
/// right, and the band around it: of times, "parity", and of bytes where there are any, "parity-bytes". Both axes
/// are logarithmic.
std::vector<Plot> plot_parity(const MeasuredValidation& validation);

/// The curves' points as predicted over measured values; `points` are a few or thousands.
enum class Points { few, many };
Plot parity_of(const std::string& name, const Panel& panel, Points points);
/// Adds a panel's curves as points, and as targets where there are few.
void add_points(PanelPlot& result, const Panel& panel, const Scale& x, const Scale& y, Points points);

/// The page's figures and their files: a plot's drawing for a file, and those of its panels for the page.
struct PlotFiles {
  std::map<std::string, std::string> whole;
  std::map<std::string, std::string> parts;
};
PlotFiles files_of(const std::vector<Plot>& plots);

/// A table as an element of a page.
std::string html_of(const Table& table);

/// Writes index.html, which needs no other file, and the figures as SVG into the folder, and returns their paths.
/// Throws MissingError without gnuplot.
std::vector<std::filesystem::path> write_parity(const MeasuredValidation& validation,
                                                const std::filesystem::path& folder);

}  // namespace tilewright

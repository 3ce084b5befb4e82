// Runs gnuplot: one process for all figures.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "report/plot.hpp"

namespace tilewright {

/// Whether the program is on the PATH.
bool has_gnuplot();

/// File name ("utilisation.svg") to content, for every drawing: SVG, and with `png` a PNG of twice the size too.
/// Throws MissingError without gnuplot, std::runtime_error with its first complaint if it draws less.
std::map<std::string, std::string> run_gnuplot(const std::vector<Drawing>& drawings, bool png);

}  // namespace tilewright

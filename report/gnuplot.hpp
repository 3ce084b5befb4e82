// Runs gnuplot: one process for all figures.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "report/plot.hpp"

namespace tilewright {

/// Whether the program is on the PATH.
bool has_gnuplot();

/// What a drawing becomes: "svg", "png" of twice the size, "pdf".
using Formats = std::set<std::string>;

/// File name ("utilisation.svg") to content, for every drawing and format. Throws MissingError without gnuplot,
/// std::runtime_error with its first complaint if it draws less.
std::map<std::string, std::string> run_gnuplot(const std::vector<Drawing>& drawings, const Formats& formats);

}  // namespace tilewright

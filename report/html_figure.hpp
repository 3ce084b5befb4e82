// A figure on a page: its legend, a drawing for each panel, which a narrow page puts below each other, and what a
// reader sees who points at one of its values.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "report/plot.hpp"

namespace tilewright {

/// What a target of a panel says, as attributes of its element.
using WordsOf = std::function<std::string(std::size_t panel, const Target& target)>;

/// The legend and the panels; `files` has the drawings of panels_of() and samples_of().
std::string html_of(const Plot& plot, const std::map<std::string, std::string>& files, const std::string& title,
                    const WordsOf& words);

/// What a figure is made of.
struct DrawnFigure {
  const Figure& figure;
  Chart chart;
  Plot plot;
};

/// The command that has the numbers of a record; nothing where there is none.
using CommandOf = std::function<std::string(const Record&)>;

/// A <figure>. `links`: names of the figure's own files.
std::string html_of(const DrawnFigure& drawn, const ReportSpec& report,
                    const std::map<std::string, std::string>& files, const std::vector<std::string>& links,
                    const CommandOf& command);

/// The values that the figure shows, a row each.
std::string csv_of(const DrawnFigure& drawn, const ReportSpec& report);

}  // namespace tilewright

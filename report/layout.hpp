// Plots on canvases: all panels of a figure with its legend on one, for files; and each panel, and each sample of
// the legend, on its own, for a page that puts them beside or below each other as there is room.
#pragma once

#include <string>
#include <vector>

#include "report/plot.hpp"

namespace tilewright {

/// The legend above the panels, which lie in rows as wide as a page.
Drawing whole_figure(const Plot& plot);

/// "NAME-panel-N" for every panel, without the legend.
std::vector<Drawing> panels_of(const Plot& plot);

/// "NAME-sample-N" for every item of the legend: the sample without its text.
std::vector<Drawing> samples_of(const Plot& plot);

/// The rectangle of a target on its panel's own drawing, in pixels from the upper left: left, top, width, height.
struct PixelBox {
  double left;
  double top;
  double width;
  double height;
};
PixelBox pixels_of(const Target& target, const Plot& plot);

}  // namespace tilewright

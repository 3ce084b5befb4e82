// The pipeline of a simulated nest as a picture: a row for each Einsum below the unit that computes it, time to the
// right, tiles by their shades and numbers, and where one tile after another begins.
#pragma once

#include "report/plot.hpp"
#include "sim/nest/cycle/waterfall.hpp"

namespace tilewright {

/// "waterfall". As narrow as its names let it be, so that it is readable on a telephone.
Drawing draw_waterfall(const Waterfall& waterfall, const std::string& title);

}  // namespace tilewright

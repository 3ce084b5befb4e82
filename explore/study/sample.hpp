// Points chosen between the ends of axes, in place of a whole grid.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/yaml.hpp"
#include "explore/study/axis.hpp"

namespace tilewright {

struct Sample {
  /// random: independent and uniform. sobol: a Sobol sequence (Joe and Kuo 2008), shifted modulo 1 by random
  /// numbers (Cranley and Patterson 1976). saltelli: for every base point A, then A with each axis from B in turn,
  /// then B; both are halves of a Sobol sequence of twice the axes (Saltelli et al. 2010, Computer Physics
  /// Communications 181, section 3; the order is that of SALib).
  enum class Method { random, sobol, saltelli } method = Method::random;
  std::size_t points = 0;  ///< of saltelli: base points
  std::uint64_t seed = 0;

  [[nodiscard]] std::string text() const;  ///< "sobol, 256 points, seed 1"
};

/// Throws InputError.
Sample parse_sample(const Yaml& yaml);

/// How many points a sample of so many axes has.
std::size_t count_of(const Sample& sample, std::size_t axes);

/// The values of each axis, by point: of an axis of values each of them equally often, of a range any number in it.
/// The same on every machine.
std::vector<std::vector<AxisValue>> draw(const Sample& sample, const std::vector<GridAxis>& axes);

}  // namespace tilewright

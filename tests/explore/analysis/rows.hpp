// Shared by the tests of analyses: rows as a study gives them.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "sim/record/record.hpp"

namespace tilewright::test {

/// A number that is not finite is absent.
inline Record row_of(const std::string& series, double m, const std::string& model, double time_s,
                     double area_m2 = std::nan("")) {
  Record row;
  row.add("series", series);
  row.add("point.M", m);
  row.add("point.model", model);
  row.add("time_s", time_s);
  row.add("area_m2", area_m2);
  return row;
}

}  // namespace tilewright::test

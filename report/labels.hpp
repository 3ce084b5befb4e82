// Names beside points, where there is room: none covers another one, a point, or the edge of the panel.
#pragma once

#include <string>
#include <vector>

namespace tilewright {

/// In pixels, from the lower left of the panel.
struct LabelPlace {
  double left;
  double low;
  double right;
  double high;
};

class LabelPlacer {
 public:
  LabelPlacer(double width, double height) : width_(width), height_(height) {}

  /// A point, which names may not cover.
  void add_point(double x, double y);
  /// The command that writes a name near a point, or nothing where there is no room.
  std::string place(const std::string& text, double x, double y);

 private:
  [[nodiscard]] bool is_free(const LabelPlace& place) const;

  double width_;
  double height_;
  std::vector<LabelPlace> taken_;
};

}  // namespace tilewright

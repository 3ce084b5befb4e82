#include "report/canvas.hpp"

#include <fmt/format.h>

namespace tilewright {

void Canvas::fill(const Area& area, const std::string& color, int layer) {
  fills_[{layer, color}].push_back(fmt::format("{} {} {} {}", area.left, area.top, area.right, area.bottom));
}

void Canvas::frame(const Area& area, const std::string& color, double line_width) {
  commands_ += fmt::format("set object {} rectangle from {},{} to {},{} front fs empty border lc rgb {} lw {}\n",
                           ++frames_, area.left, area.top, area.right, area.bottom, quoted(color), line_width);
}

void Canvas::write(double x, double y, const Words& words) {
  static constexpr const char* sides[] = {"left", "center", "right"};
  commands_ +=
      fmt::format("set label {} at {},{} {}{} font ',{}' textcolor rgb '#222222'\n", quoted(words.text), x, y,
                  sides[static_cast<int>(words.align)], words.upwards ? " rotate by 90" : "", words.size);
}

Drawing Canvas::drawing(const std::string& name, int width, int height) const {
  std::string script = fmt::format(
      "reset\nunset border\nunset tics\nunset key\n"
      "set lmargin at screen 0\nset rmargin at screen 1\nset tmargin at screen 1\nset bmargin at screen 0\n"
      "set style fill solid 1 noborder\nset xrange [0:{}]\nset yrange [{}:0]\n",
      width, height);
  std::vector<std::string> items;
  for (const auto& [key, rows] : fills_) {
    const std::string data = fmt::format("fill{}", items.size());
    script += data_block(data, rows);
    items.push_back(fmt::format("${} using 1:2:1:3:2:4 with boxxyerror lc rgb {}", data, quoted(key.second)));
  }
  return {name, width, height, script + commands_ + plot_of(items)};
}

}  // namespace tilewright

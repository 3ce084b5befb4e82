#include "report/canvas.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace tilewright {

namespace {

constexpr double letter_width = 0.56;  // of the size of the letters, on average

}  // namespace

double text_width(const std::string& text, int size) {
  const auto capitals = std::ranges::count_if(text, [](unsigned char c) { return std::isupper(c) != 0; });
  constexpr double more_of_capitals = 0.16;
  return size *
         (letter_width * static_cast<double>(text.size()) + more_of_capitals * static_cast<double>(capitals));
}

std::size_t letters_within(double width, int size) {
  return static_cast<std::size_t>(width / (letter_width * size));
}

void Canvas::fill(const Area& area, const std::string& color, int layer) {
  fills_[{layer, color}].push_back(fmt::format("{} {} {} {}", area.left, area.top, area.right, area.bottom));
}

void Canvas::frame(const Area& area, const std::string& color, double line_width) {
  commands_ += fmt::format("set object {} rectangle from {},{} to {},{} front fs empty border lc rgb {} lw {}\n",
                           ++frames_, area.left, area.top, area.right, area.bottom, quoted(color), line_width);
}

void Canvas::write(double x, double y, const Words& words) {
  static constexpr const char* sides[] = {"left", "center", "right"};
  commands_ += fmt::format("set label {} at {},{} {}{} font ',{}' textcolor rgb {}{}\n", quoted(words.text), x, y,
                           sides[static_cast<int>(words.align)], words.upwards ? " rotate by 90" : "", words.size,
                           quoted(words.color), words.above ? " front" : "");
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

std::vector<std::string> wrapped(std::string text, std::size_t most) {
  std::vector<std::string> lines;
  while (text.size() > most) {
    const std::size_t at = text.find_last_of(" ,", most - 1);
    const std::size_t length = at == std::string::npos || at == 0 ? most : at + 1;
    lines.push_back(text.substr(0, length));
    text.erase(0, length);
  }
  lines.push_back(std::move(text));
  return lines;
}

}  // namespace tilewright

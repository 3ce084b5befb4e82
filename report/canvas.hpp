// Rectangles and texts on a canvas in pixels, x to the right and y down, as a gnuplot script.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "report/plot.hpp"

namespace tilewright {

class Canvas {
 public:
  enum class Align { left, center, right };
  struct Area {
    double left;
    double top;
    double right;
    double bottom;
  };
  struct Words {
    std::string text;
    int size = 13;  ///< pixels
    Align align = Align::left;
    bool upwards = false;
    std::string color = "#222222";
    bool above = false;  ///< on what is filled
  };

  /// Higher layers lie above lower ones.
  void fill(const Area& area, const std::string& color, int layer = 0);
  /// Its outline, above all that is filled.
  void frame(const Area& area, const std::string& color, double line_width);
  /// y is the middle of its line.
  void write(double x, double y, const Words& words);
  [[nodiscard]] Drawing drawing(const std::string& name, int width, int height) const;

 private:
  std::map<std::pair<int, std::string>, std::vector<std::string>> fills_;  // by layer and colour
  std::string commands_;
  int frames_ = 0;
};

/// About so many pixels, and so many letters: fonts differ.
double text_width(const std::string& text, int size);
std::size_t letters_within(double width, int size);
/// Lines of at most so many letters, broken behind a space or a comma where there is one.
std::vector<std::string> wrapped(std::string text, std::size_t most);

/// An SVG of gnuplot with a title of one's own, without what it says of itself, without the shapes of markers that
/// nothing uses, and with rectangles of one colour, of whole pixels, as one path.
std::string compact_svg(const std::string& svg, const std::string& title);

}  // namespace tilewright

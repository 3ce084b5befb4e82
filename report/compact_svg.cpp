#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <sstream>

#include "report/canvas.hpp"
#include "report/html.hpp"

namespace tilewright {

namespace {

struct Polygon {
  std::string fill;
  std::array<long, 4> sides;  // left, top, right, bottom
};

std::string attribute(const std::string& line, const std::string& name) {
  const std::size_t begin = line.find(name + " = '") + name.size() + 4;
  return line.substr(begin, line.find('\'', begin) - begin);
}

// The bounding box of its corners, which for a rectangle is itself.
Polygon read_polygon(const std::string& line) {
  std::string corners = attribute(line, "points");
  std::ranges::replace(corners, ',', ' ');
  std::istringstream numbers(corners);
  Polygon polygon{attribute(line, "fill"), {1L << 30, 1L << 30, 0, 0}};
  for (double x = 0, y = 0; numbers >> x >> y;) {
    polygon.sides[0] = std::min(polygon.sides[0], std::lround(x));
    polygon.sides[1] = std::min(polygon.sides[1], std::lround(y));
    polygon.sides[2] = std::max(polygon.sides[2], std::lround(x));
    polygon.sides[3] = std::max(polygon.sides[3], std::lround(y));
  }
  return polygon;
}

bool is_polygon(const std::string& line) { return line.find("<polygon fill = '") != std::string::npos; }

// Lines that draw nothing.
bool is_idle(const std::string& line) {
  return line.empty() || line.starts_with("<title>") || line.starts_with("<desc>");
}

class Compactor {
 public:
  explicit Compactor(const std::string& title) : title_(title) {}

  void add(const std::string& line) {
    if (line.find("<defs>") != std::string::npos) in_defs_ = true;
    const bool skipped = in_defs_ || is_idle(line);
    if (line.find("</defs>") != std::string::npos) in_defs_ = false;
    if (skipped) return;
    if (is_polygon(line)) return add(read_polygon(line));
    close_path();
    result_ += without_plot_title(line) + "\n";
    if (line == ">") result_ += "<title>" + escape_html(title_) + "</title>\n";  // the end of the tag of the svg
  }

  [[nodiscard]] std::string result() const { return without_empty_groups(result_); }

 private:
  void add(const Polygon& polygon) {
    if (polygon.fill != fill_) close_path();
    if (fill_.empty()) {
      result_ += fmt::format("<path fill='{}' d='", polygon.fill);
      x_ = y_ = 0;
    }
    fill_ = polygon.fill;
    const auto& [left, top, right, bottom] = polygon.sides;
    result_ += fmt::format("m{} {}h{}v{}h-{}z", left - x_, top - y_, right - left, bottom - top, right - left);
    x_ = left;
    y_ = top;
  }

  void close_path() {
    if (!fill_.empty()) result_ += "'/>\n";
    fill_.clear();
  }

  // A viewer shows it when the pointer rests on the plot.
  static std::string without_plot_title(const std::string& line) {
    const std::size_t begin = line.find("<title>");
    const std::size_t end = line.find("</title>");
    return begin == std::string::npos || end == std::string::npos
               ? line
               : line.substr(0, begin) + line.substr(end + std::string("</title>").size());
  }

  static std::string without_empty_groups(std::string text) {
    for (std::size_t end = text.find(">\n</g>\n"); end != std::string::npos; end = text.find(">\n</g>\n")) {
      const std::size_t begin = text.rfind('\n', end) + 1;
      if (!text.substr(begin).starts_with("<g")) break;
      text.erase(begin, end + std::string(">\n</g>\n").size() - begin);
    }
    return text;
  }

  const std::string& title_;
  std::string result_;
  std::string fill_;  // of the path that is open
  long x_ = 0;        // where its last rectangle began
  long y_ = 0;
  bool in_defs_ = false;
};

}  // namespace

std::string compact_svg(const std::string& svg, const std::string& title) {
  Compactor compactor(title);
  std::istringstream lines(svg);
  for (std::string line; std::getline(lines, line);) compactor.add(line);
  return compactor.result();
}

}  // namespace tilewright

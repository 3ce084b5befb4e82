// Attention within the windows of a grid: per dimension, query and key are in the same block of the grid.
//
//   blocked:         floor(q / window) = floor(k / window)
//   shifted-window:  the same with the grid displaced by floor(window / 2): its windows begin there and at
//                    multiples of the window from there. Nothing wraps around: both ends have smaller windows.
//
// Source: Z. Liu, Y. Lin, Y. Cao, H. Hu, Y. Wei, Z. Zhang, S. Lin, B. Guo, "Swin Transformer: Hierarchical Vision
// Transformer using Shifted Windows", ICCV 2021, section 3.2. Where the window divides the extent, blocked is the
// neighborhood pattern with the stride equal to the window.
#include <fmt/format.h>

#include <algorithm>

#include "einsum/mask/patterns/all.hpp"

namespace tilewright {

namespace {

class GridWindow final : public Relation {
 public:
  // Windows begin at `start` plus multiples of the window.
  GridWindow(Extent extent, Count window, Count start) : Relation(extent), window_(window), start_(start) {}

  void bands(Count first, Count last, Bands& out) const override {
    for (Count q = first; q < last;) {
      const Count at = extent().position(q);
      const Count begin = start_ + floor_div(at - start_, window_) * window_;
      const Count end = std::min(last, q + begin + window_ - at);
      out.open(q, end);
      out.add(fixed_segment(std::max(begin, Count{0}), std::min(begin + window_, extent().keys)));
      q = end;
    }
  }

 private:
  Count window_;
  Count start_;
};

Mask make_grid(const Arguments& arguments, const Scene& scene, bool displaced) {
  const Extents window = arguments.extents("window", scene.layout.dimensions());
  std::vector<Axis> axes;
  for (std::size_t d = 0; d < window.size(); ++d) {
    const Extent extent = scene.layout.axis(d);
    if (window[d] > extent.keys)
      arguments.fail("window", fmt::format("{} is more than the {} keys of its dimension", window[d], extent.keys));
    axes.push_back({std::make_shared<GridWindow>(extent, window[d], displaced ? window[d] / 2 : 0)});
  }
  return product_mask(scene.layout, std::move(axes));
}

Mask make_blocked(const Arguments& arguments, const Scene& scene) { return make_grid(arguments, scene, false); }

Mask make_shifted(const Arguments& arguments, const Scene& scene) { return make_grid(arguments, scene, true); }

}  // namespace

const Pattern blocked_pattern{.name = "blocked",
                              .summary = "query and key in the same window of a grid, per dimension",
                              .source = "Liu et al., Swin Transformer, 2021",
                              .parameters = {{"window", "tokens per dimension, at most its extent"}},
                              .example = "window=4x4",
                              .example_layout = "12x16",
                              .make = make_blocked};

const Pattern shifted_window_pattern{.name = "shifted-window",
                                     .summary = "blocked, with the grid displaced by half a window; no wrap",
                                     .source = "Liu et al., Swin Transformer, 2021",
                                     .parameters = {{"window", "tokens per dimension, at most its extent"}},
                                     .example = "window=4x4",
                                     .example_layout = "12x16",
                                     .make = make_shifted};

}  // namespace tilewright

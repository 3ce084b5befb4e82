#include "explore/advice/axis_choices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/error.hpp"
#include "common/parallel.hpp"

namespace tilewright {

namespace {

constexpr double most_counted = 3e8;  // Q tiles of a dimension, over all choices: some ten seconds

void require_window_and_stride(const std::string& name) {
  if (has_window_and_stride(pattern(name))) return;
  std::string known;
  for (const Pattern* each : patterns())
    if (has_window_and_stride(*each)) known += (known.empty() ? "" : ", ") + each->name;
  throw InputError(
      fmt::format("advice is about patterns that take a window and a stride ({}), not '{}'", known, name));
}

// The number of one dimension where a text has one for each, else the whole text.
std::string part_of(const std::string& text, std::size_t dimension, std::size_t dimensions) {
  if (std::ranges::count(text, 'x') + 1 != static_cast<std::ptrdiff_t>(dimensions)) return text;
  std::size_t begin = 0;
  for (std::size_t d = 0; d < dimension; ++d) begin = text.find('x', begin) + 1;
  return text.substr(begin, text.find('x', begin) - begin);
}

Extents extents_or_ones(const Arguments& rule, const std::string& name, std::size_t dimensions) {
  if (!rule.has(name) || rule.text(name).empty()) return Extents(dimensions, 1);
  return rule.extents(name, dimensions);
}

Count pairs_of(const Relation& relation) {
  constexpr Count at_once = 4096;  // queries, so that memory stays bounded
  const Extent extent = relation.extent();
  Bands bands;
  Count pairs = 0;
  for (Count first = 0; first < extent.queries; first += at_once) {
    bands.clear();
    relation.bands(first, std::min(first + at_once, extent.queries), bands);
    for (const Band& band : bands.bands)
      for (const Segment& segment : bands.of(band))
        pairs += pairs_below(segment, 0, band.last - band.first, extent.keys);
  }
  return pairs;
}

Count pairs_of(const Axis& axis) {
  if (axis.groups.empty()) return pairs_of(*axis.relation);
  Count pairs = 0;
  for (const DilationGroup& group : axis.groups) pairs += group.times * pairs_of(*group.relation);
  return pairs;
}

bool stands(const Segment& segment) { return !segment.low.rises && !segment.high.rises; }

// The pairs that two relations share, band by band: mostly one of two segments stands, and the other one is cut.
class SharedPairs {
 public:
  SharedPairs(const Relation& a, const Relation& b) : a_(a), b_(b) {}

  Count count() {
    constexpr Count at_once = 4096;
    const Count queries = a_.extent().queries;
    for (Count first = 0; first < queries; first += at_once) {
      of_a_.clear();
      of_b_.clear();
      a_.bands(first, std::min(first + at_once, queries), of_a_);
      b_.bands(first, std::min(first + at_once, queries), of_b_);
      add_bands();
    }
    return pairs_;
  }

 private:
  void add_bands() {
    for (std::size_t i = 0, j = 0; i < of_a_.bands.size() && j < of_b_.bands.size();) {
      const Band& a = of_a_.bands[i];
      const Band& b = of_b_.bands[j];
      const Count first = std::max(a.first, b.first);
      const Count last = std::min(a.last, b.last);
      for (const Segment& x : of_a_.of(a))
        for (const Segment& y : of_b_.of(b))
          add(later(x, first - a.first), later(y, first - b.first), last - first);
      if (a.last == last) ++i;
      if (b.last == last) ++j;
    }
  }

  void add(const Segment& x, const Segment& y, Count queries) {
    if (stands(y)) {
      pairs_ += pairs_below(x, 0, queries, y.high.at) - pairs_below(x, 0, queries, y.low.at);
    } else if (stands(x)) {
      add(y, x, queries);
    } else {
      both_.clear();
      combine(0, queries, a_.extent().keys, {&x, 1}, {&y, 1}, Combination::both, both_);
      for (const Band& band : both_.bands)
        for (const Segment& segment : both_.of(band))
          pairs_ += pairs_below(segment, 0, band.last - band.first, a_.extent().keys);
    }
  }

  const Relation& a_;
  const Relation& b_;
  Bands of_a_;
  Bands of_b_;
  Bands both_;
  Count pairs_ = 0;
};

// Groups see nothing of each other, and which tokens are theirs does not depend on the window: group by group,
// where as many of them are alike.
Count shared_pairs(const Axis& a, const Axis& b) {
  const auto alike = [](const DilationGroup& x, const DilationGroup& y) {
    return x.times == y.times && x.relation->extent() == y.relation->extent();
  };
  if (a.groups.empty() || !std::ranges::equal(a.groups, b.groups, alike))
    return SharedPairs(*a.relation, *b.relation).count();
  Count pairs = 0;
  for (std::size_t g = 0; g < a.groups.size(); ++g)
    pairs += a.groups[g].times * SharedPairs(*a.groups[g].relation, *b.groups[g].relation).count();
  return pairs;
}

// Windows from the requested one on, in steps of `step`, as long as their pairs are within the limits.
void add_windows(const AxisRule& rule, const WindowLimits& limits, Count step, std::vector<Count>& windows) {
  const auto requested = static_cast<double>(pairs_of(rule.make(rule.window(), rule.stride()).axes.front()));
  for (Count window = rule.window() + step; window >= limits.least; window += step) {
    try {
      const Mask mask = rule.make(window, std::min(rule.stride(), window));
      const double more = static_cast<double>(pairs_of(mask.axes.front())) - requested;
      if (std::abs(more) > limits.flops_within * requested) return;
    } catch (const InputError&) {
      return;  // wider than its dimension allows
    }
    windows.push_back(window);
  }
}

bool is_padding_of(Count padding, Extent extent, const AxisTiles& tiles) {
  return padding == 0 || std::ranges::count(paddings_of(extent, tiles.query_tile, tiles.key_tile), padding) > 0;
}

// Ascending; none is the first.
std::vector<Count> list_paddings(const AxisRule& rule, std::span<const AxisTiles> tiles) {
  std::vector<Count> paddings{0};
  for (const AxisTiles& each : tiles)
    for (const Count padding : paddings_of(rule.extent(), each.query_tile, each.key_tile))
      paddings.push_back(padding);
  std::ranges::sort(paddings);
  paddings.erase(std::unique(paddings.begin(), paddings.end()), paddings.end());
  return paddings;
}

std::vector<AxisChoice> list_choices(const AxisRule& rule, const WindowLimits& limits,
                                     std::span<const AxisTiles> tiles) {
  std::vector<Count> windows{rule.window()};
  if (limits.flops_within > 0) {
    add_windows(rule, limits, -1, windows);
    add_windows(rule, limits, 1, windows);
  }
  std::ranges::stable_sort(windows, {}, [&](Count window) { return std::abs(window - rule.window()); });
  std::vector<AxisChoice> choices;
  for (const Count padding : limits.pad ? list_paddings(rule, tiles) : std::vector<Count>{0})
    for (const Count window : windows) {
      if (rule.stride() <= window)
        choices.push_back({.window = window, .stride = rule.stride(), .padding = padding});
      for (Count stride = 1; stride <= window; ++stride)
        if (stride != rule.stride()) choices.push_back({.window = window, .stride = stride, .padding = padding});
    }
  return choices;
}

double tiles_to_count(const AxisRule& rule, std::span<const AxisTiles> tiles) {
  double sum = 0;
  for (const AxisTiles& each : tiles) sum += static_cast<double>(ceil_div(rule.extent().queries, each.query_tile));
  return sum;
}

}  // namespace

AxisRule::AxisRule(const Arguments& rule, const Layout& layout, std::size_t dimension)
    : others_(rule.pattern()), layout_{{layout.queries[dimension]}, {layout.keys[dimension]}} {
  require_window_and_stride(rule.pattern());
  const std::size_t dimensions = layout.dimensions();
  window_ = rule.extents("window", dimensions)[dimension];
  stride_ = extents_or_ones(rule, "stride", dimensions)[dimension];
  for (const std::string& name : rule.names())
    if (name != "window" && name != "stride") others_.set(name, part_of(rule.text(name), dimension, dimensions));
}

Mask AxisRule::make(Count window, Count stride, Count padding) const {
  const Arguments rule = with(others_, std::to_string(window), std::to_string(stride));
  return padded_mask(rule, layout_, {padding});
}

Arguments with(const Arguments& rule, const std::string& window, const std::string& stride) {
  Arguments changed(rule.pattern());
  changed.set("window", window);
  changed.set("stride", stride);
  for (const std::string& name : rule.names())
    if (!changed.has(name)) changed.set(name, rule.text(name));
  return changed;
}

double deviation_of(const Mask& requested, const Mask& changed) {
  double shared = 1;
  double before = 1;
  double after = 1;
  for (std::size_t d = 0; d < requested.axes.size(); ++d) {
    shared *= static_cast<double>(shared_pairs(requested.axes[d], changed.axes[d]));
    before *= static_cast<double>(pairs_of(requested.axes[d]));
    after *= static_cast<double>(pairs_of(changed.axes[d]));
  }
  return (before + after - 2 * shared) / before;
}

AxisChoices choices_of(const AxisRule& rule, const WindowLimits& limits, std::span<const AxisTiles> tiles,
                       int jobs) {
  AxisChoices axis{list_choices(rule, limits, tiles), {}};
  const double work = static_cast<double>(axis.choices.size()) * tiles_to_count(rule, tiles);
  if (work > most_counted)
    throw InputError(
        fmt::format("advice would count {:.2g} Q tiles of a dimension of {} tokens ({} windows and strides); "
                    "at most {:.0e}: allow fewer windows, or fewer tiles",
                    work, rule.extent().keys, axis.choices.size(), most_counted));
  axis.counts.assign(tiles.size(), std::vector<AxisCounts>(axis.choices.size()));
  const Axis requested = rule.make(rule.window(), rule.stride()).axes.front();
  parallel_for(axis.choices.size(), jobs, [&](std::size_t i) {
    AxisChoice& choice = axis.choices[i];
    const Axis made = rule.make(choice.window, choice.stride, choice.padding).axes.front();
    choice.shared = shared_pairs(requested, made);
    for (std::size_t t = 0; t < tiles.size(); ++t) {
      if (!is_padding_of(choice.padding, rule.extent(), tiles[t])) {
        axis.counts[t][i].counted = false;
        continue;
      }
      const AxisCensus census = census_of(made, tiles[t]);
      choice.pairs = census.pairs;
      axis.counts[t][i] = {census.visited, census.full, census.visited_tokens,
                           static_cast<Count>(census.tiles.size()), census.key_tiles};
    }
  });
  return axis;
}

}  // namespace tilewright

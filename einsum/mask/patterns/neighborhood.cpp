// The product of windows of einsum/mask/neighborhood.hpp, one per dimension of the layout.
#include "einsum/mask/neighborhood.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/parallel.hpp"
#include "einsum/mask/patterns/all.hpp"

namespace tilewright {

namespace {

// Positions [from, to) of one dilation group, appended as bands of queries that begin at `first`: where windows
// stand still they are one band, and so they are where they move with the query.
void append_group(const Neighborhood& of, Count length, Count from, Count to, Count first, Bands& out) {
  const auto window = [&](Count query) { return window_of(query, length, of.window, of.stride, of.causal); };
  for (Count q = from; q < to;) {
    const Window at = window(q);
    Count end = 0;
    bool rises = false;
    if (of.stride > 1) {
      end = (q / of.stride + 1) * of.stride;  // one leader
    } else if (of.causal) {
      rises = at.last - at.first == of.window;  // else: it still grows from the first key
      end = rises ? to : of.window;
    } else {
      const Count left = of.window / 2;
      const Count last_centre = length - of.window + left;
      rises = q >= left && q < last_centre;
      end = rises ? last_centre : q < left ? left : to;
    }
    end = std::min(end, to);
    out.open(first + q - from, first + end - from);
    out.add({{at.first, rises}, {at.last, rises || of.causal}});
    q = end;
  }
}

// One dilation group, on indices within the group.
class GroupWindow final : public Relation {
 public:
  GroupWindow(Extent extent, const Neighborhood& of) : Relation(extent), of_(of) {}
  void bands(Count first, Count last, Bands& out) const override {
    const Count from = extent().position(first);
    append_group(of_, extent().keys, from, from + last - first, first, out);
  }

 private:
  Neighborhood of_;
};

// All groups as tokens are laid out: a query sees every dilation-th key.
class DilatedWindow final : public Relation {
 public:
  DilatedWindow(Extent extent, const Neighborhood& of) : Relation(extent), of_(of) {}
  // The queries with one index within their groups see windows of keys that move along with them, until the shorter
  // groups begin.
  void bands(Count first, Count last, Bands& out) const override {
    for (Count q = first; q < last;) {
      stop_if_interrupted();
      const Count at = extent().position(q);
      const Count group = at % of_.dilation;
      const Count longer = of_.length % of_.dilation;
      const Count end = std::min(last, q + (group < longer ? longer : of_.dilation) - group);
      const Window seen = window_of(at / of_.dilation, group_length(of_.length, of_.dilation, group), of_.window,
                                    of_.stride, of_.causal);
      out.open(q, end);
      for (Count k = seen.first; k < seen.last; ++k)
        out.add({{k * of_.dilation + group, true}, {k * of_.dilation + group + 1, true}});
      q = end;
    }
  }

 private:
  Neighborhood of_;
};

// The groups of an axis, equal ones together. Groups without a query still have keys.
std::vector<DilationGroup> groups_of(Extent extent, const Neighborhood& of) {
  std::vector<DilationGroup> groups;
  const Count missing = extent.keys - extent.queries;  // positions before the first query
  for (Count group = 0; group < of.dilation; ++group) {
    const Count keys = group_length(extent.keys, of.dilation, group);
    const Extent part{keys - (missing > group ? group_length(missing, of.dilation, group) : 0), keys};
    if (!groups.empty() && groups.back().relation->extent() == part) {
      ++groups.back().times;
    } else {
      groups.push_back({1, std::make_shared<GroupWindow>(part, of)});
    }
  }
  return groups;
}

Axis make_axis(Extent extent, const Neighborhood& of) {
  if (of.dilation == 1) return {std::make_shared<GroupWindow>(extent, of)};
  return {std::make_shared<DilatedWindow>(extent, of), groups_of(extent, of)};
}

void require(const Arguments& arguments, const Neighborhood& of) {
  if (of.window > of.length)
    arguments.fail("window", fmt::format("{} is more than the {} keys of its dimension", of.window, of.length));
  if (of.stride > of.window)
    arguments.fail("stride", fmt::format("{} is more than the window of its dimension, {}", of.stride, of.window));
  if (of.window > of.length / of.dilation)
    arguments.fail("dilation", fmt::format("{} times the window, {}, is more than the {} keys of its dimension",
                                           of.dilation, of.window, of.length));
}

Extents ones_or(const Arguments& arguments, const std::string& name, std::size_t dimensions, Count least) {
  if (arguments.text(name).empty()) return Extents(dimensions, least);
  return arguments.extents(name, dimensions, least);
}

Mask make(const Arguments& arguments, const Scene& scene) {
  const std::size_t dimensions = scene.layout.dimensions();
  const Extents window = arguments.extents("window", dimensions);
  const Extents stride = ones_or(arguments, "stride", dimensions, 1);
  const Extents dilation = ones_or(arguments, "dilation", dimensions, 1);
  const Extents causal = ones_or(arguments, "causal", dimensions, 0);
  std::vector<Axis> axes;
  for (std::size_t d = 0; d < dimensions; ++d) {
    if (causal[d] > 1) arguments.fail("causal", "expected 0 or 1 per dimension, got " + to_text(causal));
    const Neighborhood of{scene.layout.keys[d], window[d], stride[d], dilation[d], causal[d] == 1};
    require(arguments, of);
    axes.push_back(make_axis(scene.layout.axis(d), of));
  }
  return product_mask(scene.layout, std::move(axes));
}

}  // namespace

const Pattern neighborhood_pattern{
    .name = "gna",
    .summary = "neighborhood of the query, per dimension; queries of a stride group share their leader's window",
    .source = "Hassani et al., Faster Neighborhood Attention, 2024; Generalized Neighborhood Attention, 2025",
    .parameters = {{"window", "keys per dimension, at most its extent"},
                   {"stride", "queries that share a window, at most the window; 1 where left out", "", false},
                   {"dilation", "distance of the keys; dilation x window is at most the extent", "", false},
                   {"causal", "1 for dimensions in which no key comes after the query", "", false}},
    .example = "window=6x6,stride=2x2",
    .example_layout = "12x16",
    .make = make};

}  // namespace tilewright

#include "explore/advice/advice_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "common/error.hpp"
#include "common/parallel.hpp"

namespace tilewright {

namespace {

constexpr double most_products = 2e9;  // some ten seconds

// A choice as a factor.
struct Factor {
  double visited;
  double pairs;
  double shared;
  unsigned changes;
  std::uint32_t choice;
};

// Of choices that differ from the request in the same ways and have as many pairs, those alone that are not beaten
// in visited tiles and shared pairs: put in for a beaten one, in any candidate, the other is no worse. The order of
// preference stays.
std::vector<Factor> worth_trying(const std::vector<AxisChoice>& choices, const std::vector<AxisCounts>& counts) {
  std::vector<Factor> all;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (!counts[i].counted) continue;
    const AxisChoice& choice = choices[i];
    const unsigned changes = (choice.stride != choices[0].stride ? change_stride : 0U) |
                             (choice.window != choices[0].window ? change_window : 0U) |
                             (choice.padding != 0 ? change_layout : 0U);
    all.push_back({static_cast<double>(counts[i].visited), static_cast<double>(choice.pairs),
                   static_cast<double>(choice.shared), changes, static_cast<std::uint32_t>(i)});
  }
  std::ranges::sort(
      all, {}, [](const Factor& f) { return std::make_tuple(f.changes, f.pairs, f.visited, -f.shared, f.choice); });
  std::vector<Factor> kept;
  for (const Factor& f : all)
    if (kept.empty() || kept.back().changes != f.changes || kept.back().pairs != f.pairs ||
        kept.back().shared < f.shared)
      kept.push_back(f);
  std::ranges::sort(kept, {}, &Factor::choice);
  return kept;
}

class Search {
 public:
  Search(const std::vector<AxisChoices>& axes, double flops_within) : axes_(axes) {
    for (const AxisChoices& axis : axes) {
      requested_ *= static_cast<double>(axis.choices.front().pairs);
      auto& tables = factors_.emplace_back();
      for (const std::vector<AxisCounts>& counts : axis.counts)
        tables.push_back(worth_trying(axis.choices, counts));
    }
    most_more_ = flops_within * requested_;
  }

  Picks run(const std::vector<TileTables>& tiles) {
    require_bearable(tiles);
    for (std::size_t t = 0; t < tiles.size() && !interrupted(); ++t) {
      pick_.tiles = t;
      picks_.by_tiles.emplace_back();
      double candidates = 1;
      for (std::size_t d = 0; d < axes_.size(); ++d) {
        tables_[d] = &factors_[d][tiles[t].by_axis[d]];
        candidates *= static_cast<double>(
            std::ranges::count(axes_[d].counts[tiles[t].by_axis[d]], true, &AxisCounts::counted));
      }
      picks_.candidates += candidates;
      descend(0, {tiles[t].pairs, 1, 1, t == 0 ? 0U : change_tiles, 0});
    }
    return std::move(picks_);
  }

 private:
  void require_bearable(const std::vector<TileTables>& tiles) const {
    double products = 0;
    for (const TileTables& each : tiles) {
      double of_these = 1;
      for (std::size_t d = 0; d < axes_.size(); ++d)
        of_these *= static_cast<double>(factors_[d][each.by_axis[d]].size());
      products += of_these;
    }
    if (products > most_products)
      throw InputError(
          fmt::format("advice would compare {:.2g} masks and tiles; at most {:.0e}: allow fewer "
                      "windows, or fewer tiles",
                      products, most_products));
  }

  void descend(std::size_t dimension, const Factor& before) {
    for (const Factor& f : *tables_[dimension]) {
      pick_.choice[dimension] = f.choice;
      const Factor product{before.visited * f.visited, before.pairs * f.pairs, before.shared * f.shared,
                           before.changes | f.changes, 0};
      if (dimension + 1 < axes_.size()) {
        descend(dimension + 1, product);
      } else {
        consider(product);
      }
    }
  }

  void consider(const Factor& product) {
    if ((product.changes & change_window) != 0 && std::abs(product.pairs - requested_) > most_more_) return;
    pick_.computed = product.visited;
    pick_.difference = requested_ + product.pairs - 2 * product.shared;
    pick_.changes = product.changes;
    for (Pick* best : {&picks_.best[product.changes], &picks_.by_tiles.back()})
      if (better(pick_, *best)) *best = pick_;
    add_to_front();
  }

  // The front is ascending in difference and descending in computed pairs.
  void add_to_front() {
    std::vector<Pick>& front = picks_.pareto;
    const auto behind = std::ranges::upper_bound(front, pick_.difference, {}, &Pick::difference);
    if (behind != front.begin() && std::prev(behind)->computed <= pick_.computed) return;
    auto first = behind;
    if (first != front.begin() && std::prev(first)->difference == pick_.difference) --first;
    auto last = behind;
    while (last != front.end() && last->computed >= pick_.computed) ++last;
    front.insert(front.erase(first, last), pick_);
  }

  const std::vector<AxisChoices>& axes_;
  std::vector<std::vector<std::vector<Factor>>> factors_;  // by dimension, by tiles
  double requested_ = 1;
  double most_more_ = 0;
  std::array<const std::vector<Factor>*, most_dimensions> tables_{};
  Pick pick_;
  Picks picks_;
};

}  // namespace

bool better(const Pick& a, const Pick& b) {
  return a.computed != b.computed ? a.computed < b.computed : a.difference < b.difference;
}

Picks search(const std::vector<AxisChoices>& axes, const std::vector<TileTables>& tiles, double flops_within) {
  return Search(axes, flops_within).run(tiles);
}

}  // namespace tilewright

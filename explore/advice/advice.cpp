#include "explore/advice/advice.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/parallel.hpp"
#include "common/position.hpp"
#include "explore/advice/advice_reason.hpp"
#include "explore/advice/advice_search.hpp"

namespace tilewright {

namespace {

// Some tenths of a second each.
constexpr double most_in_passing = 5e6;  // Q tiles of a dimension, over all strides
constexpr double most_strides = 5e7;     // of all dimensions
constexpr std::size_t most_tiles_ranked = 64;

Tiling tiling_of(const AdviceRequest& request, const TileChoice& tiles) {
  return {request.tiling.order, request.tiling.key_tiles, tiles.query, tiles.key};
}

TileChoice requested_tiles(const AdviceRequest& request) {
  return {request.tiling.query_tile, request.tiling.key_tile};
}

const Layout& layout_of(const AdviceRequest& request) { return request.problem.requests.front().layout; }

void require_possible(const AdviceRequest& request) {
  if (request.tiling.order == TileOrder::flat)
    throw InputError("advice is about tiles with one extent per dimension, not flat ones");
  if (request.tiling.key_tiles == KeyTiles::gathered)
    throw InputError("advice is about tiles of neighbouring keys, not gathered ones");
  const Request& of = request.problem.only_request("advice");
  if (of.masks.size() != 1)
    throw InputError(
        fmt::format("advice is about one mask for all heads; these have {} different ones", of.masks.size()));
  require_fits(request.tiling, of.layout);
}

void require_possible(const AdviceRequest& request, const SearchSpace& space, const Extents& window) {
  for (const TileChoice& tiles : space.tiles) require_fits(tiling_of(request, tiles), layout_of(request));
  if (!(space.flops_within >= 0 && space.flops_within <= 1))
    throw InputError(
        fmt::format("the share that pairs may differ by: expected from 0 to 1, got {}", space.flops_within));
  if (space.least_window.empty()) return;
  if (space.least_window.size() != window.size())
    throw InputError(fmt::format("least window {}: expected {} extents, one per dimension of the layout {}",
                                 to_text(space.least_window), window.size(), to_text(layout_of(request).keys)));
  for (std::size_t d = 0; d < window.size(); ++d)
    if (space.least_window[d] > window[d])
      throw InputError(fmt::format("least window {}: more than the requested window, {}",
                                   to_text(space.least_window), to_text(window)));
}

std::string text_of(const Arguments& rule) {
  std::string text = rule.pattern();
  for (const std::string& name : rule.names())
    if (!rule.text(name).empty()) text += fmt::format(",{}={}", name, rule.text(name));
  return text;
}

// The request by dimension, and the tables of what candidates count there.
class Adviser {
 public:
  explicit Adviser(const AdviceRequest& request) : request_(request) {
    require_possible(request);
    for (std::size_t d = 0; d < layout_of(request).dimensions(); ++d) {
      rules_.emplace_back(request.rule, layout_of(request), d);
      window_.push_back(rules_.back().window());
    }
  }

  [[nodiscard]] const Extents& window() const { return window_; }
  [[nodiscard]] const std::vector<AxisChoices>& axes() const { return axes_; }
  [[nodiscard]] const std::vector<TileTables>& tables() const { return tables_; }

  // The first of `tiles` are the requested ones. Done in part once interrupted().
  void count(std::vector<TileChoice> tiles, const SearchSpace& space) {
    tiles_ = std::move(tiles);
    for (const TileChoice& each : tiles_)
      tables_.push_back(
          {static_cast<double>(tokens_of(each.query)) * static_cast<double>(tokens_of(each.key)), {}});
    for (std::size_t d = 0; d < rules_.size(); ++d) {
      const std::vector<AxisTiles> distinct = tiles_of_dimension(d);
      const Count least = space.least_window.empty() ? 1 : space.least_window[d];
      axes_.push_back(choices_of(rules_[d], {space.flops_within, least, space.pad}, distinct, space.jobs));
      if (interrupted()) return;
    }
    check_product();
  }

  // All but reason and ladder.
  [[nodiscard]] MaskCandidate candidate(const Pick& pick) const {
    MaskCandidate result;
    result.tiles = tiles_[pick.tiles];
    result.change = change_in_words(pick.changes);
    result.pairs = result.visited = result.full = result.query_tiles = result.key_tiles = 1;
    Extents padding;
    double shared = 1;
    double requested = 1;
    double visited_tokens = 1;
    for (std::size_t d = 0; d < axes_.size(); ++d) {
      const AxisChoice& choice = axes_[d].choices[pick.choice[d]];
      const AxisCounts& counts = axes_[d].counts[tables_[pick.tiles].by_axis[d]][pick.choice[d]];
      result.window.push_back(choice.window);
      result.stride.push_back(choice.stride);
      padding.push_back(choice.padding);
      result.pairs = checked_product(result.pairs, choice.pairs);
      result.visited = checked_product(result.visited, counts.visited);
      result.full = checked_product(result.full, counts.full);
      result.query_tiles = checked_product(result.query_tiles, counts.query_tiles);
      result.key_tiles = checked_product(result.key_tiles, counts.key_tiles);
      visited_tokens *= static_cast<double>(counts.visited_tokens);
      shared *= static_cast<double>(choice.shared);
      requested *= static_cast<double>(axes_[d].choices.front().pairs);
    }
    const Extent tokens = layout_of(request_).flattened();
    const double all = static_cast<double>(tokens.queries) * static_cast<double>(tokens.keys);
    result.computed = static_cast<double>(result.visited) * tables_[pick.tiles].pairs;
    result.padding = result.computed - visited_tokens;
    result.deviation = (requested + static_cast<double>(result.pairs) - 2 * shared) / requested;
    result.speedup_flop = all / static_cast<double>(result.pairs);
    result.speedup_tile = all / result.computed;
    result.layout = padded(layout_of(request_), padding);
    result.mask = text_of(rule_of(result));
    return result;
  }

  [[nodiscard]] MaskCandidate explained(const Pick& pick, const MaskCandidate& requested) const {
    MaskCandidate result = candidate(pick);
    climb_for(result);
    result.reason = reason_of(result, requested);
    return result;
  }

  void climb_for(MaskCandidate& candidate) const {
    if (request_.arch == nullptr) return;
    Attention problem = request_.problem;
    std::vector<HeadMask>& masks = problem.requests.front().masks;
    masks = {{masks.front().heads, 0, candidate.mask, mask_of(candidate)}};
    const Tiling tiling = tiling_of(request_, candidate.tiles);
    const TileMachine machine = tile_machine_of(*request_.arch, problem, tiling);
    candidate.ladder = request_.baseline == nullptr ? climb(problem, tiling, &machine)
                                                    : climb(problem, tiling, &machine, *request_.baseline);
    if (request_.time_s) candidate.time_s = time_of(problem, tiling);
  }

 private:
  [[nodiscard]] Arguments rule_of(const MaskCandidate& candidate) const {
    return with(request_.rule, to_text(candidate.window), to_text(candidate.stride));
  }
  [[nodiscard]] Mask mask_of(const MaskCandidate& candidate) const {
    Extents padding;
    for (std::size_t d = 0; d < rules_.size(); ++d)
      padding.push_back(candidate.layout.keys[d] - layout_of(request_).keys[d]);
    return padded_mask(rule_of(candidate), layout_of(request_), padding);
  }
  [[nodiscard]] std::optional<double> time_of(const Attention& problem, const Tiling& tiling) const {
    try {
      return request_.time_s(problem, tiling);
    } catch (const InfeasibleError&) {
      return {};
    }
  }

  // The distinct tiles of a dimension; notes which of them belong to which tile shapes.
  std::vector<AxisTiles> tiles_of_dimension(std::size_t d) {
    std::vector<AxisTiles> distinct;
    for (std::size_t t = 0; t < tiles_.size(); ++t) {
      const AxisTiles wanted{tiles_[t].query[d], tiles_[t].key[d], request_.tiling.key_tiles};
      const auto found = std::ranges::find_if(distinct, [&](const AxisTiles& each) {
        return each.query_tile == wanted.query_tile && each.key_tile == wanted.key_tile;
      });
      tables_[t].by_axis.push_back(position_of(found, distinct));
      if (found == distinct.end()) distinct.push_back(wanted);
    }
    return distinct;
  }

  // That the pattern's dimensions do not depend on each other, which everything here builds on.
  void check_product() const {
    const MaskCandidate product = candidate({});
    const Census census = count_tiles(mask_of(product), request_.tiling);
    if (census.pairs != product.pairs || census.visited != product.visited || census.full != product.full)
      throw std::logic_error("dimensions of '" + request_.rule.pattern() + "' depend on each other");
  }

  const AdviceRequest& request_;
  std::vector<AxisRule> rules_;
  Extents window_;
  std::vector<TileChoice> tiles_;
  std::vector<TileTables> tables_;
  std::vector<AxisChoices> axes_;
};

double workers(const AdviceRequest& request, const TileChoice& tiles) {
  return tile_machine_of(*request.arch, request.problem, tiling_of(request, tiles)).workers;
}

// Larger tiles may go to an outer memory, but not with as many workers at a time.
bool fits(const AdviceRequest& request, const TileChoice& tiles) {
  if (request.arch == nullptr) return true;
  try {
    return workers(request, tiles) >= workers(request, requested_tiles(request));
  } catch (const InfeasibleError&) {
    return false;
  }
}

bool quick(const AdviceRequest& request, const Extents& window) {
  double strides = 1;
  for (std::size_t d = 0; d < window.size(); ++d) {
    const Count tiles = ceil_div(layout_of(request).queries[d], request.tiling.query_tile[d]);
    if (static_cast<double>(window[d]) * static_cast<double>(tiles) > most_in_passing) return false;
    strides *= static_cast<double>(window[d]);
  }
  return strides <= most_strides;
}

// The best of all candidates that differ from the request in nothing but `allowed`.
const Pick& best_within(const Picks& picks, unsigned allowed) {
  const Pick* best = picks.best.data();
  for (unsigned changes = 1; changes <= change_all; ++changes)
    if ((changes & ~allowed) == 0 && better(picks.best[changes], *best)) best = &picks.best[changes];
  return *best;
}

// Less is better.
double cost_of(const MaskCandidate& candidate) {
  return candidate.time_s ? *candidate.time_s : 1 / candidate.ladder->rungs.back().speedup;
}

bool same(const MaskCandidate& a, const MaskCandidate& b) {
  return a.mask == b.mask && a.tiles == b.tiles && a.layout == b.layout;
}

std::vector<MaskCandidate> ranked(const AdviceRequest& request, const Advice& advice,
                                  const std::vector<MaskCandidate>& of_tiles) {
  std::vector<MaskCandidate> all;
  const auto add = [&](const MaskCandidate& each) {
    const bool fits = !request.time_s || each.time_s.has_value();
    if (fits && std::ranges::none_of(all, [&](const auto& other) { return same(other, each); }))
      all.push_back(each);
  };
  add(advice.requested);
  for (const auto* some : {&advice.by_change, &advice.pareto, &of_tiles}) std::ranges::for_each(*some, add);
  std::ranges::stable_sort(all, {}, cost_of);
  return all;
}

// The first picks of the fewest computed pairs.
std::vector<Pick> some_of(std::vector<Pick> picks) {
  std::ranges::stable_sort(picks, better);
  picks.resize(std::min(picks.size(), most_tiles_ranked));
  return picks;
}

}  // namespace

std::optional<Advice> advise(const AdviceRequest& request, const SearchSpace& space) {
  Adviser adviser(request);
  require_possible(request, space, adviser.window());
  Advice advice;
  std::vector<TileChoice> tiles{requested_tiles(request)};
  for (const TileChoice& each : space.tiles)
    if (std::ranges::find(tiles, each) == tiles.end()) {
      (fits(request, each) ? tiles : advice.do_not_fit).push_back(each);
    }
  adviser.count(std::move(tiles), space);
  if (interrupted()) return {};
  const Picks picks = search(adviser.axes(), adviser.tables(), space.flops_within);
  if (interrupted()) return {};
  advice.candidates = picks.candidates;
  advice.requested = adviser.candidate({});
  adviser.climb_for(advice.requested);
  advice.requested.reason = reason_of(advice.requested, advice.requested);
  const auto explained = [&](const Pick& pick) { return adviser.explained(pick, advice.requested); };
  for (const Pick& pick : picks.pareto) advice.pareto.push_back(explained(pick));
  const Pick& best = best_within(picks, change_all);
  advice.best = explained(best);
  unsigned least = 0;
  while (best_within(picks, least).computed != best.computed) ++least;
  advice.cheapest = explained(best_within(picks, least));
  for (unsigned changes = 1; changes <= change_all; ++changes)
    if (const Pick& pick = best_within(picks, changes); pick.changes == changes)
      advice.by_change.push_back(explained(pick));
  if (request.arch == nullptr) return advice;
  std::vector<MaskCandidate> of_tiles;
  for (const Pick& pick : some_of(picks.by_tiles)) of_tiles.push_back(explained(pick));
  advice.ranked = ranked(request, advice, of_tiles);
  return advice;
}

std::optional<MaskCandidate> best_stride(const AdviceRequest& request) {
  Adviser adviser(request);
  if (!quick(request, adviser.window())) return {};
  adviser.count({requested_tiles(request)}, {.jobs = 1});
  if (interrupted()) return {};
  const Picks picks = search(adviser.axes(), adviser.tables(), 0);
  MaskCandidate requested = adviser.candidate({});
  adviser.climb_for(requested);
  return adviser.explained(best_within(picks, change_stride), requested);
}

}  // namespace tilewright

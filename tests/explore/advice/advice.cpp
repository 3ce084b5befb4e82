#include "explore/advice/advice.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "einsum/mask/cropped.hpp"
#include "explore/advice/axis_choices.hpp"
#include "tests/common/messages.hpp"
#include "tests/explore/advice/advice_cases.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

// Of a layout that is padded, what the pattern makes of it is asked for pairs of the tokens before.
Mask mask_of(const AdviceRequest& request, const Extents& window, const Extents& stride,
             const Extents& padding = {}) {
  Arguments rule("gna");
  rule.set("window", to_text(window));
  rule.set("stride", to_text(stride));
  rule.set("dilation", request.rule.text("dilation"));
  rule.set("causal", request.rule.text("causal"));
  const Layout& layout = request.problem.requests[0].layout;
  return cropped(make_mask(pattern("gna"), rule, {padded(layout, padding)}), layout);
}

Tiling tiling_of(const AdviceRequest& request, const TileChoice& tiles) {
  return {TileOrder::multi, request.tiling.key_tiles, tiles.query, tiles.key};
}

std::vector<char> pairs_of(const Mask& mask) {
  const RelationPtr all = mask.flattened();
  std::vector<char> pairs;
  for (Count q = 0; q < all->extent().queries; ++q)
    for (Count k = 0; k < all->extent().keys; ++k) pairs.push_back(contains(*all, q, k) ? 1 : 0);
  return pairs;
}

Count differing(const std::vector<char>& a, const std::vector<char>& b) {
  Count count = 0;
  for (std::size_t i = 0; i < a.size(); ++i) count += a[i] != b[i] ? 1 : 0;
  return count;
}

// All extents within [least, most], the last dimension fastest.
std::vector<Extents> all_extents(const Extents& least, const Extents& most) {
  std::vector<Extents> all{{}};
  for (std::size_t d = 0; d < most.size(); ++d) {
    std::vector<Extents> longer;
    for (const Extents& before : all)
      for (Count next = least[d]; next <= most[d]; ++next) {
        longer.push_back(before);
        longer.back().push_back(next);
      }
    all = std::move(longer);
  }
  return all;
}

// Everything that can be tried, one full mask and census at a time.
class Everything {
 public:
  using Costs = std::pair<double, Count>;  // computed pairs, differing pairs

  Everything(const AdviceRequest& request, const SearchSpace& space) : request_(request), space_(space) {
    const std::size_t dimensions = request.problem.requests[0].layout.dimensions();
    window_ = request.rule.extents("window", dimensions);
    stride_ = request.rule.extents("stride", dimensions);
    requested_ = pairs_of(request.problem.requests[0].masks.front().mask);
    std::vector<TileChoice> tiles = space.tiles;
    tiles.insert(tiles.begin(), {request.tiling.query_tile, request.tiling.key_tile});
    const Extents ones(dimensions, 1);
    for (const Extents& window : all_extents(ones, window_ == near(1) ? window_ : near(1)))
      if (std::ranges::equal(window, near(-1), std::ranges::greater_equal{}))
        for (const Extents& stride : all_extents(ones, window))
          for (const TileChoice& each : tiles)
            for (const Extents& padding : paddings(each)) add(window, stride, padding, each, each != tiles.front());
  }

  [[nodiscard]] std::vector<Costs> front() const {
    std::vector<Costs> front;
    for (const auto& [costs, changes] : found_)
      if (std::ranges::none_of(found_, [&](const auto& other) {
            return other.first != costs && other.first.first <= costs.first && other.first.second <= costs.second;
          }))
        front.push_back(costs);
    std::ranges::sort(front, {}, &Costs::second);
    return front;
  }
  // Of candidates that differ from the request in nothing but `allowed` (1 stride, 2 tiles, 4 window, 8 layout).
  [[nodiscard]] Costs best(unsigned allowed) const {
    Costs best{1e300, 0};
    for (const auto& [costs, changes] : found_)
      if (std::ranges::any_of(changes, [&](unsigned c) { return (c & ~allowed) == 0; }))
        best = std::min(best, costs);
    return best;
  }
  [[nodiscard]] Count requested_pairs() const { return std::ranges::count(requested_, 1); }

 private:
  // The farthest windows, by dimension, up (1) or down (-1), whose pairs in that dimension are near enough.
  [[nodiscard]] Extents near(Count step) const {
    Extents windows = window_;
    for (std::size_t d = 0; d < windows.size() && space_.flops_within > 0; ++d) {
      const auto pairs = [&](Count window) -> double {
        const Layout layout{{request_.problem.requests[0].layout.queries[d]},
                            {request_.problem.requests[0].layout.keys[d]}};
        const auto part = [&](const char* name) {
          return Extents{request_.rule.extents(name, window_.size(), 0)[d]};
        };
        if (window < 1 || window * part("dilation")[0] > layout.keys[0]) return 1e300;
        const Arguments rule = gna({{"window", {window}},
                                    {"stride", {std::min(window, stride_[d])}},
                                    {"dilation", part("dilation")},
                                    {"causal", part("causal")}});
        return static_cast<double>(std::ranges::count(pairs_of(make_mask(pattern("gna"), rule, {layout})), 1));
      };
      const double requested = pairs(window_[d]);
      const Count least = space_.least_window.empty() ? 1 : space_.least_window[d];
      while (windows[d] + step >= least &&
             std::abs(pairs(windows[d] + step) - requested) <= space_.flops_within * requested)
        windows[d] += step;
    }
    return windows;
  }

  // To whole tiles, by dimension; none at all too.
  [[nodiscard]] std::vector<Extents> paddings(const TileChoice& tiles) const {
    const Layout& layout = request_.problem.requests[0].layout;
    std::vector<Extents> all;
    for (const Extents& padding :
         all_extents(Extents(window_.size(), 0), Extents(window_.size(), space_.pad ? 4 : 0))) {
      bool whole = true;
      for (std::size_t d = 0; d < padding.size(); ++d) {
        const auto fills = [&](Count tokens, Count tile) {
          return padding[d] < tile && (tokens + padding[d]) % tile == 0;
        };
        whole = whole && (padding[d] == 0 || fills(layout.queries[d], tiles.query[d]) ||
                          fills(layout.keys[d], tiles.key[d]));
      }
      if (whole) all.push_back(padding);
    }
    return all;
  }

  void add(const Extents& window, const Extents& stride, const Extents& padding, const TileChoice& tiles,
           bool other_tiles) {
    const Mask mask = mask_of(request_, window, stride, padding);
    const std::vector<char> pairs = pairs_of(mask);
    const auto requested = static_cast<double>(requested_pairs());
    if (window != window_ &&
        std::abs(static_cast<double>(std::ranges::count(pairs, 1)) - requested) > space_.flops_within * requested)
      return;
    const Census census = count_tiles(mask, tiling_of(request_, tiles));
    const double computed = static_cast<double>(census.visited * census.query_tile_size * census.key_tile_size);
    const unsigned changes = (stride != stride_ ? 1U : 0U) | (other_tiles ? 2U : 0U) |
                             (window != window_ ? 4U : 0U) | (padding != Extents(padding.size(), 0) ? 8U : 0U);
    found_[{computed, differing(pairs, requested_)}].push_back(changes);
  }

  const AdviceRequest& request_;
  const SearchSpace& space_;
  Extents window_;
  Extents stride_;
  std::vector<char> requested_;
  std::map<Costs, std::vector<unsigned>> found_;
};

void check_numbers(const AdviceRequest& request, const MaskCandidate& candidate) {
  Extents padding;
  for (std::size_t d = 0; d < candidate.window.size(); ++d)
    padding.push_back(candidate.layout.keys[d] - request.problem.requests[0].layout.keys[d]);
  const Mask mask = mask_of(request, candidate.window, candidate.stride, padding);
  const Census census = count_tiles(mask, tiling_of(request, candidate.tiles));
  REQUIRE(candidate.pairs == census.pairs);
  REQUIRE(candidate.visited == census.visited);
  REQUIRE(candidate.full == census.full);
  REQUIRE(candidate.query_tiles == census.query_tiles);
  REQUIRE(candidate.key_tiles == census.key_tiles);
  REQUIRE(candidate.padding == census.wasted_by_padding());
  REQUIRE(candidate.fully_block_sparse() == census.fully_block_sparse());
  const double all = static_cast<double>(census.queries) * static_cast<double>(census.keys);
  REQUIRE(candidate.speedup_flop == all / static_cast<double>(census.pairs));
  REQUIRE(candidate.speedup_tile == all / candidate.computed);
  const std::vector<char> requested = pairs_of(request.problem.requests[0].masks.front().mask);
  REQUIRE(candidate.deviation == Approx(static_cast<double>(differing(pairs_of(mask), requested)) /
                                        static_cast<double>(std::ranges::count(requested, 1))));
}

Everything::Costs costs_of(const MaskCandidate& candidate, const Everything& all) {
  return {candidate.computed, std::llround(candidate.deviation * static_cast<double>(all.requested_pairs()))};
}

void compare(const AdviceRequest& request, const SearchSpace& space) {
  INFO(to_text(request.problem.requests[0].layout.queries)
       << " of " << to_text(request.problem.requests[0].layout.keys) << " window " << request.rule.text("window")
       << " stride " << request.rule.text("stride") << " dilation " << request.rule.text("dilation") << " causal "
       << request.rule.text("causal") << " q " << to_text(request.tiling.query_tile) << " kv "
       << to_text(request.tiling.key_tile) << " within " << space.flops_within << (space.pad ? " padded" : ""));
  const Advice advice = advise(request, space).value();
  const Everything all(request, space);
  std::vector<Everything::Costs> front;
  for (const MaskCandidate& candidate : advice.pareto) {
    check_numbers(request, candidate);
    front.push_back(costs_of(candidate, all));
  }
  REQUIRE(front == all.front());
  REQUIRE(costs_of(advice.best, all) == all.best(15));
  unsigned least = 0;
  while (all.best(least).first != all.best(15).first) ++least;
  REQUIRE(costs_of(advice.cheapest, all) == all.best(least));
  for (const MaskCandidate& candidate : advice.by_change) check_numbers(request, candidate);
  const auto by_stride = best_stride(request);
  REQUIRE(costs_of(by_stride.value(), all) == all.best(1));
}

Arch small_arch() {
  Arch arch;
  arch.name = "small";
  arch.clock_Hz = 1e9;
  Level memory;
  memory.name = "DRAM";
  memory.bandwidth_B_per_s = 1e12;
  Level shared;
  shared.name = "SMEM";
  shared.parent = LevelId::at(0);
  shared.instances = 8;
  shared.capacity_B = 3 * 128 * 128 * 2;  // tiles of 128, and no more
  arch.levels = {memory, shared};
  ComputeUnit unit;
  unit.name = "matrix";
  unit.lanes = 1000;
  unit.operations = {{"multiply_add", 1}};
  arch.units = {unit};
  return arch;
}

AdviceRequest of_video() { return request_of("30x48x80", "18x24x24", "2x8x8"); }

}  // namespace

TEST_CASE("advice is the Pareto set of everything that can be tried") {
  RandomRequest random(7);
  for (int i = 0; i < 120; ++i) {
    const AdviceRequest request = random.next();
    SearchSpace space;
    for (Count more = random.from(0, 3); more > 0; --more)
      space.tiles.push_back(random.tiles(request.problem.requests[0].layout));
    space.pad = random.from(0, 2) == 0;
    if (random.coin()) space.flops_within = 0.1 * static_cast<double>(random.from(1, 6));
    if (random.coin())
      for (const Count window : request.rule.extents("window", request.problem.requests[0].layout.dimensions()))
        space.least_window.push_back(random.from(1, window));
    compare(request, space);
  }
}

TEST_CASE("the best stride of a window of 2048 in 32768 tokens is 256, not a smaller one") {
  const MaskCandidate best = best_stride(request_of("32768", "2048", "128")).value();
  CHECK(best.stride == Extents{256});
  CHECK(best.fully_block_sparse());
  CHECK(best.speedup_tile == 16);
  CHECK(best.speedup_tile == best.speedup_flop);
  CHECK(best.mask == "gna,window=2048,stride=256");
  CHECK(best.change == "stride");
  CHECK(best.reason == "no partial tiles (480 of 4,336 before); 4,096 tiles instead of 4,336");
  const AdviceRequest request = request_of("32768", "2048", "128");
  for (Count stride = 1; stride < 256; ++stride) {
    const Mask mask = make_mask(pattern("gna"), gna({{"window", {2048}}, {"stride", {stride}}}),
                                {request.problem.requests[0].layout});
    REQUIRE(count_tiles(mask, request.tiling).visited > best.visited);
  }
}

TEST_CASE("the best stride of a window of 18x24x24 in 30x48x80 tokens leaves no partial tile") {
  const MaskCandidate best = best_stride(of_video()).value();
  CHECK(best.fully_block_sparse());
  CHECK(best.speedup_tile == Approx(30.0 / 18 * 2 * 80 / 24));
  CHECK(best.window == Extents{18, 24, 24});
  CHECK(best.reason == "no partial tiles (124,128 of 148,896 before); 72,900 tiles instead of 148,896");
}

TEST_CASE("rows that are padded to whole tiles leave no partial tile") {
  // 45 rows: the last window of 24 is [21, 45), and begins within a tile of 8; of 48 rows it is [24, 48).
  AdviceRequest request = request_of("45x80", "24x24", "8x8");
  CHECK_FALSE(advise(request, {}).value().best.fully_block_sparse());
  const Advice advice = advise(request, {.pad = true}).value();
  CHECK(advice.best.change == "stride and layout");
  CHECK(advice.best.layout.keys == Extents{48, 80});
  CHECK(advice.best.layout.queries == Extents{48, 80});
  CHECK(advice.best.stride == Extents{8, 8});
  CHECK(advice.best.fully_block_sparse());
  CHECK(advice.best.visited == 6 * 3 * 10 * 3);
  CHECK(advice.best.pairs == (4 * 8 * 24 + 13 * 21) * 80 * 24);
  CHECK(advice.requested.layout.keys == Extents{45, 80});
  CHECK(advice.best.reason.starts_with("no partial tiles ("));
}

TEST_CASE("strides too many to try in a moment are left to advice") {
  CHECK_FALSE(best_stride(request_of("1048576", "65536", "128")).has_value());
  CHECK_FALSE(best_stride(request_of("400x400x400", "400x400x400", "8x8x8")).has_value());
}

TEST_CASE("advice keeps to its limits") {
  const AdviceRequest request = of_video();
  SearchSpace space{.tiles = {{{4, 4, 8}, {4, 4, 8}}, {{2, 8, 8}, {2, 8, 8}}}, .flops_within = 0.12};
  const Advice free = advise(request, space).value();
  CHECK(free.best.window == Extents{16, 24, 24});
  CHECK(free.best.speedup_tile == Approx(12.5));
  CHECK(free.best.change == "window and stride");
  space.least_window = {17, 24, 24};
  const Advice limited = advise(request, space).value();
  for (const Advice* advice : {&free, &limited})
    for (const MaskCandidate& each : advice->pareto)
      CHECK(std::abs(static_cast<double>(each.pairs - advice->requested.pairs)) <=
            0.12 * static_cast<double>(advice->requested.pairs));
  CHECK(std::ranges::all_of(limited.pareto, [](const MaskCandidate& each) { return each.window[0] >= 17; }));
  CHECK(limited.best.speedup_tile == Approx(30.0 / 18 * 2 * 80 / 24));
  CHECK(limited.best.change == "stride");
}

TEST_CASE("the cheapest change that reaches the best bound is named, and what each change gains by itself") {
  const Advice advice = advise(of_video(), {.tiles = {{{4, 4, 8}, {4, 4, 8}}}}).value();
  CHECK(advice.candidates == 2 * 18 * 24 * 24);
  CHECK(advise(of_video(), {.tiles = {{{2, 8, 8}, {2, 8, 8}}}})->candidates == 18 * 24 * 24);  // no other tiles
  CHECK(advice.requested.change == "nothing");
  CHECK(advice.requested.reason == "as requested");
  CHECK(advice.requested.speedup_tile == Approx(5.44).epsilon(1e-3));
  CHECK(advice.cheapest.change == "stride");
  CHECK(advice.cheapest.speedup_tile == advice.best.speedup_tile);
  REQUIRE(advice.by_change.size() == 2);  // to change the tiles as well gains nothing
  CHECK(advice.by_change[0].mask == advice.cheapest.mask);
  CHECK(advice.by_change[1].change == "tiles");
  CHECK(advice.by_change[1].deviation == 0);
  CHECK(advice.pareto.front().change == "tiles");
}

TEST_CASE("of equal candidates the one nearest to the request is taken") {
  // A window of all keys: strides change nothing, and neither do tiles.
  const Advice advice = advise(request_of("8x8", "8x8", "4x4"), {.tiles = {{{2, 8}, {4, 4}}}}).value();
  REQUIRE(advice.pareto.size() == 1);
  CHECK(advice.pareto.front().change == "nothing");
  CHECK(advice.cheapest.change == "nothing");
  CHECK(advice.by_change.empty());
}

TEST_CASE("with an architecture the final candidates have ladders, of tiles that fit") {
  const Arch arch = small_arch();
  AdviceRequest request = of_video();
  request.arch = &arch;
  const Advice advice = advise(request, {.tiles = {{{8, 4, 8}, {2, 8, 8}}, {{4, 4, 4}, {2, 8, 8}}}}).value();
  REQUIRE(advice.do_not_fit.size() == 1);
  CHECK(advice.do_not_fit.front().query == Extents{8, 4, 8});
  REQUIRE(advice.requested.ladder.has_value());
  CHECK(advice.requested.ladder->speedup_tile_apart == Approx(advice.requested.speedup_tile));
  for (const MaskCandidate& each : advice.pareto)
    CHECK(each.ladder.value().speedup_tile_apart == Approx(each.speedup_tile));
  CHECK_FALSE(advise(of_video(), {}).value().best.ladder.has_value());
}

TEST_CASE("what is advised is ranked by the times of a kernel, or by the last rung") {
  const Arch arch = small_arch();
  AdviceRequest request = of_video();
  const SearchSpace space{.tiles = {{{4, 4, 8}, {4, 4, 8}}}};
  CHECK(advise(request, space)->ranked.empty());
  request.arch = &arch;
  const Advice by_rung = advise(request, space).value();
  CHECK(by_rung.ranked.size() > by_rung.pareto.size());  // the request too, which changes nothing and is worse
  CHECK(std::ranges::is_sorted(by_rung.ranked, std::ranges::greater{},
                               [](const MaskCandidate& each) { return each.ladder->rungs.back().speedup; }));
  CHECK_FALSE(by_rung.ranked.front().time_s.has_value());
  // A kernel to which nothing counts but Q tiles of few rows, and that has no other ones.
  request.time_s = [](const Attention& problem, const Tiling& tiling) -> double {
    const Count visited = count_tiles(problem.requests.front().masks.front().mask, tiling).visited;
    if (tiling.query_tile[0] == 2) throw InfeasibleError("too few rows");
    return 1e9 - static_cast<double>(visited);
  };
  const Advice by_kernel = advise(request, space).value();
  CHECK(by_kernel.best.mask == by_rung.best.mask);
  REQUIRE(by_kernel.ranked.size() > 1);
  for (std::size_t i = 0; i < by_kernel.ranked.size(); ++i) {
    CHECK(by_kernel.ranked[i].tiles.query == Extents{4, 4, 8});
    CHECK(by_kernel.ranked[i].time_s == 1e9 - static_cast<double>(by_kernel.ranked[i].visited));
    if (i > 0) CHECK(by_kernel.ranked[i - 1].time_s <= by_kernel.ranked[i].time_s);
  }
  CHECK_FALSE(by_kernel.requested.time_s.has_value());
}

TEST_CASE("a request that advice cannot be given on is refused") {
  const auto refusal = [](const AdviceRequest& request, const SearchSpace& space) {
    return message_of([&] { (void)advise(request, space); });
  };
  AdviceRequest request = of_video();
  CHECK(
      refusal(request, {.tiles = {{{128}, {128}}}}) ==
      "Q tile 128: expected 3 extents, one per dimension of the layout 30x48x80 (or flat tiles, which are runs of "
      "flattened tokens)");
  CHECK(refusal(request, {.flops_within = -0.5}) ==
        "the share that pairs may differ by: expected from 0 to 1, got -0.5");
  CHECK(refusal(request, {.flops_within = std::nan("")}) ==
        "the share that pairs may differ by: expected from 0 to 1, got nan");
  CHECK(refusal(request, {.least_window = {16, 16}}) ==
        "least window 16x16: expected 3 extents, one per dimension of the layout 30x48x80");
  CHECK(refusal(request, {.least_window = {16, 32, 24}}) ==
        "least window 16x32x24: more than the requested window, 18x24x24");
  request.tiling.order = TileOrder::flat;
  CHECK(refusal(request, {}) == "advice is about tiles with one extent per dimension, not flat ones");
  request = of_video();
  request.problem.requests[0].masks.push_back(request.problem.requests[0].masks.front());
  CHECK(refusal(request, {}) == "advice is about one mask for all heads; these have 2 different ones");
  request = of_video();
  request.rule = Arguments("sliding-tile");
  CHECK(refusal(request, {}) ==
        "advice is about patterns that take a window and a stride (gna), not 'sliding-tile'");
  request.rule = gna({{"window", {18, 24, 99}}});
  CHECK(refusal(request, {}) == "gna: window: 99 is more than the 80 keys of its dimension");
}

}  // namespace tilewright::test::TEST_FILE

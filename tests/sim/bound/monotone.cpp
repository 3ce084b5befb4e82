// A mask with fewer pairs is bounded by no more time, whatever its form, and equal pairs by equal times.
#include <catch2/catch.hpp>

#include "tests/sim/bound/problems.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

constexpr double rounding = 1 + 1e-9;

// Without dilation, which puts tokens into another order.
std::string mask_text(RandomProblems& random, const Layout& layout) {
  const Count keys = tokens_of(layout.keys);
  Extents window;
  for (const Count length : layout.keys) window.push_back(random.from(1, length));
  switch (random.from(0, 6)) {
    case 0:
      return "causal";
    case 1:
      return fmt::format("sliding,left={},right={}", random.from(0, keys), random.from(0, keys));
    case 2:
      return fmt::format("(!gna,window={})", to_text(window));
    case 3:
      return fmt::format("random-blocks,keep={},block={}", random.from(1, ceil_div(keys, 3)), 3);
    case 4:
      return fmt::format("random-blocks,share={},block={},causal=1", random.one_of({0.1, 0.5, 1.0}),
                         random.from(1, 5));
    case 5:
      return fmt::format("s2,block={},shards={},local=1", random.from(1, 4), random.from(1, 3));
    default:
      return fmt::format("gna,window={}", to_text(window));
  }
}

Posed posed(RandomProblems& random) {
  Posed problem;
  Request& request = problem.requests[0];
  const Count dimensions = random.from(1, 2);
  for (Count d = 0; d < dimensions; ++d) {
    request.layout.keys.push_back(random.from(3, dimensions == 1 ? 40 : 7));
    problem.tiling.query_tile.push_back(random.from(1, request.layout.keys.back()));
    problem.tiling.key_tile.push_back(random.from(1, request.layout.keys.back()));
  }
  request.layout.queries = request.layout.keys;
  request.times = static_cast<double>(random.from(1, 2));
  problem.tiling.order = random.coin() ? TileOrder::multi : TileOrder::flat;
  if (random.from(0, 2) == 0) problem.tiling.key_tiles = KeyTiles::gathered;
  problem.tiling.gather = random.from(1, 4);
  problem.head_dim = problem.value_dim = 64;
  problem.words = AttentionWords::all(2);
  return problem;
}

std::vector<Rung> rungs_of(Posed& problem, const std::string& mask, Count heads, const TileMachine& machine) {
  Request& request = problem.requests[0];
  request.masks = make_masks(parse_mask(mask), request.layout, heads);
  return climb(problem, &machine).rungs;
}

}  // namespace

TEST_CASE("fewer pairs take no longer at least") {
  RandomProblems random(23);
  int compared = 0;
  for (int i = 0; i < 600; ++i) {
    Posed problem = posed(random);
    problem.kv_heads = static_cast<double>(random.one_of<Count>({1, 2, 4}));
    const TileMachine machine = random.machine();
    const Layout& layout = problem.requests[0].layout;
    const std::string a = mask_text(random, layout);
    const std::string b = mask_text(random, layout);
    const std::string fewer = fmt::format("({} & {})", a, b);
    const std::string more = fmt::format("({} | {})", a, b);
    INFO(a << ", " << b << " over " << to_text(layout.keys) << ", Q tile " << to_text(problem.tiling.query_tile)
           << ", KV tile " << to_text(problem.tiling.key_tile) << ", " << problem.kv_heads << " KV heads");
    std::vector<std::vector<Rung>> all;
    try {
      for (const std::string& mask : {fewer, a, more, std::string("dense")})
        all.push_back(rungs_of(problem, mask, 4, machine));
    } catch (const InputError&) {
      continue;  // no pairs, or a pattern that is not for such a layout
    }
    ++compared;
    for (std::size_t m = 1; m < all.size(); ++m)
      for (std::size_t r = 0; r < all[m].size(); ++r) CHECK(all[m - 1][r].time_s <= all[m][r].time_s * rounding);
  }
  CHECK(compared > 400);
}

TEST_CASE("equal pairs are bounded by equal times, whatever the form of the mask") {
  RandomProblems random(29);
  for (int i = 0; i < 100; ++i) {
    Posed problem = posed(random);
    problem.kv_heads = static_cast<double>(random.one_of<Count>({1, 2, 4}));
    const TileMachine machine = random.machine();
    for (const auto& [one, other] :
         std::vector<std::pair<std::string, std::string>>{{"causal", "s2,block=2,shards=1,local=1"},
                                                          {"dense", "random-blocks,share=1,block=2"},
                                                          {"dense", "2 * dense + 2 * (causal | !causal)"},
                                                          {"causal", "causal & random-blocks,share=1,block=3"},
                                                          {"causal", "random-blocks,share=1,block=3,causal=1"}}) {
      INFO(one << " and " << other << " over " << to_text(problem.requests[0].layout.keys) << ", Q tile "
               << to_text(problem.tiling.query_tile) << ", " << problem.kv_heads << " KV heads");
      const auto of_one = rungs_of(problem, one, 4, machine);
      const auto of_other = rungs_of(problem, other, 4, machine);
      for (std::size_t r = 0; r < of_one.size(); ++r) CHECK(of_one[r].time_s == Approx(of_other[r].time_s));
    }
  }
}

}  // namespace tilewright::test::TEST_FILE

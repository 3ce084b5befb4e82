// Shared by the tests: problems and machines, chosen and random.
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <random>
#include <string>

#include "sim/bound/ladder.hpp"

namespace tilewright::test {

/// A problem and how it is tiled.
struct Posed : Attention {
  Tiling tiling;
};

inline Ladder climb(const Posed& posed, const TileMachine* machine) {
  return tilewright::climb(posed, posed.tiling, machine);
}

/// Heads of 128 elements of 2 B.
inline Posed problem_of(const std::string& mask, const std::string& layout, const std::string& query_tile,
                        const std::string& key_tile, Count heads = 1) {
  const Extents extents = parse_extents(layout, "layout");
  Posed problem;
  problem.requests[0].layout = {extents, extents};
  problem.requests[0].masks = make_masks(parse_mask(mask), problem.requests[0].layout, heads);
  problem.kv_heads = static_cast<double>(heads);
  problem.head_dim = problem.value_dim = 128;
  problem.words = AttentionWords::all(2);
  problem.tiling.query_tile = parse_extents(query_tile, "Q tile");
  problem.tiling.key_tile = parse_extents(key_tile, "KV tile");
  return problem;
}

/// A multiply-add per second and worker; memories that never limit.
inline TileMachine machine_of(double workers) {
  return {"machine", workers, "core", {{{"units", workers}}}, {{"DRAM", 1e12, true}, {"cache", 1e12, false}},
          {},        workers};
}

class RandomProblems {
 public:
  explicit RandomProblems(unsigned seed) : generator_(seed) {}

  Count from(Count least, Count most) { return std::uniform_int_distribution<Count>(least, most)(generator_); }
  bool coin() { return from(0, 1) == 1; }
  double magnitude(double least, double most) {
    return std::exp(std::uniform_real_distribution<double>(std::log(least), std::log(most))(generator_));
  }
  template <class T>
  T one_of(std::initializer_list<T> all) {
    return all.begin()[from(0, static_cast<Count>(all.size()) - 1)];
  }
  std::mt19937& generator() { return generator_; }

  /// One to three runs of heads, of any pattern, stretched; KV heads that divide them.
  Posed problem() {
    Posed problem;
    const auto dimensions = static_cast<std::size_t>(from(1, 3));
    const Count most = dimensions == 1 ? 50 : dimensions == 2 ? 9 : 5;
    for (std::size_t d = 0; d < dimensions; ++d) {
      problem.requests[0].layout.keys.push_back(from(1, most));
      problem.requests[0].layout.queries.push_back(coin() ? problem.requests[0].layout.keys.back()
                                                          : from(1, problem.requests[0].layout.keys.back()));
    }
    std::string mixture;
    Count heads = 0;
    for (Count runs = from(1, 3); runs > 0; --runs) {
      const Count run = from(1, 3);
      heads += run;
      mixture += fmt::format("{}{} * {}", mixture.empty() ? "" : " + ", run, mask(problem.requests[0].layout));
    }
    problem.requests[0].masks = make_masks(parse_mask(mixture), problem.requests[0].layout, heads * from(1, 3));
    problem.tiling = tiling(problem.requests[0].layout);
    Count kv_heads = from(1, static_cast<Count>(problem.heads()));
    while (static_cast<Count>(problem.heads()) % kv_heads != 0) --kv_heads;
    problem.kv_heads = static_cast<double>(kv_heads);
    problem.requests[0].times = static_cast<double>(from(1, 3));
    problem.head_dim = static_cast<double>(from(1, 256));
    problem.value_dim = coin() ? problem.head_dim : static_cast<double>(from(1, 256));
    problem.words = {word(), word(), word(), word(), 2, 2, {}};
    problem.values_in_keys = problem.value_dim <= problem.head_dim && coin();
    if (problem.values_in_keys) problem.words.value_B = problem.words.key_B;
    gather_as_laid_out(problem);
    return problem;
  }

  /// The same, and often a second request with other lengths.
  Posed batch() {
    Posed posed = problem();
    if (coin()) return posed;
    Request other = posed.requests[0];
    for (std::size_t d = 0; d < other.layout.keys.size(); ++d) {
      other.layout.keys[d] = from(1, other.layout.keys[d] + 3);
      other.layout.queries[d] = from(1, other.layout.keys[d]);
    }
    for (HeadMask& each : other.masks) {
      each.text = mask(other.layout);
      each.mask = make_masks(parse_mask(each.text), other.layout, 1).front().mask;
    }
    posed.requests.push_back(std::move(other));
    gather_as_laid_out(posed);
    return posed;
  }

  /// Rates around those at which every rung matters.
  TileMachine machine() {
    TileMachine machine = machine_of(static_cast<double>(from(1, 40)));
    machine.memories.clear();
    machine.compute.units = {{"units", magnitude(1, 100)}};
    if (coin()) machine.compute.units[0].exps_per_s = magnitude(0.01, 10);
    if (coin()) machine.compute.units.push_back({"others", 0, magnitude(0.01, 10)});
    machine.query_tiles_at_once = machine.workers * static_cast<double>(from(1, 3));
    for (Count memories = from(0, 3); memories > 0; --memories)
      machine.memories.push_back({fmt::format("memory{}", machine.memories.size()), magnitude(0.05, 50), coin(),
                                  one_of({1.0, 32.0, 128.0})});
    return machine;
  }

 private:
  // Tiles of dilation groups are not gathered.
  static void gather_as_laid_out(Posed& posed) {
    if (posed.tiling.key_tiles != KeyTiles::gathered) return;
    for (const Request& request : posed.requests)
      for (const HeadMask& mask : request.masks)
        for (const Axis& axis : mask.mask.axes)
          if (!axis.groups.empty()) posed.tiling.order = TileOrder::flat;
  }

  double word() { return one_of({1.0, 2.0, 4.0}); }

  std::string mask(const Layout& layout) {
    const Count keys = tokens_of(layout.keys);
    switch (from(0, 5)) {
      case 0:
        return "dense";
      case 1:
        return "causal";
      case 2:
        return fmt::format("sliding,left={},right={}", from(0, keys), from(0, keys));
      case 3:
        return "!" + neighborhood(layout);
      case 4: {
        const Count block = from(1, keys);
        return fmt::format("random-blocks,keep={},block={}", from(1, ceil_div(keys, block)), block);
      }
      default:
        return neighborhood(layout);
    }
  }

  std::string neighborhood(const Layout& layout) {
    Extents window;
    Extents stride;
    Extents dilation;
    Extents causal;
    for (const Count length : layout.keys) {
      dilation.push_back(coin() ? 1 : from(1, length));
      window.push_back(from(1, length / dilation.back()));
      stride.push_back(coin() ? 1 : from(1, window.back()));
      causal.push_back(from(0, 1));
    }
    return fmt::format("gna,window={},stride={},dilation={},causal={}", to_text(window), to_text(stride),
                       to_text(dilation), to_text(causal));
  }

  Tiling tiling(const Layout& layout) {
    Tiling tiling;
    tiling.order = coin() ? TileOrder::multi : TileOrder::flat;
    const KeyTiles kinds[] = {KeyTiles::fixed, KeyTiles::fixed, KeyTiles::dynamic, KeyTiles::gathered};
    tiling.key_tiles = kinds[from(0, 3)];
    tiling.gather = from(1, 4);
    for (const Count length : layout.keys) {
      tiling.query_tile.push_back(from(1, length + 1));
      tiling.key_tile.push_back(from(1, length + 1));
    }
    return tiling;
  }

  std::mt19937 generator_;
};

}  // namespace tilewright::test

#include "tests/kernels/mask/random_problem.hpp"

#include <fmt/format.h>

#include "einsum/mask/expression.hpp"

namespace tilewright::kernels {
namespace {

Extents last_of(const std::array<int, 3>& values, std::size_t dimensions) {
  return {values.end() - static_cast<std::ptrdiff_t>(dimensions), values.end()};
}

}  // namespace

RandomProblem Random::problem(int tokens) {
  const auto dimensions = static_cast<std::size_t>(from(1, 3));
  const int most = dimensions == 1 ? tokens : dimensions == 2 ? 14 * tokens / 200 : 6 * tokens / 200;
  RandomProblem random;
  MaskProblem& problem = random.problem;
  MaskRule rule{{1, 1, 1}, {1, 1, 1}, {false, false, false}};
  std::array<int, 3> window{1, 1, 1};
  std::array<int, 3> stride{1, 1, 1};
  std::array<int, 3> causal{0, 0, 0};
  for (std::size_t i = 3 - dimensions; i < 3; ++i) {
    const int keys = from(1, most);
    problem.keys[i] = keys;
    problem.queries[i] = from(0, 2) > 0 ? keys : from(1, keys);
    problem.dilation[i] = from(0, 2) > 0 ? 1 : from(1, keys);
    const int group = keys / problem.dilation[i];
    window[i] = rule.window[i] = from(0, 2) == 0 ? group : from(1, group);
    stride[i] = rule.stride[i] = coin() ? 1 : from(1, window[i]);
    causal[i] = from(0, 1);
    rule.causal[i] = causal[i] == 1;
    problem.q_tile[i] = from(1, coin() ? 8 : keys + 2);
    problem.kv_tile[i] = from(1, coin() ? 8 : keys + 2);
  }
  problem.permuted = coin();
  problem.rules = {rule};
  const Layout layout{last_of(problem.queries, dimensions), last_of(problem.keys, dimensions)};
  random.tiling = {TileOrder::multi, KeyTiles::fixed, last_of(problem.q_tile, dimensions),
                   last_of(problem.kv_tile, dimensions)};
  const auto text = [&](const std::array<int, 3>& values) { return to_text(last_of(values, dimensions)); };
  const std::string pattern = fmt::format("gna,window={},stride={},dilation={},causal={}", text(window),
                                          text(stride), text(problem.dilation), text(causal));
  random.mask = parse_mask(pattern).front().expression->make({layout, 0});
  random.text =
      fmt::format("{} queries {} keys {} tiles {} by {}{}", pattern, text(problem.queries), text(problem.keys),
                  text(problem.q_tile), text(problem.kv_tile), problem.permuted ? " permuted" : "");
  return random;
}

Pairs::Pairs(const RandomProblem& random) : queries_(random.problem.queries), keys_(random.problem.keys) {
  const std::size_t missing = 3 - random.mask.axes.size();
  for (std::size_t i = 0; i < 3; ++i) {
    for (int query = 0; query < queries_[i]; ++query)
      for (int key = 0; key < keys_[i]; ++key)
        axes_[i].push_back(i < missing || contains(*random.mask.axes[i - missing].relation, query, key) ? char{1}
                                                                                                        : char{0});
  }
}

bool Pairs::sees(int query, int key) const {
  for (std::size_t i = 3; i-- > 0; query /= queries_[i], key /= keys_[i]) {
    const auto at = static_cast<std::size_t>(query % queries_[i]) * static_cast<std::size_t>(keys_[i]) +
                    static_cast<std::size_t>(key % keys_[i]);
    if (axes_[i][at] == 0) return false;
  }
  return true;
}

}  // namespace tilewright::kernels

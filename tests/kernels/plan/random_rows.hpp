// Random rows of plans, of every operation and with every awkward letter that a name can have.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "kernels/plan/row.hpp"

namespace tilewright::plan {

class RandomRows {
 public:
  explicit RandomRows(unsigned seed) : random_(seed) {}

  Row row(const std::string& point) {
    Row row;
    row.point = point + text();
    row.group = text();
    row.operation = one_of(operations());
    row.kernel = "k" + text();
    row.cache = static_cast<Cache>(below(3));
    row.warm_up = below(5);
    row.repetitions = 1 + below(1000);
    row.seed = random_() * std::uint64_t{0x100000001};
    if (!row.is_micro()) add_shapes(row);
    return row;
  }

  double number() {
    return below(4) == 0 ? 0.1 * (1 + below(1000)) : static_cast<double>(random_()) * 1e-12 + 1e-9;
  }
  int below(int most) { return static_cast<int>(random_() % static_cast<unsigned>(most)); }

  std::string text() {
    static const std::string letters = "a,\"'x \n;=\r|.";
    std::string text;
    for (int length = below(8); length > 0; --length) text += letters[static_cast<std::size_t>(below(13))];
    return text;
  }

 private:
  const std::string& one_of(const std::vector<std::string>& words) {
    return words[static_cast<std::size_t>(below(static_cast<int>(words.size())))];
  }

  void add_shapes(Row& row) {
    row.dtype = one_of(dtypes());
    row.batch = 1 + below(4);
    row.kv_heads = 1 + below(3);
    row.heads = row.kv_heads * (1 + below(4));
    row.head_dim = 1 + below(256);
    for (int axes = 1 + below(3); axes > 0; --axes) row.keys.push_back(8 + below(20));
    row.queries = row.keys;
    if (below(2) == 0) {
      for (const std::int64_t extent : row.keys) {
        row.q_tile.push_back(1 + below(static_cast<int>(extent)));
        row.kv_tile.push_back(1 + below(static_cast<int>(extent)));
      }
    }
    row.mask = mask(row);
    if (below(2) == 0) row.blocks = blocks(row);
    row.permuted = below(2) == 1;
    row.splits = below(9);
  }

  std::string rule(const Row& row) {
    if (below(3) == 0) return "dense";
    Shape window;
    Shape stride;
    for (std::size_t axis = 0; axis < row.keys.size(); ++axis) {
      window.push_back(1 + below(8));
      stride.push_back(1 + below(static_cast<int>(window.back())));
    }
    return "window=" + to_text(window) + (below(2) == 0 ? "" : ",stride=" + to_text(stride));
  }

  std::string mask(const Row& row) {
    std::vector<RuleRun> runs;
    const std::string rules[] = {rule(row), rule(row)};
    for (int head = 0; head < row.heads; ++head) runs.push_back({1, rules[below(2)]});
    return to_text(runs);
  }

  std::string blocks(const Row& row) {
    const auto size = [&](const Shape& tile) { return tile.empty() ? 1 + below(64) : tokens_in(tile); };
    Blocks all = no_blocks_seen(size(row.q_tile), size(row.kv_tile), tokens_in(row.queries), tokens_in(row.keys));
    for (auto each = all.seen.begin(); each != all.seen.end(); ++each) *each = below(2) == 1;
    return to_text(all);
  }

  std::mt19937 random_;
};

}  // namespace tilewright::plan

#include "kernels/attention/work_order.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

#include "kernels/attention/specialized_params.hpp"
#include "kernels/device/numbers.hpp"
#include "kernels/mask/visits.hpp"

namespace tilewright::kernels::TEST_FILE {

namespace {

MaskProblem line(int tokens, bool causal) {
  MaskProblem problem;
  problem.queries = problem.keys = {1, 1, tokens};
  problem.q_tile = problem.kv_tile = {1, 1, 64};
  problem.rules = {{{1, 1, tokens}, {1, 1, 1}, {false, false, causal}}};
  return problem;
}

std::vector<int> in_order(int count) {
  std::vector<int> numbers(static_cast<std::size_t>(count));
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

}  // namespace

TEST_CASE("items of the same length stay in their order: Q tiles of a head together") {
  CHECK(work_order(make_masks(line(256, false)), {2, 3, 3, 64}, 1).items == in_order(2 * 3 * 4));
}

TEST_CASE("under a causal mask the last Q tiles of all heads go first") {
  CHECK(work_order(make_masks(line(256, true)), {1, 2, 2, 64}, 1).items ==
        std::vector<int>{3, 7, 2, 6, 1, 5, 0, 4});
}

TEST_CASE("heads whose keys and values do not fit into the cache together go one after another") {
  // 2^15 tokens of 128 numbers are 16 MiB for K and V: two KV heads at a time.
  const auto order = work_order(make_masks(line(1 << 15, true)), {1, 8, 4, 128}, 1).items;
  const int tiles = (1 << 15) / 64;
  const auto section_of = [&](int item) { return item / tiles / 2 / 2; };  // two heads to a KV head
  CHECK(std::is_sorted(order.begin(), order.end(), [&](int a, int b) { return section_of(a) < section_of(b); }));
  CHECK(order.front() == tiles - 1);
  CHECK(order[3] == 4 * tiles - 1);
  CHECK(order[4] == tiles - 2);
}

TEST_CASE("the order has every Q tile of every group, batch and head once") {
  MaskProblem problem = line(200, false);
  problem.dilation = {1, 1, 3};
  problem.permuted = true;
  problem.rules[0].window[2] = 66;
  const Masks masks = make_masks(problem);  // groups of 67, 67 and 66 tokens: 2 tiles each
  const auto order = work_order(masks, {2, 2, 1, 64}, 5).items;
  auto sorted = order;
  std::sort(sorted.begin(), sorted.end());
  CHECK(sorted == in_order(3 * 2 * 2 * 2));
  AttentionParams<device::bf16> attention{};
  attention.batch = 2;
  attention.heads = 2;
  attention.queries = masks.queries;
  const WorkItem item = work_item(attention, ((2 * 2 + 1) * 2 + 0) * 2 + 1);
  CHECK(item.group == 2);
  CHECK(item.batch == 1);
  CHECK(item.head == 0);
  CHECK(item.q_tile == 1);
}

TEST_CASE("tiles that a smaller dilation group lacks are left out") {
  MaskProblem problem = line(129, false);
  problem.dilation = {1, 1, 2};
  problem.permuted = true;
  problem.rules[0].window[2] = 64;
  CHECK(work_order(make_masks(problem), {1, 1, 1, 64}, 1).items ==
        std::vector<int>{0, 1, 2});  // groups of 65 and 64
}

TEST_CASE("no block has more to do than others by more than an item, whatever sections begin and end") {
  for (const auto& [tokens, heads] : {std::pair{1 << 14, 16}, std::pair{1 << 14, 7}, std::pair{1 << 12, 64}}) {
    for (const int blocks : {1, 78, 132}) {
      const WorkOrder order = work_order(make_masks(line(tokens, true)), {1, heads, heads, 128}, blocks);
      REQUIRE(order.firsts.size() == static_cast<std::size_t>(blocks) + 1);
      REQUIRE(order.firsts.back() == static_cast<int>(order.items.size()));
      const int tiles = tokens / 64;
      std::vector<int> shares;
      for (std::size_t block = 0; block + 1 < order.firsts.size(); ++block) {
        shares.push_back(0);
        for (int i = order.firsts[block]; i < order.firsts[block + 1]; ++i)
          shares.back() +=
              order.items[static_cast<std::size_t>(i)] % tiles + 1 + 1;  // causal: as many visits as that
      }
      const int all = std::accumulate(shares.begin(), shares.end(), 0);
      CHECK(*std::max_element(shares.begin(), shares.end()) <= all / blocks + tiles + 1);
      if (tokens == 1 << 14 && heads == 16)
        CHECK(*std::max_element(shares.begin(), shares.end()) <= 1.01 * all / blocks);
    }
  }
}

TEST_CASE("of fewer items than blocks each has a block of its own") {
  const WorkOrder order = work_order(make_masks(line(256, true)), {1, 1, 1, 64}, 132);
  CHECK(order.firsts == std::vector<int>{0, 1, 2, 3, 4});
  CHECK(order.items == std::vector<int>{3, 2, 1, 0});
}

}  // namespace tilewright::kernels::TEST_FILE

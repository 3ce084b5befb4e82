#include "explore/advice/axis_choices.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/explore/advice/advice_cases.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

// Every choice of every dimension, and the whole masks that they make.
class Whole {
 public:
  explicit Whole(const AdviceRequest& request, double flops_within) : request_(request) {
    for (std::size_t d = 0; d < request.problem.requests[0].layout.dimensions(); ++d) {
      const AxisTiles tiles{request.tiling.query_tile[d], request.tiling.key_tile[d], request.tiling.key_tiles};
      axes.push_back(choices_of(AxisRule(request.rule, request.problem.requests[0].layout, d), {flops_within, 1},
                                {&tiles, 1}, 1));
    }
  }
  [[nodiscard]] Mask mask(const std::vector<std::size_t>& chosen) const {
    Extents window;
    Extents stride;
    for (std::size_t d = 0; d < axes.size(); ++d) {
      window.push_back(axes[d].choices[chosen[d]].window);
      stride.push_back(axes[d].choices[chosen[d]].stride);
    }
    return make_mask(pattern("gna"), with(request_.rule, to_text(window), to_text(stride)),
                     {request_.problem.requests[0].layout});
  }

  std::vector<AxisChoices> axes;

 private:
  const AdviceRequest& request_;
};

Count shared_pairs(const Mask& a, const Mask& b) {
  const RelationPtr x = a.flattened();
  const RelationPtr y = b.flattened();
  Count shared = 0;
  for (Count q = 0; q < x->extent().queries; ++q)
    for (Count k = 0; k < x->extent().keys; ++k)
      if (contains(*x, q, k) && contains(*y, q, k)) ++shared;
  return shared;
}

AxisChoices of_one(Count length, Count window, Count stride, const WindowLimits& limits) {
  const Arguments rule = gna({{"window", {window}}, {"stride", {stride}}});
  const AxisTiles tiles{4, 4};
  return choices_of(AxisRule(rule, {{length}, {length}}, 0), limits, {&tiles, 1}, 1);
}

std::string listed(const AxisChoices& axis) {
  std::string text;
  for (const AxisChoice& choice : axis.choices)
    text += (text.empty() ? "" : " ") + fmt::format("{}/{}", choice.window, choice.stride);
  return text;
}

}  // namespace

TEST_CASE("the numbers of any choices are products over dimensions") {
  RandomRequest random(1);
  for (int i = 0; i < 150; ++i) {
    const AdviceRequest request = random.next();
    const Whole whole(request, random.coin() ? 0.0 : 0.5);
    const Mask requested = whole.mask(std::vector<std::size_t>(whole.axes.size(), 0));
    for (int j = 0; j < 6; ++j) {
      std::vector<std::size_t> chosen;
      AxisChoice product{0, 0, 1, 1};
      AxisCounts counts{1, 1, 1, 1, 1};
      for (const AxisChoices& axis : whole.axes) {
        const auto at = static_cast<std::size_t>(random.from(0, static_cast<Count>(axis.choices.size()) - 1));
        chosen.push_back(at);
        product.pairs *= axis.choices[at].pairs;
        product.shared *= axis.choices[at].shared;
        counts.visited *= axis.counts[0][at].visited;
        counts.full *= axis.counts[0][at].full;
        counts.visited_tokens *= axis.counts[0][at].visited_tokens;
        counts.query_tiles *= axis.counts[0][at].query_tiles;
        counts.key_tiles *= axis.counts[0][at].key_tiles;
      }
      const Mask mask = whole.mask(chosen);
      const Census census = count_tiles(mask, request.tiling);
      REQUIRE(product.pairs == census.pairs);
      REQUIRE(counts.visited == census.visited);
      REQUIRE(counts.full == census.full);
      REQUIRE(counts.visited_tokens == census.visited_tokens);
      REQUIRE(counts.query_tiles == census.query_tiles);
      REQUIRE(counts.key_tiles == census.key_tiles);
      REQUIRE(product.shared == shared_pairs(requested, mask));
    }
  }
}

TEST_CASE("choices begin with the requested one; strides ascend; windows go away from the requested one") {
  CHECK(listed(of_one(12, 4, 1, {})) == "4/1 4/2 4/3 4/4");
  CHECK(listed(of_one(12, 4, 3, {})) == "4/3 4/1 4/2 4/4");
  CHECK(listed(of_one(12, 4, 3, {0.25, 1})) == "4/3 4/1 4/2 4/4 3/3 3/1 3/2 5/3 5/1 5/2 5/4 5/5");
  CHECK(listed(of_one(12, 4, 4, {0.25, 1})) == "4/4 4/1 4/2 4/3 3/1 3/2 3/3 5/4 5/1 5/2 5/3 5/5");
  CHECK(listed(of_one(12, 4, 1, {0.25, 4})) == "4/1 4/2 4/3 4/4 5/1 5/2 5/3 5/4 5/5");
  CHECK(listed(of_one(4, 4, 1, {0.25, 1})) == "4/1 4/2 4/3 4/4 3/1 3/2 3/3");
}

TEST_CASE("the choices are the same on any number of threads") {
  const AxisRule rule(gna({{"window", {40}}}), {{300}, {300}}, 0);
  const std::vector<AxisTiles> tiles{{8, 8}, {16, 4}};
  const AxisChoices one = choices_of(rule, {0.2, 1}, tiles, 1);
  const AxisChoices two = choices_of(rule, {0.2, 1}, tiles, 2);
  REQUIRE(one.choices.size() == two.choices.size());
  for (std::size_t i = 0; i < one.choices.size(); ++i) {
    CHECK(one.choices[i].shared == two.choices[i].shared);
    CHECK(one.counts[1][i].visited == two.counts[1][i].visited);
  }
}

TEST_CASE("a rule without window and stride is refused, and so is too much to count") {
  CHECK(message_of([] {
          AxisRule(Arguments("causal"), {{8}, {8}}, 0);
        }) == "advice is about patterns that take a window and a stride (gna), not 'causal'");
  CHECK(message_of([] { AxisRule(Arguments("gna"), {{8}, {8}}, 0); }) == "gna: window: missing");
  const AxisRule rule(gna({{"window", {1 << 18}}}), {{1 << 20}, {1 << 20}}, 0);
  const AxisTiles tiles{128, 128};
  CHECK(message_of([&] {
          choices_of(rule, {}, {&tiles, 1}, 1);
        }) ==
        "advice would count 2.1e+09 Q tiles of a dimension of 1048576 tokens (262144 windows and strides); at most "
        "3e+08: allow fewer windows, or fewer tiles");
}

}  // namespace tilewright::test::TEST_FILE

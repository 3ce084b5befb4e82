#include "kernels/reference/keys.hpp"

#include <catch2/catch.hpp>
#include <random>

namespace tilewright::test::TEST_FILE {

using namespace tilewright::kernels::reference;

namespace {

using Intervals = std::vector<Interval>;

Windows line(const AxisWindow& axis) { return {dense_axis(1, 1), dense_axis(1, 1), axis}; }

Keys keys_on(const Windows& windows) {
  return keys_in_windows([windows](int) { return windows; });
}

AxisWindow random_axis(std::mt19937_64& random) {
  const auto up_to = [&](std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(1, most)(random);
  };
  const std::int64_t length = up_to(7);
  const std::int64_t window = up_to(length);
  return {up_to(length), {length, window, up_to(window), up_to(length / window), up_to(2) == 1}};
}

bool seen_by_hand(const Windows& w, std::int64_t query, std::int64_t key) {
  const auto on = [&](std::size_t axis, std::int64_t q, std::int64_t k) {
    return tilewright::sees(w[axis].neighborhood, q + w[axis].neighborhood.length - w[axis].queries, k);
  };
  const std::int64_t rows = w[1].neighborhood.length;
  const std::int64_t columns = w[2].neighborhood.length;
  return on(0, query / w[2].queries / w[1].queries, key / columns / rows) &&
         on(1, query / w[2].queries % w[1].queries, key / columns % rows) &&
         on(2, query % w[2].queries, key % columns);
}

}  // namespace

TEST_CASE("a dense axis is all keys, whatever the queries") {
  for (const std::int64_t queries : {1, 5, 9}) {
    for (std::int64_t query = 0; query < queries; ++query)
      CHECK(keys_on(line(dense_axis(queries, 5)))({0, 0, query}) == Intervals{{0, 5}});
  }
}

TEST_CASE("a causal axis ends at the query's position; queries are the last positions") {
  CHECK(keys_on(line(causal_axis(5, 5)))({0, 0, 0}) == Intervals{{0, 1}});
  CHECK(keys_on(line(causal_axis(5, 5)))({0, 0, 4}) == Intervals{{0, 5}});
  CHECK(keys_on(line(causal_axis(2, 5)))({0, 0, 0}) == Intervals{{0, 4}});
  CHECK(keys_on(line(causal_axis(6, 5)))({0, 0, 0}).empty());
}

TEST_CASE("windows give the pairs of their product, in ascending disjoint intervals") {
  std::mt19937_64 random(1);
  for (int round = 0; round < 100; ++round) {
    const Windows windows{random_axis(random), random_axis(random), random_axis(random)};
    const std::int64_t keys =
        windows[0].neighborhood.length * windows[1].neighborhood.length * windows[2].neighborhood.length;
    const std::int64_t query = static_cast<std::int64_t>(random()) &
                               0xffff % (windows[0].queries * windows[1].queries * windows[2].queries);
    std::vector<bool> seen(static_cast<std::size_t>(keys));
    std::int64_t end = -1;
    for (const Interval& part : keys_on(windows)({0, 0, query})) {
      CHECK(part.first > end);
      CHECK(part.last > part.first);
      end = part.last;
      REQUIRE(end <= keys);
      for (std::int64_t key = part.first; key < end; ++key) seen[static_cast<std::size_t>(key)] = true;
    }
    const Sees sees = seen_in_windows([&](int) { return windows; });
    for (std::int64_t key = 0; key < keys; ++key) {
      CHECK(seen[static_cast<std::size_t>(key)] == seen_by_hand(windows, query, key));
      CHECK(sees(0, query, key) == seen_by_hand(windows, query, key));
    }
  }
}

TEST_CASE("heads have windows of their own") {
  const Keys keys = keys_in_windows([](int head) { return line(head < 2 ? causal_axis(4, 4) : dense_axis(4, 4)); });
  CHECK(keys({0, 1, 1}) == Intervals{{0, 2}});
  CHECK(keys({0, 2, 1}) == Intervals{{0, 4}});
}

TEST_CASE("a predicate gives intervals, and filters those of another mask") {
  const Sees even = [](int head, std::int64_t, std::int64_t key) { return (key + head) % 4 < 2; };
  CHECK(keys_where(8, even)({0, 0, 0}) == Intervals{{0, 2}, {4, 6}});
  CHECK(keys_where(8, even)({0, 1, 0}) == Intervals{{0, 1}, {3, 5}, {7, 8}});
  CHECK(keys_also(keys_on(line(causal_axis(8, 8))), even)({0, 0, 4}) == Intervals{{0, 2}, {4, 5}});
}

}  // namespace tilewright::test::TEST_FILE

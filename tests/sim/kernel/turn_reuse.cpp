#include "sim/kernel/turn_reuse.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <random>
#include <set>

namespace tilewright::test::TEST_FILE {

namespace {

struct Use {
  std::size_t set;
  KeySpan keys;
};
using Turns = std::vector<std::vector<Use>>;

double fetched(const Turns& turns, double capacity, std::size_t sets = 1, double alike = 1) {
  TurnReuse reuse(capacity);
  for (std::size_t i = 0; i < sets; ++i) reuse.open(alike);
  for (const std::vector<Use>& turn : turns) {
    for (const Use& use : turn) reuse.use(use.set, {&use.keys, 1});
    reuse.end_turn();
  }
  return reuse.fetched();
}

// Key by key, in any one turn once each.
struct Counted {
  double once = 0;
  double every_turn = 0;
};
Counted counted(const Turns& turns) {
  Counted result;
  std::set<std::pair<std::size_t, double>> seen;
  for (const std::vector<Use>& turn : turns) {
    std::set<std::pair<std::size_t, double>> now;
    for (const Use& use : turn)
      for (double key = use.keys.first; key < use.keys.last; ++key) now.insert({use.set, key});
    result.every_turn += static_cast<double>(now.size());
    seen.insert(now.begin(), now.end());
  }
  result.once = static_cast<double>(seen.size());
  return result;
}

const double unlimited_keys = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("a turn fetches a key once, whatever it needs in all") {
  CHECK(fetched({{{0, {0, 100}}, {0, {50, 120}}, {0, {10, 20}}}}, 1) == 120);
  CHECK(fetched({{{0, {0, 10}}, {1, {0, 10}}}}, 1, 2) == 20);
  CHECK(fetched({{{0, {0, 10}}}}, 1, 1, 7) == 70);
}

TEST_CASE("all keys in every turn: once where they fit, else every turn") {
  const Turns turns(5, {{0, {0, 100}}});
  CHECK(fetched(turns, 100) == 100);
  CHECK(fetched(turns, 99) == 500);
  // As many heads beside each other share the memory.
  CHECK(fetched(turns, 300, 1, 3) == 300);
  CHECK(fetched(turns, 299, 1, 3) == 1500);
}

TEST_CASE("a window that moves on is fetched once, if what runs at once fits") {
  Turns turns;
  for (int t = 0; t < 50; ++t) turns.push_back({{0, {t * 100.0, t * 100.0 + 130}}});
  CHECK(fetched(turns, 130) == 50 * 100 + 30);
  CHECK(fetched(turns, 120) == 50 * 130);
}

TEST_CASE("where two heads share a turn, the share that is still there grows with the turn's other keys") {
  // The second turn needs set 0 again beside set 1: at the share x of the turn, 100 + 100 x keys lie in between.
  const Turns turns{{{0, {0, 100}}}, {{0, {0, 100}}, {1, {0, 100}}}};
  CHECK(fetched(turns, 99, 2) == 300);
  CHECK(fetched(turns, 125, 2) == 300 - 25);
  CHECK(fetched(turns, 200, 2) == 200);
}

TEST_CASE("keys of turns long ago are there as long as no more came in between") {
  const Turns turns{{{0, {0, 10}}}, {{0, {100, 140}}}, {{0, {100, 150}}}, {{0, {0, 10}}}};
  CHECK(fetched(turns, 60) == 10 + 40 + 10);
  CHECK(fetched(turns, 55) == 10 + 40 + 10 + 10);
}

TEST_CASE("a closed set still takes its place") {
  TurnReuse reuse(100);
  const std::vector<KeySpan> sixty{{0, 60}};
  const std::size_t first = reuse.open();
  reuse.use(first, sixty);
  reuse.end_turn();
  const std::size_t other = reuse.open();
  reuse.close(other);
  reuse.use(other, sixty);
  reuse.end_turn();
  reuse.use(first, sixty);
  reuse.end_turn();
  CHECK(reuse.fetched() == 180);
}

TEST_CASE("never less than once, nor more than every turn; a larger memory never fetches more") {
  std::mt19937 random(3);
  const auto from = [&](int least, int most) { return std::uniform_int_distribution<int>(least, most)(random); };
  for (int i = 0; i < 200; ++i) {
    Turns turns(static_cast<std::size_t>(from(1, 12)));
    const auto sets = static_cast<std::size_t>(from(1, 3));
    for (auto& turn : turns)
      for (int n = from(0, 4); n > 0; --n) {
        const int first = from(0, 80);
        turn.push_back({static_cast<std::size_t>(from(0, static_cast<int>(sets) - 1)),
                        {double(first), double(first + from(1, 40))}});
      }
    const Counted expected = counted(turns);
    CHECK(fetched(turns, unlimited_keys, sets) == expected.once);
    CHECK(fetched(turns, 0.5, sets) == Approx(expected.every_turn));
    double before = expected.every_turn;
    for (double capacity = 1; capacity < 300; capacity *= 1.3) {
      const double now = fetched(turns, capacity, sets);
      CHECK(now <= before + 1e-9);
      CHECK(now >= expected.once - 1e-9);
      before = now;
    }
  }
}

}  // namespace tilewright::test::TEST_FILE

// Counts a mapping under a mask by executing it: every iteration of every loop, every pair of tokens. It shares
// with the closed form the tree of the mapping, flattened into transfers, and these rules:
//
//  - An iteration runs where any pair exists between the queries and the keys that it selects. Lanes in step select
//    nothing: they run where any of them has a pair. Tokens come in tiles as large as the coarsest step of the
//    group.
//  - A tile is moved once for every iteration that runs of the loops above it, without the innermost run of loops
//    that select the same tile; also where the iteration before, of another Q tile, had the same one.
//  - Iterations of a loop follow one another; independent instances start together and wait for the slowest.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "tests/mappings/model.hpp"

namespace tilewright::test {

/// What holds of a count of the closed form. It takes the tokens that an iteration selects for the run from the
/// first to the last of them.
enum class Trust {
  equal,
  at_least,  ///< the tokens of an iteration are not in a row
  unknown    ///< nor are first touches, which partial sums do without
};

struct MaskOfPairs {
  RankId queries = {};
  RankId keys = {};
  RankId heads = {};  ///< none: all heads are the same
  ByEinsum<char> masked;
  std::function<bool(int head, int query, int key)> pair;
  int query_tile = 1;  ///< the least there is
  int key_tile = 1;
};

class MaskedNest {
 public:
  MaskedNest(const Model& model, const MaskOfPairs& mask);

  struct Counts {
    ByEinsum<double> points;
    ByEinsum<double> steps;
    std::vector<double> read;  ///< elements, in the order of Result::index()
    std::vector<double> written;
    std::vector<double> filled;
    ByEinsum<Trust> trust_einsum;  ///< of points and steps
    std::vector<Trust> trust;      ///< of elements
  };
  Counts run();

 private:
  using List = std::vector<NodeId>;       ///< loops
  using Indices = std::map<NodeId, int>;  ///< of loops
  /// List above a point; an iteration of some of them selects tokens.
  struct Place {
    EinsumId einsum;
    List above;
    std::set<NodeId> selecting;
  };

  void find_tiles();
  void count_steps(const Leaf& leaf);
  double steps(const Place& place, const List& loops, std::size_t depth, Indices& at);
  void count_transfer(const Transfer& transfer);
  void trust(Trust& known, Trust now, GroupId group) const;
  void watch_rows(Place place, const List& selecting);
  [[nodiscard]] List moving(const Transfer& transfer) const;
  void walk(const List& loops, std::size_t depth, Indices& at, const std::function<void()>& visit);
  bool runs(const Place& place, const Indices& at);
  std::vector<int> tokens(RankId whole, const Place& place, const Indices& at);
  [[nodiscard]] bool selects(RankId rank, int coordinate, const Place& place, const Indices& at) const;
  [[nodiscard]] Place place_of(const Leaf& leaf) const;
  [[nodiscard]] int factor(NodeId loop) const;
  [[nodiscard]] const Loop& loop(NodeId node) const;
  [[nodiscard]] int shape(RankId rank) const;

  const Model& model_;
  const MaskOfPairs& mask_;
  Flat flat_;
  ByGroup<std::pair<int, int>> tile_;  ///< queries and keys
  ByGroup<char> tile_in_rows_;
  ByEinsum<GroupId> group_;
  bool in_rows_ = true;  ///< all tokens since it was set
  Counts counts_;
};

}  // namespace tilewright::test

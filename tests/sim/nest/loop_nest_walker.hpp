// Counts the traffic of a mapping by executing it: every iteration of every loop, every tile that every instance
// holds. It shares nothing with the closed form but the mapping's tree and its rules:
//
//  - An Einsum below a loop over a rank that it does not have runs in the loop's first iteration only.
//  - A keep moves its tile when execution reaches it and an instance holds another one, for all its users at once;
//    it is charged to the first reader below. The first fill counts like any other.
//  - What is written below a keep is not fetched, but for the value that an iteration left behind.
//  - Results go up when a tile leaves its instance. Results of a reduction that go where results went before are
//    read there and sent down first, to every instance that adds to them. What leaves a level is no read of it.
//  - A unit reads its operands and writes its results at every step.
//  - Coordinates of a rank that share a tensor select one element: a tile has one for every group that it is of.
//  - Full tiles divide into full tiles; iterations beyond the end of a rank do not happen. An instance that has
//    nothing to do keeps what it holds until the others that hold the same give it up.
//  - What several instances below one parent instance want at the same time is read once if the parent multicasts,
//    and what they write at the same time arrives once if it reduces.
#pragma once

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "mappings/frame.hpp"
#include "mappings/mapping.hpp"

namespace tilewright::test {

class LoopNestWalker {
 public:
  LoopNestWalker(const Cascade& cascade, const Arch& arch, const Mapping& mapping, const Frame& frame);

  /// Elements by (level, tensor, Einsum), in the order of Result::index().
  struct Traffic {
    std::vector<double> read;
    std::vector<double> written;
    std::vector<double> filled;  ///< of written, what comes from the level above
    /// A tile that is made below a keep was wanted there again, or in another instance, after it had gone.
    bool lost = false;
    ByEinsum<double> steps;  ///< iterations of its temporal loops
  };
  Traffic run();

 private:
  using Key = std::vector<int>;   ///< indices of loops: which instance
  using Tile = std::vector<int>;  ///< first coordinate by rank
  struct Use {
    TensorId tensor;
    std::vector<RankId> ranks;
    bool older = false;
  };
  /// All uses of one tensor below a keep, or one use of an Einsum.
  struct Port {
    TensorId tensor = {};
    NodeId node;    ///< the keep, or the Einsum
    NodeId parent;  ///< the keep above
    EinsumId reader = {};
    EinsumId writer = {};
    bool older = false;
    bool wanted_above = false;
    std::vector<RankId> ranks;
    std::vector<RankId> iteration;         ///< of all users
    std::vector<RankId> reader_iteration;  ///< of all readers
  };
  struct Move {
    Key parent;
    Tile tile;
    Key child;
    double size;
    bool works;  ///< else its instance has nothing to do in this iteration
    bool operator<(const Move& other) const { return std::tie(parent, tile) < std::tie(other.parent, other.tile); }
  };
  struct State {
    std::map<Key, Tile> held;
    std::map<Key, Move> dirty;
    std::map<Key, std::set<Tile>> made;      ///< tiles that were here while their writer ran
    std::set<std::pair<Key, Tile>> touched;  ///< at the parent
  };

  Use use_of(const Access& access) const;
  std::vector<Use> reads_of(EinsumId einsum) const;
  Port port_of_keep(NodeId node, TensorId tensor) const;
  void add_use(Port& port, const Use& use, EinsumId einsum, bool writes) const;
  Port port_of_unit(NodeId node, const Use& use, EinsumId einsum, bool writes) const;
  [[nodiscard]] NodeId keep_above(NodeId node, TensorId tensor) const;
  [[nodiscard]] bool below(NodeId leaf, NodeId node) const;

  void visit(NodeId node);
  void arrive(const Port& port);
  void watch_handover(const Port& port);
  void step(NodeId node, EinsumId einsum);
  void drain(GroupId group);

  /// Whether Einsums over these ranks run in the current iteration of the loops above a node.
  [[nodiscard]] bool running(NodeId node, const std::vector<RankId>& iteration) const;
  /// One move for every instance of a node in the current iteration, with those that have nothing to do if `idle`.
  std::vector<Move> moves(const Port& port, const std::vector<RankId>& iteration, bool idle = false);
  void add_moves(const Port& port, const std::vector<NodeId>& spatial, std::size_t depth, std::vector<Move>& list);
  [[nodiscard]] Key instance(NodeId node) const;
  [[nodiscard]] Tile tile(const Port& port) const;
  [[nodiscard]] double tile_size(const Port& port) const;
  /// First coordinate of an iteration of a loop.
  [[nodiscard]] double first_of(NodeId node, RankId rank) const;
  /// The product of the loops over a rank below a node.
  [[nodiscard]] double loops_below(NodeId node, RankId rank) const;
  [[nodiscard]] bool works(NodeId node) const;
  /// Whether a move of an instance that has nothing to do selects a tile that does not exist.
  [[nodiscard]] bool beyond_end(const Port& port, const Move& move) const;
  /// First coordinate and extent of a tile along a rank.
  [[nodiscard]] std::pair<double, double> range(NodeId node, RankId rank) const;
  /// The groups of a shared rank that a tile has elements of.
  [[nodiscard]] std::set<int> groups(const Port& port) const;
  /// Of the shared rank.
  [[nodiscard]] bool is_part(RankId rank) const;
  [[nodiscard]] bool shared(TensorId tensor) const;
  void fetch(const Port& port, const std::vector<Move>& list);
  void send_up(const Port& port, const std::vector<Move>& list);
  [[nodiscard]] LevelId level_of(NodeId node) const;
  void fill(const Port& port, EinsumId einsum, double elements);
  double& count(std::vector<double>& counts, LevelId level, const Port& port, EinsumId einsum) const;

  const Cascade& cascade_;
  const Arch& arch_;
  const Mapping& mapping_;
  const Frame& frame_;
  ByNode<std::vector<NodeId>> above_;  ///< nodes above, outermost first
  ByNode<std::vector<NodeId>> children_;
  ByNode<std::vector<Port>> ports_;  ///< of active keeps
  ByNode<int> index_;                ///< of loops, the current iteration
  std::map<std::pair<NodeId, TensorId>, State> states_;
  Traffic traffic_;
};

}  // namespace tilewright::test

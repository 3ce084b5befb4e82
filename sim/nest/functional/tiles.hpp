// The buffers of a run with data: which tile each has, and what moves between them.
#pragma once

#include <string>
#include <vector>

#include "einsum/interpret.hpp"
#include "sim/nest/functional/moved.hpp"

namespace tilewright {

/// Where a run stands.
struct RunState {
  RunState(const NestOfLoops& all, const Ports& places) : nest(all), ports(places), count(all, places) {
    index.assign(all.tree.nodes.size(), 0);
    is_last.assign(all.tree.nodes.size(), 1);
    era.assign(all.tree.nodes.size(), 0);
  }

  const NestOfLoops& nest;
  const Ports& ports;
  MoveCount count;
  ByNode<long long> index;    ///< of loops: the iteration, or the lane at hand
  ByNode<char> is_last;       ///< of temporal loops, whether it is the last
  ByNode<std::uint64_t> era;  ///< of temporal loops, a number of its own for every iteration
  std::string fault;          ///< the first
};

class Tiles {
 public:
  /// `right` has the values of the inputs.
  Tiles(RunState& state, const ByTensor<DenseTensor>& right);

  /// Of the port that has the data: itself, or the one that it is stored in.
  [[nodiscard]] PortId holder(PortId port) const;
  /// The instance that the lanes at hand use.
  [[nodiscard]] std::size_t instance(PortId port) const;
  /// Sees to it that it has the tile that the loops select, above first. Nothing for a lane without one.
  void bring(PortId id);
  /// Before an element of the tile is read: results of it that are still below come up.
  void collect(PortId id, std::size_t instance, PortId but_from = {});
  /// An element of a tensor's tile; nullptr where the tile has it not.
  Element* find(PortId id, std::size_t instance, std::size_t at);
  [[nodiscard]] Buffer& buffer(PortId port, std::size_t instance) { return buffers_[port][instance]; }
  /// It has results that the tiles above have not.
  void mark_dirty(PortId port, Buffer& buffer);
  /// Of what takes turns with the element, nothing is left.
  void overwrite(PortId id, std::size_t instance, std::size_t local);
  /// All tiles of a port, with their results.
  void leave(PortId id);
  /// Everything but what is at home.
  void end_group(GroupId group);
  [[nodiscard]] ByTensor<DenseTensor> outputs() const;
  /// Rises when a tile leaves before another one comes.
  [[nodiscard]] std::uint64_t version(PortId port) const { return versions_[port]; }

 private:
  void settle(PortId id, const ByTensor<DenseTensor>& right);
  void begin_running(PortId id, Buffer& buffer) const;
  [[nodiscard]] bool select(PortId id, std::vector<long long>& first, std::vector<long long>& extent) const;
  void fill(PortId id, Buffer& buffer);
  void take_partial_sums(PortId id, Buffer& buffer);
  void drain(PortId id, Buffer& buffer);
  void leave(PortId id, std::size_t instance);
  void leave_alike(PortId id, std::size_t instance);
  void clean(PortId port, Buffer& buffer);
  [[nodiscard]] bool has_results_below(PortId holder) const;
  [[nodiscard]] std::size_t index_in(PortId inside, PortId of, std::size_t at) const;

  RunState& state_;
  ById<PortId, std::vector<Buffer>> buffers_;
  ById<PortId, std::uint64_t> versions_;
  ById<PortId, std::vector<PortId>> feeding_;  ///< by port with data: those whose results go there
  ById<PortId, std::size_t> dirty_;            ///< buffers
  ByTensor<PortId> home_;  ///< of tensors that are at home as a whole, the port that has the buffer
};

}  // namespace tilewright

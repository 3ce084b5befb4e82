// Elements that a run with data moves, by the rules of the loop-nest counts (docs/how-it-counts.md): what instances
// want or bring at the same time counts once where the parent multicasts or reduces.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "sim/nest/functional/buffer.hpp"

namespace tilewright {

/// By (level, tensor, Einsum), in the order of Result::index().
struct ElementsMoved {
  std::vector<double> read;
  std::vector<double> written;
  std::vector<double> filled;  ///< of written, what came from the level above
};

class MoveCount {
 public:
  MoveCount(const NestOfLoops& nest, const Ports& ports);

  /// What moves from here on does so at another time.
  void next_time() { ++time_; }
  void fill(PortId to, const Buffer& tile);
  void drain(PortId from, const Buffer& tile);
  /// An operand of an Einsum, read at a port, perhaps inside of another tensor's tile.
  void read(const RunLeaf& leaf, std::size_t operand, const Port& port, Element& element);
  /// A result, written at a port's instance; `index` is within the tensor.
  void write(LeafId leaf, const Port& port, std::size_t instance, std::size_t index, Element& element);

  [[nodiscard]] const ElementsMoved& moved() const { return moved_; }

 private:
  using Tile = std::pair<std::size_t, std::vector<long long>>;  ///< instance of the parent, first coordinates
  struct OfPort {
    std::uint64_t time = 0;  ///< of what follows
    std::set<Tile> wanted;
    std::map<Tile, bool> brought;  ///< and whether for the first time
    std::set<Tile> touched;        ///< ever
  };
  [[nodiscard]] bool is_now(OfPort& counts) const;
  double& at(std::vector<double>& counts, LevelId level, TensorId tensor, EinsumId einsum) const;

  const NestOfLoops& nest_;
  const Ports& ports_;
  std::uint64_t time_ = 1;
  ById<PortId, OfPort> of_port_;
  ById<LeafId, std::map<std::size_t, std::vector<char>>> touched_;  ///< elements, by instance
  ElementsMoved moved_;
};

}  // namespace tilewright

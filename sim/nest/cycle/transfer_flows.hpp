// What a transfer of a nest takes of levels and networks whenever a tile moves.
#pragma once

#include <vector>

#include "sim/nest/cycle/tile_program.hpp"

namespace tilewright {

class TransferFlows {
 public:
  /// All must outlive it.
  TransferFlows(const ProgramContext& context, const TileNest& nest, const ByResource<double>& capacity)
      : context_(context), nest_(nest), capacity_(capacity) {}

  /// When a transfer moves a tile; under a mask parts of tiles that move on their own are among `granules` then.
  TransferEvent event_of(std::size_t transfer, bool masked, std::vector<TileSize>& granules);
  /// Adds what one such event takes.
  void add(const Transfer& transfer, const TransferEvent& event, std::vector<Flow>& flows);
  /// From the level above: as the architecture says, else as its DRAM has it; 0 where neither is known.
  [[nodiscard]] double latency_cycles(const Transfer& transfer) const;
  /// The position of what the loops select of queries and keys, which is added where it is new.
  int granule_of(EinsumId einsum, const SkippingLoops& loops, std::vector<TileSize>& granules) const;

 private:
  void find_granules(const Transfer& transfer, TransferEvent& event, std::vector<TileSize>& granules);
  [[nodiscard]] double pieces_of(const Transfer& transfer) const;

  const ProgramContext& context_;
  const TileNest& nest_;
  const ByResource<double>& capacity_;
  ImperfectCount imperfect_;
};

}  // namespace tilewright

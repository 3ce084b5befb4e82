// The steps of Einsums of a run with data: their lanes, their points, what they read and write.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "einsum/resolved_einsum.hpp"
#include "sim/nest/functional/nest_run.hpp"
#include "sim/nest/functional/tiles.hpp"

namespace tilewright {

class LeafRuns : private Elements {
 public:
  LeafRuns(RunState& state, Tiles& tiles, const NestData& data);

  /// All lanes of an Einsum in the current iteration of the loops above it.
  void step(LeafId id);
  /// A point that never ran is a fault.
  void check_all_ran();
  [[nodiscard]] double points() const { return points_; }

 private:
  struct Lane {
    Coordinates point;
    std::vector<long long> index;  ///< of the leaf's lanes
  };
  /// Whether a tile was brought already, and nothing has changed since.
  struct Brought {
    std::uint64_t era = ~std::uint64_t{0};
    std::uint64_t version = 0;
    bool operator==(const Brought&) const = default;
  };

  [[nodiscard]] bool runs_now(const RunLeaf& leaf) const;
  void find_lanes(const RunLeaf& leaf);
  [[nodiscard]] std::span<const Lane> lanes() const { return std::span(all_lanes_).first(lane_count_); }
  void add_lane(const RunLeaf& leaf);
  void enter(const RunLeaf& leaf, const Lane& lane);
  void bring(LeafId id);
  void bring(LeafId id, std::size_t operand, PortId port);
  void run(LeafId id, const Coordinates& point);
  void write(LeafId id, const Coordinates& point, std::size_t at, const Value& value);
  Value load(const Address& address, std::size_t at) override;
  Value judged(const Address& address, std::size_t at, const Element* element);
  [[nodiscard]] std::size_t point_number(EinsumId einsum, const Coordinates& point) const;

  [[nodiscard]] std::string at_point(EinsumId einsum, const Coordinates& point) const;
  [[nodiscard]] std::string element_name(TensorId tensor, std::size_t at) const;
  void fail(const std::string& what);

  RunState& state_;
  Tiles& tiles_;
  const NestData& data_;
  const Cascade& cascade_;
  ByEinsum<ResolvedEinsum> resolved_;
  ByEinsum<std::vector<char>> ran_;
  ById<LeafId, std::vector<Brought>> brought_;
  ByTensor<double> largest_;     ///< value of the right ones
  std::vector<Lane> all_lanes_;  ///< the first are of the step at hand
  std::size_t lane_count_ = 0;
  LeafId leaf_;  ///< that runs
  const Coordinates* point_ = nullptr;
  double points_ = 0;
};

}  // namespace tilewright

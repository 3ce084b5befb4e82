// What mappings of a space must be like besides fitting: groups, shared loops, places of tensors, units and lanes,
// as a file demands of them. Besides the sizes that it names a constraint only takes mappings away.
#pragma once

#include <limits>
#include <map>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "arch/arch.hpp"
#include "common/error.hpp"
#include "common/id_set.hpp"
#include "einsum/cascade.hpp"
#include "mappings/space/plan.hpp"

namespace tilewright {

/// What levels of an architecture are to a mapping; see LevelRoles.
enum class Role { outermost, shared, lanes };
inline constexpr std::array role_names{"outermost", "shared", "lanes"};

/// Sizes that something may have: a range with both of its ends, or some of them alone.
struct AllowedSizes {
  double from = 1;
  double to = std::numeric_limits<double>::infinity();
  std::vector<double> listed = {};  ///< none: the whole range

  [[nodiscard]] bool has(double size) const;
  /// "between 4 and 64", "16", "8, 16".
  [[nodiscard]] std::string text() const;
};

/// One demand of a file.
struct Constraint {
  struct Fuse {  ///< all in one group
    std::vector<EinsumId> einsums;
  };
  struct Split {  ///< no two of them in one group
    std::vector<EinsumId> einsums;
  };
  struct MaxFused {  ///< so many Einsums in a group at most
    std::size_t einsums;
  };
  struct Tile {  ///< of a rank in the block of every group that runs over it: all of it where it has no shared loop
    RankId rank;
    AllowedSizes sizes;
  };
  struct EverySize {  ///< sizes of the rank are all that differ in their number, whether they divide it or not
    RankId rank;
  };
  struct NoLoop {  ///< no group shares one over it
    RankId rank;
  };
  struct Order {  ///< of shared loops, outermost first, as far as a group has them
    std::vector<RankId> ranks;
  };
  struct Residency {  ///< of a tensor in every group that uses it: some level of the role holds it, or none does
    TensorId tensor;
    Role role;
    bool kept;
  };
  struct Units {  ///< the Einsum runs on one of them, or on none of them
    EinsumId einsum;
    std::vector<UnitId> units;
    bool on;
  };
  struct Lanes {  ///< of the Einsum, along a rank
    EinsumId einsum;
    RankId rank;
    AllowedSizes sizes;
  };
  struct LaneTile {  ///< of a rank in each lane of the Einsum
    EinsumId einsum;
    RankId rank;
    AllowedSizes sizes;
  };

  std::variant<Fuse, Split, MaxFused, Tile, NoLoop, Order, Residency, Units, Lanes, LaneTile, EverySize> what;
  Place place;
  std::string path;
  bool preferred = false;  ///< takes no mapping away: the space has the sizes that it names, and no more
};

class Mapspace {
 public:
  /// Of all mappings.
  Mapspace() = default;
  Mapspace(const Cascade& cascade, const Arch& arch, std::vector<Constraint> constraints);

  [[nodiscard]] const std::vector<Constraint>& constraints() const { return constraints_; }

  /// Einsums [first, last] of the cascade in one group.
  [[nodiscard]] bool may_fuse(std::size_t first, std::size_t last) const;
  /// The block of a group that runs over the rank has so much of it.
  [[nodiscard]] bool may_tile(RankId rank, double tile, double shape) const;
  /// Sizes that are named, whether they are demanded or not.
  [[nodiscard]] const std::vector<AllowedSizes>& tiles(RankId rank) const;
  [[nodiscard]] bool wants_every_size(RankId rank) const;
  [[nodiscard]] bool may_order(std::span<const PlannedLoop> loops) const;
  /// A group finds the tensor in a level of the role; `outside`: it also comes from or goes to the outermost level.
  [[nodiscard]] bool may_place(TensorId tensor, Role home, bool outside) const;
  /// Lanes keep a tile of what lives in a level that is not theirs.
  [[nodiscard]] bool may_keep_in_lanes(TensorId tensor) const;
  [[nodiscard]] bool must_keep_in_lanes(TensorId tensor) const;
  [[nodiscard]] bool may_run(EinsumId einsum, UnitId unit) const;
  [[nodiscard]] bool may_have_lanes(EinsumId einsum, RankId rank, double lanes) const;
  [[nodiscard]] bool may_have_lane_tile(EinsumId einsum, RankId rank, double tile) const;
  /// Sizes that are named, whether they are demanded or not.
  [[nodiscard]] const std::vector<AllowedSizes>& lanes(EinsumId einsum, RankId rank) const;
  [[nodiscard]] const std::vector<AllowedSizes>& lane_tiles(EinsumId einsum, RankId rank) const;

  /// Whether something is said of shared loops over the rank.
  [[nodiscard]] bool names_loop(RankId rank) const;
  /// Whether something is said of the lanes of the Einsum.
  [[nodiscard]] bool names_lanes(EinsumId einsum) const;

 private:
  using SizesOfEinsums = std::map<std::pair<EinsumId, RankId>, std::vector<AllowedSizes>>;

  void name(const Constraint& constraint);
  void demand(const Constraint& constraint);

  std::vector<Constraint> constraints_;
  std::vector<std::vector<EinsumId>> fused_;
  std::vector<std::vector<EinsumId>> split_;
  std::size_t max_fused_ = std::numeric_limits<std::size_t>::max();
  // Empty where nothing is said.
  ByRank<std::vector<AllowedSizes>> named_tiles_;
  ByRank<std::vector<AllowedSizes>> tiles_;
  ByRank<char> no_loop_;
  ByRank<char> every_size_;
  ByRank<char> named_;
  std::vector<ByRank<int>> orders_;  // of each that is demanded positions, from 1; 0: none
  ByTensor<std::array<bool, role_names.size()>> kept_;
  ByTensor<std::array<bool, role_names.size()>> bypassed_;
  ByEinsum<ByUnit<char>> runs_;
  SizesOfEinsums named_lanes_;
  SizesOfEinsums named_lane_tiles_;
  SizesOfEinsums lanes_;
  SizesOfEinsums lane_tiles_;
};

}  // namespace tilewright

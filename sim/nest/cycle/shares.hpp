// How work that runs at the same time shares units and memories. A unit gives the work with precedence what it can
// take, and the next what is left; a memory serves all in turn, so that each gets as much as the others unless it
// wants less. An array works for two Einsums cycle by cycle, and a memory for several streams access by access;
// both are taken as continuous, which is off by less than one cycle a tile.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "sim/nest/cycle/tile_program.hpp"

namespace tilewright {

struct Demand {
  ResourceId resource;
  double amount;
};

/// A piece of work under way.
struct SharedWork {
  std::size_t owner;        ///< of whoever begins it; tells pieces apart
  std::int64_t precedence;  ///< the least goes first
  std::span<const Demand> demands;
  double least_cycles = 0;
  double limit = 0;                                      ///< of the rate, by memories
  double wanted = 0;                                     ///< rate that units and limit allow
  double rate = 0;                                       ///< of the piece per cycle
  double rest = 1;                                       ///< of the piece when the rate was set
  double end = std::numeric_limits<double>::infinity();  ///< cycle, if nothing changes
  bool begun = false;
};

class Shares {
 public:
  /// The first so many resources are units.
  Shares(const ByResource<double>& capacity, std::size_t units);

  void begin(const SharedWork& work);
  /// Sets rates and ends from cycle `now` on; to be called when work has begun or ended.
  void divide(double now);
  /// The earliest end; infinity where nothing runs.
  [[nodiscard]] double next_end() const;
  /// Takes out a piece that has ended by `now`; false where none has.
  bool take_ended(double now, SharedWork& ended);
  [[nodiscard]] const std::vector<SharedWork>& running() const { return running_; }

 private:
  [[nodiscard]] bool is_unit(const Demand& demand) const { return demand.resource.index() < units_; }
  void divide_units();
  bool divide_memory(ResourceId memory);
  static void set_rate(SharedWork& work, double now);

  const ByResource<double>& capacity_;
  ByResource<double> left_;
  std::size_t units_;
  std::vector<ResourceId> memories_;  // that have a limit
  std::vector<SharedWork> running_;   // by precedence
  struct Claim {
    SharedWork* work;
    double bytes;
  };
  std::vector<Claim> claims_;  // on a memory
};

}  // namespace tilewright

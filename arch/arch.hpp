// What a cascade runs on, as numbers: memory levels, compute units, how a level fans out, energy and area.
// GPUs and spatial arrays are two vocabularies of this one model. All values are SI.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "arch/dram.hpp"
#include "common/error.hpp"
#include "common/id.hpp"

namespace tilewright {

using LevelId = Id<struct Level>;
using UnitId = Id<struct ComputeUnit>;
template <class T>
using ByLevel = ById<LevelId, T>;
template <class T>
using ByUnit = ById<UnitId, T>;

inline constexpr double unlimited = std::numeric_limits<double>::infinity();
/// What a file does not say. Sums with it are not known either, and results leave them out.
inline constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// A memory of the hierarchy: all its instances together, unless said otherwise.
struct Level {
  std::string name;
  LevelId parent = {};                   ///< none: the outermost level
  double instances = 1;                  ///< equal memories, such as one register file per lane
  double capacity_B = unlimited;         ///< of one instance
  double bandwidth_B_per_s = unlimited;  ///< reads and writes together
  /// What a long run of reads reaches; what models of kernels take, and no bound. At most the bandwidth.
  double achievable_B_per_s = unlimited;
  double access_B = 0;       ///< what one access moves; energy is per access, pro rata
  double read_J = unknown;   ///< per access
  double write_J = unknown;  ///< per access
  /// Of how many instances the accesses are charged. Equal to `instances` but in accountings that charge fewer.
  double charged_instances = 1;
  bool multicast = true;       ///< one read serves every child instance that wants the same data
  bool reduction = true;       ///< partial sums of child instances arrive added up
  double area_m2 = unknown;    ///< of all instances
  double latency_s = unknown;  ///< from a read's request to its data, without load
  /// Parts that each keep their own copy of what all multiprocessors read, as two halves of an L2 do.
  double partitions = 1;
  std::optional<Dram>
      dram;  ///< of what the outermost level consists, where the file says so; its peak is the bandwidth

  // Of a level whose accesses count, each of access_B, rather than its bytes: bandwidth_B_per_s is what they move.
  double ports = unlimited;  ///< accesses that begin in a cycle
  double banks = unlimited;  ///< that each do one access at a time ...
  double bank_access_s = 0;  ///< ... for so long
  // Of the networks between the level and what is below it; simulations take them, estimates do not. What several
  // want is on them once where the level multicasts, or reduces.
  double distribution_B_per_s = unlimited;
  double reduction_B_per_s = unlimited;

  // Of a level that thread blocks run in: what one instance takes at once.
  double threads = unlimited;
  double blocks = unlimited;
  double block_B = 0;  ///< taken of the level by every block besides what it asks for

  /// Whether accesses are whole, however little of one is wanted.
  [[nodiscard]] bool counts_accesses() const { return ports < unlimited || banks < unlimited; }
  /// Of so many bytes read and written at all instances.
  [[nodiscard]] double energy_of(double read_B, double write_B) const {
    return charged_instances / instances / access_B * (read_B * read_J + write_B * write_J);
  }
  /// Whether it is the one that thread blocks run in.
  [[nodiscard]] bool runs_blocks() const { return blocks < unlimited; }
};

/// What one lane needs for one operation of a kind.
struct OperationCost {
  /// Of operands of at most so many bytes an element.
  struct ShortWords {
    double word_B = 0;
    double cycles = 0;
  };
  struct ShortWordsEnergy {
    double word_B = 0;
    double energy_J = unknown;
  };
  std::string kind;
  double cycles = 0;
  double energy_J = unknown;
  std::vector<ShortWords> by_word = {};               ///< by rising words, and rising cycles below `cycles`
  std::vector<ShortWordsEnergy> energy_by_word = {};  ///< by rising words

  /// By the longest of the operands.
  [[nodiscard]] double cycles_for(double word_B) const;
  [[nodiscard]] double energy_for(double word_B) const;
  /// Whatever the words.
  [[nodiscard]] double least_cycles() const { return by_word.empty() ? cycles : by_word.front().cycles; }
};

/// A compute resource: equal lanes that do the same operation at the same time.
struct ComputeUnit {
  std::string name;
  double lanes = 1;
  /// Operations of one point flow through chained function units: a point costs its slowest operation, not the sum.
  bool chained = false;
  std::vector<OperationCost> operations;
  double area_m2 = unknown;   ///< of all lanes
  double latency_cycles = 0;  ///< from the last operand to the result, which simulations of nests add
  /// Of lanes through which work goes as a wavefront, so many the last ones are behind the first: results are
  /// there, and the registers of what it reads are free, so much later. The next work follows without a gap.
  double skew_cycles = 0;
  /// The same hardware as another unit, used in another way: while one works the other does not, so that their
  /// rates do not add up. None: hardware of its own.
  UnitId alternative_to = {};

  /// The cost of an operation of this kind, or nullptr where the unit cannot do it.
  [[nodiscard]] const OperationCost* find(const std::string& kind) const;
};

struct Arch {
  std::string name;
  std::string file;
  double clock_Hz = 0;
  double sustained_clock_Hz = unknown;  ///< to which long runs at full load fall
  double launch_s = 0;                  ///< from the start of a kernel without work to its end; 0: not said
  double block_launch_s = 0;            ///< until a thread block's first instruction; 0: not said
  double static_W = 0;                  ///< drawn besides what operations and bytes take; 0: not said
  ByLevel<Level> levels;                ///< a parent stands before its children; the first is the outermost
  ByUnit<ComputeUnit> units;
  /// What leaves a level for its parent is read there; false in accountings that leave that out.
  bool drains_charged = true;
  double other_area_m2 = 0;  ///< of what is neither level nor unit
  std::vector<std::pair<std::string, double>> parameters;

  /// Each throws InputError with the nearest name.
  [[nodiscard]] LevelId level(const std::string& name) const;
  [[nodiscard]] UnitId unit(const std::string& name) const;
  /// Units, levels and the rest.
  [[nodiscard]] double area_m2() const;
};

}  // namespace tilewright

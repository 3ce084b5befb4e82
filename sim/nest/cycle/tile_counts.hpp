// What the runs of a program's tasks and copies take of units and memories, and what they add up to.
#pragma once

#include <span>
#include <vector>

#include "sim/nest/cycle/shares.hpp"
#include "sim/nest/cycle/tile_course.hpp"
#include "sim/nest/cycle/tile_pipeline.hpp"
#include "sim/nest/cycle/tile_window.hpp"

namespace tilewright {

class TileCounts {
 public:
  /// `transfers`: of the flat tree. The program must outlive it.
  TileCounts(const TileProgram& program, const TileMask* mask, std::size_t transfers);

  /// Counts a run of the task for a tile; what it takes, valid until the task's next run.
  std::span<const Demand> run(TaskId task, const TileWindow& window, std::int64_t tile);
  std::span<const Demand> copy(std::size_t copy);
  void end(TaskId task, double cycles);
  /// Cycles in which a unit had no work, until a task came that had waited for an owner (Owners::none: its turn).
  void wait(std::size_t unit, std::size_t owner, double cycles);

  /// Everything that adds up, in an order of its own.
  [[nodiscard]] std::vector<double> all() const;
  void add(double times, std::span<const double> counts);

  /// By resource, transfer and task.
  void report(PipelineResult& result) const;

 private:
  using Demands = std::vector<Demand>;
  struct Task {
    std::vector<Demands> demands;  // by the outermost loop that has gone on, from -1 on
    std::vector<double> runs;      // the same
    Demands masked;                // of the last run
    double ended = 0;
    double cycles = 0;
  };
  void make_task(const TileTask& task);
  std::span<const Demand> run_masked(TaskId task, const TileWindow& window, std::int64_t tile);
  void report_task(TaskId task, PipelineResult& result) const;
  template <class Each>
  void each(Each&& visit);

  const TileProgram& program_;
  bool has_mask_;
  ByTask<Task> tasks_;
  std::vector<Demands> copy_demands_;
  std::vector<double> copies_;              // begun
  std::vector<std::vector<double>> waits_;  // by unit and owner, the last: its turn
  // Of runs under a mask:
  std::vector<Flow> flows_;
  std::vector<double> used_;
  std::vector<double> parent_events_;
  std::vector<double> child_events_;
};

}  // namespace tilewright

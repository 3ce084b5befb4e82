// A simulated nest as a trace: a row for each unit and each copy; a second row where two tasks share a unit.
// Between tasks a unit's row says what the next one waits for.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/nest/cycle/tile_pipeline.hpp"
#include "sim/systemc/trace.hpp"

namespace tilewright {

class NestTrace {
 public:
  NestTrace(const TraceOptions& options, const Arch& arch);

  /// What follows is of another group, which begins at a cycle of the whole.
  void begin_group(const TileProgram& program, double start);
  void add(const TileSpan& span);
  /// Throws InputError where the file cannot be written.
  void finish(double end, const std::string& about);

 private:
  void add_task(const TileSpan& span, const TileTask& task);
  int free_row(const std::string& name, double start, double end);

  struct Row {
    int number;
    double busy_until;
  };
  const Arch& arch_;
  Trace trace_;
  const TileProgram* program_ = nullptr;
  double start_ = 0;
  int rows_ = 0;
  std::map<std::string, std::vector<Row>> rows_of_;
};

}  // namespace tilewright

// What the simulation did, as a file for chrome://tracing and ui.perfetto.dev: a process per multiprocessor, a row
// per block slot, unit and stage of its copies; a slice per stage of a block, per wait and per copy. Format: "Trace
// Event Format" of the Chromium project, JSON object form. Starts and ends are rounded to whole nanoseconds, so
// that slices follow one another and lie within others as they do in cycles.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "sim/kernel/cycle/simulate.hpp"

namespace tilewright {

/// Colours of slices, by meaning.
enum class Colour { block, products, softmax, mask, tile, copy, wait, skipped };

struct Slice {
  int multiprocessor = 0;
  int row = 0;
  std::string name;
  double start = 0;  ///< SM cycles, as is the end
  double end = 0;
  Colour colour = Colour::block;
  std::string detail = {};  ///< shown with the slice where not empty
};

/// Written beside the target; finish() puts it there. Without finish() nothing is left.
class Trace {
 public:
  Trace(const TraceOptions& options, double clock_Hz);
  ~Trace();
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  [[nodiscard]] bool shows(int multiprocessor) const;
  /// Rows of a multiprocessor stand in the order of their numbers.
  void name_row(int multiprocessor, int row, const std::string& name);
  /// Of no length in nanoseconds, or beyond the most slices: left out.
  void add(const Slice& slice);
  /// `about`: for people, in the file's metadata; `end`: SM cycles of the fused kernel. Throws InputError where it
  /// cannot be written.
  void finish(const std::string& about, double multiprocessors, double end);

 private:
  class File;
  [[nodiscard]] std::int64_t in_ns(double cycle) const;

  std::unique_ptr<File> file_;
  TraceOptions options_;
  double clock_Hz_;
  std::size_t slices_ = 0;
  double left_out_from_ = -1;  // cycle
};

}  // namespace tilewright

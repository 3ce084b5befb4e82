// What a simulation did, as a file for chrome://tracing and ui.perfetto.dev: processes, which are equal parts of
// the machine, with rows of slices. Format: "Trace Event Format" of the Chromium project, JSON object form. Starts
// and ends are rounded to whole nanoseconds, so that slices follow one another and lie within others as they do in
// cycles.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tilewright {

struct TraceOptions {
  std::filesystem::path file;
  std::size_t processes = 4;            ///< the first so many
  std::size_t most_slices = 1'000'000;  ///< later ones are left out; the file says from when on
};

/// Whose cycles those of the slices are.
struct TraceClock {
  double Hz = 1;
  std::string cycles;  ///< what the file calls them: "sm_cycles"
};

/// What a file says of itself, for people.
using TraceFacts = std::vector<std::pair<std::string, std::variant<std::string, double>>>;

/// Colours of slices, by meaning: what holds others, kinds of work, what is no work of its own.
enum class Colour { whole, work, second_work, third_work, overhead, copy, wait, skipped };

struct Slice {
  int process = 0;
  int row = 0;
  std::string name;
  double start = 0;  ///< cycles, as is the end
  double end = 0;
  Colour colour = Colour::whole;
  std::string detail = {};  ///< shown with the slice where not empty
};

/// Written beside the target; finish() puts it there. Without finish() nothing is left.
class Trace {
 public:
  Trace(TraceOptions options, TraceClock clock);
  ~Trace();
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  [[nodiscard]] bool shows(int process) const { return static_cast<std::size_t>(process) < options_.processes; }
  void name_process(int process, const std::string& name);
  /// Rows of a process stand in the order of their numbers.
  void name_row(int process, int row, const std::string& name);
  /// Of no length in nanoseconds, or beyond the most slices: left out.
  void add(const Slice& slice);
  /// With `end`, the cycles of the whole, among the facts. Throws InputError where it cannot be written.
  void finish(double end, const TraceFacts& facts);

 private:
  class File;
  [[nodiscard]] std::int64_t in_ns(double cycle) const;

  std::unique_ptr<File> file_;
  TraceOptions options_;
  TraceClock clock_;
  std::size_t slices_ = 0;
  double left_out_from_ = -1;  // cycle
};

}  // namespace tilewright

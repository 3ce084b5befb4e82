// The command line of the runner.
#pragma once

#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace tilewright::kernels::runner {

/// A command line that the usage does not allow.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Options {
  std::string plan, results;
  std::string only;                                             ///< points whose name holds this text; empty: all
  std::vector<std::string> without;                             ///< kernels whose points are left out
  double deadline_s = std::numeric_limits<double>::infinity();  ///< of the whole process, from its start
  double hang_s = 10;                                           ///< a launch that takes longer never ends
  bool list = false;                                            ///< print the compiled instances instead
  bool profile = false;                                         ///< run each point once, for a profiler, instead
  bool help = false;
};

/// Throws UsageError.
Options read_options(const std::vector<std::string>& arguments);

std::string usage();

}  // namespace tilewright::kernels::runner

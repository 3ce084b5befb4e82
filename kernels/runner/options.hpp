// The command line of the runner.
#pragma once

#include <string>
#include <vector>

namespace tilewright::kernels::runner {

struct Options {
  std::string plan, results;
  std::string only;      ///< points whose name holds this text; empty: all
  bool list = false;     ///< print the compiled instances instead
  bool profile = false;  ///< run each point once, for a profiler, instead
  bool help = false;
};

/// Throws InputError for what the usage does not allow.
Options read_options(const std::vector<std::string>& arguments);

std::string usage();

}  // namespace tilewright::kernels::runner

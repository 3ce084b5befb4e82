#include "kernels/runner/options.hpp"

#include <cstddef>

namespace tilewright::kernels::runner {
namespace {

void check(const Options& options) {
  if (options.list || options.help) return;
  if (options.plan.empty()) throw UsageError("no plan is given; --help shows the usage");
  if (options.results.empty() != options.profile) {
    throw UsageError(options.profile ? "--profile writes no results: leave -o away" : "-o RESULTS.csv is missing");
  }
}

}  // namespace

Options read_options(const std::vector<std::string>& arguments) {
  Options options;
  for (std::size_t index = 0; index < arguments.size(); ++index) {
    const std::string& argument = arguments[index];
    const bool takes_value = argument == "-o" || argument == "--only";
    if (takes_value && index + 1 == arguments.size()) throw UsageError(argument + " has no value");
    if (takes_value) {
      (argument == "-o" ? options.results : options.only) = arguments[++index];
    } else if (argument == "--list") {
      options.list = true;
    } else if (argument == "--profile") {
      options.profile = true;
    } else if (argument == "--help" || argument == "-h") {
      options.help = true;
    } else if (argument[0] == '-') {
      throw UsageError("no such option: " + argument);
    } else if (options.plan.empty()) {
      options.plan = argument;
    } else {
      throw UsageError("a second plan: " + argument);
    }
  }
  check(options);
  return options;
}

std::string usage() {
  return R"(Times attention kernels and microbenchmarks on the first CUDA device.

tilewright-kernels PLAN.csv -o RESULTS.csv [--only TEXT]   measure the points of a plan; goes on where it stopped
tilewright-kernels PLAN.csv --profile [--only TEXT]        run each point once, for a profiler
tilewright-kernels --list                                  print the compiled instances as CSV

--only TEXT: only points whose name holds TEXT.
Exit status: 0 done; 1 a result is wrong or failed; 2 the input is wrong; 3 no CUDA device; 130 interrupted.
)";
}

}  // namespace tilewright::kernels::runner

#include "kernels/runner/options.hpp"

#include <charconv>
#include <cmath>
#include <cstddef>

namespace tilewright::kernels::runner {
namespace {

double seconds_of(const std::string& option, const std::string& text) {
  double seconds = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (fault != std::errc() || end != text.data() + text.size() || !(seconds > 0)) {
    throw UsageError(option + ": expected seconds above 0, got '" + text + "'");
  }
  return seconds;
}

bool takes_value(const std::string& option) {
  return option == "-o" || option == "--only" || option == "--without" || option == "--deadline" ||
         option == "--hang";
}

void set(const std::string& option, const std::string& value, Options& options) {
  if (option == "-o") options.results = value;
  if (option == "--only") options.only = value;
  if (option == "--without") options.without.push_back(value);
  if (option == "--deadline") options.deadline_s = seconds_of(option, value);
  if (option == "--hang") options.hang_s = seconds_of(option, value);
}

void check(const Options& options) {
  if (options.list || options.help) return;
  if (options.plan.empty()) throw UsageError("no plan is given; --help shows the usage");
  if (options.results.empty() != options.profile) {
    throw UsageError(options.profile ? "--profile writes no results: leave -o away" : "-o RESULTS.csv is missing");
  }
  if (options.profile && std::isfinite(options.deadline_s)) {
    throw UsageError("--profile has no deadline: leave --deadline away");
  }
}

}  // namespace

Options read_options(const std::vector<std::string>& arguments) {
  Options options;
  for (std::size_t index = 0; index < arguments.size(); ++index) {
    const std::string& argument = arguments[index];
    const bool with_value = takes_value(argument);
    if (with_value && index + 1 == arguments.size()) throw UsageError(argument + " has no value");
    if (with_value) {
      set(argument, arguments[++index], options);
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

tilewright-kernels PLAN.csv -o RESULTS.csv [OPTIONS]   measure the points of a plan; goes on where it stopped
tilewright-kernels PLAN.csv --profile [OPTIONS]        run each point once, for a profiler
tilewright-kernels --list                              print the compiled instances as CSV

--only TEXT: only points whose name holds TEXT.
--without KERNEL: no points of this kernel; may be given again.
--deadline SECONDS: begin no point that would not end within so many seconds of the start, by how long others of its
  kernel took; of a kernel's first point, if that is what --hang says.
--hang SECONDS: a launch that takes longer never ends, and the device is lost to this process (10).
Exit status: 0 done, or the deadline came; 1 a result is wrong or failed; 2 the input is wrong, or a file cannot be
written; 3 no CUDA device; 4 the device is lost: the same command goes on with the next point; 130 interrupted.
)";
}

}  // namespace tilewright::kernels::runner

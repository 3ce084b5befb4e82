// tilewright-kernels: see usage() in kernels/runner/options.cpp.
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

#include "kernels/runner/bench.cuh"
#include "kernels/runner/trials.hpp"

namespace {

using namespace tilewright::kernels::runner;
namespace plan = tilewright::plan;

using Clock = std::chrono::steady_clock;

std::atomic<bool> stop = false;  // set by the signal
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may only touch lock-free atomics");

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw plan::Error({path}, "", "cannot be read");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

int run(const Options& options, Clock::time_point start) {
  if (options.help) {
    std::cout << usage();
    return all_done;
  }
  if (options.list) {
    std::cout << catalogue_csv(catalogue());
    return all_done;
  }
  const std::vector<plan::Row> points = plan::read_plan(read_file(options.plan), options.plan);
  GpuBench bench(options.hang_s);
  std::signal(SIGINT, [](int) { stop = true; });
  std::signal(SIGXFSZ, SIG_IGN);  // the write fails, and says so
  const int status = run_plan(options, points, bench, {start, stop, std::cout, std::cerr});
  if (bench.lost()) std::_Exit(status);  // ending in good order would wait for the device
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  const Clock::time_point start = Clock::now();
  try {
    return run(read_options({argv + 1, argv + argc}), start);
  } catch (const UsageError& problem) {
    std::cerr << problem.what() << std::endl;
    return bad_input;
  } catch (const plan::Error& problem) {
    std::cerr << problem.what() << std::endl;
    return bad_input;
  } catch (const NoDevice& problem) {
    std::cerr << "no CUDA device: " << problem.what() << std::endl;
    return no_device;
  } catch (const std::exception& problem) {
    std::cerr << "internal error: " << problem.what() << std::endl;
    return 70;
  }
}

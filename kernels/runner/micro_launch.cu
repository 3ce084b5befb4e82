#include <chrono>

#include "kernels/device/thread.hpp"
#include "kernels/runner/micro_run.cuh"

namespace tilewright::kernels::runner {
namespace {

constexpr int launches = 1000;

/// Does nothing but, where there is a counter, count.
struct Count {
  struct Params {
    int* counter;
  };
  static constexpr int threads = device::warp_size;
  static constexpr int shared_B = 0;
  static constexpr int min_blocks = 1;

  static TILEWRIGHT_DEVICE void run(const Params& params, std::byte*) {
    if (params.counter != nullptr && device::thread_index() == 0) *params.counter += 1;
  }
};

void launch_all(int* counter, cudaStream_t stream) {
  for (int i = 0; i < launches; ++i) launch<Count>({}, {counter}, stream);
}

std::vector<double> time_launches(const plan::Row& point, Gpu& gpu) {
  using Clock = std::chrono::steady_clock;
  std::vector<double> samples_s;
  gpu.warm_up(point, 1, [&](int) { launch_all(nullptr, gpu.stream()); });
  for (int run = 0; run < point.repetitions; ++run) {
    const Clock::time_point start = Clock::now();
    launch_all(nullptr, gpu.stream());
    check_cuda(cudaStreamSynchronize(gpu.stream()), "waiting for kernels");
    samples_s.push_back(std::chrono::duration<double>(Clock::now() - start).count());
  }
  return samples_s;
}

/// The launches as one graph, each kernel after the one before.
class Graph {
 public:
  Graph(int* counter, cudaStream_t stream) {
    cudaGraph_t graph = nullptr;
    check_cuda(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal), "capturing a graph");
    launch_all(counter, stream);
    check_cuda(cudaStreamEndCapture(stream, &graph), "capturing a graph");
    const cudaError_t status = cudaGraphInstantiate(&executable_, graph, 0);
    cudaGraphDestroy(graph);
    check_cuda(status, "instantiating a graph");
  }
  ~Graph() { cudaGraphExecDestroy(executable_); }
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;
  void launch(cudaStream_t stream) { check_cuda(cudaGraphLaunch(executable_, stream), "launching a graph"); }

 private:
  cudaGraphExec_t executable_ = nullptr;
};

/// Whether every kernel of a graph runs when it is launched.
bool graph_runs_all(Gpu& gpu) {
  const Buffer counter = upload(gpu, std::vector<int>{0});
  launch<Count>({}, {nullptr}, gpu.stream());  // a capture is no place to load a kernel
  Graph graph(counter.as<int>(), gpu.stream());
  graph.launch(gpu.stream());
  gpu.wait();
  return download(gpu, counter.as<int>(), 1)[0] == launches;
}

/// A profiler would measure itself.
Gpu& unprofiled(Gpu& gpu) {
  if (gpu.profiling()) throw Unsupported("a profiler would measure itself");
  return gpu;
}

Outcome run_launch_period(const plan::Row& point, const Device& device) {
  return period_of(launches, time_launches(point, unprofiled(device.gpu)));
}

Outcome run_graph_period(const plan::Row& point, const Device& device) {
  Gpu& gpu = unprofiled(device.gpu);
  if (!graph_runs_all(gpu)) return wrong("a graph did not run all of its kernels");
  Graph graph(nullptr, gpu.stream());
  return period_of(launches, gpu.time(point, 1, [&](int) { graph.launch(gpu.stream()); }));
}

}  // namespace

std::vector<Compiled> launch_micros() {
  return {
      entry({"launch-period", "s", "from one launch of an empty kernel to the next, given by the host one by one",
             "launch_s, where kernels are launched one by one"},
            run_micro<run_launch_period>),
      entry({"graph-period", "s", "from one empty kernel to the next within the replay of a graph",
             "launch_s, within a graph"},
            run_micro<run_graph_period>),
  };
}

}  // namespace tilewright::kernels::runner

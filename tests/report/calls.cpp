// A kernel within a call, as `evaluate --call` has it and as a suite of timings does.
#include <algorithm>
#include <catch2/catch.hpp>

#include <map>

#include "common/file.hpp"
#include "explore/evaluate.hpp"
#include "sim/kernel/estimate.hpp"
#include "tests/common/messages.hpp"
#include "validation/gpu/validate_timings.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

// The first rows of each call that have one mask and 16-bit words, as the workload 'attention' has them.
std::vector<const PreparedTiming*> one_of_each_call(const std::vector<PreparedTiming>& timings) {
  std::map<std::string, const PreparedTiming*> first;
  for (const PreparedTiming& timing : timings) {
    const bool plain = timing.row->problem.words == AttentionWords::all(2);
    if (plain && !timing.kernel.kernel.call.empty() && timing.row->row.text("window") == "0")
      first.emplace(timing.kernel.kernel.call + timing.kernel.arch.name, &timing);
  }
  std::vector<const PreparedTiming*> rows;
  for (const auto& [call, timing] : first) rows.push_back(timing);
  return rows;
}

Point point_of(const PreparedTiming& timing) {
  const Attention& problem = timing.row->problem;
  const Request& request = problem.requests.front();
  Point point;
  point.workload = "attention";
  point.set = {{"B", request.times},     {"H", request.heads()},   {"G", problem.kv_heads}, {"E", problem.head_dim},
               {"F", problem.value_dim}, {"P", request.queries()}, {"M", request.keys()}};
  point.arch = timing.row->source->arch;
  point.mapping = timing.row->source->kernel;
  point.mask = timing.row->mask;
  point.call = timing.row->source->call;
  return point;
}

Point little_point() {
  Point point;
  point.workload = "attention";
  point.set = {{"S", 1024}, {"G", 4}};
  point.arch = "gpu/h100-sxm5";
  point.mapping = "flash-attention-3";
  point.mask = "causal";
  return point;
}

}  // namespace

TEST_CASE("a kernel within a call takes what the rows of the shipped suite are predicted to take") {
  const TimingSuite suite = parse_timing_suite(Yaml::load(find_config("suites", "gpu-serving")));
  TimedRows rows = read_timings(suite);
  std::map<std::string, int> of_source;
  // What a suite states of a source alone, such as a launch without a graph, no call knows.
  const auto states_launch = [](const TimedRow& row) {
    return std::ranges::any_of(row.source->given,
                               [](const auto& given) { return given.first == &KernelParameters::launch_s; });
  };
  // Nor does the workload that the points take know values that lie in keys.
  std::erase_if(rows.rows, [&](const TimedRow& row) {
    return row.source->call.empty() || states_launch(row) || row.problem.values_in_keys ||
           of_source[row.source->name]++ > 7;
  });
  Library library;
  const std::vector<PreparedTiming> timings = prepare_timings(suite, rows, library, 0);
  std::vector<std::string> notes;
  const SourceParameters parameters = load_parameters(suite, timings, notes);
  const std::vector<const PreparedTiming*> chosen = one_of_each_call(timings);
  CHECK(chosen.size() > 30);
  for (const PreparedTiming* timing : chosen) {
    INFO(timing->row->source->name << ": " << timing->row->label);
    const Record record = evaluate(point_of(*timing), library);
    const double of_suite = estimate(timing->kernel, parameters.at(timing->row->source->name)).time_s;
    CHECK(record.number("time_s").value() == Approx(of_suite).epsilon(1e-9));
    CHECK(record.text("call.name") == timing->kernel.kernel.call);
  }
}

TEST_CASE("the record says what the floor of a call is, and what its passes take") {
  Library library;
  Point point = little_point();
  point.call = "vllm-prefill";
  const Record record = evaluate(point, library);
  CHECK(record.text("call.name") == "vllm-prefill");
  CHECK(record.number("call.launches") == 2);
  CHECK(record.number("pass.cache.time_s").value() == record.number("share.passes.time_s").value());
  CHECK(record.number("share.launch.time_s").value() ==
        Approx(2 * record.number("kernel.parameter.launch_s").value()));
  CHECK(record.text("kernel.calibration") == "gpu-serving: flash-attention-3 in vllm-prefill");
  const Record simulated = simulate(point, {}, library);
  CHECK(simulated.number("pass.cache.time_s").value() == record.number("pass.cache.time_s").value());
  CHECK(evaluate(little_point(), library).find("call.name") == nullptr);
}

TEST_CASE("a kernel with a calibration of its own has the call's launches and passes around it") {
  Library library;
  Point point = little_point();
  point.calibration = "flash-attention-3/h100-sxm5";
  const Record alone = evaluate(point, library);
  point.call = "vllm-prefill";
  const Record within = evaluate(point, library);
  CHECK(within.number("kernel.parameter.exposed") == alone.number("kernel.parameter.exposed"));
  CHECK(within.number("kernel.parameter.launch_s").value() < alone.number("kernel.parameter.launch_s").value());
}

TEST_CASE("calls that are not there, and calls around nests, are refused") {
  Library library;
  Point point = little_point();
  point.call = "vllm-prefil";
  CHECK(message_of([&] {
          (void)evaluate(point, library);
        }).find("--call: no 'vllm-prefil' in configs/calls, nor is it a file; did you mean 'vllm-prefill'?") !=
        std::string::npos);
  Point nest;
  nest.workload = "attention-passes";
  nest.arch = "gpu/h200";
  nest.mapping = "gpu/one-pass";
  nest.call = "vllm-prefill";
  CHECK(message_of([&] { (void)evaluate(nest, library); }) ==
        "--call: is for mappings that are kernels; 'gpu/one-pass' is a nest of loops");
}

}  // namespace tilewright::test::TEST_FILE

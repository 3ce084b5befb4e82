// The kernels of linear attention in configs/kernels/: what they state, against counts that walk over requests,
// heads, chunks and tokens.
#include <catch2/catch.hpp>

#include <cmath>

#include "common/file.hpp"
#include "sim/kernel/prepare.hpp"
#include "tests/sim/kernel/requests.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

// 12 heads of V, 4 of Q and K, rows of 32; the state in 16 bits.
Attention problem_of(const std::string& requests) {
  Attention problem = small_requests(requests, "dense", 12);
  problem.kv_heads = 4;
  problem.words.key_B = problem.words.value_B = 2;
  return problem;
}

PreparedKernel of_file(const std::string& kernel, const Attention& problem) {
  const Arch arch = ArchFile::load(find_config("archs", "gpu/h100-sxm5")).with();
  return prepare(parse_kernel(Yaml::load(find_kernel(kernel)), one_pass(), arch, attention_roles()), one_pass(),
                 arch, problem);
}

const PreparedPass& pass(const PreparedKernel& prepared, const std::string& name) {
  for (const PreparedPass& each : prepared.passes)
    if (each.name == name) return each;
  FAIL("no pass " << name);
  return prepared.passes.front();
}

constexpr int row = 32;

// Each token of each sequence, by queries.
template <class Action>
void for_each_token(const Attention& problem, const Action& action) {
  for (const Request& request : problem.requests)
    for (int time = 0; time < request.times; ++time)
      for (int token = 0; token < request.queries(); ++token) action(token);
}

}  // namespace

TEST_CASE("an update reads every state once, and writes it after every token") {
  const Attention problem = problem_of("3*1x1,2*4x4");
  double read_B = 0;
  double write_B = 0;
  for_each_token(problem, [&](int token) {
    read_B += 2 * 4 * row * 2 + 12 * row * 2;  // Q and K, V
    write_B += 12 * row * 2;
    for (int head = 0; head < 12; ++head)
      for (int element = 0; element < row * row; ++element) {
        if (token == 0) read_B += 2;
        write_B += 4;
      }
  });
  const PreparedKernel prepared = of_file("delta-rule-update", problem);
  REQUIRE(prepared.passes.size() == 1);
  CHECK(prepared.passes[0].read_B == read_B);
  CHECK(prepared.passes[0].write_B == write_B);
}

TEST_CASE("chunks: products and states of each of them, states of 32 bits at the end") {
  const Attention problem = problem_of("3*200x200");
  double keys = 0;      // multiply-adds of the products of keys with keys
  double states_B = 0;  // written: new values, states of chunks, the last states
  for_each_token(problem, [&](int token) {
    for (int head = 0; head < 12; ++head) {
      keys += 64 * row;
      states_B += row * 2;
      if (token % 64 == 0) states_B += row * row * 2;
      if (token == 199) states_B += row * row * 4;
    }
  });
  for (const char* kernel : {"delta-rule-chunks", "kda-chunks"}) {
    const PreparedKernel prepared = of_file(kernel, problem);
    CHECK(pass(prepared, "states").write_B == states_B);
    CHECK(pass(prepared, "states").step_cycles >
          pass(of_file(kernel, problem_of("3*64x64")), "states").step_cycles * 3.9);
  }
  const double lanes = 132.0 * 2048;
  CHECK(pass(of_file("delta-rule-chunks", problem), "products of keys").matrix_cycles == Approx(keys / lanes));
  CHECK(pass(of_file("delta-rule-chunks-stateless", problem), "states").write_B ==
        states_B - 3 * 12 * row * row * 4);
}

TEST_CASE("a convolution goes over every channel of every token; by channel, in runs of 1024") {
  Attention problem = small_requests("3*1500x1500", "dense", 1);
  double elements = 0;
  for_each_token(problem, [&](int) { elements += row; });
  for (const char* kernel : {"causal-convolution", "causal-convolution-by-channel"}) {
    const PreparedKernel prepared = of_file(kernel, problem);
    CHECK(prepared.passes[0].read_B == elements * 2);
    CHECK(prepared.passes[0].write_B == elements * 2);
  }
  const double lanes = 132.0 * 128;
  CHECK(of_file("causal-convolution", problem).passes[0].softmax_cycles == Approx(51 * elements / lanes));
  CHECK(of_file("causal-convolution-by-channel", problem).passes[0].softmax_cycles ==
        Approx(34 * 3.0 * 2048 * row / lanes));
  const PreparedKernel update = of_file("causal-convolution-update", small_requests("5*1x1", "dense", 1));
  CHECK(update.passes[0].read_B == 5 * (1 + 3) * row * 2);
}

}  // namespace tilewright::test::TEST_FILE

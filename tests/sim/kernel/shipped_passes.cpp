// The kernels of linear attention in configs/kernels/: what they state, against counts that walk over requests,
// heads, chunks and tokens.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include <cmath>

#include "common/file.hpp"
#include "sim/kernel/estimate.hpp"
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
  // 144 blocks, 2 of them on most of the multiprocessors.
  CHECK(pass(of_file("delta-rule-chunks", problem), "products of keys").matrix_cycles ==
        Approx(keys / 144 * 2 / 2048));
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

TEST_CASE("scores of an indexer are of the pairs that the mask leaves, and top-k reads them") {
  const Attention problem = small_requests("3*5x9,2*40x70", "causal", 4);
  double pairs = 0;
  for (const Request& request : problem.requests)
    for (int time = 0; time < request.times; ++time)
      for (int query = 0; query < request.queries(); ++query)
        for (int key = 0; key < request.keys(); ++key)
          if (key <= query + request.keys() - request.queries()) ++pairs;
  const PreparedKernel scores = of_file("index-scores", problem);
  CHECK(scores.passes[0].write_B == pairs * 4);
  const double lanes = 132.0 * 2048;
  const double blocks = std::ceil((3 * 5 + 2 * 40) / 4.0);
  CHECK(scores.passes[0].matrix_cycles == Approx(1.29 * pairs * 4 * row / lanes * 132 / blocks));
  CHECK(of_file("index-top-k", problem).passes[0].read_B == pairs * 4);
}

TEST_CASE("a module of latent attention reads its weights and its cache once") {
  Attention problem = small_requests("7*1x300", "dense", 16);
  problem.kv_heads = 1;
  problem.head_dim = 576;
  problem.value_dim = 512;
  problem.words = AttentionWords::all(1);
  double weights = 7168 * (1536 + 576.0) + 1536 * 16 * 192 + 16 * 128 * 7168;
  for (int head = 0; head < 16; ++head) weights += 2 * 128 * 512;
  const double cache_B = 7 * 300 * 576;
  double read_B = 0;
  for (const PreparedPass& each : of_file("latent-attention-module", problem).passes) read_B += each.read_B;
  const double activations = 7 * (7168 + 2112 + 1536 + 16 * (128 + 64 + 576 + 2 * 512 + 512 + 128));
  CHECK(read_B == weights + cache_B + 2 * activations);
}

namespace {

// Hidden rows of 6144, latent Q of 2048: GLM-5. 16 heads, weights and cache of 8 bits.
PreparedKernel module_of(const std::string& kernel, const std::string& requests) {
  Attention problem = small_requests(requests, "dense", 16);
  problem.kv_heads = 1;
  problem.head_dim = 6144;
  problem.value_dim = 2048;
  problem.words = AttentionWords::all(1);
  return of_file(kernel, problem);
}

double share_of_indexer(double keys) {
  const PreparedKernel prepared = module_of("dsa-module-vllm-blackwell", fmt::format("1*4096x{}", keys));
  const KernelResult result = estimate(prepared, {});
  double index_s = 0;
  for (const PassTime& pass : result.passes)
    if (pass.name == "indexer" || pass.name == "top-k") index_s += pass.time_s;
  return index_s / result.time_s;
}

}  // namespace

TEST_CASE("a module of sparse attention scores all keys before a query, and reads the 2048 that it chooses") {
  const int queries = 300;
  const int keys = 2500;
  const PreparedKernel even = module_of("dsa-module-vllm-blackwell", fmt::format("3*{}x{}", queries, keys));
  double scored = 0;
  for (int query = 0; query < queries; ++query) scored += 3 * (keys - query);
  CHECK(pass(even, "indexer").write_B == Approx(4 * scored));
  CHECK(pass(even, "top-k").read_B == Approx(4 * scored));
  const PreparedKernel one = module_of("dsa-module-vllm-blackwell", "3*1x1000");
  const PreparedKernel two = module_of("dsa-module-vllm-blackwell", "3*1x2000");
  const PreparedKernel many = module_of("dsa-module-vllm-blackwell", "3*1x9000");
  const double fixed_B = 2 * pass(one, "attention").read_B - pass(two, "attention").read_B;  // rows of Q
  CHECK(pass(many, "attention").read_B - fixed_B ==
        Approx((pass(one, "attention").read_B - fixed_B) * 2048 / 1000).epsilon(1e-3));
}

TEST_CASE("the indexer's share of a module grows with the keys") {
  const double few = share_of_indexer(8192);
  const double many = share_of_indexer(262144);
  CHECK(few < 0.2);
  CHECK(many > 2 * few);
  CHECK(many < 1);
}

}  // namespace tilewright::test::TEST_FILE

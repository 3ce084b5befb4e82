#include "sim/kernel/block_view.hpp"

#include <catch2/catch.hpp>

#include "sim/kernel/estimate.hpp"
#include "sim/kernel/traffic.hpp"
#include "tests/common/messages.hpp"
#include "tests/sim/kernel/backward.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("blocks that own queries see the problem as it is") {
  const PreparedKernel prepared = prepare_small(small_problem("causal", 64, 4));
  CHECK(prepared.view.problem.query_row_B() == 64);
  CHECK(prepared.view.tiling.query_tile == Extents{16});
  CHECK(prepared.view.sum_B == 0);
}

TEST_CASE("rows of blocks that own keys: what the fused part reads, makes and adds up, counted by hand") {
  Attention problem = small_problem("dense", 64, 4);
  problem.kv_heads = 2;
  const BlockView view = prepare_gradients(problem).view;
  CHECK(view.problem.query_row_B() == (32 + 32) * 2);      // K and V
  CHECK(view.problem.output_row_B() == (32 + 32) * 2);     // their gradients
  CHECK(view.problem.token_B() == (32 + 32) * 2 + 2 * 4);  // Q, the output's gradient; LSE and GD of 32 bits
  CHECK(view.sum_B == 32 * 4);
  CHECK(view.sharing == 2);
  CHECK(view.problem.group() == 1);
  CHECK(view.tiling.query_tile == Extents{8});
  CHECK(view.tiling.key_tile == Extents{16});
}

TEST_CASE("a KV tile of 8 visits Q tiles of 16 from its diagonal on, five products each") {
  const PreparedKernel prepared = prepare_gradients(small_problem("causal", 64, 3));
  CHECK(prepared.blocks.count() == 3 * 8);
  CHECK(prepared.blocks.visits() == 3 * (4 + 4 + 3 + 3 + 2 + 2 + 1 + 1));
  CHECK(prepared.blocks.partial() == 3 * 8);
  CHECK(prepared.blocks.sequences.front().runs.front().visits() == 4);  // the longest first
  CHECK(prepared.work.visit.matrix_cycles == Approx(16.0 * 8 * 5 * 32 / 64));
  CHECK(prepared.work.visit.special_cycles == Approx(16.0 * 8 / 4));
  CHECK(prepared.work.visit.vector_cycles == Approx(16.0 * 8 * 3 / 16));
  CHECK(prepared.work.multiply_adds == 5 * 32);
  CHECK(prepare_gradients(small_problem("causal", 64, 3), "{owns: keys, keys: descending}")
            .blocks.sequences.front()
            .runs.front()
            .visits() == 1);
}

TEST_CASE("every visit adds to sums in the memory that blocks share; the outermost one sees each row once") {
  Attention problem = small_problem("dense", 64, 4);
  problem.kv_heads = 2;
  const PreparedKernel prepared = prepare_gradients(problem);
  const double visited = 4 * 8 * 64;  // rows of Q in all visits
  const double row_B = 2 * 32 * 2 + 8;
  CHECK(prepared.read_B[LevelId::at(1)] == 4 * 64 * 128 + visited * row_B);
  CHECK(prepared.sum_B[LevelId::at(1)] == visited * 32 * 4);
  CHECK(prepared.write_B[LevelId::at(1)] == 4 * 64 * 128 + visited * 32 * 4);
  CHECK(prepared.read_B.front() == 2 * 64 * 128 + 4 * 64 * (row_B + 32 * 4));
  CHECK(prepared.write_B.front() == 4 * 64 * 128 + 4 * 64 * 32 * 4);
  // The output and its gradient, and the sum of each query; sums read and cleared, and what they are converted to.
  REQUIRE(prepared.passes.size() == 2);
  CHECK(prepared.passes[0].read_B == 2 * 4 * 64 * 32 * 2);
  CHECK(prepared.passes[0].write_B == 4 * 64 * 2);
  CHECK(prepared.passes[1].read_B == 4 * 64 * 32 * 4);
  CHECK(prepared.passes[1].write_B == 4 * 64 * 32 * (4 + 2));
}

TEST_CASE("sums of rows that do not stay come and go with them") {
  const PreparedKernel prepared = prepare_gradients(small_problem("dense", 16384));
  const double rows = prepared.sum_B.front() / (32 * 4);
  CHECK(rows > 2 * 16384);
  CHECK(prepared.read_B.front() == Approx(16384.0 * 128 + rows * (128 + 8 + 128)));
  CHECK(prepared.write_B.front() == Approx(16384.0 * 128 + rows * 128));
}

TEST_CASE("the bound of a record counts five products of a pair, and nothing beats it") {
  for (const char* mask : {"dense", "causal", "sliding,left=99"}) {
    for (const double kv_heads : {2, 8}) {
      Attention problem = small_problem(mask, 512, 8);
      problem.kv_heads = kv_heads;
      const PreparedKernel prepared = prepare_gradients(problem);
      const KernelResult result = estimate(prepared, {});
      const Record record = record_of(prepared, result);
      const double products_s = needs_of(problem).pairs * 5 * 32 / (4 * 64 * 1e9);
      CHECK(*record.number("bound.time_s") >= products_s);
      CHECK(*record.number("bound.time_s") <= result.time_s);
      CHECK(*record.number("kernel.flop_per_s") == Approx(2 * needs_of(problem).pairs * 5 * 32 / result.time_s));
      CHECK(*record.number("kernel.of_peak") <= 1);
    }
  }
}

TEST_CASE("what blocks that own keys cannot do is refused") {
  const auto refusal = [](const std::string& schedule, const std::string& more) {
    return message_of([&] { (void)owning_kernel(schedule, more); });
  };
  CHECK(refusal("{owns: keys}", "    splits: 2\n") ==
        "k.yaml:10:13: kernel.model.splits: expected 'schedule: {owns: queries}' beside it");
  CHECK(refusal("{owns: keys}", "    pack_heads: true\n") ==
        "k.yaml:10:17: kernel.model.pack_heads: expected 'schedule: {owns: queries}' beside it");
  CHECK(refusal("{owns: keys, queries: descending}", "") ==
        "k.yaml:9:37: kernel.model.schedule.queries: expected 'keys', the order of what blocks own");
  CHECK(refusal("{owns: queries, keys: descending}", "") ==
        "k.yaml:9:37: kernel.model.schedule.keys: expected 'queries', the order of what blocks own");
  CHECK(refusal("{owns: heads}", "").find("kernel.model.schedule.owns: ") != std::string::npos);
  CHECK(refusal("{owns: queries}", "").find("a kernel with 'block' needs 'ranks'") != std::string::npos);
}

}  // namespace tilewright::test::TEST_FILE

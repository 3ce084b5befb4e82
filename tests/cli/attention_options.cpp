// The same problem as options and as a workload, through bound, estimate and simulation.
#include "cli/attention_options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <catch2/catch.hpp>

#include <random>

#include "einsum/mask/census.hpp"
#include "einsum/requests.hpp"
#include "einsum/workload.hpp"
#include "sim/bound/ladder.hpp"
#include "sim/kernel/cycle/simulate.hpp"
#include "sim/kernel/estimate.hpp"
#include "tests/common/messages.hpp"
#include "tests/sim/kernel/small_kernel.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

// What a user types.
struct Text {
  std::string mask = {};
  std::string keys = {};
  std::string queries = {};
  std::string requests = {};  // in place of keys, queries and batch
  Count heads = 1, kv_heads = 1, batch = 1, head_dim = 1, value_dim = 1;
  bool values_in_keys = false;
  std::string dtype = "bf16";
  std::string tiles = {};
  bool packed = false;

  [[nodiscard]] std::string str() const {
    return fmt::format(
        "{} over {} queries, {} keys, requests {}; heads {}/{}, batch {}, dims {}/{}{}, {}, tiles {}{}", mask,
        queries, keys, requests, heads, kv_heads, batch, head_dim, value_dim, values_in_keys ? " shared" : "",
        dtype, tiles, packed ? " packed" : "");
  }
};

struct Problem {
  Attention problem;
  Tiling tiling;
};

Problem from_options(const Text& text) {
  CLI::App app;
  cli::Verb verb(app);
  cli::Inputs inputs(verb);
  cli::AttentionOptions attention;
  cli::TilingOptions tiles;
  attention.add(inputs);
  tiles.add(inputs);
  std::string line = text.requests.empty()
                         ? fmt::format("--layout {} --queries {} --batch {}", text.keys, text.queries, text.batch)
                         : "--requests " + text.requests;
  line += fmt::format(" --heads {} --kv-heads {} --head-dim {} --value-dim {} --dtype {} --tiling flat {}{}",
                      text.heads, text.kv_heads, text.head_dim, text.value_dim, text.dtype, text.tiles,
                      text.values_in_keys ? " --values-in-keys" : "");
  app.parse(line);
  Problem posed;
  posed.problem = attention.problem(find_mask(text.mask));
  posed.tiling = tiles.tiling(posed.problem);
  inputs.require_used();
  return posed;
}

// By lists of numbers.
std::string requests_yaml(const std::string& requests) {
  std::vector<Count> queries;
  std::vector<Count> keys;
  std::vector<Count> times;
  for (const RequestLengths& each : find_requests(requests)) {
    queries.push_back(each.queries);
    keys.push_back(each.keys);
    times.push_back(each.times);
  }
  return fmt::format("  requests: {{queries: [{}], keys: [{}], times: [{}]}}\n", fmt::join(queries, ", "),
                     fmt::join(keys, ", "), fmt::join(times, ", "));
}

Attention from_workload(const Text& text, const std::string& more = "") {
  const int word = text.dtype == "fp32" ? 4 : text.dtype == "fp8" ? 1 : 2;
  const bool listed = !text.requests.empty();
  const std::string sequences =
      listed ? ""
             : fmt::format(", B: {}, M: {}, P: {}", text.batch, tokens_of(parse_extents(text.keys, "")),
                           tokens_of(parse_extents(text.queries, "")));
  const std::string layout = listed ? "" : fmt::format(", layout: {}, query_layout: {}", text.keys, text.queries);
  const std::string yaml = fmt::format(
      "workload:\n  name: w\n  phase: decode\n  cascades: [attention-1pass]\n  word_B: {}\n"
      "  shapes: {{H: {}, G: {}, E: {}, F: {}{}}}\n"
      "  ranks: {{queries: P, keys: M, heads: H, kv_heads: G, batch: B, head_dim: E, value_dim: F}}\n"
      "  mask: {{pattern: \"{}\"{}}}\n{}{}{}",
      word, text.heads, text.kv_heads, text.head_dim, text.value_dim, sequences, text.mask, layout,
      text.values_in_keys ? "  shared: {V: K}\n" : "", listed ? requests_yaml(text.requests) : "", more);
  return attention_of(parse_workload(Yaml::parse(yaml, "w.yaml")), one_pass());
}

class RandomTexts {
 public:
  Text next() {
    Text text;
    const bool plane = from(0, 3) == 0;
    const Count keys = from(1, 300);
    const bool decode = !plane && coin();
    text.keys = plane ? fmt::format("{}x{}", from(4, 16), from(4, 16)) : std::to_string(keys);
    text.queries = decode ? std::to_string(from(1, std::min<Count>(keys, 4))) : text.keys;
    if (!plane && from(0, 2) == 0) text.requests = requests();
    text.mask = mask(plane, decode || !text.requests.empty(), keys);
    text.kv_heads = from(1, 4);
    text.heads = text.kv_heads * from(1, 6);
    if (from(0, 4) == 0) {  // heads that differ
      text.mask = "1 * dense + 1 * " + text.mask;
      text.heads = 2 * text.kv_heads * from(1, 3);
    }
    text.batch = from(1, 5);
    text.head_dim = 8 * from(1, 12);
    text.value_dim = coin() ? text.head_dim : 8 * from(1, 12);
    text.values_in_keys = text.value_dim <= text.head_dim && coin();
    text.dtype = std::array{"bf16", "fp32", "fp8"}[static_cast<std::size_t>(from(0, 2))];
    text.tiles = fmt::format("--q-tile {} --kv-tile {}", 8 * from(1, 4), 8 * from(1, 4));
    text.packed = !plane && text.mask.find('+') == std::string::npos && coin();
    return text;
  }
  bool coin() { return from(0, 1) == 1; }
  Count from(Count least, Count most) { return std::uniform_int_distribution<Count>(least, most)(random_); }

 private:
  std::string requests() {
    std::string all;
    for (Count left = from(1, 5); left > 0; --left) {
      const Count keys = from(1, 300);
      const Count queries = from(1, coin() ? std::min<Count>(keys, 4) : keys);
      all += fmt::format("{}{}*{}x{}", all.empty() ? "" : ",", from(1, 3), queries, keys);
    }
    return all;
  }

  std::string mask(bool plane, bool decode, Count keys) {
    if (plane) return coin() ? "gna,window=3x3" : "gna,window=4x3,causal=1x0";
    switch (from(0, decode ? 2 : 3)) {
      case 0:
        return "dense";
      case 1:
        return "causal";
      case 2:
        return fmt::format("sliding,left={}", from(0, keys));
      default: {
        const Count first = from(1, keys);
        return first == keys ? fmt::format("documents,lengths={},causal=1", keys)
                             : fmt::format("documents,lengths={}/{},causal=1", first, keys - first);
      }
    }
  }

  std::mt19937 random_{23};
};

void check_same(const Attention& a, const Attention& b) {
  CHECK(a.words == b.words);
  REQUIRE(a.requests.size() == b.requests.size());
  for (std::size_t r = 0; r < a.requests.size(); ++r) {
    CHECK(a.requests[r].times == b.requests[r].times);
    CHECK(a.requests[r].layout == b.requests[r].layout);
    REQUIRE(a.requests[r].masks.size() == b.requests[r].masks.size());
    for (std::size_t i = 0; i < a.requests[r].masks.size(); ++i)
      CHECK(a.requests[r].masks[i].heads == b.requests[r].masks[i].heads);
  }
  CHECK(std::array{a.heads(), a.kv_heads, a.head_dim, a.value_dim, a.token_B()} ==
        std::array{b.heads(), b.kv_heads, b.head_dim, b.value_dim, b.token_B()});
  const AttentionNeeds needs = needs_of(a);
  const AttentionNeeds others = needs_of(b);
  CHECK(std::array{needs.pairs, needs.queries, needs.keys} ==
        std::array{others.pairs, others.queries, others.keys});
}

// Of the models of one prepared kernel.
void check_models(const PreparedKernel& kernel) {
  const Attention& problem = kernel.problem;
  const KernelResult estimated = estimate(kernel, {});
  const KernelResult simulated = simulate(kernel, {});
  Arch arch = kernel.arch;
  arch.clock_Hz = estimated.clock_Hz;
  const TileMachine machine = tile_machine_of(arch, problem, kernel.tiling);
  const Ladder ladder = climb(problem, kernel.tiling, &machine);
  const AttentionNeeds needs = needs_of(problem);
  CHECK(ladder.pairs * problem.heads() * problem.sequences() == Approx(needs.pairs).epsilon(1e-12));
  // Of K and V, all of which a small cache holds, whole visited tiles are read from memory once: no less than the
  // keys that are needed, no more than all. Q is read where no query is without keys.
  const MemoryTraffic& outermost = ladder.traffic.front();
  const double query_B = problem.query_rows() * problem.query_row_B();
  CHECK(outermost.key_value_B == Approx(needs.keys * problem.token_B()));
  double all_keys = 0;
  for (const Request& request : problem.requests) all_keys += request.times * problem.kv_heads * request.keys();
  const double read_B = kernel.read_B.front() - query_B;
  CHECK(read_B >= outermost.key_value_B * (1 - 1e-9));
  CHECK(read_B <= all_keys * problem.token_B() * (1 + 1e-9));
  CHECK(simulated.level_read_B.front() == Approx(estimated.level_read_B.front()));
  CHECK(outermost.query_B <= query_B);
  CHECK(kernel.write_B.front() == Approx(outermost.output_B));
  CHECK(std::min(estimated.time_s, simulated.time_s) >= outermost.time_s * (1 - 1e-9));
  for (const Rung& rung : ladder.rungs) {
    INFO(rung.name);
    CHECK(estimated.time_s >= rung.time_s * (1 - 1e-9));
    CHECK(simulated.time_s >= rung.time_s * (1 - 1e-3));
  }
}

}  // namespace

TEST_CASE("bound, estimate and simulation agree on a problem, whether options or a workload pose it", "[cycle]") {
  RandomTexts random;
  int modelled = 0;
  for (int i = 0; i < 500; ++i) {
    const Text text = random.next();
    INFO(text.str());
    const Problem posed = from_options(text);
    const Attention stated = from_workload(text);
    check_same(posed.problem, stated);
    const Kernel kernel = small_kernel({.more = text.packed ? "    pack_heads: true\n" : ""});
    try {
      const PreparedKernel prepared = prepare(kernel, one_pass(), small_gpu(), posed.problem, posed.tiling);
      const PreparedKernel other = prepare(kernel, one_pass(), small_gpu(), stated, posed.tiling);
      CHECK(estimate(prepared, {}).time_s == estimate(other, {}).time_s);
      check_models(prepared);
      ++modelled;
    } catch (const InfeasibleError&) {
      // Tiles that the small machine has no room for.
    }
  }
  CHECK(modelled > 400);
}

TEST_CASE("words of single tensors count where the tensor is moved") {
  Text text{.mask = "dense", .keys = "64", .queries = "32", .heads = 4, .kv_heads = 2, .batch = 3, .head_dim = 32};
  text.value_dim = 16;
  const Attention problem = from_workload(text, "  words_B: {Q: 1, K: 0.5, V: 4, AV: 8, RM: 16}\n");
  CHECK(problem.query_row_B() == 32);
  CHECK(problem.key_row_B() == 16);
  CHECK(problem.value_row_B() == 64);
  CHECK(problem.output_row_B() == 128);
  const Cascade cascade = one_pass();
  const ByTensor<double> words = problem.words.of(find_ranks(attention_roles(), cascade), cascade);
  CHECK(words[cascade.tensor("RM")] == 16);
  CHECK(words[cascade.tensor("SLN")] == 2);
  const PreparedKernel kernel = prepare_small(problem);
  CHECK(kernel.read_B.front() == 3 * (4 * 32 * 32 + 2 * 64 * (16 + 64)));
  CHECK(kernel.write_B.front() == 3 * 4 * 32 * 128);
  const TileMachine machine = tile_machine_of(kernel.arch, problem, kernel.tiling);
  const MemoryTraffic traffic = climb(problem, kernel.tiling, &machine).traffic.front();
  CHECK(traffic.query_B + traffic.key_value_B == kernel.read_B.front());
  CHECK(traffic.output_B == kernel.write_B.front());
}

TEST_CASE("an option that nothing uses is refused by its name") {
  CLI::App app;
  cli::Verb verb(app);
  cli::Inputs inputs(verb);
  cli::AttentionOptions attention;
  attention.add(inputs);
  app.parse("--batch 4 --layout 64");
  CHECK(message_of([&] { inputs.require_used(); }) == "--layout: the workload gives it; --set changes its shapes");
  (void)attention.problem(find_mask("dense"));
  CHECK(message_of([&] { inputs.require_used(); }) == "no error");
}

}  // namespace tilewright::test::TEST_FILE

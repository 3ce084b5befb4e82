#include "explore/model/run.hpp"

#include <cmath>
#include <string>

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "sim/bound/ladder.hpp"
#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

// Two kinds of layers, whose times and shapes the tests say by hand too.
std::string text_of(const std::string& shapes = "S: 3072, new: 5, L: 4, left: 255, P: S, M: S") {
  return "model:\n  name: mine\n  description: d\n  source: s\n  shapes: {" + shapes +
         "}\n"
         "  baseline: causal\n"
         "  phases:\n"
         "    prompt: {set: {P: S}, tokens: 2 * P}\n"
         "    answer: {set: {P: 1, M: S + new}, times: new}\n"
         "  parts:\n"
         "    - {name: near, group: attention, phases: [prompt], workload: layer, set: {P: P, M: M, H: 6, G: 2},\n"
         "       mask: \"sliding,left={left}\", mapping: [flash-attention-3, flash-attention-2], times: L - 1,\n"
         "       stored: [K, V]}\n"
         "    - {name: far, group: attention, workload: layer, set: {P: P, M: M, H: 6, G: 2},\n"
         "       mapping: [{use: split-kv, when: P < 9}, flash-attention-2]}\n"
         "    - {name: up, workload: layer, set: {T: 2 * P, D: 640, N: 1920, weight_bits: 8}, mapping: product,\n"
         "       times: L, stored: [W]}\n";
}

Model model_of(const std::string& text) { return parse_model(Yaml::parse(text, "mine.yaml")); }

ModelRun run(const std::string& text, const std::map<std::string, double>& set = {},
             const std::string& arch = "gpu/h100-sxm5", const std::string& mask = "") {
  Library library;
  return run_model(model_of(text), {arch, {}}, set, mask, library);
}

double time_of(const std::map<std::string, double>& set, const std::string& mapping, const std::string& mask = "") {
  Library library;
  Point point{"layer", set, "gpu/h100-sxm5", {}, mapping};
  point.mask = mask;
  return *evaluate(point, library).number("time_s");
}

std::string error_with(const std::string& from, const std::string& to) {
  std::string text = text_of();
  REQUIRE(text.find(from) != std::string::npos);
  text.replace(text.find(from), from.size(), to);
  return message_of([&] { run(text); });
}

}  // namespace

TEST_CASE("a model takes what its parts take, so often as they run in each phase") {
  const ModelRun whole = run(text_of());
  const double near =
      3 * time_of({{"P", 3072}, {"M", 3072}, {"H", 6}, {"G", 2}}, "flash-attention-3", "sliding,left=255");
  const double far = time_of({{"P", 3072}, {"M", 3072}, {"H", 6}, {"G", 2}}, "flash-attention-2");
  const double one = time_of({{"P", 1}, {"M", 3077}, {"H", 6}, {"G", 2}}, "split-kv");
  const auto up = [](double tokens) {
    return 4 * time_of({{"T", tokens}, {"D", 640}, {"N", 1920}, {"weight_bits", 8}}, "product");
  };
  REQUIRE(whole.phases.size() == 2);
  CHECK(whole.phases[0].time_s == Approx(near + far + up(6144)));
  CHECK(whole.phases[1].time_s == Approx(one + up(2)));
  CHECK(whole.time_s == Approx(whole.phases[0].time_s + 5 * whole.phases[1].time_s));
  CHECK(whole.phases[0].tokens_per_s == Approx(6144 / whole.phases[0].time_s));
  CHECK_FALSE(whole.phases[1].tokens_per_s);
  CHECK(whole.groups().front() == std::pair<std::string, double>{"attention", near + far + 5 * one});
}

TEST_CASE("shapes that a user sets are those of parts, unless a phase sets them") {
  const ModelRun whole = run(text_of(), {{"new", 7}, {"L", 2}});
  CHECK(whole.phases[1].times == 7);
  CHECK(whole.phases[1].parts.front().point.set.at("M") == 3079);
  CHECK(whole.phases[0].parts.front().times == 1);
  CHECK(message_of([&] {
          run(text_of(), {{"neww", 7}});
        }) == "--set neww=7: model 'mine' has no shape 'neww'; did you mean 'new'?");
  CHECK(message_of([&] {
          run(text_of(), {{"P", 7}});
        }) == "--set P=7: it changes nothing: the phases of model 'mine' set it");
  CHECK(message_of([&] {
          run(text_of("S: 3072, new: 5, L: 4, left: 255, P: S, M: S, idle: 3"), {{"idle", 7}});
        }) == "--set idle=7: it changes nothing: no part of model 'mine' uses it");
}

TEST_CASE("what is left of a faster part is the whole's gain") {
  CHECK(gain_of(0.5, 2) == Approx(4.0 / 3));
  CHECK(gain_of(0, 9) == 1);
  const ModelRun whole = run(text_of());
  double baseline_near = 0;
  double near = 0;
  for (const PartRun& part : whole.phases[0].parts)
    if (part.name == "near") {
      near = part.time_s;
      baseline_near = part.baseline_s;
    } else {
      CHECK(part.baseline_s == part.time_s);
    }
  CHECK(baseline_near ==
        Approx(3 * time_of({{"P", 3072}, {"M", 3072}, {"H", 6}, {"G", 2}}, "flash-attention-3", "causal")));
  CHECK(whole.baseline_s - whole.time_s == Approx(baseline_near - near));
  // The same ladder, made here.
  Attention problem;
  problem.requests.front().layout = {{3072}, {3072}};
  problem.requests.front().masks = make_masks(parse_mask("sliding,left=255"), problem.requests.front().layout, 6);
  problem.kv_heads = 2;
  problem.head_dim = problem.value_dim = 128;
  problem.words = AttentionWords::all(2);
  const Arch arch = ArchFile::load(find_config("archs", "gpu/h100-sxm5")).with({});
  Tiling tiling;
  tiling.query_tile = {128};
  tiling.key_tile = {128};
  const TileMachine machine = tile_machine_of(arch, problem, tiling);
  const Ladder ladder = climb(problem, tiling, &machine);
  REQUIRE(whole.ladder.size() == ladder.rungs.size());
  for (std::size_t r = 0; r < ladder.rungs.size(); ++r) {
    const double least_s = 3 * ladder.rungs[r].time_s;
    CHECK(whole.ladder[r].name == ladder.rungs[r].name);
    CHECK(whole.ladder[r].attention == Approx(baseline_near / least_s));
    CHECK(whole.ladder[r].whole == Approx(gain_of(baseline_near / whole.baseline_s, baseline_near / least_s)));
  }
  CHECK(run(text_of(), {}, "gpu/h100-sxm5", "causal").ladder.empty());
}

TEST_CASE("what stays in memory counts once, in the phase with most of it") {
  const ModelRun whole = run(text_of());
  REQUIRE(whole.stored.size() == 2);
  CHECK(whole.stored[0].group == "attention");
  CHECK(whole.stored[0].bytes == 3.0 * 2 * 2 * 3072 * 128 * 2);  // layers, K and V, heads, keys, elements, bytes
  CHECK(whole.stored[1].bytes == 4.0 * 640 * 1920);
  CHECK(whole.memory_B == 80e9);
  CHECK(error_with("stored: [K, V]", "stored: [K, U]") ==
        "mine.yaml:11:7: model.parts[0].stored: cascade 'attention-1pass' has no input 'U'; known: Q, K, V");
}

TEST_CASE("the first mapping that runs is taken") {
  const ModelRun hopper = run(text_of());
  CHECK(hopper.phases[0].parts[0].record.text("mapping") == "flash-attention-3");
  CHECK(run(text_of(), {}, "gpu/a100-sxm4-80gb").phases[0].parts[0].point.mapping == "flash-attention-2");
  CHECK(message_of([&] { run(text_of(), {}, "fusemax/proposal"); }) ==
        "mine.yaml:11:7: model.parts[0].mapping: none runs on 'proposal': flash-attention-3: it is a kernel; "
        "flash-attention-2: it is a kernel");
  CHECK(error_with("mapping: [flash-attention-3, flash-attention-2]", "mapping: fusemax/binding")
            .find("none runs on 'h100-sxm5': fusemax/binding: it is a nest of loops") != std::string::npos);
}

TEST_CASE("a part that does not fit is named") {
  Library library;
  const std::string text = text_of("S: 3072, new: 5, L: 4, left: 255, P: S, M: S");
  CHECK(message_of([&] {
          run(text, {{"L", 0}});
        }).find("expected a whole number from 0 to 1e+09, got -1") != std::string::npos);
  CHECK(error_with("times: new", "times: new / 2").find("expected a whole number from 0 to 1e+09, got 2.5") !=
        std::string::npos);
  CHECK(error_with("workload: layer, set: {P: P, M: M, H: 6, G: 2},\n       mask",
                   "workload: layers, set: {P: P},\n       mask")
            .find("model.parts[0].workload: no 'layers' in configs/workloads, nor is it a file; did you mean "
                  "'layer'?") != std::string::npos);
}

TEST_CASE("weights of shipped models are those of their parameters") {
  // Parameters that the sources state, less those of the embedding of words, which is not stored here.
  const auto weights = [](const std::string& name) {
    Library library;
    const ModelRun whole = run_model(load_model(name), {"gpu/h100-sxm5", {}}, {}, "", library);
    double sum_B = 0;
    for (const Stored& each : whole.stored)
      if (each.group != "attention") sum_B += each.bytes;
    return sum_B;
  };
  CHECK(weights("llama-3-8b") / 2 == Approx(8.03e9 - 128256.0 * 4096).epsilon(0.002));
  CHECK(weights("llama-3-70b") / 2 == Approx(70.6e9 - 128256.0 * 8192).epsilon(0.002));
  CHECK(weights("mistral-7b") / 2 == Approx(7.24e9 - 32000.0 * 4096).epsilon(0.002));
  CHECK(weights("qwen3-30b-a3b") / 2 == Approx(30.5e9 - 151936.0 * 2048).epsilon(0.002));
  CHECK(weights("deepseek-v3") == Approx(671e9 - 129280.0 * 7168).epsilon(0.002));
}

TEST_CASE("every shipped model runs on every kind of machine that its kernels are for") {
  for (const std::string& name : list_configs("models")) {
    CAPTURE(name);
    Library library;
    const ModelRun whole = run_model(load_model(name), {"gpu/h100-sxm5", {}}, {}, "", library);
    CHECK(whole.time_s > 0);
    double sum_s = 0;
    for (const auto& [group, time_s] : whole.groups()) sum_s += time_s;
    CHECK(sum_s == Approx(whole.time_s));
    for (const WholeRung& rung : whole.ladder) CHECK(whole.baseline_s / whole.time_s <= rung.whole);
  }
}

TEST_CASE("what finds the keys of a part counts, and the baseline has none of it") {
  const std::string with_all = "mask: causal, selection: \"keys=1\", ";
  std::string text = text_of();
  const std::string mask = "mask: \"sliding,left={left}\", ";
  text.replace(text.find(mask), mask.size(), with_all);
  const ModelRun whole = run(text);
  const PartRun& near = whole.phases[0].parts[0];
  CHECK(near.baseline_s ==
        Approx(3 * time_of({{"P", 3072}, {"M", 3072}, {"H", 6}, {"G", 2}}, "flash-attention-3", "causal")));
  CHECK(near.time_s > near.baseline_s);
  REQUIRE(!whole.ladder.empty());
  for (const WholeRung& rung : whole.ladder) CHECK(whole.baseline_s / whole.time_s <= rung.whole);
}

}  // namespace tilewright::test::TEST_FILE

#include "einsum/selection.hpp"

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "explore/evaluate.hpp"
#include "explore/mapper/kernel_mapper.hpp"
#include "tests/common/folder.hpp"
#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

// 64 queries over 131,072 keys of 8 KV heads, of which the first and the last are kept.
Point prefix_of(const std::string& selection) {
  Point point;
  point.workload = "attention";
  point.set = {{"H", 32}, {"G", 8}, {"S", 131072}, {"P", 64}};
  point.mask = "sink,sinks=64,window=6400";
  point.arch = "gpu/h100-sxm5";
  point.mapping = "flash-attention-3";
  point.selection = selection;
  return point;
}

Record evaluated(const Point& point) {
  Library library;
  return evaluate(point, library);
}
Record of(const std::string& selection) { return evaluated(prefix_of(selection)); }
std::string error_of(const Point& point) {
  return message_of([&] { (void)evaluated(point); });
}

double number(const Record& record, const std::string& field) { return record.number(field).value(); }

constexpr double all_of_K_B = 131072. * 8 * 128 * 2;

}  // namespace

TEST_CASE("an estimate has the passes that choose keys, and their bytes") {
  const Record without = of("");
  const Record with = of("keys=1");
  CHECK(without.find("pass.score-keys.time_s") == nullptr);
  CHECK(with.text("selection.text") == "keys=1");
  // All of K at 80 % of the bandwidth, or a little more where a calibration says so.
  CHECK(number(with, "pass.score-keys.time_s") > all_of_K_B / 3.35e12 / 0.8);
  CHECK(number(with, "pass.score-keys.time_s") < 1.2 * all_of_K_B / 3.35e12 / 0.8);
  CHECK(number(with, "level.HBM.read_B") - number(without, "level.HBM.read_B") ==
        Approx(all_of_K_B + 64 * 8 * 128 * 2));
  CHECK(number(with, "time_s") > number(without, "time_s") + number(with, "pass.score-keys.time_s"));
  CHECK(number(with, "bound.time_s") > number(without, "bound.time_s"));
  CHECK(number(with, "time_s") > number(with, "bound.time_s"));
}

TEST_CASE("what serves several steps and layers costs a share of it, launches too") {
  const Record each = of("keys=1");
  const Record some = of("keys=1,every=4,layers=1/2");
  CHECK(number(some, "pass.score-keys.time_s") == Approx(number(each, "pass.score-keys.time_s") / 8));
  const double without = number(of(""), "time_s");
  CHECK(number(some, "time_s") - without == Approx((number(each, "time_s") - without) / 8));
}

TEST_CASE("pooled keys are fewer bytes, and made ones need all of K") {
  const double pooled_B = all_of_K_B / 64;
  const double without_B = number(of(""), "level.HBM.read_B") + 64 * 8 * 128 * 2;
  CHECK(number(of("keys=64"), "level.HBM.read_B") - without_B == Approx(pooled_B));
  const Record made = of("keys=64,made=true");
  CHECK(number(made, "level.HBM.read_B") - without_B == Approx(pooled_B + all_of_K_B));
  CHECK(number(made, "pass.make-keys.time_s") > 10 * number(made, "pass.score-keys.time_s"));
}

TEST_CASE("stored scores are written, read and sorted") {
  const double score_B = (64 * 8192. - 96) * 8 * 4;  // 96 groups are behind the first queries
  const Record fused = of("keys=16");
  const Record stored = of("keys=16,choose=top-k,keep=64");
  CHECK(number(stored, "level.HBM.read_B") - number(fused, "level.HBM.read_B") == Approx(score_B));
  CHECK(number(stored, "pass.choose-keys.time_s") > score_B / 3.35e12 / 0.42);
  CHECK(number(of("keys=16,choose=sort,keep=64"), "pass.choose-keys.time_s") >
        number(stored, "pass.choose-keys.time_s"));
  CHECK(number(of("keys=16,choose=threshold,keep=64"), "pass.choose-keys.time_s") <
        number(stored, "pass.choose-keys.time_s"));
}

TEST_CASE("scores are computed at the rate of their words") {
  // So many heads that products are what takes time.
  const auto busy = [](const std::string& word_B) {
    return number(of("keys=1,heads=64,word_B=" + word_B), "unit.tensor_cores.busy_s");
  };
  const double rest = number(of(""), "unit.tensor_cores.busy_s");
  CHECK(busy("1") - rest == Approx((busy("2") - rest) / 2));
  CHECK(busy("0.5") - rest == Approx(busy("1") - rest));  // no rate for shorter words: that of the next longer
}

TEST_CASE("other kernels may score and choose") {
  const Record record =
      of("heads=64,key_heads=1,word_B=1,choose=top-k,score_by=index-scores,choose_by=index-top-k");
  CHECK(number(record, "pass.scores.time_s") > 0);
  CHECK(number(record, "pass.top-k.time_s") > 0);
  CHECK(error_of(prefix_of("score_by=index-score")).starts_with("--selection: score_by: "));
  CHECK(error_of(prefix_of("score_by=flash-attention-3"))
            .ends_with(
                "kernel.model.block: expected a kernel of passes alone, as it chooses keys for another kernel"));
}

TEST_CASE("a workload has a selection of its own") {
  const TemporaryFolder folder;
  std::string text = read_file(find_config("workloads", "attention"));
  text += "  selection: {keys: 64, every: 4}\n";
  write_file(folder.path() / "w.yaml", text);
  Point point = prefix_of("");
  point.workload = folder.path() / "w.yaml";
  CHECK(evaluated(point).text("selection.text") == "keys=64,every=4");
  point.selection = "keys=32";
  CHECK(evaluated(point).text("selection.text") == "keys=32");
}

TEST_CASE("a simulation has the passes of the estimate") {
  Library library;
  const Point point = prefix_of("keys=64,choose=top-k");
  const Record simulated = simulate(point, {}, library);
  CHECK(number(simulated, "pass.score-keys.time_s") == number(of(point.selection), "pass.score-keys.time_s"));
  CHECK(number(simulated, "pass.choose-keys.time_s") == number(of(point.selection), "pass.choose-keys.time_s"));
}

TEST_CASE("a search among kernels has them too") {
  Library library;
  MapRequest request;
  request.point = prefix_of("keys=64,choose=top-k");
  request.point.mapping = {};
  request.kernels = {"flash-attention-3"};
  request.objective = Objective::parse("time");
  const MapResult result = find_kernels(request, library);
  CHECK(number(result.found.front().record, "pass.choose-keys.time_s") > 0);
  CHECK(number(result.found.front().record, "time_s") <= number(of(request.point.selection), "time_s"));
}

TEST_CASE("shipped workloads choose keys as those who publish them say") {
  Point point;
  point.workload = "native-sparse-attention";
  point.arch = "gpu/h100-sxm5";
  point.mapping = "flash-attention-3-decode";
  // Pooled keys of 192 elements for every 16 tokens of 4 KV heads.
  CHECK(number(evaluated(point), "pass.score-keys.time_s") > 65536. / 16 * 4 * 192 * 2 / 3.35e12 / 0.8);
  point.workload = "deepseek-sparse-attention";
  point.arch = "gpu/h200";
  point.mapping = "latent-decode-hopper";
  const Record record = evaluated(point);
  // A row of 128 B and 4 B of scale for every token.
  CHECK(number(record, "pass.scores.time_s") > 131072. * 132 / 4.8e12 / 0.8);
  CHECK(number(record, "pass.top-k.time_s") > 131072. * 4 / 4.8e12 / 0.42);
  CHECK(number(record, "time_s") > number(record, "bound.time_s"));
}

TEST_CASE("nests of loops and kernels of gradients choose no keys") {
  Point point;
  point.workload = "BERT";
  point.set = {{"S", 1024}};
  point.arch = "fusemax/proposal";
  point.mapping = "fusemax/binding";
  point.selection = "keys=64";
  CHECK(
      error_of(point) ==
      "--selection: nests of loops compute attention under a mask, and not what finds it; kernels and 'bound' do");
  point = {};
  point.workload = "attention-backward";
  point.arch = "gpu/h100-sxm5";
  point.mapping = "flash-attention-3-backward";
  point.selection = "keys=64";
  CHECK(error_of(point) ==
        "--selection: blocks of kernel 'flash-attention-3-backward' own keys, and nothing is chosen for them");
  point = prefix_of("");
  point.mapping = "score-keys";
  CHECK(error_of(point) ==
        "kernel 'score-keys': pass 'make-keys' chooses keys for another kernel, which the selection of a workload "
        "names");
}

}  // namespace tilewright::test::TEST_FILE

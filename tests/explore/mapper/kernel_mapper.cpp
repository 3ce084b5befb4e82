#include "explore/mapper/kernel_mapper.hpp"

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "mappings/kernel/file.hpp"
#include "tests/common/folder.hpp"
#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

// A video of 30 x 48 x 80 tokens, as the measured ones.
constexpr const char* video =
    "workload:\n  name: video\n  phase: prefill\n  cascades: [attention-1pass]\n  word_B: 2 B\n"
    "  shapes: {B: 1, H: 24, E: 128, F: E, M: 30 * 48 * 80, P: M}\n"
    "  ranks: {queries: P, keys: M, heads: H, batch: B, head_dim: E, value_dim: F}\n"
    "  mask: {layout: 30x48x80, pattern: \"gna,window=18x24x24,stride=16x8x8\"}\n";

// An image of 45 x 80 tokens, which no tile of 8x8 divides.
std::string image(const std::string& pattern) {
  return "workload:\n  name: image\n  phase: prefill\n  cascades: [attention-1pass]\n  word_B: 2 B\n"
         "  shapes: {B: 1, H: 24, E: 128, F: E, M: 45 * 80, P: M}\n"
         "  ranks: {queries: P, keys: M, heads: H, batch: B, head_dim: E, value_dim: F}\n"
         "  mask: {layout: 45x80, pattern: \"" +
         pattern + "\"}\n";
}

// Of NATTEN's, with KV tiles of a fixed grid.
std::string fixed_tiles() {
  std::string text = read_file(find_kernel("natten-fna-ampere"));
  const std::string dynamic = "key_tiles: dynamic";
  return text.replace(text.find(dynamic), dynamic.size(), "key_tiles: fixed");
}

class Files {
 public:
  [[nodiscard]] std::string write(const std::string& name, const std::string& text) const {
    write_file(folder_.path() / name, text);
    return folder_.path() / name;
  }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
};

MapRequest request_of(const std::string& workload, const std::string& arch, const std::string& objective = "time") {
  MapRequest request;
  request.point.workload = workload;
  request.point.arch = arch;
  request.objective = Objective::parse(objective);
  return request;
}

std::string error_of(const MapRequest& request) {
  Library library;
  return message_of([&] { (void)find_mappings(request, library); });
}

}  // namespace

TEST_CASE("of the tiles that were measured the fastest are chosen") {
  const Files files;
  const MapRequest request = request_of(files.write("video.yaml", video), "gpu/a100-sxm4-80gb");
  Library library;
  const MapResult result = find_mappings(request, library);
  REQUIRE(result.kernels);
  CHECK(result.kernels->searched == std::vector<std::string>{"natten-fna-ampere"});
  const RankedKernel& best = result.kernels->ranked.front();
  CHECK(best.as_it_is());
  CHECK(best.choice.tiles == TileChoice{{2, 8, 4}, {2, 8, 8}});
  const auto& ranked = result.kernels->ranked;
  const auto slower = std::ranges::find_if(ranked, [](const RankedKernel& each) {
    return each.choice.tiles == TileChoice{{4, 4, 4}, {4, 4, 4}};
  });
  REQUIRE(slower != ranked.end());
  CHECK(slower->score.time_s > 2 * best.score.time_s);
  CHECK(result.count.ended);
}

TEST_CASE("the file of what is found is read back to the same record") {
  const Files files;
  for (const char* const objective : {"time", "traffic", "time,traffic"}) {
    MapRequest request = request_of("attention", "gpu/h100-sxm5", objective);
    request.point.set = {{"P", 16}, {"S", 8192}, {"G", 2}};
    request.point.mask = "causal";
    request.kernels = {"split-kv", "flash-attention-3", "decode-stream-k"};
    request.folder = files.folder();
    Library library;
    const MapResult result = find_mappings(request, library);
    REQUIRE_FALSE(result.found.empty());
    for (std::size_t i = 0; i < result.found.size(); ++i) {
      Point point = request.point;
      const std::string name = i == 0 ? "best.yaml" : "best-" + std::to_string(i + 1) + ".yaml";
      point.mapping = files.write(name, result.found[i].text);
      CHECK(result.found[i].record.text("mapping_file") == point.mapping);
      CHECK(to_json({evaluate(point, library)}, {}) == to_json({result.found[i].record}, {}));
    }
    CHECK(result.found.front().record.number("time_s") == result.kernels->ranked.front().score.time_s);
  }
}

TEST_CASE("what a space demands of kernels holds of what is found") {
  const Files files;
  MapRequest request = request_of("attention", "gpu/h100-sxm5");
  request.point.set = {{"P", 1}, {"G", 4}};
  request.kernels = {"split-kv"};
  request.space = files.write("space.yaml", "mapspace: {splits: [3, 5], queries: descending, outer: queries}\n");
  Library library;
  const MapResult result = find_mappings(request, library);
  const KernelChoice& choice = result.kernels->ranked.front().choice;
  CHECK((choice.splits == 3 || choice.splits == 5));
  CHECK(choice.queries == QueryOrder::descending);
  CHECK(choice.queries_outer == true);
  CHECK(result.kernels->candidates == 2);
}

TEST_CASE("a layout that is padded to whole tiles makes windows block-sparse, and is read back") {
  const Files files;
  MapRequest request =
      request_of(files.write("image.yaml", image("gna,window=24x24,stride=8x8")), "gpu/a100-sxm4-80gb");
  request.folder = files.folder();
  request.kernels = {files.write("fixed.yaml", fixed_tiles())};
  Library library;
  const MapResult unpadded = find_mappings(request, library);
  request.pad = true;
  const MapResult result = find_mappings(request, library);
  const std::vector<RankedKernel>& ranked = result.kernels->ranked;
  REQUIRE(ranked.front().choice.pad == Extents{48, 80});
  CHECK(ranked.front().changes.back() == "padded to 48x80");
  // The last 13 of 45 rows have windows of 24 rows of 48, of which the last 3 are not there: 3 / 24 * 13 / 45.
  CHECK(result.found.front().nest.find("pad        45x80 to 48x80, which changes 3.61 % of the pairs") !=
        std::string::npos);
  CHECK(ranked.front().score.time_s < 0.5 * unpadded.kernels->ranked.front().score.time_s);
  const auto whole = std::ranges::find_if(ranked, [](const auto& each) { return each.choice.pad.empty(); });
  REQUIRE(whole != ranked.end());
  CHECK(whole->choice == unpadded.kernels->ranked.front().choice);
  CHECK(whole->score.time_s == unpadded.kernels->ranked.front().score.time_s);

  Point point = request.point;
  point.mapping = files.write("best.yaml", result.found.front().text);
  const Record record = evaluate(point, library);
  CHECK(to_json({record}, {}) == to_json({result.found.front().record}, {}));
  CHECK(record.number("time_s") == ranked.front().score.time_s);
  CHECK(record.text("kernel.pad") == "48x80");
  const double pairs = (32. * 24 + 13 * 21) * 80 * 24;
  CHECK(*record.number("kernel.flop_per_s") * *record.number("time_s") == Approx(2 * 256 * 24 * pairs));
}

// KV tiles that begin with the window of a Q tile are full without padding.
TEST_CASE("padding that gains nothing is not recommended") {
  const Files files;
  MapRequest request =
      request_of(files.write("image.yaml", image("gna,window=24x24,stride=8x8")), "gpu/a100-sxm4-80gb");
  request.pad = true;
  Library library;
  const MapResult result = find_mappings(request, library);
  CHECK(result.kernels->padded_tiles > 10);
  for (const RankedKernel& each : result.kernels->ranked) CHECK(each.choice.pad.empty());
}

TEST_CASE("what cannot be padded is refused") {
  const Files files;
  MapRequest request = request_of(files.write("image.yaml", image("causal")), "gpu/a100-sxm4-80gb");
  request.pad = true;
  CHECK(error_of(request) ==
        "--pad: only layouts of one pattern with a window and a stride are padded, and the mask is 'causal'");
  Point point = request.point;
  point.mask = "gna,window=24x24";
  const auto error = [&](const std::string& pad) {
    point.mapping = files.write(
        "pad.yaml", "kernel: {from: natten-fna-ampere, choose: {q_tile: 8x8, kv_tile: 8x8, pad: " + pad + "}}\n");
    Library library;
    return message_of([&] { (void)evaluate(point, library); });
  };
  const std::string place = (files.folder() / "pad.yaml").string() + ":1:76: kernel.choose.pad: ";
  CHECK(error("40x80") ==
        place + "a padded layout is as long as the keys' 45x80 or longer in every dimension, got 40x80");
  CHECK(error("48x80x1") ==
        place + "a padded layout is as long as the keys' 45x80 or longer in every dimension, got 48x80x1");
  point.mask = "dense";
  CHECK(error("48x80") ==
        place + "only layouts of one pattern with a window and a stride are padded, and the mask is 'dense'");
}

TEST_CASE("demands that no kernel meets, and requests that make no sense, are refused") {
  const Files files;
  MapRequest request = request_of("attention", "gpu/h100-sxm5");
  request.kernels = {"flash-attention-2"};
  const std::string space = files.write("space.yaml", "mapspace:\n  q_tile: 96\n  stages: 1\n");
  request.space = space;
  CHECK(error_of(request) ==
        space + ":2:11: mapspace.q_tile: no kernel that is searched has it; tiles have Q 128 by KV 64");
  request.space = files.write("fuse.yaml", "mapspace: {fuse: [[QK, SN]]}\n");
  CHECK(error_of(request).find("mapspace.fuse: is for nests of loops") != std::string::npos);
  request.space.clear();
  request.kernels = {"flash-attention-2", "flash-attention-2"};
  CHECK(error_of(request) == "--kernel: 'flash-attention-2' is there twice");
  request.kernels = {"flash-attention-9"};
  CHECK(error_of(request).find("flash-attention-9") != std::string::npos);
  request.kernels.clear();
  request.objective = Objective::parse("edp");
  CHECK(error_of(request).find("energy is no objective for kernels") != std::string::npos);
  request = request_of("attention", "fusemax/proposal");
  request.kernels = {"flash-attention-2"};
  CHECK(error_of(request).find("runs no kernels, which --kernel asks for") != std::string::npos);
}

TEST_CASE("kernels that do not serve a mask or an architecture are left out, with the reason") {
  MapRequest request = request_of("attention", "gpu/a100-sxm4-80gb");
  request.point.mask = "causal";
  Library library;
  const MapResult result = find_mappings(request, library);
  CHECK(result.kernels->searched ==
        std::vector<std::string>{"block-sparse-flash-attention-2", "flash-attention-2"});
  const auto why = [&](const std::string& name) {
    const auto& all = result.kernels->left_out;
    const auto found = std::ranges::find(all, name, &LeftOutKernel::name);
    return found == all.end() ? std::string() : found->why;
  };
  CHECK(why("natten-fna-ampere") == "its masks are gna");
  CHECK(why("flash-attention-3") == "it is for h100-sxm5, h100-pcie, h200, h20, h800-sxm5");
  CHECK(why("pipelined") == "it has no calibration for 'a100-sxm4-80gb'");
  CHECK(why("flash-attention-2-without-softmax").empty());
}

}  // namespace tilewright::test::TEST_FILE

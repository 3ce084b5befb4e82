#include "explore/mapper/kernel_search.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "common/file.hpp"
#include "einsum/mask/cropped.hpp"
#include "explore/mapper/kernel_price.hpp"
#include "sim/kernel/estimate.hpp"
#include "tests/common/folder.hpp"
#include "tests/sim/kernel/small_kernel.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

// Kernels in files, as a search takes them.
class RandomKernels {
 public:
  explicit RandomKernels(std::mt19937& random) : random_(random) {}

  std::vector<SearchedKernel> kernels(const Attention& problem) {
    std::vector<SearchedKernel> all;
    const std::size_t count = 1 + random_() % 2;
    for (std::size_t k = 0; k < count; ++k) all.push_back(kernel(problem));
    return all;
  }

 private:
  std::string one_of(const std::vector<std::string>& all) { return all[random_() % all.size()]; }

  SearchedKernel kernel(const Attention& problem) {
    const bool flat = problem.requests[0].layout.dimensions() == 1;
    KernelText text;
    text.tiles = flat ? "[{q: 16, kv: 8}, {q: 32, kv: 16}]" : "[{q: 4x2, kv: 2x2}]";
    text.block = "{threads: 128, registers: 128, shared_B: (q * E + stages * kv * (E + F)) * word_B}";
    const bool splits = random_() % 2 == 0;
    text.more = "    stages: " + one_of({"1", "2"}) + "\n    key_tiles: " + one_of({"fixed", "[dynamic, fixed]"}) +
                "\n    overlap: {softmax: " + one_of({"serial", "under-products"}) +
                "}\n    schedule: {queries: " + one_of({"ascending", "descending", "longest-first"}) +
                ", outer: " + one_of({"heads", "queries"}) + "}\n" +
                (splits ? "    splits: " + one_of({"2", "stream"}) + "\n    after: [{name: sum, reduces: splits}]\n"
                        : std::string());
    SearchedKernel result;
    result.name = (folder_.path() / ("k" + std::to_string(number_++) + ".yaml")).string();
    write_file(result.name, text.str());
    result.of = &cascade_;
    result.kernel = parse_kernel(Yaml::load(result.name), cascade_, small_gpu(), attention_roles());
    result.fit.parameters = {.matrix_efficiency = 0.8, .exposed = 0.4, .tile_cycles = 500, .mask_operations = 6};
    result.problem = problem;
    for (const KernelTile& tile : result.kernel.tiles) result.tiles.push_back(tile.tiles);
    return result;
  }

  std::mt19937& random_;
  TemporaryFolder folder_;
  int number_ = 0;
  Cascade cascade_ = one_pass();
};

Attention random_problem(std::mt19937& random) {
  const std::vector<std::string> flat{"dense", "causal", "sliding,left=20", "random-blocks,block=8,share=0.3"};
  const auto heads = static_cast<Count>(1 + random() % 3);
  if (random() % 2 == 0) return small_problem(flat[random() % flat.size()], 16 + random() % 100, heads);
  Attention problem = small_problem("dense", 8, heads);
  const Extents layout{static_cast<Count>(5 + random() % 8), static_cast<Count>(5 + random() % 8)};
  problem.requests[0].layout = {layout, layout};
  problem.requests[0].masks =
      make_masks(parse_mask(random() % 2 == 0 ? "gna,window=5x3" : "gna,window=4x4,stride=2x2"),
                 problem.requests[0].layout, heads);
  return problem;
}

// Windows placed in a layout of these keys, of the tokens of another one.
Attention windows_of(const std::string& rule, const Extents& layout, const Extents& keys) {
  Attention problem = small_problem("dense", 8, 2);
  problem.requests[0].layout = {layout, layout};
  std::vector<HeadMask>& masks = problem.requests[0].masks;
  masks = make_masks(parse_mask(rule), {keys, keys}, 2);
  for (HeadMask& each : masks) each.mask = cropped(each.mask, {layout, layout});
  return problem;
}

Kernel read_back(const SearchedKernel& kernel, const KernelChoice& choice, const Arch& arch) {
  const Yaml file = Yaml::parse(to_yaml(choice, kernel.name, "a test"), "chosen.yaml");
  return parse_kernel(file, *kernel.of, arch, attention_roles());
}

// Two stages and splits at most.
const KernelMapspace few =
    parse_kernel_mapspace(Yaml::parse("mapspace: {stages: {to: 2}, splits: {to: 2}}\n", "few.yaml"));

struct Brute {
  // By tiles: time, traffic, buffer.
  std::map<std::pair<Extents, Extents>, std::array<double, 3>> best;
  double candidates = 0;
  double do_not_fit = 0;
};

// Every candidate, one by one; a few by the file that would be written of them.
Brute brute_force(const SearchedKernel& kernel, const KernelSpace& space, const Arch& arch) {
  Brute brute;
  for (const KernelCell& cell : space.cells)
    for (const KernelOrder& order : space.orders) {
      const KernelChoice choice = with(cell.choice, order);
      const bool by_file = ++brute.candidates < 4;
      const Kernel chosen = by_file ? read_back(kernel, choice, arch) : with(kernel.kernel, choice);
      try {
        const PreparedKernel prepared = prepare(chosen, *kernel.of, arch, kernel.problem);
        const KernelResult result = estimate(prepared, kernel.fit.parameters);
        const std::array<double, 3> values{result.time_s,
                                           result.level_read_B.front() + result.level_write_B.front(),
                                           prepared.needs.shared_B * prepared.resident};
        auto& best =
            brute.best.try_emplace({cell.choice.tiles->query, cell.choice.tiles->key}, values).first->second;
        for (std::size_t m = 0; m < values.size(); ++m) best[m] = std::min(best[m], values[m]);
      } catch (const InfeasibleError&) {
        ++brute.do_not_fit;
      }
    }
  return brute;
}

KernelSearchResult searched(const std::vector<SearchedKernel>& kernels, const std::vector<KernelSpace>& spaces,
                            const std::string& objective, bool prune, int jobs) {
  SearchLimits limits(unlimited, unlimited);
  const Objective minimised = Objective::parse(objective);
  const Arch arch = small_gpu();
  return search_kernels({kernels, spaces, arch, minimised, limits, jobs, StatusLine::Shown::never, prune});
}

// The best value of each choice of tiles that is ranked, ascending.
std::vector<double> first_of(const KernelSearchResult& found, const std::string& kernel, Metric measure) {
  std::map<std::pair<Extents, Extents>, double> by_tiles;
  for (const RankedKernel& each : found.ranking.ranked)
    if (each.kernel == kernel)
      by_tiles.try_emplace({each.choice.tiles->query, each.choice.tiles->key}, each.score.of(measure));
  std::vector<double> values;
  for (const auto& [tiles, value] : by_tiles) values.push_back(value);
  std::ranges::sort(values);
  return values;
}

}  // namespace

TEST_CASE("the best and the second best tiles of every kernel are those of brute force") {
  std::mt19937 random(11);
  const Arch arch = small_gpu();
  const std::array measures{Metric::time, Metric::traffic, Metric::buffer};
  for (int i = 0; i < 12; ++i) {
    RandomKernels maker(random);
    const auto kernels = maker.kernels(random_problem(random));
    std::vector<KernelSpace> spaces;
    std::vector<Brute> brutes;
    for (const SearchedKernel& kernel : kernels) {
      spaces.push_back(space_of(kernel, few));
      brutes.push_back(brute_force(kernel, spaces.back(), arch));
    }
    for (std::size_t m = 0; m < measures.size(); ++m) {
      CAPTURE(i, m);
      const KernelSearchResult found = searched(kernels, spaces, to_text(measures[m]), true, 2);
      REQUIRE(found.ended);
      double candidates = 0;
      double do_not_fit = 0;
      double least = std::numeric_limits<double>::infinity();
      for (std::size_t k = 0; k < kernels.size(); ++k) {
        candidates += brutes[k].candidates;
        do_not_fit += brutes[k].do_not_fit;
        std::vector<double> values;
        for (const auto& [tiles, best] : brutes[k].best) values.push_back(best[m]);
        std::ranges::sort(values);
        least = std::min(least, values.front());
        const std::vector<double> first = first_of(found, kernels[k].name, measures[m]);
        CHECK(first.at(0) == Approx(values.at(0)).epsilon(1e-11));
        if (values.size() > 1) CHECK(first.at(1) == Approx(values.at(1)).epsilon(1e-11));
      }
      CHECK(found.best.front().score.of(measures[m]) == Approx(least).epsilon(1e-11));
      CHECK(found.ranking.candidates == candidates);
      CHECK(found.ranking.do_not_fit == do_not_fit);
      CHECK(found.ranking.priced + found.ranking.excluded + do_not_fit == candidates);
    }
  }
}

TEST_CASE("of padded layouts, and of those that are not, the best are those of brute force") {
  std::mt19937 random(14);
  const Arch arch = small_gpu();
  double padded_is_best = 0;
  for (int i = 0; i < 12; ++i) {
    RandomKernels maker(random);
    const Extents layout{static_cast<Count>(9 + random() % 4), static_cast<Count>(9 + random() % 4)};
    const std::string rule = random() % 2 == 0 ? "gna,window=4x4,stride=4x2" : "gna,window=8x2,stride=2x2";
    auto kernels = maker.kernels(windows_of(rule, layout, layout));
    std::vector<KernelSpace> spaces;
    double least = std::numeric_limits<double>::infinity();
    double least_unpadded = least;
    for (SearchedKernel& kernel : kernels) {
      spaces.push_back(space_of(kernel, few, true));
      for (const KernelCell& cell : spaces.back().cells) {
        const Extents& pad = cell.choice.pad;
        if (!pad.empty()) kernel.padded[pad] = windows_of(rule, layout, pad);
        for (const KernelOrder& order : spaces.back().orders) {
          const double time_s = price_of(kernel, with(cell.choice, order), arch).score.time_s;
          least = std::min(least, time_s);
          if (pad.empty()) least_unpadded = std::min(least_unpadded, time_s);
        }
      }
    }
    CAPTURE(i, layout[0], layout[1]);
    const KernelSearchResult found = searched(kernels, spaces, "time", true, 2);
    CHECK(found.best.front().score.time_s == Approx(least).epsilon(1e-11));
    CHECK(found.best.front().choice.pad.empty() == (least > (1 - 1e-11) * least_unpadded));
    const auto& ranked = found.ranking.ranked;
    const auto whole = std::ranges::find_if(ranked, [](const auto& each) { return each.choice.pad.empty(); });
    REQUIRE(whole != ranked.end());
    CHECK(whole->score.time_s == Approx(least_unpadded).epsilon(1e-11));
    padded_is_best += least < least_unpadded ? 1 : 0;
  }
  CHECK(padded_is_best > 0);
  CHECK(padded_is_best < 12);
}

TEST_CASE("bounds and threads change nothing of what is found") {
  std::mt19937 random(12);
  for (int i = 0; i < 12; ++i) {
    RandomKernels maker(random);
    const auto kernels = maker.kernels(random_problem(random));
    std::vector<KernelSpace> spaces;
    for (const SearchedKernel& kernel : kernels) spaces.push_back(space_of(kernel, few));
    for (const std::string objective : {"time", "traffic", "time,traffic", "time,buffer"}) {
      CAPTURE(i, objective);
      const KernelSearchResult all = searched(kernels, spaces, objective, false, 1);
      CHECK(all.ranking.excluded == 0);
      for (const int jobs : {1, 2}) {
        const KernelSearchResult some = searched(kernels, spaces, objective, true, jobs);
        REQUIRE(some.best.size() == all.best.size());
        for (std::size_t b = 0; b < all.best.size(); ++b) {
          CHECK(some.best[b].kernel == all.best[b].kernel);
          CHECK(some.best[b].choice == all.best[b].choice);
        }
      }
    }
  }
}

TEST_CASE("a limit of time ends the search with what is known, and says so") {
  std::mt19937 random(13);
  RandomKernels maker(random);
  const auto kernels = maker.kernels(small_problem("causal", 64));
  std::vector<KernelSpace> spaces;
  for (const SearchedKernel& kernel : kernels) spaces.push_back(space_of(kernel, few));
  SearchLimits limits(0, unlimited);
  const Objective objective = Objective::parse("time");
  const Arch arch = small_gpu();
  const KernelSearchResult found = search_kernels({kernels, spaces, arch, objective, limits, 1});
  CHECK_FALSE(found.ended);
  CHECK(found.best.empty());
  CHECK(found.ranking.priced == 0);
}

}  // namespace tilewright::test::TEST_FILE

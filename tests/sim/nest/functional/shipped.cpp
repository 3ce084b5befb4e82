// The shipped nests, run with data on small arrays.
#include <string>

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "sim/nest/functional/check.hpp"
#include "tests/common/messages.hpp"
#include "tests/mappings/model.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

struct Shipped {
  std::string workload;
  std::string arch;
  std::string mapping;
  std::map<std::string, double> shapes;
  std::map<std::string, double> arch_set;
  std::string mask = {};
};

FunctionalCheck check(const Shipped& shipped, const FunctionalOptions& options = {}) {
  const Yaml root = Yaml::load(find_config("mappings", shipped.mapping));
  Workload workload = load_workload(find_config("workloads", shipped.workload), shipped.shapes);
  if (!shipped.mask.empty()) workload.set_mask(shipped.mask);
  const Cascade cascade = load_cascade(find_config("cascades", mapped_cascade(root)));
  const Arch arch = ArchFile::load(find_config("archs", shipped.arch)).with(shipped.arch_set);
  std::vector<std::string> names;
  for (const auto& [name, value] : workload.shapes) names.push_back(name);
  Mapping mapping = parse_mapping(root, cascade, arch, names);
  mapping.shared = shared_heads(workload, cascade, mapping.symbols);
  return check_function(workload, cascade, arch, mapping, options);
}

void require_right(const Shipped& shipped) {
  CAPTURE(shipped.mapping, shipped.mask);
  const FunctionalCheck found = check(shipped);
  CHECK(found.fault == "");
  REQUIRE(!found.outputs.empty());
  for (const OutputCheck& output : found.outputs) {
    CHECK(output.first_wrong == "");
    CHECK(output.largest_difference <= 1e-9 * output.largest_value);
    CHECK(output.largest_value > 0);
  }
  CHECK(found.passed());
}

const std::map<std::string, double> small{{"B", 2}, {"H", 2}, {"S", 32}, {"E", 4}};

Shipped fused(const std::string& arch, const std::string& mapping) {
  return {"BERT", "fusemax/" + arch, "fusemax/" + mapping, small, {{"N", 4}}};
}

}  // namespace

TEST_CASE("shipped nests of spatial arrays compute attention", "[functional]") {
  require_right(fused("proposal", "binding"));
  require_right(fused("proposal", "architecture"));
  require_right(fused("cascade", "cascade"));
  require_right(fused("baseline", "flat-output-stationary"));
  Shipped linear = fused("proposal", "linear");
  linear.shapes = {{"B", 1}, {"H", 2}, {"S", 16}, {"E", 4}, {"D", 8}, {"U", 16}};
  require_right(linear);
}

TEST_CASE("shipped nests of systolic arrays compute attention", "[functional]") {
  for (const char* mask : {"dense", "causal"}) {
    require_right({"attention", "systolic/fsa", "systolic/fsa", small, {{"N", 4}}, mask});
    require_right({"attention",
                   "systolic/neuron-core-v2",
                   "systolic/array-and-vectors",
                   small,
                   {{"N", 4}, {"block", 8}},
                   mask});
    require_right({"attention",
                   "systolic/tpu-v5e",
                   "systolic/array-and-vectors",
                   {{"H", 2}, {"S", 64}, {"E", 4}},
                   {{"N", 4}, {"block", 8}, {"arrays", 2}, {"sublanes", 2}},
                   mask});
  }
}

// The accounting that they reproduce takes maxima and sums of a row for known within the loop over the row.
TEST_CASE("published orders that compute no attention are found", "[functional]") {
  Shipped unfused = fused("baseline", "unfused");
  const FunctionalCheck found = check(unfused);
  CHECK(!found.passed());
  CHECK_THAT(found.fault, Catch::StartsWith("SN at b=0,h=0,m=0,p=0 reads GM[0,0,0] in RF_1D: it is "));
  CHECK_THAT(found.fault, Catch::EndsWith("when it is complete"));
  Shipped stationary = fused("baseline", "flat-weight-stationary");
  stationary.shapes = {{"B", 1}, {"H", 1}, {"S", 1024}, {"E", 1}, {"F", 1}, {"M", 8}};
  stationary.arch_set = {{"N", 4}};
  const FunctionalCheck other = check(stationary);
  CHECK(!other.passed());
  CHECK_THAT(other.fault, Catch::StartsWith("A at b=0,h=0,m=0,p=0 reads SD[0,0,0] in RF_1D: it is "));
}

TEST_CASE("shipped nests of GPUs compute attention", "[functional]") {
  const std::map<std::string, double> shapes{{"H", 2}, {"S", 64}, {"E", 16}};
  require_right({"attention", "gpu/h200", "gpu/one-pass", shapes, {}});
  require_right({"attention-passes", "gpu/h200", "gpu/two-pass", shapes, {}});
  require_right({"attention-passes", "gpu/h200", "gpu/three-pass", shapes, {}});
}

TEST_CASE("masks, and heads that share keys", "[functional]") {
  const std::map<std::string, double> shapes{{"H", 4}, {"G", 2}, {"S", 128}, {"E", 16}};
  for (const char* mask : {"dense", "causal", "sliding,left=40", "sliding,left=9,right=5", "blocked,window=32"})
    require_right({"attention", "gpu/h200", "gpu/one-pass", shapes, {{"SMs", 2}}, mask});
  for (const char* mask : {"causal", "sliding,left=3", "1*causal + 1*sliding,left=2"}) {
    Shipped binding = fused("proposal", "binding");
    binding.mask = mask;
    require_right(binding);
    Shipped flat = fused("baseline", "flat-output-stationary");
    flat.mask = mask;
    require_right(flat);
  }
}

TEST_CASE("a run that is too large says what to set smaller", "[functional]") {
  Shipped large = fused("proposal", "binding");
  CHECK(message_of([&] { (void)check(large, {.most_points = 1000}); }) ==
        "a run with data computes at most 1000 points, and this has 57856, most of them in QK: set some of its "
        "shapes "
        "smaller (P = 32, M1 = 8, M0 = 4, E = 4, B = 2, H = 2), and lanes and tiles of the architecture with them");
}

TEST_CASE("other seeds are other inputs, and the same seed the same", "[functional]") {
  const Shipped binding = fused("proposal", "binding");
  const double one = check(binding, {.seed = 1}).outputs.front().largest_value;
  CHECK(one == check(binding, {.seed = 1}).outputs.front().largest_value);
  CHECK(one != check(binding, {.seed = 2}).outputs.front().largest_value);
}

}  // namespace tilewright::test::TEST_FILE

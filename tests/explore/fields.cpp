#include "sim/record/schema.hpp"

#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "explore/evaluate.hpp"
#include "explore/mapper/traffic_curve.hpp"
#include "explore/study/sweep.hpp"
#include "tests/explore/little.hpp"
#include "tests/explore/sweep_records.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

/// The fields of some records.
class Seen {
 public:
  void add(const Record& record) {
    for (const auto& [name, value] : record.fields()) fields_.insert(find_field(name));
  }
  [[nodiscard]] std::string missing() const {
    std::string names;
    for (const Field& field : fields())
      if (!fields_.contains(&field)) names += std::string(field.name) + " ";
    return names;
  }

 private:
  std::set<const Field*> fields_;
};

void add_all(Seen& seen, const std::vector<std::string>& workloads, const std::vector<std::string>& archs,
             const std::string& kind) {
  Library library;
  for (const std::string& workload : workloads)
    for (const std::string& arch : archs)
      for (const std::string& mapping : list_configs(kind)) {
        Point point;
        point.workload = workload;
        point.arch = arch;
        point.mapping = mapping;
        try {
          seen.add(evaluate(point, library));
        } catch (const InputError&) {
        }
      }
}

/// Every nest with all that it fits, every kernel on some machines; what does not fit is refused, in whatever
/// words.
void add_shipped(Seen& seen) {
  add_all(seen, list_configs("workloads"), list_configs("archs"), "mappings");
  add_all(seen, {"attention", "attention-backward"}, {"gpu/a100-sxm4-80gb", "gpu/h100-sxm5", "gpu/b200"},
          "kernels");
}

void add_simulated(Seen& seen) {
  Library library;
  Point point;
  point.workload = "BERT";
  point.set = {{"S", 1024}};
  point.arch = "fusemax/proposal";
  point.mapping = "fusemax/binding";
  seen.add(simulate(point, {}, library));
}

void add_selected(Seen& seen) {
  Library library;
  Point point;
  point.workload = "attention";
  point.arch = "gpu/h100-sxm5";
  point.mapping = "flash-attention-3";
  point.selection = "keys=64,every=4";
  seen.add(evaluate(point, library));
}

void add_point(Seen& seen, const std::string& workload, const std::string& arch, const std::string& mapping) {
  Library library;
  Point point;
  point.workload = workload;
  point.arch = arch;
  point.mapping = mapping;
  seen.add(evaluate(point, library));
}

/// Series, points, and one that does not fit.
void add_call(Seen& seen) {
  Library library;
  Point point;
  point.workload = "attention";
  point.arch = "gpu/h100-sxm5";
  point.mapping = "flash-attention-3";
  point.call = "vllm-prefill";
  seen.add(evaluate(point, library));
}

void add_swept(Seen& seen) {
  const Little little;
  std::string arch = read_file(little.path("arch.yaml"));
  arch.replace(arch.find("1 KiB"), 5, "20 B");  // a row of A takes 2 B times K
  little.write("arch.yaml", arch);
  little.write("space.yaml", "mapspace: {prefer: [{order: [N, M]}]}\n");
  const Study study = parse_study(Yaml::parse(
      little.text(
          "study:\n  name: fit\n  axes: {k: [6, 12]}\n  derived: {twice: 2 * k}\n  series:\n    - {name: a, over: "
          "[k], workload: "
          "$/small.yaml, set: {K: k}, arch: $/arch.yaml, arch_set: {lanes: 16}, mapping: "
          "$/by-row.yaml}\n    - {name: found, over: [k], workload: $/small.yaml, set: {K: k}, arch: "
          "$/arch.yaml, mapping: {map: {objective: edp, time_limit: 60 s, space: $/space.yaml}}}\n    - {name: "
          "wrong, over: [k], workload: $/small.yaml, set: {K: k / 4}, arch: $/arch.yaml, mapping: "
          "$/by-row.yaml}\n"),
      "fit.yaml"));
  for (const Record& record : sweep_records(study)) seen.add(record);
}

/// Of a search for traffic by buffer.
void add_curve(Seen& seen) {
  const Little little;
  Library library;
  MapRequest request;
  request.point.workload = little.path("small.yaml");
  request.point.arch = little.path("arch.yaml");
  request.objective = Objective::parse("traffic,buffer");
  for (const Record& record : traffic_curve(find_mappings(request, library))) seen.add(record);
}

}  // namespace

TEST_CASE("records of shipped points have all fields that there are, and no others") {
  Seen seen;
  add_shipped(seen);  // a name that is of no field ends it
  const std::string inputs = "tests/cli/inputs/";
  add_point(seen, inputs + "requests.yaml", "gpu/h100-sxm5", "flash-attention-2");
  add_point(seen, inputs + "image.yaml", inputs + "gpu.yaml", inputs + "padded.yaml");
  add_call(seen);
  add_simulated(seen);
  add_selected(seen);
  CHECK(seen.missing() ==
        "series point.AXIS derived.NAME map.traffic_B map.buffer_B map.objective map.limit_s map.gap map.preferred "
        "infeasible error ");
  add_swept(seen);
  add_curve(seen);
  CHECK(seen.missing() == "");
}

TEST_CASE("kernels in sequence: rates and shares are of the whole, in any order") {
  Library library;
  const auto record_of = [&](const std::string& mapping) {
    Point point;
    point.workload = "attention";
    point.set = {{"S", 8192}};
    point.arch = "gpu/h100-sxm5";
    point.mapping = mapping;
    return evaluate(point, library);
  };
  const Record first = record_of("flash-attention-3");
  const Record second = record_of("flash-attention-2");
  const Record whole = in_sequence({{first}, {second}});
  const auto number = [](const Record& record, const std::string& name) { return record.number(name).value(); };
  CHECK(number(whole, "time_s") == number(first, "time_s") + number(second, "time_s"));
  CHECK(number(whole, "kernel.of_peak") < number(first, "kernel.of_peak"));
  CHECK(number(whole, "kernel.of_peak") > number(second, "kernel.of_peak"));
  // The same pairs twice.
  CHECK(number(whole, "kernel.flop_per_s") * number(whole, "time_s") ==
        Approx(2 * number(first, "kernel.flop_per_s") * number(first, "time_s")));
  const bool same_clock = number(first, "kernel.parameter.clock_Hz") == number(second, "kernel.parameter.clock_Hz");
  CHECK(whole.number("kernel.parameter.clock_Hz").has_value() == same_clock);
  double shares = 0;
  double of_time = 0;
  for (const auto& [name, value] : whole.fields()) {
    if (name.starts_with("share.") && name.ends_with(".time_s")) shares += std::get<double>(value);
    if (name.starts_with("share.") && name.ends_with(".of_time")) of_time += std::get<double>(value);
    if (field_of(name).unit == "share") CHECK(std::get<double>(value) <= 1);
  }
  CHECK(shares == Approx(number(whole, "time_s")));
  CHECK(of_time == Approx(1));
  CHECK(number(whole, "bound.ratio") == number(whole, "time_s") / number(whole, "bound.time_s"));
  for (const std::string name : {"time_s", "kernel.of_peak", "level.L2.read_B"})
    CHECK(number(in_sequence({{second}, {first}}), name) == Approx(number(whole, name)));
}

}  // namespace tilewright::test::TEST_FILE

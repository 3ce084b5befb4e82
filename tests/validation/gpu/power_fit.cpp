#include "validation/gpu/power_fit.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "common/file.hpp"
#include "sim/kernel/estimate.hpp"
#include "tests/common/folder.hpp"
#include "tests/common/messages.hpp"
#include "validation/gpu/timing_row.hpp"
#include "validation/gpu/validate_timings.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

const std::string machine = R"(arch:
  name: NAME
  clock_Hz: 1.9 GHz
  launch_s: 2 us
  static_W: STATIC
  levels:
    - {name: HBM, access_B: 64 B, capacity_B: 80e9, bandwidth_B_per_s: 3 TB/s, read_J: 64 * BYTE, write_J: 64 * BYTE}
    - {name: L2, parent: HBM, access_B: 32 B, capacity_B: 50e6, multicast: false, read_J: 0 J, write_J: 0 J}
    - {name: SMEM, parent: L2, access_B: 128 B, instances: 132, capacity_B: 227 KiB, threads: 2048, blocks: 32, block_B: 1 KiB}
    - {name: RF, parent: SMEM, access_B: 128 B, instances: 132, capacity_B: 256 KiB}
  units:
    - {name: tensor_cores, lanes: 132 * 2048, operations: {multiply_add: {cycles: 1, cycles_by_word_B: {1: 0.5}, energy_J: LONG, energy_J_by_word_B: {1: SHORT}}}}
    - {name: exp_units, lanes: 132 * 16, operations: {exp: {cycles: 1, energy_J: 0 J}}}
    - name: vector_units
      lanes: 132 * 128
      operations:
        add: {cycles: 1, energy_J: 0 J}
        subtract: {cycles: 1, energy_J: 0 J}
        multiply: {cycles: 1, energy_J: 0 J}
        max: {cycles: 2, energy_J: 0 J}
        convert: {cycles: 2, energy_J: 0 J}
        divide: {cycles: 9, energy_J: 0 J}
)";

std::string replaced(std::string text, const std::vector<std::pair<std::string, std::string>>& parts) {
  for (const auto& [part, by] : parts)
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + by.size()))
      text.replace(at, part.size(), by);
  return text;
}

// Two devices of one generation in a folder, and a suite whose rows have a power on one of them.
class Generation {
 public:
  Generation() {
    for (const char* name : {"old", "new"})
      write_file(
          folder_.path() / (std::string(name) + ".yaml"),
          replaced(
              machine,
              {{"NAME", name}, {"STATIC", "200 W"}, {"BYTE", "40 pJ"}, {"LONG", "2 pJ"}, {"SHORT", "0.9 pJ"}}));
  }

  [[nodiscard]] std::string suite_text(
      const std::string& power = "{archs: [old, new], rows: {power: \"?*\", when: time_us >= 30}}") const {
    const auto table = [](const std::string& name, const std::string& only, int word_B) {
      return "    - name: " + name +
             "\n      columns: [device, batch, heads, seq, words, time_us, power]\n      files: []\n      only: "
             "{words: " +
             only +
             "}\n      problem: {batch: batch, heads: heads, kv_heads: heads, head_dim: 128, value_dim: 128, "
             "element_B: " +
             std::to_string(word_B) +
             ", queries: \"{seq}\", keys: \"{seq}\"}\n      masks: [{mask: dense}]\n      values:\n"
             "        - {name: time_s, measured: time_us * 1e-6, predicted: time_s}\n"
             "        - {name: power_W, rows: {power: \"?*\"}, measured: power, predicted: power_W}\n"
             "        - {name: energy_J, rows: {power: \"?*\"}, measured: power * time_us * 1e-6, predicted: "
             "energy_J}\n";
    };
    return "timings:\n  name: generation\n  workload: attention\n  reference: nowhere\n  tables:\n" +
           table("long", "long", 2) + table("short", "short", 1) +
           "  joint: {calibration: generation, half: [seq], loss: 0.1, parameters: [launch_s],\n    power: " +
           power + "}\n  archs: {device: {old: {arch: " + (folder_.path() / "old.yaml").string() +
           "}, new: {arch: " + (folder_.path() / "new.yaml").string() +
           "}}}\n  sources:\n    - {name: fused, rows: {words: [long, short]}, kernel: flash-attention-3, call: "
           "vllm-prefill, archs: [old, new]}\n";
  }

  // Rows with times and powers that the model gives.
  std::string rows(Library& library) {
    suite_ = parse_timing_suite(Yaml::parse(suite_text(), "generation.yaml"));
    std::string text = "device,batch,heads,seq,words,time_us,power\n";
    for (const char* device : {"old", "new"})
      for (const char* words : {"long", "short"})
        for (const int heads : {1, 16, 128})
          for (const int batch : {1, 64})
            for (const int seq : {256, 1024, 4096}) {
              text += fmt::format("{},{},{},{},{},1,\n", device, batch, heads, seq, words);
              if (std::string(device) == "old")
                text += fmt::format("{},{},{},{},{},1,1\n", device, batch, heads, seq, words);
            }
    TimedRows first = read(text);
    const std::vector<PreparedTiming> timings = prepare_timings(suite_, first, library, 1);
    std::string made = "device,batch,heads,seq,words,time_us,power\n";
    for (const PreparedTiming& timing : timings) {
      KernelParameters parameters;
      parameters.launch_s = 3e-6;
      const KernelResult result = estimate(timing.kernel, parameters);
      const TimingRow& row = timing.row->row;
      made += fmt::format("{},{},{},{},{},{},{}\n", row.text("device"), row.text("batch"), row.text("heads"),
                          row.text("seq"), row.text("words"), result.time_s * 1e6,
                          row.text("power").empty() ? "" : std::to_string(result.energy_J / result.time_s));
    }
    return made;
  }

  TimedRows read(const std::string& text) {
    write_file(folder_.path() / "rows.csv", text);
    return read_timings(suite_, folder_.path() / "rows.csv");
  }
  [[nodiscard]] const TimingSuite& suite() const { return suite_; }

 private:
  TemporaryFolder folder_;
  TimingSuite suite_;
};

FittedPower fit(Generation& generation, Library& library, const std::string& text) {
  TimedRows rows = generation.read(text);
  for (TimedRow& row : rows.rows) {
    const bool has_power = !row.row.text("power").empty();
    row.calibrates = !has_power;
    row.calibrates_power = has_power;
  }
  const std::vector<PreparedTiming> timings = prepare_timings(generation.suite(), rows, library, 1);
  SourceParameters parameters;
  for (const TimingSource& source : generation.suite().sources) parameters[source.name].launch_s = 3e-6;
  return fit_power(generation.suite(), timings, parameters);
}

}  // namespace

TEST_CASE("what made powers and times of long runs is found again, whatever the files state") {
  Library library;
  Generation generation;
  const std::string rows = generation.rows(library);
  const FittedPower power = fit(generation, library, rows);
  CHECK(power.archs == std::vector<std::string>{"old", "new"});
  CHECK(power.refused.empty());
  REQUIRE(power.fitted.size() == 4);
  CHECK(power.fitted.at("static_W").value == Approx(200).epsilon(0.03));
  CHECK(power.fitted.at("multiply_add_J").value == Approx(2e-12).epsilon(0.03));
  CHECK(power.fitted.at("short_multiply_add_J").value == Approx(0.9e-12).epsilon(0.03));
  CHECK(power.fitted.at("byte_J").value == Approx(40e-12).epsilon(0.1));
  for (const auto& [name, number] : power.fitted) {
    CHECK(number.low <= number.value);
    CHECK(number.value <= number.high);
    CHECK(number.rows >= 5);
  }
}

TEST_CASE("a number that no row decides is refused, and powers there must be") {
  Library library;
  Generation generation;
  std::string rows = generation.rows(library);
  std::string only_long;
  std::string no_power;
  for (std::size_t at = 0; at < rows.size();) {
    const std::size_t end = rows.find('\n', at) + 1;
    const std::string line = rows.substr(at, end - at);
    at = end;
    if (line.find(",short,") == std::string::npos) only_long += line;
    if (line.ends_with(",\n") || line.starts_with("device")) no_power += line;
  }
  const FittedPower power = fit(generation, library, only_long);
  CHECK(power.refused.at("short_multiply_add_J").why == "decided by 0 rows");
  CHECK(power.fitted.at("static_W").value == Approx(200).epsilon(0.05));
  std::string few;
  for (std::size_t at = 0, line = 0; line < 5; ++line) {
    const std::size_t end = rows.find('\n', at) + 1;
    few += rows.substr(at, end - at);
    at = end;
  }
  const FittedPower none = fit(generation, library, few);
  CHECK(none.fitted.empty());
  CHECK(none.refused.size() == power_numbers().size());
  CHECK(message_of([&] { (void)fit(generation, library, no_power); }) ==
        "generation.yaml: timings.joint.power: no calibrating row of old, new has a power");
}

TEST_CASE("rows whose power calibrates do not judge power and energy, and judge the time") {
  Library library;
  Generation generation;
  TimedRows rows = generation.read(generation.rows(library));
  for (TimedRow& row : rows.rows) row.calibrates_power = row.row.text("seq") == "1024";
  std::map<std::string, std::set<std::string>> groups;
  for (const PreparedTiming& timing : prepare_timings(generation.suite(), rows, library, 1)) {
    SourceParameters parameters;
    parameters[timing.row->source->name] = {};
    for (const ComparedValue& value : compare(timing, parameters, estimate))
      groups[value.name + (timing.row->calibrates_power ? " of the fit" : "")].insert(
          comparison_of(generation.suite(), timing, value).group);
  }
  const std::set<std::string> judges{""};
  const std::set<std::string> calibrates{"half"};
  CHECK(groups == std::map<std::string, std::set<std::string>>{{"time_s", judges},
                                                               {"time_s of the fit", judges},
                                                               {"power_W", judges},
                                                               {"power_W of the fit", calibrates},
                                                               {"energy_J", judges},
                                                               {"energy_J of the fit", calibrates}});
}

TEST_CASE("of shipped rows one half of the shapes calibrates power, long runs alone, and no shape is in both") {
  const TimingSuite suite = parse_timing_suite(Yaml::load("configs/suites/gpu-serving.yaml"));
  std::set<std::string> calibrating;
  std::set<std::string> judging;
  for (const TimedRow& row : read_timings(suite).rows) {
    if (row.row.text("power_W").empty()) {
      CHECK_FALSE(row.calibrates_power);
      continue;
    }
    (row.calibrates_power ? calibrating : judging).insert(row.shape);
    CHECK_FALSE(row.calibrates);
    if (row.calibrates_power) CHECK(std::stod(row.row.text("time_us")) >= 34);
    if (!row.calibrates_power && std::stod(row.row.text("time_us")) >= 34)
      CHECK_FALSE(calibrating.contains(row.shape));
  }
  CHECK(calibrating.size() > 50);
  CHECK(judging.size() > 50);
}

TEST_CASE("the shipped architectures state what the shipped fit gave") {
  const JointCalibration joint = load_joint_calibration("configs/calibrations/gpu-serving.yaml");
  REQUIRE(joint.power);
  const auto value = [&](const char* name) { return joint.power->fitted.at(name).value; };
  for (const std::string& name : joint.power->archs) {
    INFO(name);
    const Arch arch = ArchFile::load("configs/archs/gpu/" + name + ".yaml").with();
    CHECK(arch.static_W == Approx(value("static_W")).epsilon(0.01));
    const OperationCost& cost = *arch.units[arch.unit("tensor_cores")].find("multiply_add");
    CHECK(cost.energy_for(2) == Approx(value("multiply_add_J")).epsilon(0.01));
    CHECK(cost.energy_for(1) == Approx(value("short_multiply_add_J")).epsilon(0.01));
    CHECK(arch.levels.front().energy_of(1, 0) == Approx(value("byte_J")).epsilon(0.02));
    CHECK(arch.levels.front().energy_of(0, 1) == Approx(value("byte_J")).epsilon(0.02));
  }
}

}  // namespace tilewright::test::TEST_FILE

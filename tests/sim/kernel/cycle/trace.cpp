
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "common/error.hpp"
#include "common/file.hpp"
#include "sim/kernel/cycle/simulate.hpp"
#include "tests/sim/kernel/cycle/prepared.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

struct Seen {
  double start, end;
};

struct TraceFile {
  std::filesystem::path file = std::filesystem::temp_directory_path() / "tilewright-test-trace.json";
  ~TraceFile() { std::filesystem::remove(file); }

  nlohmann::json of(const PreparedKernel& kernel, bool exact, TraceOptions options = {}) const {
    options.file = file;
    simulate(kernel, {}, {.exact = exact, .trace = options});
    return nlohmann::json::parse(read_file(file));
  }
};

// Slices of a name, of a multiprocessor, in order; in the clock of Simple, where a microsecond is 1000 cycles.
std::vector<Seen> slices(const nlohmann::json& trace, const std::string& name, int row, int multiprocessor = 0) {
  std::vector<Seen> seen;
  for (const auto& event : trace["traceEvents"])
    if (event["ph"] == "X" && event["name"] == name && event["tid"] == row && event["pid"] == multiprocessor) {
      const double start = 1000 * event["ts"].get<double>();
      seen.push_back({start, start + 1000 * event["dur"].get<double>()});
    }
  return seen;
}

void check(const std::vector<Seen>& seen, const std::vector<Seen>& expected) {
  REQUIRE(seen.size() == expected.size());
  for (std::size_t i = 0; i < seen.size(); ++i) {
    CHECK(seen[i].start == Approx(expected[i].start).margin(0.05));
    CHECK(seen[i].end == Approx(expected[i].end).margin(0.05));
  }
}

// Of every row, as a reader sees them who cuts microseconds down to whole nanoseconds; and without the cut.
void require_nested(const nlohmann::json& trace) {
  for (const bool cut : {true, false}) {
    const auto in_ns = [&](const nlohmann::json& us) {
      return cut ? std::trunc(us.get<double>() * 1000) : us.get<double>() * 1000;
    };
    const double rounding = cut ? 0 : 1e-6;
    std::map<std::pair<int, int>, std::vector<Seen>> rows;
    for (const auto& event : trace["traceEvents"])
      if (event["ph"] == "X")
        rows[{event["pid"], event["tid"]}].push_back(
            {in_ns(event["ts"]), in_ns(event["ts"]) + in_ns(event["dur"])});
    std::size_t crossing = 0;
    for (auto& [row, seen] : rows) {
      std::ranges::sort(seen, [](const Seen& a, const Seen& b) {
        return std::pair(a.start, -a.end) < std::pair(b.start, -b.end);
      });
      std::vector<Seen> open;
      for (const Seen& slice : seen) {
        while (!open.empty() && open.back().end <= slice.start + rounding) open.pop_back();
        if (!open.empty() && slice.end > open.back().end + rounding) ++crossing;
        open.push_back(slice);
      }
    }
    CHECK(!rows.empty());
    CHECK(crossing == 0);
  }
}

}  // namespace

TEST_CASE("A trace has every stage, copy and wait where it was", "[cycle]") {
  const TraceFile file;
  const auto trace = file.of(prepared(Simple{.cache_B_per_cycle = 4, .cache_latency = 500, .stages = 1}), true);
  check(slices(trace, "block 0", 0), {{0, 1430}});
  check(slices(trace, "wait for Q", 0), {{0, 550}});
  check(slices(trace, "wait for K/V", 0), {{550, 650}, {770, 1310}});
  check(slices(trace, "products", 0), {{650, 750}, {1310, 1410}});
  check(slices(trace, "softmax", 0), {{750, 770}, {1410, 1430}});
  check(slices(trace, "products", 1), {{650, 750}, {1310, 1410}});
  check(slices(trace, "softmax", 2), {{750, 770}, {1410, 1430}});
  check(slices(trace, "Q", 3), {{0, 550}});
  check(slices(trace, "output", 3), {{1430, 1480}});
  check(slices(trace, "K/V", 4), {{0, 650}, {710, 1310}});
  CHECK(trace["metadata"]["sm_cycles"].get<double>() == Approx(1480).margin(0.05));
  CHECK(trace["metadata"]["clock_Hz"] == 1e9);
  CHECK(trace["metadata"]["time_s"].get<double>() == Approx(1480e-9));
  CHECK(trace["metadata"]["not_shown"] == "launches of kernels, and passes before and after the fused kernel");
  CHECK(!trace["metadata"].contains("left_out"));
}

TEST_CASE("A trace names its rows, and who waits for whom", "[cycle]") {
  const TraceFile file;
  const auto trace = file.of(prepared(Simple{.resident = 2, .query_tiles = 2}), true);
  std::set<std::string> rows;
  for (const auto& event : trace["traceEvents"])
    if (event["name"] == "thread_name") rows.insert(event["args"]["name"]);
  CHECK(rows == std::set<std::string>{"block slot 0", "block slot 1", "matrix unit", "softmax units",
                                      "copies of slot 0: Q, output", "copies of slot 0: K/V, stage 0",
                                      "copies of slot 0: K/V, stage 1", "copies of slot 1: Q, output",
                                      "copies of slot 1: K/V, stage 0", "copies of slot 1: K/V, stage 1"});
  check(slices(trace, "wait for the matrix unit", 0), {{120, 240}});
  check(slices(trace, "wait for the matrix unit", 1), {{0, 120}, {240, 360}});
  check(slices(trace, "products", 2), {{0, 100}, {120, 220}, {240, 340}, {360, 460}});
}

TEST_CASE("Slices of a row follow one another or lie within, also where visits are skipped", "[cycle]") {
  const TraceFile file;
  const bool exact = GENERATE(false, true);
  const auto trace =
      file.of(prepared(Simple{.multiprocessors = 2, .resident = 2, .query_tiles = 9, .key_tiles = 60}), exact);
  require_nested(trace);
  bool skipped = false;
  for (const auto& event : trace["traceEvents"]) {
    if (event["ph"] != "X") continue;
    skipped = skipped || event["name"].get<std::string>().ends_with("visits like the last");
    CHECK(event["cname"].is_string());
  }
  CHECK(skipped == !exact);
}

TEST_CASE("Slices lie within others for readers of whole nanoseconds too, at any clock", "[cycle]") {
  const TraceFile file;
  const std::string kernel = GENERATE("flash-attention-2", "flash-attention-3");
  const bool exact = GENERATE(false, true);
  const PreparedKernel causal =
      prepared(Asked{.kernel = kernel, .layout = "8192", .mask = "causal", .head_dim = 128, .batch = 2});
  require_nested(file.of(causal, exact));
}

TEST_CASE("Visits that are skipped are counted alike on every row", "[cycle]") {
  const TraceFile file;
  const int resident = GENERATE(1, 2);
  const auto trace = file.of(prepared(Simple{.resident = resident, .query_tiles = 2, .key_tiles = 200}), false);
  const auto skipped = [&](int row, const std::string& what) {
    double count = 0;
    for (const auto& event : trace["traceEvents"]) {
      if (event["ph"] != "X" || event["tid"] != row) continue;
      const std::string name = event["name"];
      CHECK(!name.starts_with("like"));
      if (name.ends_with(" " + what + " like the last")) count += std::stod(name);
    }
    return count;
  };
  double visits = 0;
  for (int slot = 0; slot < resident; ++slot) {
    const double of_slot = skipped(slot, "visits");
    CHECK(of_slot > 100);
    for (const int stage : {0, 1}) CHECK(skipped(resident + 3 + 3 * slot + stage, "copies") == of_slot / 2);
    visits += of_slot;
  }
  CHECK(skipped(resident, "visits") == visits);
  CHECK(skipped(resident + 1, "visits") == visits);
}

TEST_CASE("A trace says what it leaves out", "[cycle]") {
  const TraceFile file;
  const PreparedKernel kernel = prepared(Simple{.multiprocessors = 8, .query_tiles = 8, .key_tiles = 50});
  const auto trace = file.of(kernel, true, {.file = {}, .processes = 2, .most_slices = 100});
  int count = 0;
  for (const auto& event : trace["traceEvents"]) {
    count += event["ph"] == "X" ? 1 : 0;
    CHECK(event["pid"].get<int>() < 2);
  }
  CHECK(count == 100);
  CHECK(trace["metadata"]["multiprocessors"] == 8);
  CHECK(trace["metadata"]["multiprocessors_shown"] == 2);
  CHECK(
      trace["metadata"]["left_out"].get<std::string>().starts_with("slices that are written after the first 100"));
  CHECK_THROWS_AS(simulate(kernel, {}, {.exact = true, .trace = TraceOptions{.file = "/proc/no/trace.json"}}),
                  std::exception);
}

}  // namespace tilewright::test::TEST_FILE

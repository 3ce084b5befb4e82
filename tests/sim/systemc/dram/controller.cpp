#include "sim/systemc/dram/controller.hpp"

#include <random>
#include <stdexcept>

#include <catch2/catch.hpp>

#include "tests/sim/systemc/dram/one_by_one.hpp"
#include "tests/sim/systemc/dram/standards.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

/// Shipped ones, and some whose groups cannot keep the bus busy, or whose rows are short.
std::vector<DramStandard> all_drams() {
  std::vector<DramStandard> all = shipped_drams();
  all.push_back(made_up_dram());
  for (const std::int64_t groups : {1, 2, 3}) {
    all.push_back(made_up_dram());
    all.back().bank_groups = groups;
    all.back().timing.tCCD_L = 9;
    all.back().timing.tCCD_L_WR = 13;
  }
  all.push_back(made_up_dram());
  all.back().row_B = 32;
  return all;
}

struct Request {
  DramClock now;
  std::uint64_t first;
  std::uint64_t count;
  bool write;
};

/// Streams that begin anywhere and go on for a while, at all paces, with pauses of many refreshes.
class Requests {
 public:
  Requests(unsigned seed, const DramStandard& dram) : random_(seed), dram_(dram) {}

  Request next() {
    const auto row = static_cast<std::uint64_t>(dram_.bank_groups * dram_.bursts_per_row());
    if (chance(3)) first_ = below(row * 40);
    if (chance(4)) write_ = !write_;
    if (chance(2)) now_ += static_cast<DramClock>(below(200));
    if (chance(50)) now_ += static_cast<DramClock>(below(static_cast<std::uint64_t>(20 * dram_.timing.tREFI)));
    const std::uint64_t count = 1 + below(chance(4) ? row * 6 : chance(2) ? 40 : 4);
    first_ += count;
    return {now_, first_ - count, count, write_};
  }

 private:
  std::uint64_t below(std::uint64_t end) { return random_() % end; }
  bool chance(std::uint64_t of) { return below(of) == 0; }

  std::mt19937_64 random_;
  DramStandard dram_;
  DramClock now_ = 0;
  std::uint64_t first_ = 0;
  bool write_ = false;
};

}  // namespace

TEST_CASE("bursts served together have the times and counts of commands given one by one") {
  unsigned seed = 1;
  for (const DramStandard& dram : all_drams()) {
    CAPTURE(dram.name, dram.bank_groups, seed);
    DramController controller(dram);
    OneByOne reference(dram);
    Requests requests(seed++, dram);
    for (int i = 0; i < 1500; ++i) {
      const auto [now, first, count, write] = requests.next();
      CAPTURE(i, now, first, count, write);
      REQUIRE(controller.serve(now, first, count, write) == reference.serve(now, first, count, write));
      const DramCounts counts = controller.counts();
      REQUIRE(counts.bursts == reference.counts.bursts);
      REQUIRE(counts.activations == reference.counts.activations);
      REQUIRE(counts.row_hits == reference.counts.row_hits);
      REQUIRE(counts.conflicts == reference.counts.conflicts);
      REQUIRE(counts.refreshes == reference.counts.refreshes);
      REQUIRE(counts.turnarounds == reference.counts.turnarounds);
    }
    CHECK(reference.counts.conflicts > 100);
    CHECK(reference.counts.refreshes > 100);
    CHECK(reference.counts.turnarounds > 100);
  }
}

TEST_CASE("a first read takes tRCD, CL and its burst; a hit CL and its burst; a conflict also tRP") {
  DramController controller(made_up_dram());
  CHECK(controller.serve(0, 0, 1, false) == 13 + 11 + 2);
  CHECK(controller.serve(200, 4, 1, false) == 200 + 11 + 2);
  const std::uint64_t rows = 4 * 8;  // bursts of a row of each group
  CHECK(controller.serve(400, rows * 4, 1, false) == 400 + 17 + 13 + 11 + 2);
  CHECK(controller.serve(600, rows * 4, 1, true) == 600 + 7 + 2);
  const DramCounts counts = controller.counts();
  CHECK(counts.bursts == 4);
  CHECK(counts.activations == 2);
  CHECK(counts.row_hits == 2);
  CHECK(counts.conflicts == 1);
  CHECK(counts.turnarounds == 1);
  CHECK(counts.refreshes == 0);
  CHECK(counts.bus_busy_s == Approx(8e-9));
}

TEST_CASE("a refresh that is due closes all banks and blocks for tRFC") {
  DramController controller(made_up_dram());
  controller.serve(0, 0, 1, false);
  CHECK(controller.serve(999, 4, 1, false) == 999 + 11 + 2);
  CHECK(controller.serve(1000, 8, 1, false) == 999 + 8 + 17 + 100 + 13 + 11 + 2);
  CHECK(controller.counts().refreshes == 1);
  // Nine more while nothing is asked for; the last one, at 10000, is over.
  CHECK(controller.serve(10500, 12, 1, false) == 10500 + 13 + 11 + 2);
  CHECK(controller.counts().refreshes == 10);
  CHECK(controller.serve(20001, 16, 1, false) == 20000 + 100 + 13 + 11 + 2);
  CHECK(controller.counts().refreshes == 20);
}

TEST_CASE("a request for nothing is an error of the caller") {
  CHECK_THROWS_AS(DramController(made_up_dram()).serve(0, 0, 0, false), std::logic_error);
}

}  // namespace tilewright::test::TEST_FILE

// All results files here are made up: nothing in them was measured.
#include "validation/measured.hpp"

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "explore/evaluate.hpp"
#include "tests/common/folder.hpp"
#include "tests/common/messages.hpp"
#include "tests/measure/rows.hpp"
#include "validation/measured_bound.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

using Results = std::vector<plan::Measurement>;

MeasuredSuite shipped() { return parse_measured_suite(Yaml::load(find_config("suites", "kernels"))); }

plan::Row row_of(const std::string& kernel, Count tokens, const std::string& operation = "attention") {
  plan::Row row = plain_row();
  row.operation = operation;
  row.kernel = kernel;
  row.head_dim = 128;
  row.queries = row.keys = {tokens};
  row.q_tile = row.kv_tile = {128};
  row.point = kernel + "/" + std::to_string(tokens);
  return row;
}

double bound_s(const plan::Row& row, const std::string& arch = "gpu/h200") {
  Library library;
  plan::Measurement of;
  of.row = row;
  return bound_of(of, library.arch(arch).with({}))->time_s;
}

/// A row that takes so many times its bound.
plan::Measurement slow(const plan::Row& row, double times) {
  plan::Measurement of = made_up(row);
  of.time_s = times * bound_s(row);
  of.device = "made-up H200";
  return of;
}

MeasuredValidation judged(const TemporaryFolder& folder, Library& library, int jobs) {
  const MeasuredSuite suite = shipped();
  return validate_measured(suite, results_files(suite, folder.path()), library, jobs);
}

MeasuredValidation validation_of(const Results& results) {
  const TemporaryFolder folder;
  write_file(folder.path() / "made-up.csv", results_csv(results));
  Library library;
  return judged(folder, library, 1);
}

const KernelError& error_of(const MeasuredValidation& validation, const std::string& kernel,
                            const std::string& quantity = "time_s") {
  for (const KernelError& error : validation.errors)
    if (error.kernel == kernel && error.quantity == quantity) return error;
  throw std::runtime_error("no " + kernel);
}

}  // namespace

TEST_CASE("a kernel that is always as far from its bound is predicted exactly") {
  const auto validation = validation_of({slow(row_of("a", 1024), 2), slow(row_of("a", 2048), 2),
                                         slow(row_of("a", 8192), 2), slow(row_of("a", 16384), 2)});
  CHECK(validation.met());
  CHECK(validation.notes.empty());
  const KernelError& error = error_of(validation, "a");
  CHECK(error.efficiency == Approx(0.5));
  CHECK(error.calibrated == 2);
  CHECK(error.judged == 2);
  CHECK(error.mean == Approx(0).margin(1e-12));
  CHECK(error.rank == Approx(1));
  CHECK(error.beaten == 0);
}

TEST_CASE("errors are signed, of judged rows alone, and per kernel") {
  const auto validation =
      validation_of({slow(row_of("a", 1024), 2), slow(row_of("a", 2048), 4), slow(row_of("a", 4096), 2.5),
                     slow(row_of("a", 8192), 5), slow(row_of("a", 16384), 2), slow(row_of("b", 1024), 10),
                     slow(row_of("b", 8192), 10)});
  const KernelError& a = error_of(validation, "a");
  CHECK(a.efficiency == Approx(1 / 2.5));  // the median of three
  CHECK(a.worst == Approx(-0.5));
  CHECK(a.worst_point == "a/8192");
  CHECK(a.mean == Approx((0.5 + 0.25) / 2));
  CHECK(error_of(validation, "b").mean == Approx(0).margin(1e-12));
  CHECK(error_of(validation_of({slow(row_of("c", 1024), 2), slow(row_of("c", 2048), 4)}), "c").efficiency ==
        Approx(1.0 / 3));
  for (const MeasuredValue& value : validation.values)
    CHECK(value.calibrates == (value.point != "a/8192" && value.point != "a/16384" && value.point != "b/8192"));
}

TEST_CASE("predictions in the wrong order have a negative rank") {
  const auto validation =
      validation_of({slow(row_of("a", 1024), 2), slow(row_of("a", 8192), 40), slow(row_of("a", 16384), 2)});
  CHECK(error_of(validation, "a").rank == Approx(-1));
}

TEST_CASE("a measurement below its bound is a fault") {
  const auto validation = validation_of({slow(row_of("a", 1024), 2), slow(row_of("a", 8192), 0.99)});
  CHECK_FALSE(validation.met());
  CHECK(error_of(validation, "a").beaten == 1);
  REQUIRE(validation.faults.size() == 1);
  CHECK(validation.faults[0].starts_with("a/8192: "));
  CHECK(validation.faults[0].ends_with("the measurement or the bound is mistaken"));
  CHECK(validation_of({slow(row_of("a", 1024), 0.99)}).faults.size() == 1);  // of calibrating rows too
}

TEST_CASE("wrong results are faults, and rows without a time are told") {
  plan::Measurement wrong = made_up(row_of("a", 2048));
  wrong.status = plan::Status::wrong;
  wrong.message = "differs";
  wrong.device = "made-up H200";
  plan::Measurement unsupported = made_up(row_of("a", 4096));
  unsupported.status = plan::Status::unsupported;
  unsupported.device = "";
  const auto validation = validation_of({slow(row_of("a", 1024), 2), wrong, unsupported});
  CHECK(validation.faults == std::vector<std::string>{"a/2048: the result is wrong: differs"});
  CHECK(validation.notes ==
        std::vector<std::string>{"1 rows are unsupported and not judged", "1 rows are wrong and not judged"});
}

TEST_CASE("a kernel that no row calibrates is not judged") {
  const auto validation = validation_of({slow(row_of("a", 8192), 2), slow(row_of("a", 16384), 2)});
  CHECK(validation.met());
  CHECK(validation.notes ==
        std::vector<std::string>{"2 rows of a (attention) are not judged: none of them calibrates it"});
  CHECK_FALSE(error_of(validation, "a").efficiency);
  CHECK(error_of(validation, "a").judged == 0);
  CHECK(validation.rows().rows[0][5] == Cell("not judged"));
  CHECK(validation.summary().str(Table::Format::csv).find("attention,a,time_s,,0,0,,,,0,\n") != std::string::npos);
}

TEST_CASE("operations calibrate on their own") {
  plan::Row few = row_of("a", 8192, "decode");  // beyond what attention calibrates on
  few.queries = {1};
  few.q_tile = few.kv_tile = {};
  plan::Row many = row_of("a", 65536, "decode");
  many.queries = {1};
  many.q_tile = many.kv_tile = {};
  const auto validation = validation_of({slow(few, 3), slow(many, 3), slow(row_of("a", 1024), 2)});
  REQUIRE(validation.errors.size() == 2);
  for (const KernelError& error : validation.errors)
    CHECK(error.efficiency == Approx(error.operation == "decode" ? 1.0 / 3 : 1.0 / 2));
}

TEST_CASE("bytes of device memory are those of the mapping") {
  plan::Row row = row_of("three-pass", 8192, "passes");
  row.kv_tile = {64};
  auto measured = slow(row, 2);
  Point point{"attention-passes", {{"B", 1}, {"H", 2}, {"E", 128}, {"S", 8192}}, "gpu/h200", {}, "gpu/three-pass"};
  Library library;
  const Record record = evaluate(point, library);
  measured.dram_read_B = *record.number("level.HBM.read_B");
  measured.dram_write_B = 2 * *record.number("level.HBM.write_B");
  const auto validation = validation_of({measured});
  CHECK(error_of(validation, "three-pass", "dram_read_B").mean == 0);
  CHECK(error_of(validation, "three-pass", "dram_write_B").worst == Approx(-0.5));
  CHECK_FALSE(error_of(validation, "three-pass", "dram_write_B").efficiency);
}

TEST_CASE("bytes of a kernel without a mapping are not predicted") {
  auto measured = slow(row_of("a", 1024), 2);
  measured.dram_read_B = 1e6;
  CHECK(validation_of({measured}).values.size() == 1);
}

TEST_CASE("rows of a device without an architecture are told, and refused where there are no others") {
  auto measured = slow(row_of("a", 1024), 2);
  measured.device = "made-up A100";
  const std::string message = message_of([&] { validation_of({measured}); });
  CHECK(
      message.ends_with("made-up.csv:2: device: measured on 'made-up A100', and 'predict.archs' has H100 80GB "
                        "HBM3, H100 PCIe, H200"));
  const auto validation = validation_of({measured, slow(row_of("b", 1024), 2)});
  CHECK(validation.values.size() == 1);
  CHECK(validation.notes ==
        std::vector<std::string>{"1 rows of 'made-up A100' are not judged: 'predict.archs' has no such device"});
}

TEST_CASE("every device is judged by its own architecture and its own efficiencies") {
  Results results;
  for (const auto& [device, arch, slowness] :
       {std::tuple("made-up H200", "gpu/h200", 2), std::tuple("made-up H100 PCIe", "gpu/h100-pcie", 4)})
    for (const Count tokens : {1024, 8192}) {
      const plan::Row row = row_of("a", tokens);
      results.push_back(slow(row, slowness * bound_s(row, arch) / bound_s(row)));
      results.back().device = device;
    }
  const auto validation = validation_of(results);
  CHECK(validation.met());
  REQUIRE(validation.errors.size() == 2);
  for (const KernelError& error : validation.errors) {
    INFO(error.device);
    CHECK(error.efficiency == Approx(error.device == "made-up H200" ? 1.0 / 2 : 1.0 / 4));
    CHECK(error.mean == Approx(0).margin(1e-12));
  }
}

TEST_CASE("results are in the folder or in one for each device") {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder.path() / "b");
  write_file(folder.path() / "b" / "r.csv", results_csv({slow(row_of("a", 8192), 2)}));
  write_file(folder.path() / "a.csv", results_csv({slow(row_of("a", 1024), 2)}));
  CHECK(results_files(shipped(), folder.path()) ==
        std::vector<std::filesystem::path>{folder.path() / "a.csv", folder.path() / "b" / "r.csv"});
}

TEST_CASE("without measurements it says how to get them") {
  const TemporaryFolder folder;
  Library library;
  CHECK_THROWS_AS(judged(folder, library, 1), MissingError);
  CHECK_THROWS_WITH(judged(folder, library, 1),
                    Catch::Contains("has no measurements yet") && Catch::Contains("tilewright measure kernels"));
}

TEST_CASE("the files of a folder are one set, the same whatever the number of threads") {
  const TemporaryFolder folder;
  write_file(folder.path() / "b.csv", results_csv({slow(row_of("a", 8192), 2)}));
  write_file(folder.path() / "a.csv", results_csv({slow(row_of("a", 1024), 2)}));
  write_file(folder.path() / "README.md", "not a table");
  Library library;
  const auto one = judged(folder, library, 1);
  CHECK(one.values.size() == 2);
  CHECK(one.values[0].point == "a/1024");
  CHECK(one.rows().rows == judged(folder, library, 2).rows().rows);
}

}  // namespace tilewright::test::TEST_FILE

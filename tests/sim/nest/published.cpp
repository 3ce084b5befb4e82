// The published tables of validation/published, row by row: they hold the model to its numbers without the studies
// and suites through which validation/ compares the same tables.
#include <string>

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "common/table.hpp"
#include "einsum/workload.hpp"
#include "sim/nest/estimator.hpp"
#include "tests/mappings/model.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

constexpr double within = 1e-3;
constexpr double energy_within = 5e-3;

std::string cell(const Table& table, std::size_t row, const std::string& name) {
  for (std::size_t c = 0; c < table.columns.size(); ++c)
    if (table.columns[c].name == name) return std::get<std::string>(table.rows[row][c]);
  throw InputError("no column '" + name + "'");
}

Result result_of(const std::string& mapping, const std::string& arch, const std::string& workload, double S) {
  const Yaml root = Yaml::load(find_config("mappings", "fusemax/" + mapping));
  Shapes shapes;
  const Workload given = load_workload(find_config("workloads", workload), {{"S", S}});
  for (const auto& [name, value] : given.shapes) shapes.emplace_back(name, value);
  const Model model(load_cascade(find_config("cascades", mapped_cascade(root))),
                    ArchFile::load(find_config("archs", "fusemax/" + arch)).with(), root, shapes);
  ByTensor<double> element_B;
  for (const Tensor& tensor : model.cascade.tensors) element_B.push_back(given.element_B(tensor.name));
  Result result;
  Estimator(model.cascade, model.arch, model.mapping, element_B).evaluate(model.given, result);
  return result;
}

/// Of the outermost level.
double dram_B(const Result& result) {
  double bytes = 0;
  for (std::size_t i = 0; i < result.tensors.size() * result.einsums.size(); ++i)
    bytes += result.read_B[i] + result.write_B[i];
  return bytes;
}

/// From `long_from` tokens on with another mapping.
void compare(const std::string& file, const std::string& arch, const std::string& mapping,
             const std::string& long_mapping = "", double long_from = 0x1p60) {
  const auto path = home() / "validation/published/fusemax" / file;
  const Table table = parse_csv(read_file(path), file);
  CHECK(table.rows.size() == 12);
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const std::string workload = cell(table, row, "model");
    const double S = std::stod(cell(table, row, "seq_len"));
    INFO(file << " " << workload << " " << S);
    const Result result = result_of(S < long_from ? mapping : long_mapping, arch, workload, S);
    const auto published = [&](const std::string& name) { return std::stod(cell(table, row, name)); };
    CHECK(dram_B(result) == Approx(published("dram_traffic_B")).epsilon(within));
    CHECK(result.time_s == Approx(published("time_s")).epsilon(within));
    CHECK(result.energy_J * 1e12 == Approx(published("energy_nowrap_pJ")).epsilon(energy_within));
  }
}

}  // namespace

TEST_CASE("attention and linear layers are as published") {
  compare("attention-unfused.csv", "baseline", "unfused");
  compare("attention-flat.csv", "baseline", "flat-output-stationary", "flat-weight-stationary", 0x1p18);
  compare("attention-cascade.csv", "cascade", "cascade");
  compare("attention-architecture.csv", "proposal", "architecture");
  compare("attention-binding.csv", "proposal", "binding");
  compare("linear-flat.csv", "baseline", "linear");
  compare("linear-fusemax.csv", "proposal", "linear");
}

}  // namespace tilewright::test::TEST_FILE

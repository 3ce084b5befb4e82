// Names mean nothing: the shipped mappings give the same numbers to the last bit under other names.
#include <regex>
#include <string>

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "einsum/workload.hpp"
#include "sim/nest/estimator.hpp"
#include "tests/mappings/model.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

using Names = std::vector<std::pair<std::string, std::string>>;

/// Later names come first in the alphabet.
Names new_names(const Cascade& cascade) {
  Names names;
  std::size_t left = cascade.tensors.size() + cascade.ranks.size() + 100;
  const auto next = [&] { return std::to_string(--left); };
  for (const Tensor& tensor : cascade.tensors) names.emplace_back(tensor.name, "X" + next());
  for (const Rank& rank : cascade.ranks) {
    const std::string number = next();
    names.emplace_back(rank.name, "Y" + number);
    names.emplace_back(rank.variable, "y" + number);
  }
  return names;
}

std::string renamed(std::string text, const Names& names) {
  text = std::regex_replace(text, std::regex("#.*"), "");
  for (const auto& [from, to] : names) text = std::regex_replace(text, std::regex("\\b" + from + "\\b"), to);
  return text;
}

Result result_of(const std::string& cascade, const std::string& mapping, const std::string& arch,
                 const Shapes& shapes) {
  Model model(parse_cascade(Yaml::parse(cascade, "c.yaml")),
              ArchFile::load(find_config("archs", "fusemax/" + arch)).with(), mapping, shapes);
  model.element_B.assign(model.cascade.tensors.size(), 2);
  Result result;
  Estimator(model.cascade, model.arch, model.mapping, model.element_B).evaluate(model.given, result);
  return result;
}

void compare(const std::string& mapping, const std::string& arch, const std::string& workload) {
  INFO(mapping);
  const std::string mapping_file = read_file(find_config("mappings", "fusemax/" + mapping));
  const auto cascade_path = find_config("cascades", mapped_cascade(Yaml::parse(mapping_file, "m.yaml")));
  const std::string cascade_file = read_file(cascade_path);
  const Names names = new_names(load_cascade(cascade_path));
  Shapes shapes;
  Shapes renamed_shapes;
  for (const auto& [name, value] : load_workload(find_config("workloads", workload)).shapes) {
    shapes.emplace_back(name, value);
    renamed_shapes.emplace_back(renamed(name, names), value);
  }
  const Result before = result_of(cascade_file, mapping_file, arch, shapes);
  const Result after = result_of(renamed(cascade_file, names), renamed(mapping_file, names), arch, renamed_shapes);
  CHECK(before.time_s > 0);
  CHECK(after.time_s == before.time_s);
  CHECK(after.energy_J == before.energy_J);
  CHECK(after.read_B == before.read_B);
  CHECK(after.write_B == before.write_B);
  CHECK(after.einsum_cycles == before.einsum_cycles);
  CHECK(after.level_energy_J == before.level_energy_J);
  CHECK(after.binding == before.binding);
}

}  // namespace

TEST_CASE("results do not depend on the names of tensors and ranks") {
  for (const std::string workload : {"BERT", "XLM"}) {
    compare("unfused", "baseline", workload);
    compare("flat-output-stationary", "baseline", workload);
    compare("cascade", "cascade", workload);
    compare("architecture", "proposal", workload);
    compare("binding", "proposal", workload);
    compare("linear", "baseline", workload);
  }
}

}  // namespace tilewright::test::TEST_FILE

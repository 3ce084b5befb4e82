#include "einsum/workload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/file.hpp"

namespace tilewright {

namespace {

std::map<std::string, double> read_shapes(const Yaml& yaml, std::map<std::string, double> set) {
  Symbols symbols;
  std::vector<double> slots;
  for (const auto& [name, value] : yaml.entries()) {
    require_name(value, name);
    Expression expression = value.expression();
    expression.bind(symbols);
    const auto given = set.find(name);
    const double shape = given == set.end() ? expression.evaluate(slots) : given->second;
    if (!(shape >= 1) || shape != std::floor(shape) || shape > 0x1p53)
      value.fail(fmt::format("expected a whole number of at least 1, {} {}", given == set.end() ? "got" : "set to",
                             shape));
    if (given != set.end()) set.erase(given);
    symbols.add(name);
    slots.push_back(shape);
  }
  if (!set.empty()) {
    const std::string& name = set.begin()->first;
    yaml.fail("no shape '" + name + "' to set" + did_you_mean(name, symbols.names()));
  }
  std::map<std::string, double> shapes;
  for (std::size_t i = 0; i < slots.size(); ++i) shapes[symbols.names()[i]] = slots[i];
  return shapes;
}

}  // namespace

double Workload::element_B(const std::string& tensor) const {
  const auto found = words_B.find(tensor);
  return found == words_B.end() ? word_B : found->second;
}

Workload parse_workload(const Yaml& root, std::map<std::string, double> set) {
  root.only({"workload"});
  const Yaml yaml = root.at("workload");
  yaml.only({"name", "description", "phase", "cascades", "shapes", "word_B", "words_B"});
  Workload workload;
  workload.name = yaml.at("name").text();
  workload.file = yaml.place().file;
  workload.phase = yaml.at("phase").text();
  const std::vector<std::string> phases{"prefill", "decode"};
  if (std::ranges::find(phases, workload.phase) == phases.end())
    yaml.at("phase").fail("expected prefill or decode, got '" + workload.phase + "'" +
                          did_you_mean(workload.phase, phases));
  for (const std::string& cascade : yaml.at("cascades").texts())
    workload.cascades.push_back(beside(cascade, workload.file));
  if (workload.cascades.empty()) yaml.at("cascades").fail("expected at least one cascade");
  workload.shapes = read_shapes(yaml.at("shapes"), std::move(set));
  workload.word_B = yaml.at("word_B").number(dimension::bytes, 0.125, 1024);
  if (const auto words = yaml.find("words_B"))
    for (const auto& [tensor, bytes] : words->entries())
      workload.words_B[tensor] = bytes.number(dimension::bytes, 0.125, 1024);
  return workload;
}

Workload load_workload(const std::filesystem::path& file, const std::map<std::string, double>& set) {
  return parse_workload(Yaml::load(file), set);
}

}  // namespace tilewright

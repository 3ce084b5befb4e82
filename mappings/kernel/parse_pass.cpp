#include "mappings/kernel/parse_pass.hpp"

#include <algorithm>
#include <array>

#include "mappings/kernel/choice.hpp"
#include "mappings/kernel/parse_work.hpp"
#include "mappings/kernel/positive.hpp"

namespace tilewright {

namespace {

constexpr std::array counted_keys{"read_B", "write_B", "multiply_adds", "operations"};
constexpr const char* fitted_steps = "fitted";
constexpr const char* operand_key = "operand_B";
constexpr std::array block_keys{"blocks", "steps", "step_cycles", "resident"};

TensorId tensor_of(const Yaml& yaml, const Cascade& cascade) {
  std::vector<std::string> known;
  for (const Tensor& tensor : cascade.tensors)
    if (!tensor.view_of && tensor.role != Tensor::Role::intermediate) known.push_back(tensor.name);
  const std::string name = yaml.text();
  if (std::ranges::find(known, name) == known.end())
    yaml.fail("the cascade has no input or output '" + name + "'" + did_you_mean(name, known));
  return cascade.tensor(name);
}

Expression of_pass(const Yaml& yaml, const Dimension& dimension = dimension::number) {
  Expression value = yaml.expression(dimension);
  value.bind(pass_symbols());
  return value;
}

class CountsParser {
 public:
  CountsParser(const Yaml& yaml, const Yaml& model, const Arch& arch) : yaml_(yaml), model_(model), arch_(arch) {}

  PassCounts parse() const {
    PassCounts counts;
    if (const auto read = yaml_.find("read_B")) counts.read_B = of_pass(*read, dimension::bytes);
    if (const auto written = yaml_.find("write_B")) counts.write_B = of_pass(*written, dimension::bytes);
    if (const auto count = yaml_.find("multiply_adds")) add_work("multiply_add", *count, counts);
    if (const auto operations = yaml_.find("operations"))
      for (const auto& [kind, count] : operations->entries()) add_work(kind, count, counts);
    if (const auto operand = yaml_.find(operand_key)) {
      if (counts.work.empty()) operand->fail("expected operations beside it: 'multiply_adds' or 'operations'");
      for (PassWork& work : counts.work) work.operand_B = of_pass(*operand, dimension::bytes);
    }
    if (std::ranges::any_of(block_keys, [&](const char* key) { return yaml_.find(key).has_value(); }))
      counts.blocks = blocks();
    if (const auto when = yaml_.find("when")) counts.when = of_pass(*when);
    return counts;
  }

 private:
  void add_work(const std::string& kind, const Yaml& count, PassCounts& counts) const {
    Expression value = of_pass(count);
    if (std::ranges::find(counts.work, kind, &PassWork::kind) != counts.work.end())
      count.fail("'" + kind + "' is counted twice: 'multiply_adds' has them too");
    if (const UnitId unit = bound_unit(count, kind, model_, arch_)) counts.work.push_back({kind, unit, value});
  }

  [[nodiscard]] PassBlocks blocks() const {
    PassBlocks blocks;
    blocks.blocks = of_pass(yaml_.at("blocks"));
    blocks.resident = positive_or(yaml_, "resident", 1, 1e6);
    if (!yaml_.find("steps") && !yaml_.find("step_cycles")) {
      if (const auto resident = yaml_.find("resident"))
        resident->fail("expected 'steps' and 'step_cycles' beside it");
      return blocks;
    }
    blocks.steps = of_pass(yaml_.at("steps"));
    const Yaml cycles = yaml_.at("step_cycles");
    blocks.fitted = cycles.text() == fitted_steps;
    if (!blocks.fitted) blocks.step_cycles = positive(cycles, 1e12);
    return blocks;
  }

  const Yaml& yaml_;
  const Yaml& model_;
  const Arch& arch_;
};

}  // namespace

KernelPass parse_pass(const Yaml& yaml, const Yaml& model, const Cascade& cascade, const Arch& arch) {
  std::vector<std::string> keys{"name", "einsums", "moves", "reduces", "when", "bandwidth", "rate", operand_key};
  keys.insert(keys.end(), counted_keys.begin(), counted_keys.end());
  keys.insert(keys.end(), block_keys.begin(), block_keys.end());
  yaml.only(keys);
  const auto has = [&](const char* key) { return yaml.find(key).has_value(); };
  KernelPass pass;
  pass.name = yaml.at("name").text();
  if (const auto einsums = yaml.find("einsums"))
    for (const Yaml& each : einsums->items()) pass.einsums.push_back(einsum_of(each, each.text(), cascade));
  if (const auto moves = yaml.find("moves"))
    for (const Yaml& each : moves->items()) pass.moves.push_back(tensor_of(each, cascade));
  if (const auto reduces = yaml.find("reduces")) pass.reduces_splits = choice<bool>(*reduces, {{"splits", true}});
  const bool counted = std::ranges::any_of(counted_keys, has);
  const std::array kinds{!pass.einsums.empty(), !pass.moves.empty(), pass.reduces_splits, counted};
  if (std::ranges::count(kinds, true) != 1)
    yaml.fail(
        "expected 'einsums' or 'moves' or 'reduces', or counts: 'read_B', 'write_B', 'multiply_adds', "
        "'operations'");
  if (!counted)
    for (const char* key : {"blocks", "steps", "step_cycles", "resident", "when", operand_key})
      if (has(key))
        yaml.at(key).fail("expected a count beside it: 'read_B', 'write_B', 'multiply_adds', 'operations'");
  if (counted) pass.counts = CountsParser(yaml, model, arch).parse();
  pass.bandwidth = positive_or(yaml, "bandwidth", 1, 1);
  if (const auto rate = yaml.find("rate"); rate && pass.einsums.empty())
    rate->fail("expected 'einsums' beside it: other passes state what they take");
  pass.rate = positive_or(yaml, "rate", 1, 1);
  return pass;
}

}  // namespace tilewright

#include "validation/measured_suite.hpp"

#include <algorithm>
#include <cctype>

#include "common/file.hpp"
#include "mappings/kernel/file.hpp"

namespace tilewright {

namespace {

// The names of a row, bound without values: an expression is checked where it is written.
Expression row_expression(const Yaml& yaml) {
  Expression expression = yaml.expression();
  Symbols names;
  for (const char* name : {"batch", "heads", "kv_heads", "head_dim", "queries", "keys"}) names.add(name);
  Expression copy = expression;
  copy.bind(names);
  return expression;
}

template <class Find>
std::string found(const Yaml& yaml, Find find) {
  const std::string name = beside(yaml.text(), yaml.place().file);
  try {
    (void)find(name);
  } catch (const InputError& error) {
    yaml.fail(error.what());
  }
  return name;
}

auto below(const char* kind) {
  return [kind](const std::string& name) { return find_config(std::string(kind), name); };
}

TrafficSource read_traffic(const Yaml& yaml) {
  yaml.only({"workload", "set", "mapping", "level"});
  TrafficSource source;
  source.workload = found(yaml.at("workload"), below("workloads"));
  source.mapping = found(yaml.at("mapping"), find_mapping);
  source.level = yaml.at("level").text();
  if (const auto set = yaml.find("set"))
    for (const auto& [name, value] : set->entries()) source.set.emplace_back(name, row_expression(value));
  return source;
}

}  // namespace

Scope row_scope(const plan::Row& row) {
  if (row.is_micro()) throw InputError("point '" + row.point + "': a microbenchmark has no shapes");
  Scope scope;
  scope.add("batch", static_cast<double>(row.batch));
  scope.add("heads", static_cast<double>(row.heads));
  scope.add("kv_heads", static_cast<double>(row.kv_heads));
  scope.add("head_dim", static_cast<double>(row.head_dim));
  scope.add("queries", static_cast<double>(tokens_of(row.queries)));
  scope.add("keys", static_cast<double>(tokens_of(row.keys)));
  return scope;
}

namespace {

// As a word of its own: a GH200 is no H200.
bool has_words(const std::string& text, const std::string& words) {
  const auto is_in_word = [&](std::size_t at) {
    return at < text.size() && std::isalnum(static_cast<unsigned char>(text[at])) != 0;
  };
  for (std::size_t at = text.find(words); at != std::string::npos; at = text.find(words, at + 1))
    if ((at == 0 || !is_in_word(at - 1)) && !is_in_word(at + words.size())) return true;
  return false;
}

}  // namespace

const std::string* MeasuredSuite::arch_of(const std::string& device) const {
  const std::pair<std::string, std::string>* longest = nullptr;
  for (const auto& each : archs)
    if (has_words(device, each.first) && (!longest || each.first.size() > longest->first.size())) longest = &each;
  return longest ? &longest->second : nullptr;
}

MeasuredSuite parse_measured_suite(const Yaml& root) {
  MeasuredSuite suite;
  suite.name = parse_measure_suite(root).name;
  const Yaml yaml = root.at("predict");
  yaml.only({"archs", "measurements", "calibrate", "traffic"});
  suite.file = yaml.place().file;
  for (const auto& [device, arch] : yaml.at("archs").entries())
    suite.archs.emplace_back(device, found(arch, below("archs")));
  if (suite.archs.empty()) yaml.at("archs").fail("expected at least one device");
  suite.measurements = beside_or_home(yaml.at("measurements").text(), suite.file);
  for (const auto& [operation, rule] : yaml.at("calibrate").entries()) {
    const auto& known = plan::operations();
    if (operation == "micro" || std::ranges::find(known, operation) == known.end())
      rule.fail("no operation '" + operation + "' that is predicted" + did_you_mean(operation, known));
    suite.calibrate.emplace(operation, row_expression(rule));
  }
  if (suite.calibrate.empty()) yaml.at("calibrate").fail("expected at least one operation");
  if (const auto traffic = yaml.find("traffic"))
    for (const auto& [kernel, source] : traffic->entries()) suite.traffic.emplace(kernel, read_traffic(source));
  return suite;
}

}  // namespace tilewright

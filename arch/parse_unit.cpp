#include "arch/parse_unit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace tilewright {

namespace {

double word_of(const std::string& key, const Yaml& value) {
  double word_B = 0;
  const char* end = key.data() + key.size();
  const auto [stop, error] = std::from_chars(key.data(), end, word_B);
  if (error != std::errc() || stop != end || !(word_B > 0) || !std::isfinite(word_B))
    value.fail("expected the bytes of an element as key, got '" + key + "'");
  return word_B;
}

// What operands of shorter words take, in any order.
std::vector<OperationCost::ShortWords> read_by_word(const Yaml& yaml, double cycles, const ArchValues& values) {
  std::vector<OperationCost::ShortWords> by_word;
  for (const auto& [key, value] : yaml.entries()) by_word.push_back({word_of(key, value), values.positive(value)});
  if (by_word.empty()) yaml.fail("expected at least one size of words");
  std::ranges::sort(by_word, {}, &OperationCost::ShortWords::word_B);
  for (std::size_t i = 0; i < by_word.size(); ++i) {
    const bool last = i + 1 == by_word.size();
    if (!last && by_word[i].word_B == by_word[i + 1].word_B)
      yaml.fail(fmt::format("words of {} B are there twice", by_word[i].word_B));
    const double longer = last ? cycles : by_word[i + 1].cycles;
    if (by_word[i].cycles > longer)
      yaml.fail(fmt::format("words of {} B take {} cycles, longer ones {}: expected no more for shorter words",
                            by_word[i].word_B, by_word[i].cycles, longer));
  }
  return by_word;
}

// What operands of shorter words cost in energy, in any order.
std::vector<OperationCost::ShortWordsEnergy> read_energy_by_word(const Yaml& yaml, const ArchValues& values) {
  std::vector<OperationCost::ShortWordsEnergy> by_word;
  for (const auto& [key, value] : yaml.entries())
    by_word.push_back({word_of(key, value), values.least_zero(value, dimension::joules)});
  if (by_word.empty()) yaml.fail("expected at least one size of words");
  std::ranges::sort(by_word, {}, &OperationCost::ShortWordsEnergy::word_B);
  for (std::size_t i = 0; i + 1 < by_word.size(); ++i)
    if (by_word[i].word_B == by_word[i + 1].word_B)
      yaml.fail(fmt::format("words of {} B are there twice", by_word[i].word_B));
  return by_word;
}

// The energy of so many more, for each size of words that either knows.
void add_energy(OperationCost& sum, double times, const OperationCost& part) {
  std::vector<OperationCost::ShortWordsEnergy> by_word;
  for (const OperationCost* each : {static_cast<const OperationCost*>(&sum), &part})
    for (const auto& [word_B, energy] : each->energy_by_word)
      by_word.push_back({word_B, sum.energy_for(word_B) + times * part.energy_for(word_B)});
  std::ranges::sort(by_word, {}, &OperationCost::ShortWordsEnergy::word_B);
  const auto same = [](const auto& a, const auto& b) { return a.word_B == b.word_B; };
  by_word.erase(std::unique(by_word.begin(), by_word.end(), same), by_word.end());
  sum.energy_by_word = std::move(by_word);
  sum.energy_J += times * part.energy_J;
}

// Adds so many of an operation, for each size of words that either knows.
void add(OperationCost& sum, double times, const OperationCost& part) {
  std::vector<OperationCost::ShortWords> by_word;
  for (const OperationCost* each : {static_cast<const OperationCost*>(&sum), &part})
    for (const auto& [word_B, cycles] : each->by_word)
      by_word.push_back({word_B, sum.cycles_for(word_B) + times * part.cycles_for(word_B)});
  std::ranges::sort(by_word, {}, &OperationCost::ShortWords::word_B);
  const auto same = [](const auto& a, const auto& b) { return a.word_B == b.word_B; };
  by_word.erase(std::unique(by_word.begin(), by_word.end(), same), by_word.end());
  sum.by_word = std::move(by_word);
  sum.cycles += times * part.cycles;
  add_energy(sum, times, part);
}

// An operation done in several steps costs the sum of its parts, in cycles and in energy.
OperationCost made_of(const Yaml& parts, const ComputeUnit& unit, const ArchValues& values) {
  if (parts.entries().empty()) parts.fail("expected at least one operation");
  OperationCost cost{"", 0, 0};
  for (const auto& [kind, count] : parts.entries()) {
    const OperationCost* part = unit.find(kind);
    if (part == nullptr) {
      std::vector<std::string> known;
      for (const OperationCost& operation : unit.operations) known.push_back(operation.kind);
      count.fail("no operation '" + kind + "' before this one" + did_you_mean(kind, known));
    }
    add(cost, values.positive(count), *part);
  }
  return cost;
}

OperationCost read_operation(const std::string& kind, const Yaml& yaml, const ComputeUnit& unit,
                             const ArchValues& values) {
  yaml.only({"made_of", "cycles", "cycles_by_word_B", "energy_J", "energy_J_by_word_B"});
  OperationCost cost;
  if (const auto parts = yaml.find("made_of")) {
    if (yaml.find("cycles") || yaml.find("cycles_by_word_B") || yaml.find("energy_J") ||
        yaml.find("energy_J_by_word_B"))
      yaml.fail("'made_of' gives cycles and energy; they cannot stand beside it");
    cost = made_of(*parts, unit, values);
  } else {
    cost.cycles = values.positive(yaml.at("cycles"));
    if (const auto by_word = yaml.find("cycles_by_word_B"))
      cost.by_word = read_by_word(*by_word, cost.cycles, values);
    cost.energy_J = values.least_zero_or(yaml, "energy_J", unknown, dimension::joules);
    if (const auto by_word = yaml.find("energy_J_by_word_B")) {
      if (!yaml.find("energy_J")) by_word->fail("expected 'energy_J' as well, of longer words");
      cost.energy_by_word = read_energy_by_word(*by_word, values);
    }
  }
  cost.kind = kind;
  return cost;
}

UnitId find_unit_before(const Yaml& yaml, const Arch& arch) {
  const std::string name = yaml.text();
  if (const UnitId id = arch.units.id_of(std::ranges::find(arch.units, name, &ComputeUnit::name))) return id;
  std::vector<std::string> names;
  for (const ComputeUnit& unit : arch.units) names.push_back(unit.name);
  yaml.fail("no unit '" + name + "' before this one" + did_you_mean(name, names));
}

// Limits of time count the rates of hardware once: those of the unit that others are alternatives to.
void require_no_faster(const Yaml& yaml, const ComputeUnit& unit, const ComputeUnit& other) {
  for (const OperationCost& cost : unit.operations) {
    const OperationCost* known = other.find(cost.kind);
    if (known == nullptr) continue;
    const auto require = [&](double word_B, const std::string& of_words) {
      const double rate = unit.lanes / cost.cycles_for(word_B);
      const double most = other.lanes / known->cycles_for(word_B);
      if (rate > most)
        yaml.fail(fmt::format("{} a cycle of '{}'{} is more than the {} of unit '{}'", rate, cost.kind, of_words,
                              most, other.name));
    };
    require(unlimited, "");
    for (const auto* each : {&cost.by_word, &known->by_word})
      for (const auto& words : *each) require(words.word_B, fmt::format(" of words of {} B", words.word_B));
  }
}

}  // namespace

ComputeUnit read_unit(const Yaml& yaml, const Arch& arch, const ArchValues& values) {
  yaml.only(
      {"name", "lanes", "chained", "alternative_to", "operations", "area_m2", "latency_cycles", "skew_cycles"});
  ComputeUnit unit;
  unit.name = yaml.at("name").text();
  require_name(yaml.at("name"), unit.name);
  if (std::ranges::find(arch.units, unit.name, &ComputeUnit::name) != arch.units.end())
    yaml.at("name").fail("unit '" + unit.name + "' is there twice");
  unit.lanes = values.positive(yaml.at("lanes"));
  if (unit.lanes != std::floor(unit.lanes))
    yaml.at("lanes").fail(fmt::format("expected a whole number, got {}", unit.lanes));
  if (const auto chained = yaml.find("chained")) unit.chained = chained->boolean();
  if (const auto other = yaml.find("alternative_to")) unit.alternative_to = find_unit_before(*other, arch);
  for (const auto& [kind, operation] : yaml.at("operations").entries())
    unit.operations.push_back(read_operation(kind, operation, unit, values));
  if (unit.operations.empty()) yaml.at("operations").fail("expected at least one operation");
  if (unit.alternative_to) require_no_faster(yaml.at("operations"), unit, arch.units[unit.alternative_to]);
  unit.latency_cycles = values.least_zero_or(yaml, "latency_cycles", 0);
  unit.skew_cycles = values.least_zero_or(yaml, "skew_cycles", 0);
  unit.area_m2 = values.least_zero_or(yaml, "area_m2", unknown, dimension::square_metres);
  return unit;
}

}  // namespace tilewright

#include "sim/bound/compute.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "common/error.hpp"

namespace tilewright {

namespace {

// What a multiply-add and an exponential are worth.
struct Prices {
  double multiply_add;
  double exp;
};

double value_per_s(const UnitRates& unit, const Prices& prices) {
  const double products = prices.multiply_add * unit.multiply_adds_per_s;
  const double exps = prices.exp * unit.exps_per_s;
  return unit.chained ? products + exps : std::max(products, exps);
}

std::string names_of(const std::vector<UnitRates>& units, const Prices& prices) {
  std::string names;
  for (const UnitRates& unit : units)
    if (value_per_s(unit, prices) > 0) names += (names.empty() ? "" : " and ") + unit.name;
  return names;
}

}  // namespace

ComputeTime ComputeRates::least_time(double multiply_adds, double exps) const {
  std::vector<Prices> candidates{{1, 0}, {0, 1}};
  for (const UnitRates& unit : units)
    if (!unit.chained && unit.multiply_adds_per_s > 0 && unit.exps_per_s > 0)
      candidates.push_back({1, unit.multiply_adds_per_s / unit.exps_per_s});
  const bool counts_exps = std::ranges::any_of(units, [](const UnitRates& unit) { return unit.exps_per_s > 0; });
  ComputeTime least;
  for (const Prices& prices : candidates) {
    double per_s = 0;
    for (const UnitRates& unit : units) per_s += value_per_s(unit, prices);
    if (per_s == 0) continue;
    const double value = prices.multiply_add * multiply_adds + (counts_exps ? prices.exp * exps : 0);
    // Not by rounding: of equals the products are named.
    if (value / per_s > least.time_s * (1 + 1e-12)) least = {value / per_s, names_of(units, prices)};
  }
  return least;
}

ComputeRates ComputeRates::without_exps() const {
  ComputeRates result = *this;
  for (UnitRates& unit : result.units) unit.exps_per_s = 0;
  return result;
}

void ComputeRates::scale(double rates) {
  for (UnitRates& unit : units) {
    unit.multiply_adds_per_s *= rates;
    unit.exps_per_s *= rates;
  }
}

double ComputeRates::multiply_adds_per_s() const {
  double per_s = 0;
  for (const UnitRates& unit : units) per_s += unit.multiply_adds_per_s;
  return per_s;
}

ComputeRates compute_of(const Arch& arch, const AttentionWords& words, std::optional<double> scored_B) {
  ComputeRates compute;
  const auto first = std::ranges::find_if(
      arch.units, [](const ComputeUnit& unit) { return unit.find("multiply_add") != nullptr; });
  if (first == arch.units.end())
    throw InputError(fmt::format("architecture '{}' has no unit for multiply_add", arch.name));
  const OperationCost& product = *first->find("multiply_add");
  if (scored_B)
    compute.scored_product = product.cycles_for(*scored_B) / product.cycles_for(words.score_product_B());
  compute.value_product = product.cycles_for(words.value_product_B()) / product.cycles_for(words.score_product_B());
  ByUnit<UnitRates> by_id(arch.units.size());
  for (const UnitId u : arch.units.ids()) {
    const ComputeUnit& unit = arch.units[u];
    const double lanes_per_s = unit.lanes * arch.clock_Hz;
    UnitId of = u;
    while (arch.units[of].alternative_to) of = arch.units[of].alternative_to;
    UnitRates& rates = by_id[of];
    rates.name = arch.units[of].name;
    if (const OperationCost* cost = unit.find("multiply_add"); cost != nullptr && scored_B)
      rates.multiply_adds_per_s =
          std::max(rates.multiply_adds_per_s, compute.scored_product * lanes_per_s / cost->cycles_for(*scored_B));
    if (const OperationCost* cost = unit.find("multiply_add"))
      rates.multiply_adds_per_s =
          std::max({rates.multiply_adds_per_s, lanes_per_s / cost->cycles_for(words.score_product_B()),
                    compute.value_product * lanes_per_s / cost->cycles_for(words.value_product_B())});
    if (const OperationCost* cost = unit.find("exp"))
      rates.exps_per_s = std::max(rates.exps_per_s, lanes_per_s / cost->least_cycles());
    rates.chained = rates.chained || unit.chained;
  }
  std::ranges::copy_if(by_id, std::back_inserter(compute.units),
                       [](const UnitRates& unit) { return unit.multiply_adds_per_s > 0 || unit.exps_per_s > 0; });
  return compute;
}

}  // namespace tilewright

#include "validation/gpu/power_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "sim/kernel/estimate.hpp"
#include "validation/gpu/least_squares.hpp"

namespace tilewright {

namespace {

constexpr std::size_t least_rows = 5;
constexpr double interval_errors = 1.645;  // of standard errors, for an interval that holds 90 %
constexpr double decides = 0.01;           // of the change of a number, in a row that decides it
constexpr double short_word_B = 1;

using Numbers = std::vector<double>;

// In the order of power_numbers(): where a search begins, and its ends.
const std::vector<FitVariable>& variables() {
  static const std::vector<FitVariable> all{
      {300, 1, 3000}, {1.5e-12, 0, 1e-11}, {0.8e-12, 0, 1e-11}, {3e-11, 0, 3e-10}};
  return all;
}

// A row: how much of each number a second of it takes.
struct Activity {
  std::array<double, 4> per_s{};
  double measured_W = 0;

  [[nodiscard]] double power_W(const Numbers& numbers) const {
    return std::inner_product(per_s.begin(), per_s.end(), numbers.begin(), 0.0);
  }
};

// What a table compares with just this prediction.
const TimingValue* value_of(const TimingTable& table, const std::string& prediction) {
  const auto value = std::ranges::find_if(table.values, [&](const TimingValue& each) {
    return each.predicted.names() == std::vector<std::string>{prediction};
  });
  return value == table.values.end() ? nullptr : &*value;
}

// Of the measured time, of which the measured power is: what a prediction of the time is off does not count here.
std::optional<Activity> activity_of(const PreparedTiming& timing, const KernelParameters& parameters) {
  const TimedRow& row = *timing.row;
  const TimingValue* power = value_of(*row.table, "power_W");
  const TimingValue* time = value_of(*row.table, "time_s");
  if (power == nullptr || time == nullptr || !row.row.holds(power->rows, row.numbers)) return {};
  const double time_s = row.row.number(time->measured, row.numbers).value_or(0);
  const double power_W = row.row.number(power->measured, row.numbers).value_or(0);
  if (!(time_s > 0 && power_W > 0)) return {};
  const PreparedKernel& kernel = timing.kernel;
  const KernelResult result = estimate(kernel, parameters);
  Activity activity{{1, 0, 0, 0}, power_W};
  const double word_B = kernel.problem.words.score_product_B();
  for (const UnitId u : kernel.arch.units.ids())
    if (const OperationCost* cost = kernel.arch.units[u].find("multiply_add"))
      activity.per_s[word_B <= short_word_B ? 2 : 1] +=
          result.unit_busy_s[u] * result.clock_Hz * kernel.arch.units[u].lanes / cost->cycles_for(word_B) / time_s;
  activity.per_s[3] = (result.level_read_B.front() + result.level_write_B.front()) / time_s;
  return activity;
}

class PowerFit {
 public:
  PowerFit(const TimingSuite& suite, const std::vector<PreparedTiming>& timings, const SourceParameters& parameters)
      : suite_(suite) {
    for (const PreparedTiming& timing : timings) add(timing, parameters.at(timing.row->source->name));
    if (rows_.empty())
      throw InputError({suite.file, 0, 0}, "timings.joint.power",
                       fmt::format("no calibrating row of {} has a power", fmt::join(power().archs, ", ")));
    free_.resize(variables().size());
    std::iota(free_.begin(), free_.end(), std::size_t{0});
  }

  FittedPower fit() {
    FittedPower result{power().archs, {}, {}};
    do {
      numbers_ = full(fit_least_squares(free_variables(), by_free()));
    } while (refuse(result) && !free_.empty());
    if (free_.empty()) return result;
    const Numbers errors = standard_errors();
    for (std::size_t i = 0; i < free_.size(); ++i) {
      const std::size_t n = free_[i];
      const double half = interval_errors * errors[i];
      result.fitted[power_numbers()[n]] = {numbers_[n], std::max(variables()[n].least, numbers_[n] - half),
                                           std::min(variables()[n].most, numbers_[n] + half), deciding_rows(n)};
    }
    return result;
  }

 private:
  [[nodiscard]] const TimingPower& power() const { return *suite_.joint->power; }

  void add(const PreparedTiming& timing, const KernelParameters& parameters) {
    const bool known = std::ranges::find(power().archs, timing.kernel.arch.name) != power().archs.end();
    if (!known || !timing.row->calibrates_power) return;
    if (const auto activity = activity_of(timing, parameters)) rows_.push_back(*activity);
  }

  [[nodiscard]] std::vector<FitVariable> free_variables() const {
    std::vector<FitVariable> free;
    for (const std::size_t n : free_) free.push_back(variables()[n]);
    return free;
  }
  [[nodiscard]] Numbers full(const Numbers& free) const {
    Numbers numbers(variables().size(), 0);
    for (std::size_t i = 0; i < free_.size(); ++i) numbers[free_[i]] = free[i];
    return numbers;
  }
  [[nodiscard]] Residuals by_free() const {
    return [this](const Numbers& free) { return robust(residuals(full(free))); };
  }

  [[nodiscard]] Numbers residuals(const Numbers& numbers) const {
    Numbers all;
    for (const Activity& row : rows_) all.push_back(std::log(row.power_W(numbers) / row.measured_W));
    return all;
  }

  // The soft L1 loss of the joint fit as squares.
  [[nodiscard]] Numbers robust(Numbers all) const {
    const double scale = suite_.joint->loss;
    for (double& each : all) each = std::copysign(scale * std::sqrt(2 * (std::hypot(1, each / scale) - 1)), each);
    return all;
  }

  // Of residuals that are linear near the end, with the spread that they have.
  [[nodiscard]] Numbers standard_errors() const {
    Numbers values;
    for (const std::size_t n : free_) values.push_back(numbers_[n]);
    const std::vector<Identifiability> told = identifiability(free_variables(), values, by_free());
    const Numbers all = residuals(numbers_);
    const auto rows = static_cast<double>(all.size());
    const double squares = std::inner_product(all.begin(), all.end(), all.begin(), 0.0);
    const double spread = std::sqrt(squares / (rows - static_cast<double>(free_.size())));
    Numbers errors;
    for (std::size_t i = 0; i < free_.size(); ++i)
      errors.push_back(variables()[free_[i]].start * spread /
                       (told[i].change * told[i].own_share * std::sqrt(rows)));
    return errors;
  }

  [[nodiscard]] std::size_t deciding_rows(std::size_t n) const {
    return std::ranges::count_if(rows_, [&](const Activity& row) {
      return row.per_s.at(n) * numbers_[n] >= decides * row.power_W(numbers_);
    });
  }

  // True where there is a new one.
  bool refuse(FittedPower& result) {
    return std::erase_if(free_, [&](std::size_t n) {
             const FitVariable& variable = variables()[n];
             const double near = 1e-3 * variable.start;
             const std::size_t rows = deciding_rows(n);
             const bool at_limit = numbers_[n] <= variable.least + near || numbers_[n] >= variable.most - near;
             if (rows >= least_rows && !at_limit) return false;
             result.refused[power_numbers()[n]] = {
                 0, rows < least_rows ? fmt::format("decided by {} rows", rows) : "stops at its limit"};
             return true;
           }) > 0;
  }

  const TimingSuite& suite_;
  std::vector<Activity> rows_;
  std::vector<std::size_t> free_;  // those that are not refused, in the order of power_numbers()
  Numbers numbers_;
};

}  // namespace

FittedPower fit_power(const TimingSuite& suite, const std::vector<PreparedTiming>& timings,
                      const SourceParameters& parameters) {
  return PowerFit(suite, timings, parameters).fit();
}

}  // namespace tilewright

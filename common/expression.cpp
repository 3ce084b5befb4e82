#include "common/expression.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "common/expression_code.hpp"

namespace tilewright {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr double most_exact = 0x1p53;

/// Unlike <, keeps a comparison with "no value" without value, so that `?:` cannot hide it.
double truth(double a, double b, bool holds) {
  if (std::isnan(a) || std::isnan(b)) return nothing;
  return holds ? 1 : 0;
}

/// As if b were not looked at where a decides.
double logical_and(double a, double b) {
  if (a == 0 || std::isnan(a)) return a;
  return truth(a, b, b != 0);
}

double logical_or(double a, double b) {
  if (std::isnan(a)) return a;
  return a != 0 ? 1 : truth(a, b, b != 0);
}

double select(double condition, double then, double otherwise) {
  if (std::isnan(condition)) return nothing;
  return condition != 0 ? then : otherwise;
}

double shift(double value, double places) {
  if (places != std::floor(places) || std::abs(places) > 2048) return nothing;
  return std::ldexp(value, static_cast<int>(places));
}

double pow2_at_least(double value) {
  if (std::isnan(value) || std::isinf(value)) return value > 0 || std::isnan(value) ? value : 1;
  if (value <= 1) return 1;
  int exponent = 0;
  const double fraction = std::frexp(value, &exponent);  // in [0.5, 1)
  return std::ldexp(1, fraction == 0.5 ? exponent - 1 : exponent);
}

/// In at most sqrt(n) steps: divisors above sqrt(n) are met as the partners of small ones.
double largest_divisor(double whole, double limit) {
  const bool defined = whole >= 1 && whole <= most_exact && whole == std::floor(whole) && limit >= 1;
  if (!defined) return nothing;
  if (limit >= whole) return whole;
  const auto n = static_cast<std::uint64_t>(whole);
  const auto most = static_cast<std::uint64_t>(limit);
  auto root = static_cast<std::uint64_t>(std::sqrt(whole));
  while (root * root > n) --root;
  for (std::uint64_t partner = (n + most - 1) / most; partner <= root; ++partner) {
    const std::uint64_t divisor = n / partner;
    if (divisor * partner == n) return static_cast<double>(divisor);
  }
  std::uint64_t divisor = std::min(most, root);
  while (n % divisor != 0) --divisor;
  return static_cast<double>(divisor);
}

double apply(Code code, double a) {
  switch (code) {
    case Code::negate:
      return -a;
    case Code::logical_not:
      return truth(a, a, a == 0);
    case Code::floor:
      return std::floor(a);
    case Code::ceil:
      return std::ceil(a);
    case Code::round:
      return std::round(a);
    case Code::abs:
      return std::abs(a);
    case Code::log2:
      return std::log2(a);
    case Code::sqrt:
      return std::sqrt(a);
    default:
      return pow2_at_least(a);
  }
}

double apply(Code code, double a, double b) {
  switch (code) {
    case Code::add:
      return a + b;
    case Code::subtract:
      return a - b;
    case Code::multiply:
      return a * b;
    case Code::divide:
      return a / b;
    case Code::modulo:
      return std::fmod(a, b);
    case Code::power:
      return std::pow(a, b);
    case Code::shift_left:
      return shift(a, b);
    case Code::shift_right:
      return std::floor(shift(a, -b));
    case Code::equal:
      return truth(a, b, a == b);
    case Code::not_equal:
      return truth(a, b, a != b);
    case Code::less:
      return truth(a, b, a < b);
    case Code::less_equal:
      return truth(a, b, a <= b);
    case Code::greater:
      return truth(a, b, a > b);
    case Code::greater_equal:
      return truth(a, b, a >= b);
    case Code::logical_and:
      return logical_and(a, b);
    case Code::logical_or:
      return logical_or(a, b);
    case Code::min:
      return a < b || std::isnan(a) ? a : b;
    case Code::max:
      return a > b || std::isnan(a) ? a : b;
    case Code::ceil_div:
      return std::ceil(a / b);  // exact for whole numbers up to 2^53
    default:
      return largest_divisor(a, b);
  }
}

}  // namespace

int Symbols::add(const std::string& name) {
  const auto [found, is_new] = slots_.emplace(name, size());
  if (is_new) names_.push_back(name);
  return found->second;
}

int Symbols::find(const std::string& name) const {
  const auto found = slots_.find(name);
  return found == slots_.end() ? -1 : found->second;
}

Expression Expression::constant(double value) {
  Expression result;
  result.program_.push_back({static_cast<int>(Code::constant), -1, value});
  result.text_ = fmt::format("{}", value);
  return result;
}

void Expression::bind(const Symbols& symbols) {
  for (Instruction& instruction : program_) {
    if (static_cast<Code>(instruction.code) != Code::name) continue;
    const std::string& name = names_[static_cast<std::size_t>(instruction.value)];
    instruction.slot = symbols.find(name);
    if (instruction.slot < 0) fail(fmt::format("unknown name '{}'{}", name, did_you_mean(name, symbols.names())));
  }
}

double Expression::evaluate(std::span<const double> slots) const {
  if (program_.empty()) return 0;
  std::array<double, expression_stack_size> stack;
  double* end = stack.data();  // one past the top
  for (const Instruction& instruction : program_) {
    const auto code = static_cast<Code>(instruction.code);
    if (code == Code::constant) {
      *end++ = instruction.value;
    } else if (code == Code::name) {
      *end++ = slots[static_cast<std::size_t>(instruction.slot)];
    } else if (code < Code::add) {
      end[-1] = apply(code, end[-1]);
    } else if (code < Code::select) {
      --end;
      end[-1] = apply(code, end[-1], end[0]);
    } else {
      end -= 2;
      end[-1] = select(end[-1], end[0], end[1]);
    }
  }
  return stack[0];
}

double Expression::amount(std::span<const double> slots) const {
  const double value = evaluate(slots);
  if (!std::isfinite(value) || value < 0) fail(fmt::format("expected 0 or more, got {}", value));
  return value;
}

void Expression::fail(std::string_view message) const { throw InputError(place_, key_path_, message); }

}  // namespace tilewright

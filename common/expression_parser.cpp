#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "common/expression.hpp"
#include "common/expression_code.hpp"
#include "common/expression_grammar.hpp"

namespace tilewright {
namespace {

constexpr std::size_t longest_text = 4096;
constexpr int deepest_nesting = 64;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_letter(c) || is_digit(c); }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

using Rule = DimensionRule;

std::string in_words(const Dimension& dimension) { return dimension.plain() ? "a plain number" : dimension.unit(); }

}  // namespace

bool is_name(std::string_view text) {
  return !text.empty() && is_letter(text[0]) && std::all_of(text.begin(), text.end(), is_word);
}

/// Recursive descent with one function per form; it emits the program in postfix order as it goes.
class ExpressionParser {
 public:
  ExpressionParser(std::string_view text, const Place& place, std::string_view key_path) : text_(text) {
    result_.text_ = text;
    result_.place_ = place;
    result_.key_path_ = key_path;
  }

  Expression parse() {
    if (text_.size() > longest_text) {
      fail(0, fmt::format("an expression of {} characters, more than {}", text_.size(), longest_text));
    }
    skip_space();
    if (at_ == text_.size()) fail(0, "expected an expression, got nothing");
    result_.dimension_ = conditional();
    if (at_ < text_.size()) fail(at_, fmt::format("expected an operator, got {}", here()));
    fold();
    return std::move(result_);
  }

 private:
  /// Bounds the recursion: lives while one nested form is parsed.
  class Nesting {
   public:
    explicit Nesting(ExpressionParser& parser) : parser_(parser) {
      if (++parser_.depth_ > deepest_nesting) {
        parser_.fail(parser_.at_, fmt::format("an expression nested more than {} deep", deepest_nesting));
      }
    }
    ~Nesting() { --parser_.depth_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

   private:
    ExpressionParser& parser_;
  };

  Dimension conditional() {
    const Nesting nesting(*this);
    const Dimension condition = binary(1);
    const std::size_t start = at_;
    if (!take("?")) return condition;
    const Dimension then = conditional();
    expect(":");
    const Dimension otherwise = conditional();
    emit(Code::select, 3);
    return combine(Rule::same, "?:", start, {then, otherwise});
  }

  /// Operators of at least `level`, by precedence climbing.
  Dimension binary(int level) {
    Dimension left = unary();
    while (const BinaryOperator* found = find_operator(text_.substr(at_))) {
      if (found->level < level) break;
      const std::size_t start = at_;
      take(found->symbol);
      const Dimension right = binary(found->level + 1);
      emit(found->code, 2);
      left = combine(found->rule, found->symbol, start, {left, right});
    }
    return left;
  }

  Dimension unary() {
    if (take("-")) {
      const Dimension value = nested_unary();
      emit(Code::negate, 1);
      return value;
    }
    if (take("!")) {
      nested_unary();
      emit(Code::logical_not, 1);
      return {};
    }
    const Dimension base = primary();
    const std::size_t start = at_;
    if (!take("^")) return base;
    const Dimension exponent = nested_unary();  // right to left, and 2^-1 is meant as 2^(-1)
    emit(Code::power, 2);
    return combine(Rule::plain, "^", start, {base, exponent});
  }

  Dimension nested_unary() {
    const Nesting nesting(*this);
    return unary();
  }

  Dimension primary() {
    if (take("(")) {
      const Dimension value = conditional();
      expect(")");
      return value;
    }
    if (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '.')) return number();
    if (at_ < text_.size() && is_letter(text_[at_])) return name_or_call();
    fail(at_, fmt::format("expected a value, got {}", here()));
  }

  Dimension number() {
    const std::size_t start = at_;
    const char* const begin = text_.data() + at_;
    double value = 0;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
    const auto length = static_cast<std::size_t>(end - begin);
    if (error == std::errc::invalid_argument) fail(at_, fmt::format("expected a value, got {}", here()));
    if (error != std::errc()) fail(at_, fmt::format("number '{}' is out of range", text_.substr(at_, length)));
    at_ += length;
    skip_space();
    const Unit unit = optional_unit();
    emit_value(Code::constant, value * unit.scale, start);
    return unit.dimension;
  }

  Unit optional_unit() {
    if (at_ == text_.size() || !is_letter(text_[at_])) return {1, {}};
    const std::size_t start = at_;
    std::string_view name = word();
    std::optional<Unit> unit = find_unit(name);
    if (!unit) fail(start, unknown_unit(name));
    if (at_ < text_.size() && text_[at_] == '/') {
      const std::size_t after = at_++;
      word();
      const std::optional<Unit> rate = find_unit(text_.substr(start, at_ - start));
      if (rate) unit = rate;
      if (!rate) at_ = after;  // a quotient such as 16 MiB/N
    }
    skip_space();
    return *unit;
  }

  static std::string unknown_unit(std::string_view name) {
    if (name.size() == 1 && std::string_view("kKMGTP").find(name) != std::string_view::npos) {
      return fmt::format("'{}' alone is not a unit; write a power (1e6, 1 << 20) or a unit such as 'MB', 'MiB'",
                         name);
    }
    return fmt::format("unknown unit '{}'{}", name, did_you_mean(name, unit_names()));
  }

  Dimension name_or_call() {
    const std::size_t start = at_;
    word();
    while (at_ + 1 < text_.size() && text_[at_] == '.' && is_word(text_[at_ + 1])) {
      ++at_;
      word();
    }
    const std::string name(text_.substr(start, at_ - start));
    skip_space();
    if (at_ < text_.size() && text_[at_] == '(') return call(name, start);
    const auto found = std::find(result_.names_.begin(), result_.names_.end(), name);
    const auto index = static_cast<int>(found - result_.names_.begin());
    if (found == result_.names_.end()) result_.names_.push_back(name);
    emit_value(Code::name, index, start);
    result_.program_.back().slot = index;
    return {};
  }

  Dimension call(const std::string& name, std::size_t start) {
    const ExpressionFunction* const function = find_function(name);
    if (function == nullptr) {
      fail(start, fmt::format("unknown function '{}'{}", name, did_you_mean(name, function_names())));
    }
    take("(");
    Dimension value = conditional();
    int given = 1;
    for (; take(","); ++given) {
      const Dimension next = conditional();
      if (function->values == 1 || (given > 1 && !function->or_more)) continue;  // counted, and refused below
      emit(function->code, 2);
      value = combine(function->rule, name, start, {value, next});
    }
    expect(")");
    const bool right = given == function->values || (function->or_more && given > function->values);
    if (!right) fail(start, wrong_count(name, function->values, function->or_more, given));
    if (function->values > 1) return value;
    emit(function->code, 1);
    return combine(function->rule, name, start, {value});
  }

  static std::string wrong_count(const std::string& name, int values, bool or_more, int given) {
    const std::string wanted =
        fmt::format("{} value{}{}", values, values == 1 ? "" : "s", or_more ? " or more" : "");
    return fmt::format("'{}' takes {}, got {}", name, wanted, given);
  }

  /// The dimension of an operation's result; refuses operands that do not go together.
  Dimension combine(Rule rule, std::string_view what, std::size_t at, const std::vector<Dimension>& of) {
    const Dimension& left = of.front();
    const Dimension& right = of.back();
    if (rule == Rule::any) return {};
    if (rule == Rule::product) return left + right;
    if (rule == Rule::quotient) return left - right;
    if (rule == Rule::plain && !(left.plain() && right.plain())) {
      fail(at, fmt::format("'{}' needs plain numbers, got {}", what, left.plain() ? right.unit() : left.unit()));
    }
    if (rule == Rule::left && !right.plain()) {
      fail(at, fmt::format("'{}' needs a plain number on the right, got {}", what, right.unit()));
    }
    const bool alike = left == right || left.plain() || right.plain();
    if ((rule == Rule::same || rule == Rule::compare) && !alike) {
      fail(at, fmt::format("'{}' needs values of one unit, got {} and {}", what, in_words(left), in_words(right)));
    }
    if (rule == Rule::compare || rule == Rule::plain) return {};
    return rule == Rule::same && left.plain() ? right : left;
  }

  /// `at` is where the value was written.
  void emit_value(Code code, double value, std::size_t at) {
    result_.program_.push_back({static_cast<int>(code), -1, value});
    if (++stacked_ > expression_stack_size) {
      fail(at, fmt::format("an expression that holds more than {} values at once", expression_stack_size));
    }
  }

  void emit(Code code, std::size_t operands) {
    result_.program_.push_back({static_cast<int>(code)});
    stacked_ -= operands - 1;
  }

  /// What needs no names is computed once.
  void fold() {
    if (!result_.is_constant()) return;
    const double value = result_.evaluate({});
    result_.program_.assign(1, {static_cast<int>(Code::constant), -1, value});
  }

  std::string_view word() {
    const std::size_t start = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    return text_.substr(start, at_ - start);
  }

  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  bool take(std::string_view symbol) {
    if (!text_.substr(at_).starts_with(symbol)) return false;
    at_ += symbol.size();
    skip_space();
    return true;
  }

  void expect(std::string_view symbol) {
    if (!take(symbol)) fail(at_, fmt::format("expected '{}', got {}", symbol, here()));
  }

  /// The word or character that comes next, for messages.
  [[nodiscard]] std::string here() const {
    if (at_ == text_.size()) return "the end";
    std::size_t end = at_;
    while (end < text_.size() && (is_word(text_[end]) || text_[end] == '.')) ++end;
    return fmt::format("'{}'", text_.substr(at_, std::max<std::size_t>(1, end - at_)));
  }

  [[noreturn]] void fail(std::size_t at, std::string_view message) const {
    Place place = result_.place_;
    if (place.column > 0) place.column += static_cast<int>(at);
    throw InputError(place, result_.key_path_, message);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = -1;  ///< of what is being parsed; the whole expression is at 0
  std::size_t stacked_ = 0;
  Expression result_;
};

Expression Expression::parse(std::string_view text, const Place& place, std::string_view key_path) {
  return ExpressionParser(text, place, key_path).parse();
}

}  // namespace tilewright

#include "common/expression.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

double value_of(const std::string& text) { return Expression::parse(text).evaluate({}); }

/// A random expression as text, with the parentheses that the grammar needs and no more, and its value
/// computed on the way. Operands are small whole numbers, so that all values are exact.
class Generator {
 public:
  struct Made {
    std::string text;
    double value;
    int level;  ///< of the outermost operator; 9 for operands
  };

  explicit Generator(unsigned seed) : random_(seed) {}

  Made make(int depth) {
    const int form = depth == 0 ? 0 : pick(0, 9);
    if (form == 0) return operand();
    if (form == 1) return negation(depth);
    if (form == 2) return conditional(depth);
    if (form == 3) return call(depth);
    return binary(depth);
  }

  const Symbols& symbols() const { return symbols_; }
  const std::vector<double>& slots() const { return slots_; }

 private:
  int pick(int least, int most) { return std::uniform_int_distribution<int>(least, most)(random_); }

  static std::string wrap(const Made& made, int least_level) {
    return made.level >= least_level ? made.text : "(" + made.text + ")";
  }

  Made operand() {
    const int number = pick(0, 12);
    if (pick(0, 1) == 0) return {std::to_string(number), static_cast<double>(number), 9};
    const std::string name = "N" + std::to_string(number);
    const auto slot = static_cast<std::size_t>(symbols_.add(name));
    slots_.resize(static_cast<std::size_t>(symbols_.size()));
    slots_[slot] = number;
    return {name, static_cast<double>(number), 9};
  }

  Made negation(int depth) {
    const Made of = make(depth - 1);
    if (pick(0, 1) == 0) return {"-" + wrap(of, 8), -of.value, 8};
    return {"! " + wrap(of, 8), std::isnan(of.value) ? of.value : (of.value == 0 ? 1.0 : 0.0), 8};
  }

  Made conditional(int depth) {
    const Made condition = make(depth - 1);
    const Made then = make(depth - 1);
    const Made otherwise = make(depth - 1);
    const double chosen = condition.value != 0 ? then.value : otherwise.value;
    return {wrap(condition, 1) + " ? " + then.text + " : " + otherwise.text,
            std::isnan(condition.value) ? NAN : chosen, 0};
  }

  Made call(int depth) {
    const Made a = make(depth - 1);
    const Made b = make(depth - 1);
    const bool undefined = std::isnan(a.value) || std::isnan(b.value);
    if (pick(0, 1) == 0) {
      return {"max(" + a.text + "," + b.text + ")", undefined ? NAN : std::fmax(a.value, b.value), 9};
    }
    return {"ceil_div( " + a.text + " , " + b.text + " )", std::ceil(a.value / b.value), 9};
  }

  static double compare(double a, double b, bool holds) {
    return std::isnan(a) || std::isnan(b) ? NAN : (holds ? 1.0 : 0.0);
  }

  Made binary(int depth) {
    const Made a = make(depth - 1);
    const Made b = make(depth - 1);
    const double x = a.value;
    const double y = b.value;
    const auto made = [&](const char* symbol, int level, double value) {
      return Made{wrap(a, level) + symbol + wrap(b, level + 1), value, level};
    };
    switch (pick(0, 9)) {
      case 0:
        return made(" + ", 6, x + y);
      case 1:
        return made("-", 6, x - y);
      case 2:
        return made("*", 7, x * y);
      case 3:
        return made(" / ", 7, x / y);
      case 4:
        return made(" % ", 7, std::fmod(x, y));
      case 5:
        return made("<", 4, compare(x, y, x < y));
      case 6:
        return made(">=", 4, compare(x, y, x >= y));
      case 7:
        return made("==", 3, compare(x, y, x == y));
      case 8:
        return made(" && ", 2, x == 0 || std::isnan(x) ? x : compare(x, y, y != 0));
      default:
        return made(" || ", 1, std::isnan(x) ? x : (x != 0 ? 1 : compare(x, y, y != 0)));
    }
  }

  std::mt19937 random_;
  Symbols symbols_;
  std::vector<double> slots_;
};

}  // namespace

TEST_CASE("random expressions have the value of a naive evaluation") {
  int finite = 0;
  for (unsigned seed = 0; seed < 3000; ++seed) {
    Generator generator(seed);
    const Generator::Made made = generator.make(4);
    Expression expression = Expression::parse(made.text);
    expression.bind(generator.symbols());
    const double value = expression.evaluate(generator.slots());
    INFO(made.text << " is " << value << ", expected " << made.value);
    REQUIRE((value == made.value || (std::isnan(value) && std::isnan(made.value))));
    finite += std::isfinite(value) ? 1 : 0;
  }
  CHECK(finite > 2000);
}

TEST_CASE("operators bind as documented") {
  CHECK(value_of("1 + 2 * 3") == 7);
  CHECK(value_of("2 - 3 - 4") == -5);
  CHECK(value_of("64 / 4 / 2") == 8);
  CHECK(value_of("-2 ^ 2") == -4);
  CHECK(value_of("2 ^ 3 ^ 2") == 512);
  CHECK(value_of("2 ^ -1") == 0.5);
  CHECK(value_of("1 << 2 + 1") == 8);
  CHECK(value_of("1 << 20") == 1048576);
  CHECK(value_of("7 >> 1") == 3);
  CHECK(value_of("1 < 2 == 1") == 1);
  CHECK(value_of("1 << 1 < 3") == 1);
  CHECK(value_of("0 && 0 || 1") == 1);
  CHECK(value_of("0 ? 1 : 0 ? 2 : 3") == 3);
  CHECK(value_of("!0 + 1") == 2);
  CHECK(value_of("1e-3*1e3") == 1);
  CHECK(value_of("7 % 4") == 3);
  CHECK(value_of("-7 % 4") == -3);
}

TEST_CASE("functions") {
  CHECK(value_of("floor(2.5) + ceil(2.5) + round(2.5) + abs(-2.5)") == 2 + 3 + 3 + 2.5);
  CHECK(value_of("min(3, 1, 2)") == 1);
  CHECK(value_of("max(3, 1, 2)") == 3);
  CHECK(value_of("log2(1 << 40)") == 40);
  CHECK(value_of("sqrt(2 ^ 10)") == 32);
  CHECK(value_of("ceil_div(9007199254740991, 2)") == 4503599627370496);
  CHECK(value_of("ceil_div(9007199254740991, 9007199254740990)") == 2);
}

TEST_CASE("the smallest power of two that is not below a value") {
  CHECK(value_of("pow2_at_least(-5)") == 1);
  CHECK(value_of("pow2_at_least(0.3)") == 1);
  CHECK(value_of("pow2_at_least(1)") == 1);
  CHECK(value_of("pow2_at_least(64)") == 64);
  CHECK(value_of("pow2_at_least(64.5)") == 128);
  CHECK(std::isinf(value_of("pow2_at_least(1/0)")));
  CHECK(value_of("pow2_at_least(-1/0)") == 1);
}

TEST_CASE("the largest divisor agrees with trying all") {
  for (int n = 1; n <= 120; ++n) {
    int expected = 1;
    for (int limit = 1; limit <= n + 3; ++limit) {
      if (n % limit == 0) expected = limit;
      INFO(n << " " << limit);
      REQUIRE(value_of("largest_divisor(" + std::to_string(n) + "," + std::to_string(limit) + ")") == expected);
    }
  }
  CHECK(value_of("largest_divisor(1e15, 1/0)") == 1e15);
  CHECK(value_of("largest_divisor(9007199254740881, 9007199254740880)") == 1);  // a prime below 2^53
  CHECK(value_of("largest_divisor(12, 4.9)") == 4);
}

TEST_CASE("what has no value is NaN or infinite, and a comparison does not hide it") {
  CHECK(std::isinf(value_of("1 / 0")));
  for (const char* text : {"0 / 0", "largest_divisor(0, 4)", "largest_divisor(4, 0)", "largest_divisor(4.5, 2)",
                           "sqrt(-1)", "1 << 0.5", "0 / 0 < 1", "0 / 0 ? 1 : 2", "min(0 / 0, 1)", "max(1, 0 / 0)",
                           "!(0 / 0)", "1 && 0 / 0", "5 % 0"}) {
    INFO(text);
    CHECK(std::isnan(value_of(text)));
  }
  CHECK(value_of("0 && 0 / 0") == 0);
  CHECK(value_of("1 || 0 / 0") == 1);
  CHECK(value_of("1 ? 2 : 0 / 0") == 2);
}

TEST_CASE("names are resolved to slots, which may be rewritten") {
  Symbols symbols;
  std::vector<double> slots(3);
  CHECK(symbols.add("M") == 0);
  CHECK(symbols.add("L3.words") == 1);
  CHECK(symbols.add("M") == 0);
  CHECK(symbols.find("L3.words") == 1);
  CHECK(symbols.find("X") == -1);
  Expression expression = Expression::parse("L3.words / M + M");
  CHECK(expression.names() == std::vector<std::string>{"L3.words", "M"});
  expression.bind(symbols);
  slots = {4, 20};
  CHECK(expression.evaluate(slots) == 9);
  slots = {2, 20};
  CHECK(expression.evaluate(slots) == 12);
}

TEST_CASE("an expression can be bound again") {
  Symbols first;
  first.add("A");
  first.add("B");
  Symbols second;
  second.add("B");
  second.add("A");
  Expression expression = Expression::parse("B - A");
  expression.bind(first);
  expression.bind(second);
  CHECK(expression.evaluate(std::vector<double>{5, 2}) == 3);
}

TEST_CASE("an unknown name is refused with the nearest") {
  Symbols symbols;
  symbols.add("M");
  symbols.add("P");
  Expression expression = Expression::parse("Pp * 2", {"a.yaml", 2, 5}, "shapes.Q");
  CHECK(message_of([&] { expression.bind(symbols); }) ==
        "a.yaml:2:5: shapes.Q: unknown name 'Pp'; did you mean 'P'?");
}

TEST_CASE("constants") {
  CHECK(Expression().evaluate({}) == 0);
  CHECK(Expression().is_constant());
  CHECK(Expression::constant(2.5).evaluate({}) == 2.5);
  CHECK(Expression::constant(2.5).text() == "2.5");
  CHECK(Expression::parse("2 * 3").is_constant());
  CHECK_FALSE(Expression::parse("2 * N").is_constant());
}

TEST_CASE("an expression keeps where and how it was written") {
  const Expression expression = Expression::parse("M / 2", {"a.yaml", 3, 4}, "b.c");
  CHECK(expression.text() == "M / 2");
  CHECK(expression.place().str() == "a.yaml:3:4");
  CHECK(expression.key_path() == "b.c");
  CHECK(message_of([&] { expression.fail("is negative"); }) == "a.yaml:3:4: b.c: is negative");
}

TEST_CASE("an amount is 0 or more") {
  const auto error = [](const std::string& text) {
    return message_of([&] { (void)Expression::parse(text, {"f.yaml", 3, 4}, "a.b").amount({}); });
  };
  CHECK(Expression::parse("2 - 2").amount({}) == 0);
  CHECK(Expression::parse("2.5").amount({}) == 2.5);
  CHECK(error("1 - 3") == "f.yaml:3:4: a.b: expected 0 or more, got -2");
  CHECK(error("1 / 0") == "f.yaml:3:4: a.b: expected 0 or more, got inf");
  CHECK(error("0 / 0").starts_with("f.yaml:3:4: a.b: expected 0 or more, got "));
}

}  // namespace tilewright::test::TEST_FILE

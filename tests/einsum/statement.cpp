#include "einsum/statement.hpp"

#include <catch2/catch.hpp>

#include "tests/einsum/cascades.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

StatementSyntax statement(const std::string& text) {
  return parse_statement({text, {"t.yaml", 1, 1}, "e"}, operations());
}

/// Fully parenthesised, with kinds of operations: what the text means.
std::string meaning(const TermSyntax& term) {
  if (term.kind == TermSyntax::Kind::access) return term.access.tensor;
  if (term.kind == TermSyntax::Kind::number) return std::to_string(static_cast<int>(term.value));
  std::string text = operations()[term.operation].name + "(";
  for (const TermSyntax& operand : term.operands)
    text += (&operand == &term.operands[0] ? "" : ",") + meaning(operand);
  return text + ")";
}

std::string body(const std::string& text) { return meaning(statement("Z = " + text).body); }

std::string error(const std::string& text) {
  return error_of([&] { statement(text); });
}

}  // namespace

TEST_CASE("precedence and grouping of operators") {
  CHECK(body("a - b - c") == "subtract(subtract(a,b),c)");
  CHECK(body("a - (b - c)") == "subtract(a,subtract(b,c))");
  CHECK(body("a + b * c / d") == "add(a,divide(multiply(b,c),d))");
  CHECK(body("-a * b") == "multiply(negate(a),b)");
  CHECK(body("a - -b") == "subtract(a,negate(b))");
  CHECK(body("-(a + 2)") == "negate(add(a,2))");
  CHECK(body("max(a, exp(b) + 1)") == "max(a,add(exp(b),1))");
  CHECK(body("pow(a, 2)") == "power(a,2)");
}

TEST_CASE("accesses, reductions and filters") {
  const StatementSyntax s = statement("LM[m1+1,p] = max[m0, q] -QK[m1, M0 - 1, p] where MASK[p]");
  CHECK(s.output.tensor == "LM");
  CHECK(s.output.indices[0].text == "m1+1");
  CHECK(s.reduce == operation("max"));
  REQUIRE(s.reduced.size() == 2);
  CHECK(s.reduced[1].text == "q");
  CHECK(meaning(s.body) == "negate(QK)");
  CHECK(s.body.operands[0].access.indices[1].text == "M0 - 1");
  CHECK(s.filter->tensor == "MASK");
}

TEST_CASE("a fixed coordinate may have commas and comparisons of its own") {
  const StatementSyntax s = statement("Z = A[largest_divisor(M, 3), M <= 4 ? M : 1]");
  REQUIRE(s.body.access.indices.size() == 2);
  CHECK(s.body.access.indices[0].text == "largest_divisor(M, 3)");
  CHECK(s.body.access.indices[1].text == "M <= 4 ? M : 1");
}

TEST_CASE("scalars with and without brackets") {
  CHECK(statement("S[] = T[]").body.access.bracketed);
  CHECK_FALSE(statement("S = T").body.access.bracketed);
  CHECK(statement("S = sum[m] T[m]").reduce == operation("add"));
  CHECK(statement("S = prod[m] T[m]").reduce == operation("multiply"));
}

TEST_CASE("wrong syntax is refused with what was expected") {
  CHECK(error("= A") == "t.yaml:1:1: e: expected the name of a tensor, got '='");
  CHECK(error("Z[m] A") == "t.yaml:1:6: e: expected '=', got 'A'");
  CHECK(error("Z = ") == "t.yaml:1:5: e: expected a term, got the end");
  CHECK(error("Z = A +") == "t.yaml:1:8: e: expected a term, got the end");
  CHECK(error("Z = A B") == "t.yaml:1:7: e: expected an operator, 'where' or the end, got 'B'");
  CHECK(error("Z = (A") == "t.yaml:1:7: e: expected ')', got the end");
  CHECK(error("Z = A[m") == "t.yaml:1:8: e: expected ',' or ']', got the end");
  CHECK(error("Z = A[m,]") == "t.yaml:1:9: e: expected an index, got ']'");
  CHECK(error("Z = exp(A") == "t.yaml:1:10: e: expected ',' or ')', got the end");
  CHECK(error("Z = A where") == "t.yaml:1:12: e: expected a mask after 'where', got the end");
  CHECK(error("Z = where") == "t.yaml:1:5: e: expected a term, got 'where'");
  CHECK(error("Z = 1e999") == "t.yaml:1:5: e: the number '1e999' is out of range");
}

TEST_CASE("unknown operations are refused with the nearest") {
  CHECK(error("Z = expp(A)") == "t.yaml:1:5: e: unknown operation 'expp'; did you mean 'exp'?");
  CHECK(error("Z = max(A)") == "t.yaml:1:5: e: 'max' takes 2 operands, got 1");
  CHECK(error("Z = exp(A, B)") == "t.yaml:1:5: e: 'exp' takes 1 operand, got 2");
  CHECK(error("Z = maxx[m] A[m]") == "t.yaml:1:5: e: unknown reduction 'maxx'; did you mean 'max'?");
}

TEST_CASE("a statement too deep to recurse over is refused") {
  CHECK(error("Z = " + std::string(300, '(') + "A" + std::string(300, ')')) ==
        "t.yaml:1:255: e: more than 250 terms in one statement");
  std::string chain = "Z = A";
  for (int i = 0; i < 200; ++i) chain += " + A";
  CHECK(error(chain).find("more than 250 terms in one statement") != std::string::npos);
}

}  // namespace tilewright::test::TEST_FILE

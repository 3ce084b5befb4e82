#include "einsum/statement.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace tilewright {

namespace {

constexpr int most_terms = 250;

std::string count(std::size_t n, const std::string& noun) {
  return std::to_string(n) + " " + noun + (n == 1 ? "" : "s");
}

std::vector<std::string> reduction_names(const OperationTable& operations) {
  std::vector<std::string> names;
  for (const Operation& row : operations) {
    if (!row.reduction.empty()) names.push_back(row.reduction);
  }
  return names;
}

std::vector<std::string> function_names(const OperationTable& operations) {
  std::vector<std::string> names;
  for (const Operation& row : operations) {
    if (row.precedence == 0 && !row.symbol.empty()) names.push_back(row.symbol);
  }
  return names;
}

class StatementParser {
 public:
  StatementParser(const Source& source, const OperationTable& operations)
      : source_(source), operations_(operations), tokens_(tokenize(source)) {}

  StatementSyntax parse() {
    StatementSyntax statement;
    statement.source = source_;
    statement.output = output();
    expect('=');
    reduction(statement);
    statement.body = infix(1);
    if (is_where()) {
      ++at_;
      if (peek().kind != Token::Kind::name) fail_expected("a mask after 'where'");
      statement.filter = access();
    }
    if (peek().kind != Token::Kind::end) fail_expected("an operator, 'where' or the end");
    return statement;
  }

  TermSyntax parse_term() {
    TermSyntax term = infix(1);
    if (peek().kind != Token::Kind::end) fail_expected("an operator or the end");
    return term;
  }

 private:
  const Token& peek(std::size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }

  Token take() {
    Token token = peek();
    ++at_;
    return token;
  }

  [[noreturn]] void fail_expected(const std::string& what) const {
    source_.fail(peek().offset, "expected " + what + ", got " + peek().quoted());
  }

  void expect(char symbol) {
    if (!peek().is(symbol)) fail_expected(std::string("'") + symbol + "'");
    ++at_;
  }

  bool is_where() const { return peek().kind == Token::Kind::name && peek().text == "where"; }

  /// Bounds the depth of every recursion over a statement.
  void count_term() {
    if (++terms_ > most_terms) {
      source_.fail(peek().offset, "more than " + std::to_string(most_terms) + " terms in one statement");
    }
  }

  AccessSyntax output() {
    if (peek().kind != Token::Kind::name) fail_expected("the name of a tensor");
    return access();
  }

  AccessSyntax access() {
    const Token name = take();
    AccessSyntax result{name.text, {}, peek().is('['), name.offset};
    if (result.bracketed) result.indices = index_list();
    return result;
  }

  std::vector<IndexSyntax> index_list() {
    expect('[');
    std::vector<IndexSyntax> indices;
    if (peek().is(']')) {
      ++at_;
      return indices;
    }
    indices.push_back(index());
    while (peek().is(',')) {
      ++at_;
      indices.push_back(index());
    }
    if (!peek().is(']')) fail_expected("',' or ']'");
    ++at_;
    return indices;
  }

  /// The text up to the ',' or ']' that ends it: a fixed coordinate is parsed as an Expression later.
  IndexSyntax index() {
    const std::size_t first = at_;
    int depth = 0;
    while (peek().kind != Token::Kind::end) {
      if (depth == 0 && (peek().is(',') || peek().is(']'))) break;
      if (peek().is('[') || peek().is(']')) break;
      if (peek().is('(')) ++depth;
      if (peek().is(')')) --depth;
      ++at_;
    }
    if (at_ == first) fail_expected("an index");
    const std::size_t begin = tokens_[first].offset;
    const Token& last = tokens_[at_ - 1];
    return {source_.text.substr(begin, last.offset + last.text.size() - begin), begin};
  }

  /// A leading `name[...]` that is followed by the start of a term can only be a reduction, also if its name
  /// is unknown: an access would be followed by an operator.
  void reduction(StatementSyntax& statement) {
    if (peek().kind != Token::Kind::name || !peek(1).is('[')) return;
    const std::size_t start = at_;
    const Token name = take();
    const OperationId known = operations_.reduction(name.text);
    std::vector<IndexSyntax> variables = index_list();
    if (!known && !starts_term()) {
      at_ = start;
      return;
    }
    if (!known) {
      source_.fail(name.offset,
                   "unknown reduction '" + name.text + "'" + did_you_mean(name.text, reduction_names(operations_)));
    }
    statement.reduce = known;
    statement.reduced = std::move(variables);
  }

  bool starts_term() const {
    const bool word = peek().kind == Token::Kind::name && !is_where();
    return word || peek().kind == Token::Kind::number || peek().is('(');
  }

  TermSyntax infix(int least_precedence) {
    TermSyntax left = prefix();
    while (peek().kind == Token::Kind::symbol) {
      const OperationId id = operations_.written(peek().text, 2);
      if (!id || operations_[id].precedence < least_precedence) break;
      ++at_;
      count_term();
      TermSyntax right = infix(operations_[id].precedence + 1);
      left = operation_term(id, {std::move(left), std::move(right)});
    }
    return left;
  }

  TermSyntax prefix() {
    count_term();
    if (peek().kind != Token::Kind::symbol || peek().is('(')) return primary();
    const OperationId id = operations_.written(peek().text, 1);
    if (!id) fail_expected("a term");
    ++at_;
    return operation_term(id, {prefix()});
  }

  TermSyntax primary() {
    if (peek().is('(')) {
      ++at_;
      TermSyntax inner = infix(1);
      expect(')');
      return inner;
    }
    if (peek().kind == Token::Kind::number) return number();
    if (peek().kind != Token::Kind::name || is_where()) fail_expected("a term");
    if (peek(1).is('(')) return call();
    TermSyntax term{TermSyntax::Kind::access, {}, 0, {}, {}};
    term.access = access();
    return term;
  }

  TermSyntax number() {
    const Token token = take();
    TermSyntax term{TermSyntax::Kind::number, {}, 0, {}, {}};
    const char* const end = token.text.data() + token.text.size();
    const auto [stop, error] = std::from_chars(token.text.data(), end, term.value);
    if (error != std::errc{} || stop != end || !std::isfinite(term.value)) {
      source_.fail(token.offset, "the number '" + token.text + "' is out of range");
    }
    return term;
  }

  TermSyntax call() {
    const Token name = take();
    expect('(');
    std::vector<TermSyntax> operands;
    operands.push_back(infix(1));
    while (peek().is(',')) {
      ++at_;
      operands.push_back(infix(1));
    }
    if (!peek().is(')')) fail_expected("',' or ')'");
    ++at_;
    const OperationId id = operations_.written(name.text, static_cast<int>(operands.size()));
    if (!id) fail_call(name, operands.size());
    return operation_term(id, std::move(operands));
  }

  [[noreturn]] void fail_call(const Token& name, std::size_t operands) const {
    for (const Operation& row : operations_) {
      if (row.symbol != name.text) continue;
      source_.fail(name.offset, "'" + name.text + "' takes " + count(row.arity, "operand") + ", got " +
                                    std::to_string(operands));
    }
    source_.fail(name.offset,
                 "unknown operation '" + name.text + "'" + did_you_mean(name.text, function_names(operations_)));
  }

  static TermSyntax operation_term(OperationId id, std::vector<TermSyntax> operands) {
    return {TermSyntax::Kind::operation, {}, 0, id, std::move(operands)};
  }

  const Source& source_;
  const OperationTable& operations_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int terms_ = 0;
};

}  // namespace

StatementSyntax parse_statement(const Source& source, const OperationTable& operations) {
  return StatementParser(source, operations).parse();
}

TermSyntax parse_expression(const Source& source, const OperationTable& operations) {
  return StatementParser(source, operations).parse_term();
}

}  // namespace tilewright

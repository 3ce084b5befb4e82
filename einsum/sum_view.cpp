#include "einsum/sum_view.hpp"

#include <algorithm>
#include <cmath>

namespace tilewright {

namespace {

bool is_variable(const Token& token) {
  return token.kind == Token::Kind::name && token.text[0] >= 'a' && token.text[0] <= 'z';
}

/// Extents of the ranks by id, then their variables.
Symbols names_of(const Cascade& cascade) {
  Symbols symbols;
  for (const Rank& rank : cascade.ranks) symbols.add(rank.name);
  for (const Rank& rank : cascade.ranks) symbols.add(rank.variable);
  return symbols;
}

/// sum := ['-'] product {('+' | '-') product}, product := factor {'*' factor}, at most one of them a variable.
class SumParser {
 public:
  SumParser(const Cascade& cascade, const Source& source, const IndexSyntax& syntax, const Tensor& view, RankId own)
      : cascade_(cascade),
        source_(source),
        syntax_(syntax),
        view_(view),
        own_(own),
        tokens_(tokenize({syntax.text, source.at(syntax.offset), source.key_path})) {}

  Index parse() {
    take('-');
    do {
      product();
    } while (take('+') || take('-'));
    if (peek().kind != Token::Kind::end) fail();
    Index index{own_, true, 0, Expression::parse(syntax_.text, source_.at(syntax_.offset), source_.key_path)};
    index.at.bind(names_of(cascade_));
    return index;
  }

  [[nodiscard]] const std::vector<RankId>& variables() const { return variables_; }

 private:
  [[nodiscard]] const Token& peek() const { return tokens_[at_]; }

  bool take(char symbol) {
    if (!peek().is(symbol)) return false;
    minus_ = symbol == '-';
    ++at_;
    return true;
  }

  [[noreturn]] void fail() const {
    source_.fail(syntax_.offset,
                 "expected a sum of variables, each with factors that are numbers or extents of ranks, as in "
                 "'2*h+r-1', got '" +
                     syntax_.text + "'");
  }

  void product() {
    const bool minus = minus_;
    RankId variable;
    int factors = 0;
    do {
      const Token token = peek();
      if (token.kind != Token::Kind::name && token.kind != Token::Kind::number) fail();
      ++at_;
      ++factors;
      if (!is_variable(token)) continue;
      if (variable) fail();
      variable = rank_of(token);
    } while (take('*'));
    if (variable && variable == own_ && (factors > 1 || minus))
      source_.fail(syntax_.offset, "'" + cascade_.ranks[own_].variable +
                                       "' has a factor in its own rank; give the view a rank of its own");
  }

  RankId rank_of(const Token& token) {
    const RankId rank = cascade_.rank_of_variable(token.text);
    if (!rank || std::ranges::find(view_.ranks, rank) == view_.ranks.end())
      source_.fail(syntax_.offset, "the view has no rank variable '" + token.text + "'");
    if (std::ranges::find(variables_, rank) != variables_.end()) fail();
    variables_.push_back(rank);
    return rank;
  }

  const Cascade& cascade_;
  const Source& source_;
  const IndexSyntax& syntax_;
  const Tensor& view_;
  RankId own_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  bool minus_ = false;
  std::vector<RankId> variables_;
};

long long whole(const Expression& expression, double value) {
  constexpr double most = 1LL << 31;
  if (std::abs(value) <= most && value == std::floor(value)) return static_cast<long long>(value);
  expression.fail("the factors and addends of '" + expression.text() + "' are not whole numbers of at most 2^31");
}

}  // namespace

bool has_sums(const Cascade& cascade, const StatementSyntax& view, const Tensor& base) {
  const std::vector<IndexSyntax>& indices = view.body.access.indices;
  for (std::size_t i = 0; i < std::min(indices.size(), base.ranks.size()); ++i) {
    const bool plain = is_identifier(indices[i].text);
    const RankId named = plain ? cascade.rank_of_variable(indices[i].text) : RankId();
    const bool renames = named && named != base.ranks[i] && std::ranges::count(base.ranks, named) == 0;
    if (renames || (!plain && std::ranges::any_of(tokenize({indices[i].text, {}, {}}), is_variable))) return true;
  }
  return false;
}

std::vector<Index> sum_indices(const Cascade& cascade, const StatementSyntax& statement, const Tensor& view,
                               const Tensor& base) {
  std::vector<Index> sums;
  std::vector<RankId> used;
  const std::vector<IndexSyntax>& indices = statement.body.access.indices;
  for (std::size_t i = 0; i < base.ranks.size(); ++i) {
    SumParser parser(cascade, statement.source, indices[i], view, base.ranks[i]);
    sums.push_back(parser.parse());
    used.insert(used.end(), parser.variables().begin(), parser.variables().end());
  }
  for (const RankId rank : view.ranks)
    if (std::ranges::find(used, rank) == used.end())
      statement.source.fail(statement.output.offset, "no index has '" + cascade.ranks[rank].variable + "'");
  return sums;
}

bool is_sum_view(const Tensor& tensor) {
  return tensor.view_of && std::ranges::any_of(tensor.view_of->indices, &Index::fixed);
}

bool comes_along(const Cascade& cascade, const Tensor& view, RankId rank) {
  return std::ranges::any_of(view.view_of->indices, [&](const Index& index) {
    return index.rank == rank && std::ranges::count(index.at.names(), cascade.ranks[rank].variable) > 0;
  });
}

bool shows_plainly(const Cascade& cascade, const Tensor& tensor, RankId rank) {
  return !is_sum_view(tensor) || std::ranges::any_of(tensor.view_of->indices, [&](const Index& index) {
    return index.rank == rank && index.at.text() == cascade.ranks[rank].variable;
  });
}

Sum sum_of(const Cascade& cascade, const Index& index, const ByRank<double>& shapes) {
  const std::size_t ranks = cascade.ranks.size();
  std::vector<double> slots(shapes.begin(), shapes.end());
  slots.resize(2 * ranks, 0);
  const double plus = index.at.evaluate(slots);
  Sum sum{{}, whole(index.at, plus)};
  for (const RankId rank : cascade.ranks.ids()) {
    if (std::ranges::count(index.at.names(), cascade.ranks[rank].variable) == 0) continue;
    slots[ranks + rank.index()] = 1;
    sum.parts.push_back({rank, whole(index.at, index.at.evaluate(slots) - plus)});
    slots[ranks + rank.index()] = 0;
  }
  return sum;
}

double shown(const Sum& sum, const ByRank<double>& shapes, double extent) {
  double points = 1, span = 1;
  for (const Sum::Part& part : sum.parts) {
    points *= shapes[part.rank];
    span += std::abs(static_cast<double>(part.times)) * (shapes[part.rank] - 1);
  }
  return std::min({points, span, extent});
}

void refuse_sum_views(const Cascade& cascade, const std::string& who) {
  for (const Tensor& tensor : cascade.tensors)
    if (is_sum_view(tensor))
      throw InputError(tensor.place, "cascade.views",
                       who + " know no views by sums of variables, as '" + tensor.name + "' is one");
}

}  // namespace tilewright

#include "einsum/resolve.hpp"

#include <algorithm>
#include <charconv>

#include "einsum/declare.hpp"
#include "einsum/sum_view.hpp"

namespace tilewright {

namespace {

template <typename Items, typename Item>
bool contains(const Items& items, const Item& item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

std::string rank_list(const Cascade& cascade, const std::vector<RankId>& ranks) {
  std::string text;
  for (const RankId rank : ranks) text += (text.empty() ? "" : ", ") + cascade.ranks[rank].name;
  return "[" + text + "]";
}

/// `m1`, `m1+1`, `m1 - 1`: lower case starts a variable; anything else, also a call, is a fixed coordinate.
bool is_variable(const IndexSyntax& index) {
  const std::size_t open = index.text.find('(');
  const bool call = open != std::string::npos && is_identifier(index.text.substr(0, open));
  return index.text[0] >= 'a' && index.text[0] <= 'z' && !call;
}

RankId variable_rank(const Cascade& cascade, const Source& source, const std::string& name, std::size_t offset) {
  const RankId rank = cascade.rank_of_variable(name);
  if (rank) return rank;
  std::vector<std::string> known;
  for (const Rank& each : cascade.ranks) known.push_back(each.variable);
  source.fail(offset, "unknown rank variable '" + name + "'" + did_you_mean(name, known));
}

/// Tokens are made again, of a text that tokenizes already.
std::vector<Token> tokens_of(const Source& source, const IndexSyntax& syntax) {
  std::vector<Token> tokens = tokenize({syntax.text, source.at(syntax.offset), source.key_path});
  const bool sum = tokens.size() >= 4 && (tokens[1].is('+') || tokens[1].is('-'));
  if (sum && tokens[2].kind == Token::Kind::name)
    source.fail(syntax.offset, "an index is a variable, plus or minus a whole number; '" + syntax.text +
                                   "' adds variables (views may; a band of pairs is a mask)");
  return tokens;
}

/// Before a variable that only a sum has is called unknown.
void refuse_sums(const Source& source, const TermSyntax& term) {
  for (const IndexSyntax& index : term.access.indices)
    if (is_variable(index)) tokens_of(source, index);
  for (const TermSyntax& operand : term.operands) refuse_sums(source, operand);
}

/// A variable with its offset.
Index variable_index(const Cascade& cascade, const Source& source, const IndexSyntax& syntax) {
  const std::vector<Token> tokens = tokens_of(source, syntax);
  Index index{variable_rank(cascade, source, tokens[0].text, syntax.offset), false, 0, {}};
  if (tokens.size() == 2) return index;
  const bool sum = tokens.size() == 4 && (tokens[1].is('+') || tokens[1].is('-'));
  const std::string digits = sum ? tokens[2].text : "";
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index.offset);
  if (digits.empty() || error != std::errc{} || stop != digits.data() + digits.size()) {
    source.fail(syntax.offset,
                "expected a variable, or a variable plus or minus a whole number, got '" + syntax.text + "'");
  }
  if (tokens[1].is('-')) index.offset = -index.offset;
  return index;
}

/// Bound to the ranks in the order of their ids, so that the shapes are the slots.
Index fixed_index(const Cascade& cascade, const Source& source, const IndexSyntax& syntax, RankId dimension) {
  Symbols symbols;
  for (const Rank& rank : cascade.ranks) symbols.add(rank.name);
  Index index{dimension, true, 0, Expression::parse(syntax.text, source.at(syntax.offset), source.key_path)};
  index.at.bind(symbols);
  return index;
}

TensorId find_tensor(const Cascade& cascade, const Source& source, const AccessSyntax& syntax) {
  const auto& tensors = cascade.tensors;
  if (const TensorId id = tensors.id_of(std::ranges::find(tensors, syntax.tensor, &Tensor::name))) return id;
  std::vector<std::string> known;
  for (const Tensor& tensor : tensors) known.push_back(tensor.name);
  for (const auto& [name, value] : cascade.constants) known.push_back(name);
  source.fail(syntax.offset, "undefined tensor '" + syntax.tensor + "'" + did_you_mean(syntax.tensor, known));
}

std::string claim_of(const Cascade& cascade, const Tensor& tensor) {
  return tensor.name + " has ranks " + rank_list(cascade, tensor.ranks) + ", got ";
}

void require_indices(const Cascade& cascade, const Source& source, const AccessSyntax& syntax,
                     const Tensor& tensor) {
  const std::size_t n = syntax.indices.size();
  if (n != tensor.ranks.size())
    source.fail(syntax.offset, claim_of(cascade, tensor) + std::to_string(n) + (n == 1 ? " index" : " indices"));
}

Access resolve_access(const Cascade& cascade, const Source& source, const AccessSyntax& syntax) {
  Access access{find_tensor(cascade, source, syntax), {}, source.at(syntax.offset)};
  const Tensor& tensor = cascade.tensors[access.tensor];
  require_indices(cascade, source, syntax, tensor);
  for (std::size_t i = 0; i < tensor.ranks.size(); ++i) {
    const IndexSyntax& index = syntax.indices[i];
    if (is_sum_view(tensor) && index.text != cascade.ranks[tensor.ranks[i]].variable)
      source.fail(index.offset,
                  "'" + tensor.name + "', a view by sums, is read at its own variables, got '" + index.text + "'");
    if (!is_variable(index)) {
      access.indices.push_back(fixed_index(cascade, source, index, tensor.ranks[i]));
      continue;
    }
    access.indices.push_back(variable_index(cascade, source, index));
    if (access.indices.back().rank != tensor.ranks[i]) {
      source.fail(index.offset, claim_of(cascade, tensor) + "index '" + index.text + "' for '" +
                                    cascade.ranks[tensor.ranks[i]].name + "'");
    }
  }
  return access;
}

/// A name without brackets is a constant, or a scalar tensor.
Term resolve_term(const Cascade& cascade, const Source& source, const TermSyntax& syntax) {
  if (syntax.kind == TermSyntax::Kind::number) return {Term::Kind::number, {}, syntax.value, "", {}, {}};
  if (syntax.kind == TermSyntax::Kind::operation) {
    Term term{Term::Kind::operation, {}, 0, "", syntax.operation, {}};
    for (const TermSyntax& each : syntax.operands) term.operands.push_back(resolve_term(cascade, source, each));
    return term;
  }
  for (const auto& [name, value] : cascade.constants) {
    if (name != syntax.access.tensor) continue;
    if (syntax.access.bracketed) source.fail(syntax.access.offset, "'" + name + "' is a constant, not a tensor");
    return {Term::Kind::number, {}, value, name, {}, {}};
  }
  return {Term::Kind::access, resolve_access(cascade, source, syntax.access), 0, "", {}, {}};
}

/// The variables of an access, appended to `ranks` without repetition.
void add_variables(const Access& access, std::vector<RankId>& ranks) {
  for (const Index& index : access.indices) {
    if (!index.fixed && !contains(ranks, index.rank)) ranks.push_back(index.rank);
  }
}

std::vector<RankId> absent_on_left(const Einsum& einsum) {
  std::vector<RankId> left;
  add_variables(einsum.output, left);
  std::vector<RankId> right;
  for (const Access* access : accesses(einsum.body)) add_variables(*access, right);
  std::vector<RankId> absent;
  std::copy_if(right.begin(), right.end(), std::back_inserter(absent),
               [&](RankId rank) { return !contains(left, rank); });
  return absent;
}

/// The ranks that the reduction lists must be exactly those that only the right side has.
void check_reduction(const Cascade& cascade, const StatementSyntax& statement, const Einsum& einsum) {
  if (statement.reduced.empty()) statement.source.fail(statement.output.offset, "a reduction over no rank");
  std::vector<RankId> left;
  add_variables(einsum.output, left);
  std::vector<RankId> listed;
  for (const IndexSyntax& each : statement.reduced) {
    const RankId rank = variable_rank(cascade, statement.source, each.text, each.offset);
    const std::string over = "reduction over '" + each.text + "', ";
    if (contains(left, rank)) statement.source.fail(each.offset, over + "which the output has");
    if (contains(listed, rank)) statement.source.fail(each.offset, over + "which is listed twice");
    if (!contains(einsum.reduced, rank)) statement.source.fail(each.offset, over + "which no operand has");
    listed.push_back(rank);
  }
  for (const RankId rank : einsum.reduced) {
    if (contains(listed, rank)) continue;
    statement.source.fail(
        statement.output.offset,
        "'" + cascade.ranks[rank].variable + "' is absent on the left and not in the list of the reduction");
  }
}

void check_filter(const Cascade& cascade, const StatementSyntax& statement, const Einsum& einsum) {
  for (std::size_t i = 0; i < einsum.filter->indices.size(); ++i) {
    const Index& index = einsum.filter->indices[i];
    if (index.fixed || contains(einsum.iteration, index.rank)) continue;
    statement.source.fail(statement.filter->indices[i].offset,
                          "the mask has '" + cascade.ranks[index.rank].variable + "', which no operand has");
  }
}

std::vector<RankId> output_ranks(const Cascade& cascade, const StatementSyntax& statement, Tensor& tensor) {
  std::vector<RankId> ranks;
  for (const IndexSyntax& syntax : statement.output.indices) {
    const Index index =
        is_variable(syntax) ? variable_index(cascade, statement.source, syntax) : Index{{}, true, 0, {}};
    if (index.fixed || index.offset < 0 || index.offset > 1) {
      statement.source.fail(syntax.offset,
                            "an index on the left is a variable, or a variable + 1, got '" + syntax.text + "'");
    }
    if (contains(ranks, index.rank)) {
      statement.source.fail(syntax.offset,
                            "rank '" + cascade.ranks[index.rank].name + "' appears twice in '" + tensor.name + "'");
    }
    if (index.offset == 1) {
      if (tensor.iterated) statement.source.fail(syntax.offset, "'" + tensor.name + "' is iterated over two ranks");
      tensor.iterated = index.rank;
    }
    ranks.push_back(index.rank);
  }
  return ranks;
}

/// The view's ranks with the parts of each partition put together again.
std::vector<RankId> with_wholes(const Cascade& cascade, std::vector<RankId> ranks) {
  for (const Partition& partition : cascade.partitions) {
    const auto found = std::search(ranks.begin(), ranks.end(), partition.parts.begin(), partition.parts.end());
    if (found == ranks.end()) continue;
    *found = partition.whole;
    ranks.erase(found + 1, found + static_cast<std::ptrdiff_t>(partition.parts.size()));
  }
  return ranks;
}

Tensor new_tensor(const Cascade& cascade, const StatementSyntax& statement) {
  const std::string refusal = refuse_name(cascade, statement.output.tensor);
  if (!refusal.empty()) statement.source.fail(statement.output.offset, refusal);
  Tensor tensor{statement.output.tensor,
                {},
                Tensor::Role::intermediate,
                {},
                {},
                {},
                {},
                statement.source.at(statement.output.offset)};
  tensor.ranks = output_ranks(cascade, statement, tensor);
  return tensor;
}

void declare_sum_view(Cascade& cascade, const StatementSyntax& statement) {
  const Source& source = statement.source;
  const AccessSyntax& shown = statement.body.access;
  Tensor view = new_tensor(cascade, statement);
  const TensorId base = find_tensor(cascade, source, shown);
  const Tensor& tensor = cascade.tensors[base];
  require_indices(cascade, source, shown, tensor);
  if (tensor.view_of) source.fail(shown.offset, "'" + tensor.name + "' is a view itself");
  if (tensor.iterated || view.iterated) source.fail(statement.output.offset, "an iterated tensor has no views");
  view.view_of = Access{base, sum_indices(cascade, statement, view, tensor), source.at(shown.offset)};
  cascade.tensors.push_back(std::move(view));
}

}  // namespace

void declare_output(Cascade& cascade, const StatementSyntax& statement) {
  refuse_sums(statement.source, statement.body);
  cascade.tensors.push_back(new_tensor(cascade, statement));
}

void declare_view(Cascade& cascade, const StatementSyntax& statement) {
  const Source& source = statement.source;
  if (statement.body.kind != TermSyntax::Kind::access || statement.filter || statement.reduce) {
    source.fail(statement.output.offset, "a view is one access, such as 'BK[e,m1,m0] = K[e,m]'");
  }
  const Tensor& shown = cascade.tensors[find_tensor(cascade, source, statement.body.access)];
  if (has_sums(cascade, statement, shown)) return declare_sum_view(cascade, statement);
  Tensor view = new_tensor(cascade, statement);
  view.view_of = resolve_access(cascade, source, statement.body.access);
  const Tensor& base = cascade.tensors[view.view_of->tensor];
  const auto plain = [](const Index& index) { return !index.fixed && index.offset == 0; };
  const bool all_plain = std::all_of(view.view_of->indices.begin(), view.view_of->indices.end(), plain);
  if (base.view_of) source.fail(statement.body.access.offset, "'" + base.name + "' is a view itself");
  if (base.iterated || view.iterated) {
    source.fail(statement.output.offset, "an iterated tensor has no views");
  }
  if (!all_plain || with_wholes(cascade, view.ranks) != base.ranks) {
    source.fail(statement.output.offset,
                "'" + view.name + "' has ranks " + rank_list(cascade, view.ranks) + ", which are not those of '" +
                    base.name + "', " + rank_list(cascade, base.ranks) + ", with partitions in place of wholes");
  }
  cascade.tensors.push_back(std::move(view));
}

Einsum resolve_einsum(const Cascade& cascade, const StatementSyntax& statement) {
  const Source& source = statement.source;
  Einsum einsum{statement.output.tensor, {}, {}, {}, {}, {}, {}, source.at(statement.output.offset)};
  einsum.output = resolve_access(cascade, source, statement.output);
  einsum.body = resolve_term(cascade, source, statement.body);
  einsum.reduced = absent_on_left(einsum);
  if (statement.reduce) check_reduction(cascade, statement, einsum);
  if (!einsum.reduced.empty()) einsum.reduce = statement.reduce ? statement.reduce : operation("add");
  add_variables(einsum.output, einsum.iteration);
  einsum.iteration.insert(einsum.iteration.end(), einsum.reduced.begin(), einsum.reduced.end());
  if (statement.filter) {
    einsum.filter = resolve_access(cascade, source, *statement.filter);
    check_filter(cascade, statement, einsum);
  }
  return einsum;
}

}  // namespace tilewright

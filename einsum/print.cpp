// The other half of parse.hpp: from the IR to text.
#include <fmt/format.h>

#include <charconv>

#include "einsum/parse.hpp"

namespace tilewright {

namespace {

/// The shortest text that reads back as the same number.
std::string number(double value) {
  char buffer[32];
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, value);
  return {buffer, result.ptr};
}

template <typename Items, typename Text>
std::string join(const Items& items, const std::string& separator, Text&& text) {
  std::string result;
  for (const auto& item : items) {
    if (&item != &*items.begin()) result += separator;
    result += text(item);
  }
  return result;
}

std::string index_text(const Cascade& cascade, const Index& index) {
  if (index.fixed) return index.at.text();
  const std::string& variable = cascade.ranks[index.rank].variable;
  if (index.offset == 0) return variable;
  return variable + (index.offset > 0 ? "+" : "") + std::to_string(index.offset);
}

std::string access_text(const Cascade& cascade, const Access& access) {
  const auto text = [&](const Index& index) { return index_text(cascade, index); };
  return cascade.tensors[access.tensor].name + "[" + join(access.indices, ",", text) + "]";
}

/// How tightly the outermost operation of a term binds; a call, a number and an access never need parentheses.
int precedence(const Cascade& cascade, const Term& term) {
  if (term.kind != Term::Kind::operation) return 100;
  const int written_between = cascade.operations[term.operation].precedence;
  return written_between > 0 ? written_between : 100;
}

std::string term_text(const Cascade& cascade, const Term& term);

std::string operand_text(const Cascade& cascade, const Term& term, int least_precedence) {
  const std::string text = term_text(cascade, term);
  return precedence(cascade, term) < least_precedence ? "(" + text + ")" : text;
}

std::string operation_text(const Cascade& cascade, const Term& term) {
  const Operation& row = cascade.operations[term.operation];
  if (row.precedence == 0) {
    const auto text = [&](const Term& operand) { return term_text(cascade, operand); };
    return row.symbol + "(" + join(term.operands, ", ", text) + ")";
  }
  if (row.arity == 1) return row.symbol + operand_text(cascade, term.operands[0], row.precedence);
  // Infix operations group to the left: a - (b - c) keeps its parentheses, (a - b) - c needs none.
  return operand_text(cascade, term.operands[0], row.precedence) + " " + row.symbol + " " +
         operand_text(cascade, term.operands[1], row.precedence + 1);
}

std::string term_text(const Cascade& cascade, const Term& term) {
  if (term.kind == Term::Kind::access) return access_text(cascade, term.access);
  if (term.kind == Term::Kind::operation) return operation_text(cascade, term);
  return term.constant.empty() ? number(term.value) : term.constant;
}

/// A YAML scalar, in quotes unless it is plain beyond doubt in a block and, for `in_flow`, between commas too.
std::string scalar(const std::string& text, bool in_flow) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  const std::string safe = std::string(letters) + " .+-*/()" + (in_flow ? "" : "[],=");
  const bool plain = !text.empty() && letters.find(text[0]) != std::string_view::npos &&
                     text.find_first_not_of(safe) == std::string::npos && text.back() != ' ';
  if (plain && text != "null") return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c >= 0 && c < ' ') {
      quoted += fmt::format("\\x{:02x}", static_cast<int>(c));
    } else {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
  }
  return quoted + "\"";
}

/// `  key: {a: b, c: d}`, or nothing if there is nothing in it.
std::string map_line(const std::string& key, const std::vector<std::string>& entries) {
  if (entries.empty()) return "";
  return "  " + key + ": {" + join(entries, ", ", [](const std::string& entry) { return entry; }) + "}\n";
}

std::string rank_list(const Cascade& cascade, const std::vector<RankId>& ranks) {
  return "[" + join(ranks, ", ", [&](const RankId& rank) { return cascade.ranks[rank].name; }) + "]";
}

/// `softplus: {operands: [x], is: "..."}`.
std::string operation_entry(const Operation& operation) {
  const auto same = [](const std::string& text) { return text; };
  std::string text = operation.name + ": {operands: [" + join(operation.definition->operands, ", ", same) +
                     "], is: " + scalar(operation.definition->is, true);
  const Laws& laws = operation.laws;
  std::vector<std::string> names;
  if (laws.associative) names.emplace_back("associative");
  if (laws.commutative) names.emplace_back("commutative");
  if (!names.empty()) text += ", laws: [" + join(names, ", ", same) + "]";
  if (laws.identity) text += ", identity: " + number(*laws.identity);
  if (!laws.distributes_over.empty())
    text += ", distributes_over: [" + join(laws.distributes_over, ", ", same) + "]";
  return text + "}";
}

std::string declarations(const Cascade& cascade) {
  std::vector<std::string> operations;
  for (const Operation& operation : cascade.operations)
    if (operation.definition) operations.push_back(operation_entry(operation));
  std::vector<std::string> shapes, partitions, constants, inputs;
  for (const Rank& rank : cascade.ranks) {
    if (rank.shape) shapes.push_back(rank.name + ": " + scalar(rank.shape->text(), true));
  }
  for (const Partition& partition : cascade.partitions) {
    partitions.push_back(cascade.ranks[partition.whole].name + ": " + rank_list(cascade, partition.parts));
  }
  for (const auto& [name, value] : cascade.constants) constants.push_back(name + ": " + number(value));
  for (const Tensor& tensor : cascade.tensors) {
    const bool input = tensor.role == Tensor::Role::input;
    if (input) inputs.push_back(tensor.name + ": " + rank_list(cascade, tensor.ranks));
  }
  return map_line("operations", operations) + map_line("shapes", shapes) + map_line("partitions", partitions) +
         map_line("constants", constants) + map_line("inputs", inputs);
}

std::string results(const Cascade& cascade) {
  std::vector<std::string> outputs, initial;
  for (const Tensor& tensor : cascade.tensors) {
    if (tensor.role == Tensor::Role::output) outputs.push_back(tensor.name);
    if (tensor.initial) initial.push_back(tensor.name + ": " + number(*tensor.initial));
  }
  return "  outputs: [" + join(outputs, ", ", [](const std::string& name) { return name; }) + "]\n" +
         map_line("initial", initial);
}

std::string view_text(const Cascade& cascade, const Tensor& view) {
  const auto variable = [&](const RankId& rank) { return cascade.ranks[rank].variable; };
  return view.name + "[" + join(view.ranks, ",", variable) + "] = " + access_text(cascade, *view.view_of);
}

std::string statement_list(const Cascade& cascade) {
  std::string text;
  for (const Tensor& tensor : cascade.tensors) {
    if (!tensor.view_of) continue;
    if (text.empty()) text = "  views:\n";
    text += "    - " + scalar(view_text(cascade, tensor), false) + "\n";
  }
  text += "  einsums:\n";
  for (const Einsum& einsum : cascade.einsums) {
    text += "    - " + scalar(print_einsum(cascade, einsum), false) + "\n";
  }
  return text;
}

}  // namespace

std::string print_einsum(const Cascade& cascade, const Einsum& einsum) {
  std::string text = access_text(cascade, einsum.output) + " = ";
  if (einsum.reduce && einsum.reduce != operation("add")) {
    const auto variable = [&](const RankId& rank) { return cascade.ranks[rank].variable; };
    text += cascade.operations[einsum.reduce].reduction + "[" + join(einsum.reduced, ",", variable) + "] ";
  }
  text += term_text(cascade, einsum.body);
  if (einsum.filter) text += " where " + access_text(cascade, *einsum.filter);
  return text;
}

std::string print_cascade(const Cascade& cascade) {
  std::string text = "cascade:\n  name: " + scalar(cascade.name, false) + "\n";
  if (!cascade.description.empty()) text += "  description: " + scalar(cascade.description, false) + "\n";
  if (!cascade.source.empty()) text += "  source: " + scalar(cascade.source, false) + "\n";
  return text + declarations(cascade) + results(cascade) + statement_list(cascade);
}

}  // namespace tilewright

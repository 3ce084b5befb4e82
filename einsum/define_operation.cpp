#include "einsum/define_operation.hpp"

#include <algorithm>
#include <memory>
#include <set>

#include "einsum/initial.hpp"
#include "einsum/statement.hpp"

namespace tilewright {

namespace {

/// A term of a definition, with operands by position.
struct Node {
  double value = 0;
  std::size_t operand = 0;
  std::function<double(const double*)> apply;  ///< none: an operand, or a value where `is_value`
  bool is_value = false;
  std::vector<Node> operands;

  double evaluate(const double* given) const {
    if (is_value) return value;
    if (!apply) return given[operand];
    double inner[most_operands] = {};
    for (std::size_t i = 0; i < operands.size(); ++i) inner[i] = operands[i].evaluate(given);
    return apply(inner);
  }
};

class Definer {
 public:
  Definer(const OperationTable& table, const Source& source, Definition& definition)
      : table_(table), source_(source), definition_(definition) {}

  Node node(const TermSyntax& term) {
    if (term.kind == TermSyntax::Kind::number)
      return {.value = term.value, .apply = {}, .is_value = true, .operands = {}};
    if (term.kind == TermSyntax::Kind::access) return operand(term.access);
    definition_.uses.push_back(term.operation);
    Node result{.apply = table_[term.operation].apply, .operands = {}};
    for (const TermSyntax& each : term.operands) result.operands.push_back(node(each));
    return result;
  }

  [[nodiscard]] bool uses(const std::string& name) const { return used_.contains(name); }

 private:
  Node operand(const AccessSyntax& access) {
    const std::vector<std::string>& names = definition_.operands;
    const auto found = std::ranges::find(names, access.tensor);
    if (found == names.end() || access.bracketed)
      source_.fail(access.offset, "'" + access.tensor + "' is no operand" + did_you_mean(access.tensor, names));
    used_.insert(access.tensor);
    return {.operand = static_cast<std::size_t>(found - names.begin()), .apply = {}, .operands = {}};
  }

  const OperationTable& table_;
  const Source& source_;
  Definition& definition_;
  std::set<std::string> used_;
};

void require_new_name(const OperationTable& table, const std::string& name, const Yaml& node) {
  if (!is_identifier(name)) node.fail("a name is a letter, then letters, digits and '_', got '" + name + "'");
  if (name == "where" || table.is_word(name) || table.find(name))
    node.fail("'" + name + "' is a word of the language already");
}

std::vector<std::string> read_operands(const OperationTable& table, const Yaml& list) {
  std::vector<std::string> names;
  for (const Yaml& item : list.items()) {
    require_new_name(table, item.text(), item);
    if (std::ranges::find(names, item.text()) != names.end()) item.fail("'" + item.text() + "' is there twice");
    names.push_back(item.text());
  }
  if (names.empty() || names.size() > most_operands)
    list.fail("expected one to three operands, got " + std::to_string(names.size()));
  return names;
}

/// Definitions of definitions grow as powers do: what evaluates them, and goes through them, must end.
constexpr std::size_t most_inside = 1000;

/// Operations that evaluating one takes, definitions among them as well as what they consist of.
std::size_t inside(const OperationTable& table, const Definition& definition) {
  std::size_t count = 0;
  for (const OperationId inner : definition.uses) {
    ++count;
    if (const auto& more = table[inner].definition) count += inside(table, *more);
  }
  return count;
}

void read_expression(const OperationTable& table, const Yaml& is, Operation& operation) {
  const Source source{is.text(), is.place(), is.path()};
  Definition& definition = *operation.definition;
  definition.is = source.text;
  Definer definer(table, source, definition);
  const auto root = std::make_shared<const Node>(definer.node(parse_expression(source, table)));
  for (const std::string& name : definition.operands)
    if (!definer.uses(name)) is.fail("operand '" + name + "' is not used");
  if (const std::size_t count = inside(table, definition); count > most_inside)
    is.fail("consists of " + std::to_string(count) + " operations, more than " + std::to_string(most_inside));
  operation.apply = [root](const double* operands) { return root->evaluate(operands); };
}

const std::vector<std::string> known_laws{"associative", "commutative"};

Laws read_laws(const OperationTable& table, const Yaml& yaml) {
  Laws laws;
  if (const auto list = yaml.find("laws")) {
    for (const Yaml& item : list->items()) {
      const std::string law = item.text();
      if (std::ranges::find(known_laws, law) == known_laws.end())
        item.fail("no law '" + law + "'" + did_you_mean(law, known_laws));
      (law == "associative" ? laws.associative : laws.commutative) = true;
    }
  }
  if (const auto identity = yaml.find("identity")) laws.identity = number_or_infinity(*identity);
  if (const auto over = yaml.find("distributes_over")) {
    for (const Yaml& item : over->items()) {
      const OperationId other = table.find(item.text());
      std::vector<std::string> known;
      for (const Operation& row : table)
        if (row.arity == 2) known.push_back(row.name);
      if (!other || table[other].arity != 2)
        item.fail("no kind '" + item.text() + "' of two operands" + did_you_mean(item.text(), known));
      laws.distributes_over.push_back(item.text());
    }
  }
  return laws;
}

Operation read_operation(const OperationTable& table, const std::string& name, const Yaml& yaml) {
  require_new_name(table, name, yaml);
  yaml.only({"operands", "is", "laws", "identity", "distributes_over"});
  Operation result{name, name, 0, {}};
  result.definition = {read_operands(table, yaml.at("operands")), "", {}, yaml.place()};
  result.arity = static_cast<int>(result.definition->operands.size());
  read_expression(table, yaml.at("is"), result);
  for (const char* key : {"laws", "identity", "distributes_over"})
    if (const auto law = yaml.find(key); law && result.arity != 2) law->fail("only two operands have laws");
  result.laws = read_laws(table, yaml);
  if (result.laws.associative && result.laws.commutative && result.laws.identity) result.reduction = name;
  const std::string broken = broken_law(result, table);
  if (!broken.empty()) yaml.fail("'" + name + "' is " + broken);
  return result;
}

}  // namespace

void define_operations(OperationTable& table, const Yaml& operations) {
  for (const auto& [name, yaml] : operations.entries()) table.add(read_operation(table, name, yaml));
}

}  // namespace tilewright

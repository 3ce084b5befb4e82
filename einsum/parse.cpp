#include "einsum/parse.hpp"

#include "einsum/check.hpp"
#include "einsum/declare.hpp"
#include "einsum/initial.hpp"
#include "einsum/resolve.hpp"

namespace tilewright {

namespace {

std::vector<StatementSyntax> statements(const Cascade& cascade, const Yaml& list) {
  std::vector<StatementSyntax> result;
  for (const Yaml& item : list.items()) {
    result.push_back(parse_statement({item.text(), item.place(), item.path()}, cascade.operations));
  }
  return result;
}

Tensor& find_written(Cascade& cascade, const std::string& name, const Yaml& node) {
  std::vector<std::string> known;
  for (Tensor& tensor : cascade.tensors) {
    if (!tensor.producer) continue;
    if (tensor.name == name) return tensor;
    known.push_back(tensor.name);
  }
  node.fail("nothing writes '" + name + "'" + did_you_mean(name, known));
}

void read_initial(Cascade& cascade, const Yaml& initial) {
  for (const auto& [name, value] : initial.entries()) {
    Tensor& tensor = find_written(cascade, name, value);
    if (!tensor.iterated) value.fail("'" + name + "' is not iterated: it is written at no index + 1");
    tensor.initial = number_or_infinity(value);
  }
}

void read_outputs(Cascade& cascade, const Yaml& outputs) {
  const std::vector<Yaml> items = outputs.items();
  if (items.empty()) outputs.fail("a cascade has at least one output");
  for (const Yaml& item : items) {
    Tensor& tensor = find_written(cascade, item.text(), item);
    if (tensor.role == Tensor::Role::output) item.fail("'" + tensor.name + "' is listed twice");
    tensor.role = Tensor::Role::output;
  }
}

void read_statements(Cascade& cascade, const Yaml& root) {
  const std::vector<StatementSyntax> einsums = statements(cascade, root.at("einsums"));
  if (einsums.empty()) root.at("einsums").fail("a cascade has at least one Einsum");
  for (std::size_t i = 0; i < einsums.size(); ++i) {
    declare_output(cascade, einsums[i]);
    cascade.tensors.back().producer = EinsumId::at(i);
  }
  if (const auto views = root.find("views")) {
    for (const StatementSyntax& statement : statements(cascade, *views)) declare_view(cascade, statement);
  }
  for (const StatementSyntax& statement : einsums) {
    cascade.einsums.push_back(resolve_einsum(cascade, statement));
  }
}

}  // namespace

Cascade parse_cascade(const Yaml& file) {
  file.only({"cascade"});
  const Yaml root = file.at("cascade");
  root.only({"name", "description", "source", "operations", "shapes", "partitions", "constants", "inputs",
             "outputs", "initial", "views", "einsums"});
  Cascade cascade;
  cascade.name = root.at("name").text();
  if (const auto description = root.find("description")) cascade.description = description->text();
  if (const auto source = root.find("source")) cascade.source = source->text();
  cascade.place = root.place();
  declare(cascade, root);
  read_statements(cascade, root);
  if (const auto initial = root.find("initial")) read_initial(cascade, *initial);
  read_outputs(cascade, root.at("outputs"));
  check_cascade(cascade);
  return cascade;
}

Cascade load_cascade(const std::filesystem::path& file) { return parse_cascade(Yaml::load(file)); }

}  // namespace tilewright

#include "einsum/graph.hpp"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/topological_sort.hpp>

#include "einsum/iteration.hpp"
#include "einsum/operation_count.hpp"
#include "einsum/parse.hpp"

namespace tilewright {

namespace {

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;

/// Every Einsum after all that it depends on.
std::vector<EinsumId> execution_order(const ByEinsum<std::vector<EinsumId>>& edges) {
  Graph graph(edges.size());
  for (const EinsumId reader : edges.ids())
    for (const EinsumId producer : edges[reader]) boost::add_edge(reader.index(), producer.index(), graph);
  std::vector<std::size_t> order;
  boost::topological_sort(graph, std::back_inserter(order));  // what an edge points to comes first
  std::vector<EinsumId> ids;
  for (const std::size_t index : order) ids.push_back(EinsumId::at(index));
  return ids;
}

double scalar_operations(const Cascade& cascade, const Einsum& einsum, const ByRank<double>& shapes) {
  double per_point = 0;
  for (const OperationCount& count : operations_per_point(cascade, einsum)) per_point += count.count;
  return per_point * points(einsum, shapes);
}

bool is_own_earlier_step(const Cascade& cascade, EinsumId reader, const Read& read,
                         const ByEinsum<std::size_t>& group_of) {
  const EinsumId producer = cascade.tensors[read.tensor].producer;
  return group_of[reader] == group_of[producer] && reads_earlier_step(cascade, cascade.einsums[reader], read);
}

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

/// One edge per Einsum and tensor that it reads; dashed where only an earlier step is read.
std::string dot_edges(const Cascade& cascade, EinsumId id, const ByEinsum<std::size_t>& group_of) {
  std::string text;
  std::vector<TensorId> drawn;
  for (const Read& read : reads(cascade, cascade.einsums[id])) {
    const TensorId tensor = read.access->tensor;
    const Tensor& source = cascade.tensors[read.tensor];
    const bool dashed = source.producer && is_own_earlier_step(cascade, id, read, group_of);
    if (std::find(drawn.begin(), drawn.end(), tensor) != drawn.end()) continue;
    drawn.push_back(tensor);
    text += "  " + quoted(source.name) + " -> " + quoted(cascade.einsums[id].name) +
            " [label=" + quoted(cascade.tensors[tensor].name) + (dashed ? ", style=dashed" : "") + "];\n";
  }
  return text;
}

}  // namespace

ByEinsum<std::vector<EinsumId>> dependences(const Cascade& cascade) {
  const ByEinsum<std::size_t> group_of = group_of_einsums(cascade);
  ByEinsum<std::vector<EinsumId>> result(cascade.einsums.size());
  for (const EinsumId id : result.ids()) {
    for (const Read& read : reads(cascade, cascade.einsums[id])) {
      const EinsumId producer = cascade.tensors[read.tensor].producer;
      if (!producer || is_own_earlier_step(cascade, id, read, group_of)) continue;
      result[id].push_back(producer);
    }
    std::sort(result[id].begin(), result[id].end());
    result[id].erase(std::unique(result[id].begin(), result[id].end()), result[id].end());
  }
  return result;
}

CriticalPath critical_path(const Cascade& cascade, const ByRank<double>& shapes) {
  const auto edges = dependences(cascade);
  ByEinsum<double> longest(edges.size(), 0);  // operations up to and with an Einsum
  ByEinsum<EinsumId> previous(edges.size());  // on that chain
  EinsumId last = {};
  for (const EinsumId id : execution_order(edges)) {
    for (const EinsumId producer : edges[id]) {
      if (!previous[id] || longest[producer] > longest[previous[id]]) previous[id] = producer;
    }
    const double before = previous[id] ? longest[previous[id]] : 0;
    longest[id] = before + scalar_operations(cascade, cascade.einsums[id], shapes);
    if (!last || longest[id] > longest[last]) last = id;
  }
  CriticalPath path{{}, last ? longest[last] : 0};
  for (EinsumId id = last; id; id = previous[id]) path.einsums.push_back(id);
  std::reverse(path.einsums.begin(), path.einsums.end());
  return path;
}

std::string to_dot(const Cascade& cascade) {
  const ByEinsum<std::size_t> group_of = group_of_einsums(cascade);
  std::string text = "digraph " + quoted(cascade.name) + " {\n";
  for (const Tensor& tensor : cascade.tensors) {
    if (tensor.role == Tensor::Role::input) text += "  " + quoted(tensor.name) + " [shape=ellipse];\n";
  }
  for (const EinsumId id : cascade.einsums.ids()) {
    const Einsum& einsum = cascade.einsums[id];
    text += "  " + quoted(einsum.name) + " [shape=box, label=" + quoted(print_einsum(cascade, einsum)) + "];\n" +
            dot_edges(cascade, id, group_of);
  }
  for (const Tensor& tensor : cascade.tensors) {
    if (tensor.role != Tensor::Role::output) continue;
    const std::string node = quoted("output " + tensor.name);  // the Einsum has the tensor's name already
    text += "  " + node + " [shape=ellipse, label=" + quoted(tensor.name) + "];\n  " + quoted(tensor.name) +
            " -> " + node + " [label=" + quoted(tensor.name) + "];\n";
  }
  return text + "}\n";
}

}  // namespace tilewright

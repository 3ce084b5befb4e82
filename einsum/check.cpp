#include "einsum/check.hpp"

#include <algorithm>

#include "einsum/iteration.hpp"

namespace tilewright {

namespace {

std::string einsum_path(EinsumId id) { return "cascade.einsums[" + std::to_string(id.index()) + "]"; }

void check_initial(const Cascade& cascade) {
  for (const Tensor& tensor : cascade.tensors) {
    if (!tensor.iterated || tensor.initial) continue;
    throw InputError(tensor.place, einsum_path(tensor.producer),
                     "'" + tensor.name + "' is iterated over '" + cascade.ranks[tensor.iterated].name +
                         "' and has no value in 'initial'");
  }
}

using Edges = ByEinsum<std::vector<EinsumId>>;  // from reader to producers

/// The shortest path, both ends included; empty if there is none.
std::vector<EinsumId> path(const Edges& edges, EinsumId from, EinsumId to) {
  ByEinsum<EinsumId> parent(edges.size());
  std::vector<EinsumId> queue{from};
  parent[from] = from;
  for (std::size_t head = 0; head < queue.size() && !parent[to]; ++head) {
    for (const EinsumId next : edges[queue[head]]) {
      if (parent[next]) continue;
      parent[next] = queue[head];
      queue.push_back(next);
    }
  }
  if (!parent[to]) return {};
  std::vector<EinsumId> nodes{to};
  while (nodes.back() != from) nodes.push_back(parent[nodes.back()]);
  std::reverse(nodes.begin(), nodes.end());
  return nodes;
}

/// `cycle` without its first node again at the end.
[[noreturn]] void fail_cycle(const Cascade& cascade, std::vector<EinsumId> cycle) {
  std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
  std::string text;
  for (const EinsumId id : cycle) text += cascade.einsums[id].name + " -> ";
  const Einsum& first = cascade.einsums[cycle[0]];
  throw InputError(first.place, einsum_path(cycle[0]), "cyclic dependence: " + text + first.name);
}

/// A cycle is legal if each of its reads is of the same or an earlier step of one iterated rank, and not all of
/// them of the same step.
class CycleCheck {
 public:
  explicit CycleCheck(const Cascade& cascade)
      : cascade_(cascade), group_of_(group_of_einsums(cascade)), all_(size()), same_step_(size()) {}

  void run() {
    const std::vector<Group> groups = execution_groups(cascade_);
    for (const EinsumId id : all_.ids()) add_edges(id, groups[group_of_[id]].iterated);
    for (const auto& [reader, producer] : breaking_) refuse(all_, reader, producer);
    for (const EinsumId id : all_.ids()) {
      for (const EinsumId producer : same_step_[id]) refuse(same_step_, id, producer);
    }
  }

 private:
  std::size_t size() const { return cascade_.einsums.size(); }

  /// Reads inside the group only: no other is part of a cycle.
  void add_edges(EinsumId id, RankId iterated) {
    for (const Read& read : reads(cascade_, cascade_.einsums[id])) {
      const EinsumId producer = cascade_.tensors[read.tensor].producer;
      if (!producer || group_of_[producer] != group_of_[id]) continue;
      all_[id].push_back(producer);
      const Needs steps = needs(cascade_, cascade_.einsums[id], read, iterated);
      if (steps == Needs::same_step) same_step_[id].push_back(producer);
      if (steps == Needs::all_steps) breaking_.emplace_back(id, producer);
    }
  }

  void refuse(const Edges& edges, EinsumId reader, EinsumId producer) const {
    const std::vector<EinsumId> back = path(edges, producer, reader);
    if (!back.empty()) fail_cycle(cascade_, back);
  }

  const Cascade& cascade_;
  ByEinsum<std::size_t> group_of_;
  Edges all_;
  Edges same_step_;
  std::vector<std::pair<EinsumId, EinsumId>> breaking_;
};

void check_order(const Cascade& cascade) {
  for (const EinsumId id : cascade.einsums.ids()) {
    const Einsum& einsum = cascade.einsums[id];
    for (const Read& read : reads(cascade, einsum)) {
      const Tensor& tensor = cascade.tensors[read.tensor];
      if (tensor.producer <= id || reads_earlier_step(cascade, einsum, read)) continue;
      throw InputError(read.access->place, einsum_path(id), "'" + tensor.name + "' is used before its definition");
    }
  }
}

void check_read(const Cascade& cascade) {
  ByTensor<char> read(cascade.tensors.size(), 0);
  const auto mark = [&](const Access& access) { read[access.tensor] = 1; };
  for (const Einsum& einsum : cascade.einsums) {
    for (const Access* access : accesses(einsum.body)) mark(*access);
    if (einsum.filter) mark(*einsum.filter);
  }
  for (const Tensor& tensor : cascade.tensors) {
    if (tensor.view_of) mark(*tensor.view_of);
  }
  int views = 0;
  for (const TensorId i : cascade.tensors.ids()) {
    const Tensor& tensor = cascade.tensors[i];
    if (tensor.view_of) ++views;
    if (read[i] != 0 || tensor.producer) continue;
    const std::string path =
        tensor.view_of ? "cascade.views[" + std::to_string(views - 1) + "]" : "cascade.inputs." + tensor.name;
    throw InputError(tensor.place, path, "nothing reads '" + tensor.name + "'");
  }
}

void check_ranks_used(const Cascade& cascade) {
  ByRank<char> used(cascade.ranks.size(), 0);
  for (const Tensor& tensor : cascade.tensors) {
    for (const RankId rank : tensor.ranks) used[rank] = 1;
  }
  for (const Partition& partition : cascade.partitions) {
    for (const RankId part : partition.parts) used[part] = 1;
  }
  for (const RankId i : used.ids()) {
    if (used[i] != 0) continue;
    throw InputError(cascade.ranks[i].place, "cascade.shapes." + cascade.ranks[i].name,
                     "no tensor has rank '" + cascade.ranks[i].name + "'");
  }
}

void mark_operations(const Term& term, ById<OperationId, char>& used) {
  if (term.kind == Term::Kind::operation) used[term.operation] = 1;
  for (const Term& operand : term.operands) mark_operations(operand, used);
}

/// What a definition uses is used where that definition is: those that use it come after it.
void check_operations_used(const Cascade& cascade) {
  const OperationTable& operations = cascade.operations;
  ById<OperationId, char> used(operations.size(), 0);
  for (const Einsum& einsum : cascade.einsums) {
    mark_operations(einsum.body, used);
    if (einsum.reduce) used[einsum.reduce] = 1;
  }
  for (std::size_t i = operations.size(); i-- > 0;) {
    const OperationId id = OperationId::at(i);
    const auto& definition = operations[id].definition;
    if (!definition) return;
    if (used[id] == 0)
      throw InputError(definition->place, "cascade.operations." + operations[id].name,
                       "no Einsum uses '" + operations[id].name + "'");
    for (const OperationId inner : definition->uses) used[inner] = 1;
  }
}

}  // namespace

void check_cascade(const Cascade& cascade) {
  check_operations_used(cascade);
  check_ranks_used(cascade);
  check_initial(cascade);
  CycleCheck(cascade).run();
  check_order(cascade);
  check_read(cascade);
}

}  // namespace tilewright

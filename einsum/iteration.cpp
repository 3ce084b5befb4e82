#include "einsum/iteration.hpp"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/strong_components.hpp>

#include "einsum/sum_view.hpp"

namespace tilewright {

namespace {

TensorId base_of(const Cascade& cascade, TensorId tensor) {
  const auto& view_of = cascade.tensors[tensor].view_of;
  return view_of ? view_of->tensor : tensor;
}

/// The iterated rank of the reads that tie a group together, or none.
RankId tying_rank(const Cascade& cascade, const Group& group, const ByEinsum<std::size_t>& group_of) {
  for (const EinsumId id : group.einsums) {
    for (const Read& read : reads(cascade, cascade.einsums[id])) {
      const Tensor& tensor = cascade.tensors[read.tensor];
      const bool inside = tensor.producer && group_of[tensor.producer] == group_of[id];
      if (inside && reads_earlier_step(cascade, cascade.einsums[id], read)) return tensor.iterated;
    }
  }
  return {};
}

}  // namespace

std::vector<Read> reads(const Cascade& cascade, const Einsum& einsum) {
  std::vector<Read> found;
  for (const Access* access : accesses(einsum.body)) found.push_back({access, base_of(cascade, access->tensor)});
  if (einsum.filter) found.push_back({&*einsum.filter, base_of(cascade, einsum.filter->tensor)});
  return found;
}

std::vector<TensorId> operands_of(const Cascade& cascade, const Einsum& einsum) {
  std::vector<TensorId> operands;
  for (const Access* access : accesses(einsum.body)) operands.push_back(base_of(cascade, access->tensor));
  return operands;
}

double operand_B(const Cascade& cascade, const Einsum& einsum, const ByTensor<double>& element_B) {
  double longest = 0;
  for (const TensorId operand : operands_of(cascade, einsum)) longest = std::max(longest, element_B[operand]);
  return longest;
}

const Index* running_index(const Cascade& cascade, const Access& access, RankId rank) {
  const auto& ranks = cascade.tensors[access.tensor].ranks;
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    if (ranks[i] == rank && !access.indices[i].fixed) return &access.indices[i];
  }
  return nullptr;
}

Needs needs(const Cascade& cascade, const Einsum& reader, const Read& read, RankId iterated) {
  if (!iterated || running_index(cascade, reader.output, iterated) == nullptr) return Needs::all_steps;
  const Index* index = running_index(cascade, *read.access, iterated);
  if (index == nullptr) return Needs::all_steps;
  if (!shows_plainly(cascade, cascade.tensors[read.access->tensor], iterated)) return Needs::all_steps;
  const bool running = cascade.tensors[read.tensor].iterated == iterated;
  const int written_at = running ? 1 : 0;
  if (index->offset > written_at) return Needs::all_steps;
  return running && index->offset < written_at ? Needs::earlier_step : Needs::same_step;
}

bool reads_earlier_step(const Cascade& cascade, const Einsum& reader, const Read& read) {
  const Tensor& tensor = cascade.tensors[read.tensor];
  return needs(cascade, reader, read, tensor.iterated) == Needs::earlier_step;
}

ByEinsum<std::size_t> group_of_einsums(const Cascade& cascade) {
  boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS> graph(cascade.einsums.size());
  for (const EinsumId id : cascade.einsums.ids()) {
    for (const Read& read : reads(cascade, cascade.einsums[id])) {
      const EinsumId producer = cascade.tensors[read.tensor].producer;
      if (producer) boost::add_edge(id.index(), producer.index(), graph);
    }
  }
  ByEinsum<std::size_t> component(cascade.einsums.size());
  if (component.empty()) return component;
  // Edges go from reader to producer, so a component gets its number after all that it reads.
  boost::strong_components(
      graph, boost::make_iterator_property_map(component.begin(), boost::get(boost::vertex_index, graph)));
  return component;
}

std::vector<Group> execution_groups(const Cascade& cascade) {
  const ByEinsum<std::size_t> group_of = group_of_einsums(cascade);
  std::vector<Group> groups;
  for (const EinsumId id : group_of.ids()) {
    const std::size_t group = group_of[id];
    if (group >= groups.size()) groups.resize(group + 1);
    groups[group].einsums.push_back(id);
  }
  for (Group& group : groups) group.iterated = tying_rank(cascade, group, group_of);
  return groups;
}

}  // namespace tilewright

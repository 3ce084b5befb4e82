#include "sim/nest/functional/ports.hpp"

#include <algorithm>

#include "einsum/masked_einsums.hpp"

namespace tilewright {

namespace {

const Loop* loop_at(const Tree& tree, NodeId node) { return std::get_if<Loop>(&tree.nodes[node].what); }

long long whole(double number) { return static_cast<long long>(number); }

}  // namespace

Ports::Ports(const NestOfLoops& nest) {
  find_children(nest);
  find_extents(nest);
  for (const Residency& residency : nest.flat.residencies) add_port(nest, residency);
  connect(nest);
  for (const Leaf& leaf : nest.flat.leaves) add_leaf(nest, leaf);
  find_last(nest);
  find_leaving(nest);
}

void Ports::find_children(const NestOfLoops& nest) {
  const auto& nodes = nest.tree.nodes;
  children.resize(nodes.size());
  loop_above.resize(nodes.size());
  leaf_at.resize(nodes.size());
  leaving.resize(nodes.size());
  for (const NodeId node : nodes.ids()) {
    const NodeId parent = nodes[node].parent;
    if (!parent) continue;
    children[parent].push_back(node);
    loop_above[node] = loop_at(nest.tree, parent) != nullptr ? parent : loop_above[parent];
  }
  for (const LeafId leaf : nest.flat.leaves.ids()) leaf_at[nest.flat.leaves[leaf].node] = leaf;
}

// Einsums below a loop divide its rank alike; of a loop that no Einsum below it has the rank of, one coordinate.
void Ports::find_extents(const NestOfLoops& nest) {
  below.assign(nest.tree.nodes.size(), 0);
  for (const Leaf& leaf : nest.flat.leaves)
    nest.facts.iteration(leaf.einsum).each([&](RankId rank) {
      long long extent = 1;
      for (NodeId loop = loop_above[leaf.node]; loop; loop = loop_above[loop]) {
        if (loop_at(nest.tree, loop)->rank != rank) continue;
        if (below[loop] == 0) below[loop] = extent;
        extent *= whole(nest.numbers.factors[loop]);
      }
    });
  for (long long& extent : below) extent = std::max(extent, 1LL);
}

std::vector<NodeId> Ports::loops_above(NodeId node) const {
  std::vector<NodeId> loops;
  for (NodeId loop = loop_above[node]; loop; loop = loop_above[loop]) loops.push_back(loop);
  std::ranges::reverse(loops);
  return loops;
}

PortId Ports::port_above(const NestOfLoops& nest, NodeId node, TensorId tensor) const {
  for (NodeId above = nest.tree.nodes[node].parent; above; above = nest.tree.nodes[above].parent)
    for (const PortId id : ports.ids())
      if (ports[id].node == above && ports[id].tensor == tensor) return id;
  return {};
}

bool Ports::is_below(const NestOfLoops& nest, NodeId node, NodeId above) {
  while (node && node != above) node = nest.tree.nodes[node].parent;
  return static_cast<bool>(node);
}

void Ports::add_port(const NestOfLoops& nest, const Residency& residency) {
  const Cascade& cascade = nest.facts.cascade();
  const TensorId t = residency.tile.tensor;
  const Tensor& tensor = cascade.tensors[t];
  Port port{.node = residency.node, .tensor = t, .level = residency.level, .group = residency.group};
  port.turns = residency.turns;
  IdSet<RankId> ranks;
  IdSet<RankId> iteration;
  bool older = false;
  bool all = true;
  for (const LeafId id : nest.flat.leaves.ids()) {
    const EinsumId einsum = nest.flat.leaves[id].einsum;
    const bool writes = nest.facts.write(einsum).tensor == t;
    bool reads = false;
    bool reads_older = false;
    for (const auto& read : nest.facts.reads(einsum)) {
      reads = reads || read.tensor == t;
      reads_older = reads_older || (read.tensor == t && read.older);
    }
    if (!writes && !reads) continue;
    if (!residency.users.has(id)) {
      all = false;
      continue;
    }
    ranks |= nest.facts.ranks(einsum, t);
    iteration |= nest.facts.iteration(einsum);
    older = older || reads_older;
    if (writes) port.writer = einsum;
    if (reads && !port.reader) port.reader = einsum;
  }
  const std::vector<NodeId> above = loops_above(port.node);
  const bool stepped = std::ranges::any_of(
      above, [&](NodeId loop) { return loop_at(nest.tree, loop)->rank == tensor.iterated && tensor.iterated; });
  older = older && stepped;
  port.fetches = port.reader && (!port.writer || older);
  port.drains = port.writer && (tensor.role == Tensor::Role::output || older || !all);
  port.accumulates = port.writer && nest.facts.reduces(port.writer);
  port.whole =
      !nest.arch.levels[port.level].parent && (above.empty() || !all || tensor.role != Tensor::Role::intermediate);
  for (const NodeId loop : above) {
    const Loop& each = *loop_at(nest.tree, loop);
    if (each.spatial && iteration.has(each.rank) && !port.whole) port.lanes.push_back(loop);
  }
  add_dimensions(nest, nest.facts.without_partitioned_wholes(ranks), port);
  ports.push_back(std::move(port));
}

// Whole ranks of the tensor, or the parts that its users select elements by.
void Ports::add_dimensions(const NestOfLoops& nest, const IdSet<RankId>& ranks, Port& port) const {
  const Cascade& cascade = nest.facts.cascade();
  const Tensor& tensor = cascade.tensors[port.tensor];
  const std::vector<std::size_t> shape = dense_shape(tensor, nest.shapes);
  std::size_t stride = 1;
  for (std::size_t i = shape.size(); i-- > 0;) {
    const RankId rank = tensor.ranks[i];
    const bool shared = nest.flat.shared != nullptr && nest.flat.shared->tensors[port.tensor] != 0 &&
                        nest.flat.shared->rank == rank;
    if (rank == tensor.iterated) {
      port.step_stride = stride;
      port.steps = shape[i];
    } else if (shared) {
      add_shared(nest, ranks, stride, port);
    } else if (ranks.has(rank) || !ranks.has(parts_of(cascade, rank).front())) {
      add_dimension(nest, {stride, whole(nest.shapes[rank]), rank, 1, ranks.has(rank), {}}, port);
    } else {
      std::size_t apart = stride;
      const std::vector<RankId> parts = parts_of(cascade, rank);
      std::for_each(parts.rbegin(), parts.rend(), [&](RankId part) {
        add_dimension(nest, {apart, whole(nest.shapes[part]), part, 1, true, {}}, port);
        apart *= static_cast<std::size_t>(nest.shapes[part]);
      });
    }
    stride *= shape[i];
  }
  std::ranges::reverse(port.dimensions);
}

// Of a part so many coordinates in a row select the same element, or all of them do.
void Ports::add_shared(const NestOfLoops& nest, const IdSet<RankId>& ranks, std::size_t stride, Port& port) const {
  const RankId rank = nest.flat.shared->rank;
  const long long group = whole(nest.shapes[rank] / nest.numbers.groups);
  std::vector<RankId> parts = nest.flat.shared_parts;
  if (ranks.has(rank)) parts = {rank};
  long long apart = 1;
  std::for_each(parts.rbegin(), parts.rend(), [&](RankId part) {
    const long long shape = whole(nest.shapes[part]);
    const long long step = std::max(1LL, group / apart);
    const long long extent = (shape + step - 1) / step;
    add_dimension(nest, {stride * static_cast<std::size_t>(apart * step), extent, part, step, ranks.has(part), {}},
                  port);
    apart *= shape;
  });
}

void Ports::add_dimension(const NestOfLoops& nest, TileDimension dimension, Port& port) const {
  if (!port.whole && dimension.selected)
    for (const NodeId loop : loops_above(port.node))
      if (loop_at(nest.tree, loop)->rank == dimension.rank) dimension.loops.push_back(loop);
  port.dimensions.push_back(std::move(dimension));
}

void Ports::connect(const NestOfLoops& nest) {
  for (const PortId id : ports.ids()) {
    Port& port = ports[id];
    port.parent = port_above(nest, port.node, port.tensor);
    const Residency& residency = nest.flat.residencies[ResidencyId::at(id.index())];
    for (const PortId other : ports.ids()) {
      if (other == id || ports[other].node != port.node) continue;
      if (residency.in_place) port.in_place.push_back(other);
      if (residency.inside && ports[other].tensor == nest.flat.stored->in) port.inside = other;
    }
  }
}

void Ports::add_leaf(const NestOfLoops& nest, const Leaf& leaf) {
  RunLeaf run{leaf.einsum, leaf.node, {}, {}, {}, {}, {}};
  const IdSet<RankId>& iteration = nest.facts.iteration(leaf.einsum);
  iteration.each([&](RankId rank) { run.loops.emplace_back(rank, std::vector<NodeId>{}); });
  for (const NodeId node : loops_above(leaf.node)) {
    const Loop& loop = *loop_at(nest.tree, node);
    if (!iteration.has(loop.rank)) {
      if (!loop.spatial) run.others.emplace_back(node, false);
      continue;
    }
    if (loop.spatial) run.lanes.push_back(node);
    for (auto& [rank, loops] : run.loops)
      if (rank == loop.rank) loops.push_back(node);
  }
  for (const auto& read : nest.facts.reads(leaf.einsum))
    run.operands.push_back(port_above(nest, leaf.node, read.tensor));
  run.result = port_above(nest, leaf.node, nest.facts.write(leaf.einsum).tensor);
  leaves.push_back(std::move(run));
}

// Of a loop over a rank that an Einsum has not, the Einsum runs in the first iteration, or in the last one where it
// reads what an Einsum below the loop needs all iterations for, or what runs in the last one itself.
void Ports::find_last(const NestOfLoops& nest) {
  for (bool more = true; more;) {
    more = false;
    for (RunLeaf& leaf : leaves)
      for (auto& [loop, last] : leaf.others)
        if (!last && reads_last(nest, leaf, loop)) more = last = true;
  }
}

bool Ports::reads_last(const NestOfLoops& nest, const RunLeaf& leaf, NodeId loop) const {
  const RankId rank = loop_at(nest.tree, loop)->rank;
  for (const auto& read : nest.facts.reads(leaf.einsum))
    for (const RunLeaf& writer : leaves) {
      if (&writer == &leaf || nest.facts.write(writer.einsum).tensor != read.tensor) continue;
      if (nest.facts.iteration(writer.einsum).has(rank) && is_below(nest, writer.node, loop)) return true;
      if (std::ranges::find(writer.others, std::pair(loop, true)) != writer.others.end()) return true;
    }
  return false;
}

void Ports::find_leaving(const NestOfLoops& nest) {
  for (const PortId id : ports.ids()) {
    if (!ports[id].turns) continue;
    NodeId branch = ports[id].node;
    for (NodeId above = nest.tree.nodes[branch].parent; above;
         branch = above, above = nest.tree.nodes[above].parent)
      if (children[above].size() > 1) {
        leaving[branch].push_back(id);
        break;
      }
  }
}

}  // namespace tilewright

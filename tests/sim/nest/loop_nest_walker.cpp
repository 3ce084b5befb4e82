#include "tests/sim/nest/loop_nest_walker.hpp"

#include <algorithm>

#include "einsum/masked_einsums.hpp"

namespace tilewright::test {

namespace {

bool has(const std::vector<RankId>& ranks, RankId rank) { return std::ranges::find(ranks, rank) != ranks.end(); }

void merge(std::vector<RankId>& into, const std::vector<RankId>& ranks) {
  for (const RankId rank : ranks)
    if (!has(into, rank)) into.push_back(rank);
}

}  // namespace

LoopNestWalker::LoopNestWalker(const Cascade& cascade, const Arch& arch, const Mapping& mapping, const Frame& frame)
    : cascade_(cascade), arch_(arch), mapping_(mapping), frame_(frame) {
  const std::size_t size = mapping.tree.nodes.size();
  above_.resize(size);
  children_.resize(size);
  ports_.resize(size);
  index_.assign(size, 0);
  for (const NodeId node : mapping.tree.nodes.ids()) {
    const NodeId parent = mapping.tree.nodes[node].parent;
    if (!parent) continue;
    above_[node] = above_[parent];
    above_[node].push_back(parent);
    children_[parent].push_back(node);
  }
  for (const NodeId node : mapping.tree.nodes.ids())
    if (const auto* keep = std::get_if<Keep>(&mapping.tree.nodes[node].what); keep != nullptr && frame.active[node])
      for (const TensorId tensor : keep->tensors) ports_[node].push_back(port_of_keep(node, tensor));
}

LoopNestWalker::Traffic LoopNestWalker::run() {
  const std::size_t size = arch_.levels.size() * cascade_.tensors.size() * cascade_.einsums.size();
  traffic_ = {std::vector<double>(size, 0), std::vector<double>(size, 0), std::vector<double>(size, 0), false, {}};
  traffic_.steps.assign(cascade_.einsums.size(), 0);
  for (const NodeId node : mapping_.tree.nodes.ids())
    if (!mapping_.tree.nodes[node].parent) visit(node);
  for (const GroupId group : mapping_.tree.groups.ids()) drain(group);
  return traffic_;
}

LoopNestWalker::Use LoopNestWalker::use_of(const Access& access) const {
  TensorId stored = access.tensor;
  while (cascade_.tensors[stored].view_of) stored = cascade_.tensors[stored].view_of->tensor;
  Use use{stored, {}};
  for (const Index& index : access.indices) {
    if (index.fixed) continue;
    if (index.rank != cascade_.tensors[stored].iterated) use.ranks.push_back(index.rank);
    if (index.rank == cascade_.tensors[stored].iterated && index.offset == 0) use.older = true;
  }
  return use;
}

std::vector<LoopNestWalker::Use> LoopNestWalker::reads_of(EinsumId einsum) const {
  std::vector<Use> uses;
  for (const Access* access : accesses(cascade_.einsums[einsum].body)) uses.push_back(use_of(*access));
  if (cascade_.einsums[einsum].filter) uses.push_back(use_of(*cascade_.einsums[einsum].filter));
  return uses;
}

LoopNestWalker::Port LoopNestWalker::port_of_keep(NodeId node, TensorId tensor) const {
  Port port;
  port.tensor = tensor;
  port.node = node;
  port.parent = keep_above(node, tensor);
  bool elsewhere = false;
  for (const NodeId leaf : mapping_.tree.nodes.ids()) {
    const auto* compute = std::get_if<Compute>(&mapping_.tree.nodes[leaf].what);
    if (compute == nullptr) continue;
    std::vector<std::pair<Use, bool>> uses{{use_of(cascade_.einsums[compute->einsum].output), true}};
    for (Use& use : reads_of(compute->einsum)) uses.emplace_back(std::move(use), false);
    for (const auto& [use, writes] : uses) {
      if (use.tensor != tensor) continue;
      if (below(leaf, node))
        add_use(port, use, compute->einsum, writes);
      else
        elsewhere = true;
    }
  }
  for (const Partition& partition : cascade_.partitions)
    if (has(port.ranks, partition.parts.front())) std::erase(port.ranks, partition.whole);
  port.older = port.older && std::ranges::any_of(above_[node], [&](NodeId n) {
                 const auto* loop = std::get_if<Loop>(&mapping_.tree.nodes[n].what);
                 return loop != nullptr && loop->rank == cascade_.tensors[tensor].iterated;
               });
  port.wanted_above = elsewhere || port.older || cascade_.tensors[tensor].role == Tensor::Role::output;
  return port;
}

void LoopNestWalker::add_use(Port& port, const Use& use, EinsumId einsum, bool writes) const {
  if (writes) port.writer = einsum;
  if (!writes && !port.reader) port.reader = einsum;
  if (!writes) merge(port.reader_iteration, cascade_.einsums[einsum].iteration);
  port.older = port.older || (!writes && use.older);
  merge(port.ranks, use.ranks);
  merge(port.iteration, cascade_.einsums[einsum].iteration);
}

LoopNestWalker::Port LoopNestWalker::port_of_unit(NodeId node, const Use& use, EinsumId einsum, bool writes) const {
  Port port;
  port.tensor = use.tensor;
  port.node = node;
  port.parent = keep_above(node, use.tensor);
  add_use(port, use, einsum, writes);
  return port;
}

NodeId LoopNestWalker::keep_above(NodeId node, TensorId tensor) const {
  for (auto above = above_[node].rbegin(); above != above_[node].rend(); ++above) {
    const auto* keep = std::get_if<Keep>(&mapping_.tree.nodes[*above].what);
    if (keep == nullptr || !frame_.active[*above]) continue;
    if (std::ranges::find(keep->tensors, tensor) != keep->tensors.end()) return *above;
  }
  return {};
}

bool LoopNestWalker::below(NodeId leaf, NodeId node) const {
  return std::ranges::find(above_[leaf], node) != above_[leaf].end();
}

void LoopNestWalker::visit(NodeId node) {
  const auto& what = mapping_.tree.nodes[node].what;
  if (const auto* compute = std::get_if<Compute>(&what)) step(node, compute->einsum);
  for (const Port& port : ports_[node]) arrive(port);
  const auto* loop = std::get_if<Loop>(&what);
  const int times = loop != nullptr && !loop->spatial ? static_cast<int>(frame_.factors[node]) : 1;
  for (int i = 0; i < times; ++i) {
    index_[node] = i;
    if (loop != nullptr && first_of(node, loop->rank) >= frame_.shapes[loop->rank]) break;
    for (const NodeId child : children_[node]) visit(child);
  }
  index_[node] = 0;
}

void LoopNestWalker::arrive(const Port& port) {
  watch_handover(port);
  if (!port.parent) return;
  State& state = states_[{port.node, port.tensor}];
  if (port.reader && (!port.writer || port.older) && running(port.node, port.iteration)) {
    std::vector<Move> fills;
    for (Move& move : moves(port, port.iteration)) {
      const auto held = state.held.find(move.child);
      if (held != state.held.end() && held->second == move.tile) continue;
      state.held[move.child] = move.tile;
      fills.push_back(std::move(move));
    }
    fetch(port, fills);
  }
  if (!port.writer || !port.wanted_above) return;
  const auto& iteration = cascade_.einsums[port.writer].iteration;
  if (!running(port.node, iteration)) return;
  std::vector<Move> evicted;
  const std::vector<Move> working = moves(port, iteration);
  for (const Move& move : moves(port, iteration, true)) {
    const auto dirty = state.dirty.find(move.child);
    if (dirty == state.dirty.end() || dirty->second.tile == move.tile || beyond_end(port, move)) continue;
    evicted.push_back(dirty->second);
    state.dirty.erase(dirty);
  }
  for (const Move& move : working) state.dirty[move.child] = move;
  send_up(port, evicted);
}

// A tile is handed over where it is both made and read below one keep, or where no keep is above.
void LoopNestWalker::watch_handover(const Port& port) {
  if (!port.writer || !port.reader || (port.older && port.parent)) return;
  State& state = states_[{port.node, port.tensor}];
  const auto& written = cascade_.einsums[port.writer].iteration;
  if (running(port.node, written)) {
    std::map<Tile, int> copies;
    for (const Move& move : moves(port, written)) {
      const bool current = !state.held.contains(move.child) || state.held[move.child] == move.tile;
      const bool fresh = state.made[move.child].insert(move.tile).second;
      if (!current && !fresh && !port.parent) traffic_.lost = true;
      if (++copies[move.tile] > 1) traffic_.lost = true;  // partial sums that are never added up
      state.held[move.child] = move.tile;
    }
  }
  if (!running(port.node, port.reader_iteration)) return;
  for (const Move& move : moves(port, port.reader_iteration))
    if (!state.held.contains(move.child) || state.held[move.child] != move.tile) traffic_.lost = true;
}

void LoopNestWalker::step(NodeId node, EinsumId einsum) {
  const auto& iteration = cascade_.einsums[einsum].iteration;
  if (!running(node, iteration)) return;
  ++traffic_.steps[einsum];
  for (const Use& use : reads_of(einsum)) {
    const Port port = port_of_unit(node, use, einsum, false);
    fetch(port, moves(port, iteration));
  }
  const Port port = port_of_unit(node, use_of(cascade_.einsums[einsum].output), einsum, true);
  send_up(port, moves(port, iteration));
}

// At the end of a group every tile leaves its instance.
void LoopNestWalker::drain(GroupId group) {
  for (const NodeId node : mapping_.tree.nodes.ids()) {
    if (mapping_.tree.nodes[node].group != group) continue;
    for (const Port& port : ports_[node]) {
      if (!port.parent || !port.writer || !port.wanted_above) continue;
      const State& state = states_[{port.node, port.tensor}];
      std::vector<Move> evicted;
      for (const Move& move : moves(port, cascade_.einsums[port.writer].iteration, true))
        if (state.dirty.contains(move.child)) evicted.push_back(state.dirty.at(move.child));
      send_up(port, evicted);
    }
  }
}

bool LoopNestWalker::running(NodeId node, const std::vector<RankId>& iteration) const {
  return std::ranges::all_of(above_[node], [&](NodeId n) {
    const auto* loop = std::get_if<Loop>(&mapping_.tree.nodes[n].what);
    return loop == nullptr || index_[n] == 0 || has(iteration, loop->rank);
  });
}

std::vector<LoopNestWalker::Move> LoopNestWalker::moves(const Port& port, const std::vector<RankId>& iteration,
                                                        bool idle) {
  std::vector<NodeId> spatial;
  for (const NodeId node : above_[port.node]) {
    const auto* loop = std::get_if<Loop>(&mapping_.tree.nodes[node].what);
    if (loop != nullptr && loop->spatial && has(iteration, loop->rank)) spatial.push_back(node);
  }
  std::vector<Move> list;
  add_moves(port, spatial, 0, list);
  const auto is_idle = [&](const Move& move) { return !move.works; };
  if (!idle) std::erase_if(list, is_idle);
  return list;
}

void LoopNestWalker::add_moves(const Port& port, const std::vector<NodeId>& spatial, std::size_t depth,
                               std::vector<Move>& list) {
  if (depth == spatial.size()) {
    list.push_back({!port.parent ? Key{} : instance(port.parent), tile(port), instance(port.node), tile_size(port),
                    works(port.node)});
    return;
  }
  const NodeId node = spatial[depth];
  for (int i = 0; i < static_cast<int>(frame_.factors[node]); ++i) {
    index_[node] = i;
    add_moves(port, spatial, depth + 1, list);
  }
  index_[node] = 0;
}

bool LoopNestWalker::beyond_end(const Port& port, const Move& move) const {
  for (std::size_t i = 0; i < port.ranks.size(); ++i)
    if (!shared(port.tensor) && move.tile[i] >= frame_.shapes[port.ranks[i]]) return true;
  return false;
}

bool LoopNestWalker::works(NodeId node) const {
  for (const RankId rank : cascade_.ranks.ids())
    if (range(node, rank).second <= 0) return false;
  return true;
}

LoopNestWalker::Key LoopNestWalker::instance(NodeId node) const {
  Key key;
  for (const NodeId above : above_[node])
    if (const auto* loop = std::get_if<Loop>(&mapping_.tree.nodes[above].what); loop != nullptr && loop->spatial)
      key.push_back(index_[above]);
  return key;
}

std::pair<double, double> LoopNestWalker::range(NodeId node, RankId rank) const {
  double extent = frame_.shapes[rank];
  double at = 0;
  for (const NodeId above : above_[node]) {
    const auto* loop = std::get_if<Loop>(&mapping_.tree.nodes[above].what);
    if (loop == nullptr || loop->rank != rank) continue;
    extent = loops_below(above, rank);
    at += index_[above] * extent;
  }
  return {at, std::min(extent, frame_.shapes[rank] - at)};
}

double LoopNestWalker::first_of(NodeId node, RankId rank) const {
  double at = index_[node] * loops_below(node, rank);
  for (const NodeId above : above_[node]) {
    const auto* loop = std::get_if<Loop>(&mapping_.tree.nodes[above].what);
    if (loop != nullptr && loop->rank == rank) at += index_[above] * loops_below(above, rank);
  }
  return at;
}

double LoopNestWalker::loops_below(NodeId node, RankId rank) const {
  for (const NodeId leaf : mapping_.tree.nodes.ids()) {
    const auto* compute = std::get_if<Compute>(&mapping_.tree.nodes[leaf].what);
    if (compute == nullptr || !below(leaf, node) || !has(cascade_.einsums[compute->einsum].iteration, rank))
      continue;
    double product = 1;
    for (const NodeId above : above_[leaf]) {
      const auto* loop = std::get_if<Loop>(&mapping_.tree.nodes[above].what);
      if (loop != nullptr && loop->rank == rank && node < above) product *= frame_.factors[above];
    }
    return product;
  }
  return 1;
}

bool LoopNestWalker::is_part(RankId rank) const {
  return rank == mapping_.shared->rank || has(parts_of(cascade_, mapping_.shared->rank), rank);
}

bool LoopNestWalker::shared(TensorId tensor) const {
  return mapping_.shared && mapping_.shared->tensors[tensor] != 0;
}

std::set<int> LoopNestWalker::groups(const Port& port) const {
  std::set<int> coordinates{0};
  double apart = 1;
  std::vector<RankId> parts = parts_of(cascade_, mapping_.shared->rank);
  if (has(port.ranks, mapping_.shared->rank)) parts = {mapping_.shared->rank};
  for (auto part = parts.rbegin(); part != parts.rend(); apart *= frame_.shapes[*part++]) {
    const auto [first, extent] = range(port.node, *part);
    std::set<int> more;
    for (const int coordinate : coordinates)
      for (int i = 0; i < extent; ++i) more.insert(coordinate + static_cast<int>((first + i) * apart));
    coordinates = std::move(more);
  }
  std::set<int> result;
  for (const int coordinate : coordinates)
    result.insert(coordinate / static_cast<int>(frame_.shapes[mapping_.shared->rank] / frame_.groups));
  return result;
}

LoopNestWalker::Tile LoopNestWalker::tile(const Port& port) const {
  Tile first;
  for (const RankId rank : port.ranks)
    if (!shared(port.tensor) || !is_part(rank)) first.push_back(static_cast<int>(range(port.node, rank).first));
  if (shared(port.tensor)) first.push_back(*groups(port).begin());
  return first;
}

double LoopNestWalker::tile_size(const Port& port) const {
  double size = shared(port.tensor) ? static_cast<double>(groups(port).size()) : 1;
  for (const RankId rank : port.ranks)
    if (!shared(port.tensor) || !is_part(rank)) size *= range(port.node, rank).second;
  return size;
}

void LoopNestWalker::fetch(const Port& port, const std::vector<Move>& list) {
  const LevelId parent = level_of(port.parent);
  const std::set<Move> distinct(list.begin(), list.end());
  double all = 0;
  double once = 0;
  for (const Move& move : list) all += move.size;
  for (const Move& move : distinct) once += move.size;
  count(traffic_.read, parent, port, port.reader) += arch_.levels[parent].multicast ? once : all;
  fill(port, port.reader, all);
}

void LoopNestWalker::send_up(const Port& port, const std::vector<Move>& list) {
  const LevelId parent = level_of(port.parent);
  std::map<std::pair<Key, std::pair<Tile, Key>>, std::pair<double, double>> arrivals;  // size, of all instances
  for (const Move& move : list) {
    auto& [size, all] = arrivals[{move.parent, {move.tile, arch_.levels[parent].reduction ? Key{} : move.child}}];
    size = move.size;
    all += move.size;
  }
  auto& touched = states_[{port.node, port.tensor}].touched;
  for (const auto& [arrival, sizes] : arrivals) {
    count(traffic_.written, parent, port, port.writer) += sizes.first;
    const bool fresh = touched.insert({arrival.first, arrival.second.first}).second;
    if (fresh || !cascade_.einsums[port.writer].reduce) continue;
    count(traffic_.read, parent, port, port.writer) += sizes.first;
    fill(port, port.writer, sizes.second);
  }
}

// Units hold nothing that is counted.
void LoopNestWalker::fill(const Port& port, EinsumId einsum, double elements) {
  const LevelId level = level_of(port.node);
  if (!level) return;
  count(traffic_.written, level, port, einsum) += elements;
  count(traffic_.filled, level, port, einsum) += elements;
}

LevelId LoopNestWalker::level_of(NodeId node) const {
  const auto* keep = std::get_if<Keep>(&mapping_.tree.nodes[node].what);
  return keep == nullptr ? LevelId() : keep->level;
}

double& LoopNestWalker::count(std::vector<double>& counts, LevelId level, const Port& port, EinsumId einsum) const {
  return counts[(level.index() * cascade_.tensors.size() + port.tensor.index()) * cascade_.einsums.size() +
                einsum.index()];
}

}  // namespace tilewright::test

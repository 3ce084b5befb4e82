#include "sim/nest/functional/nest_run.hpp"

#include <limits>

#include "sim/nest/functional/leaf_run.hpp"
#include "sim/nest/functional/tiles.hpp"

namespace tilewright {

namespace {

class NestRun {
 public:
  NestRun(const NestOfLoops& nest, const NestData& data)
      : nest_(nest),
        ports_(nest),
        state_{nest, ports_},
        tiles_(state_, data.right),
        leaves_(state_, tiles_, data) {}

  NestOutcome run() {
    const auto& nodes = nest_.tree.nodes;
    for (const NodeId node : nodes.ids()) {
      if (nodes[node].parent) continue;
      visit(node);
      tiles_.end_group(nodes[node].group);
    }
    leaves_.check_all_ran();
    return {tiles_.outputs(), std::move(state_.fault), state_.count.moved(), leaves_.points()};
  }

 private:
  void visit(NodeId node) {
    if (const LeafId leaf = ports_.leaf_at[node]) return leaves_.step(leaf);
    const auto* loop = std::get_if<Loop>(&nest_.tree.nodes[node].what);
    if (loop == nullptr || loop->spatial) return visit_children(node);
    const long long times = iterations(node, loop->rank);
    state_.is_last[node] = 0;
    for (long long i = 0; i < times; ++i) {
      state_.index[node] = i;
      state_.is_last[node] = static_cast<char>(i + 1 == times);
      state_.era[node] = ++eras_;
      visit_children(node);
    }
    state_.index[node] = 0;
  }

  void visit_children(NodeId node) {
    for (const NodeId child : ports_.children[node]) {
      visit(child);
      if (!ports_.leaving[child].empty()) state_.count.next_time();
      for (const PortId port : ports_.leaving[child]) tiles_.leave(port);
    }
  }

  // Of the first lane, which has as many as any.
  [[nodiscard]] long long iterations(NodeId node, RankId rank) const {
    long long left = static_cast<long long>(nest_.shapes[rank]);
    for (NodeId loop = ports_.loop_above[node]; loop; loop = ports_.loop_above[loop])
      if (std::get<Loop>(nest_.tree.nodes[loop].what).rank == rank) left -= state_.index[loop] * ports_.below[loop];
    const long long needed = (left + ports_.below[node] - 1) / ports_.below[node];
    return std::min(static_cast<long long>(nest_.numbers.factors[node]), std::max(needed, 1LL));
  }

  const NestOfLoops& nest_;
  Ports ports_;
  RunState state_;
  Tiles tiles_;
  LeafRuns leaves_;
  std::uint64_t eras_ = 0;
};

}  // namespace

NestOutcome run_with_data(const NestOfLoops& nest, const NestData& data) { return NestRun(nest, data).run(); }

}  // namespace tilewright

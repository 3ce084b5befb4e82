#include "explore/mapper/plan_of.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace tilewright {

namespace {

class Reader {
 public:
  Reader(const Mapping& mapping, const Frame& frame, const Cascade& cascade, const Arch& arch)
      : mapping_(mapping), frame_(frame), cascade_(cascade), arch_(arch) {}

  ReadPlan read() {
    children_.resize(mapping_.tree.nodes.size());
    for (const NodeId node : mapping_.tree.nodes.ids())
      if (mapping_.tree.nodes[node].parent) children_[mapping_.tree.nodes[node].parent].push_back(node);
    for (const GroupId group : mapping_.tree.groups.ids()) read_group(group);
    require_order();
    if (!mapping_.assumes.held_once.empty()) outside("tiles that are handed on are held once");
    if (!mapping_.overbooked.empty()) outside("a level holds more than it has room for");
    if (!mapping_.reserved_B.empty()) outside("room of a level is reserved");
    if (!mapping_.tiles.empty()) outside("tokens of the mask are permuted into tiles");
    return std::move(result_);
  }

 private:
  void outside(const std::string& what) {
    if (std::ranges::find(result_.outside, what) == result_.outside.end()) result_.outside.push_back(what);
  }
  [[nodiscard]] const std::string& name(RankId rank) const { return cascade_.ranks[rank].name; }

  void read_group(GroupId id) {
    const FusionGroup& group = mapping_.tree.groups[id];
    plan_ = {false, {}, {}, {}, group.tiles};
    std::vector<NodeId> chain;
    NodeId at;
    for (const NodeId node : mapping_.tree.nodes.ids())
      if (mapping_.tree.nodes[node].group == id && !mapping_.tree.nodes[node].parent) at = node;
    for (;; at = children_[at].front()) {
      chain.push_back(at);
      if (children_[at].size() != 1) break;
    }
    is_alone_ = children_[at].empty();
    if (is_alone_) {
      const std::size_t shared = end_of_shared(chain);
      read_shared(chain, shared);
      read_einsum({chain.begin() + static_cast<std::ptrdiff_t>(shared), chain.end()});
    } else {
      read_shared(chain, chain.size());
      for (const NodeId branch : children_[at]) read_branch(branch);
    }
    read_schedule(group);
    std::ranges::stable_sort(plan_.keeps, [](const PlannedKeep& a, const PlannedKeep& b) {
      return std::tie(a.below, a.level) < std::tie(b.below, b.level);
    });
    check_keeps(id);
    result_.plan.groups.push_back(std::move(plan_));
  }

  [[nodiscard]] const auto& what(NodeId node) const { return mapping_.tree.nodes[node].what; }
  [[nodiscard]] bool is_lane_level(LevelId level) const { return arch_.levels[level].instances > 1; }

  // Of a group of one Einsum: loops down to the last tensor that a level of all units keeps are as shared ones.
  [[nodiscard]] std::size_t end_of_shared(const std::vector<NodeId>& chain) const {
    std::size_t end = 0;
    for (std::size_t i = 0; i < chain.size(); ++i)
      if (const auto* keep = std::get_if<Keep>(&what(chain[i])); keep != nullptr && !is_lane_level(keep->level))
        end = i + 1;
    return end;
  }

  void read_shared(const std::vector<NodeId>& chain, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const NodeId node = chain[i];
      if (const auto* loop = std::get_if<Loop>(&what(node))) {
        if (loop->spatial)
          outside(fmt::format("lanes along {} above what a level of all units keeps", name(loop->rank)));
        add_loop(plan_.loops, node, *loop, "shared loops");
      } else if (const auto* keep = std::get_if<Keep>(&what(node)); keep != nullptr && frame_.active[node] != 0) {
        if (keep->in_place) outside("tensors take turns in one buffer");
        for (const TensorId tensor : keep->tensors)
          plan_.keeps.push_back({tensor, keep->level, static_cast<int>(plan_.loops.size())});
      }
    }
  }

  void add_loop(std::vector<PlannedLoop>& loops, NodeId node, const Loop& loop, const char* kind) {
    if (frame_.factors[node] == 1) return;
    if (std::ranges::find(loops, loop.rank, &PlannedLoop::rank) != loops.end())
      outside(fmt::format("two {} over {}", kind, name(loop.rank)));
    loops.push_back({loop.rank, frame_.factors[node]});
  }

  // Of a group of one Einsum, loops below the last tensor kept are as steps; where two are over one rank, the outer
  // ones are as shared loops.
  void make_room(std::vector<PlannedLoop>& steps, RankId rank) {
    const auto has = [](const std::vector<PlannedLoop>& loops, RankId of) {
      return std::ranges::find(loops, of, &PlannedLoop::rank) != loops.end();
    };
    const bool shared = std::ranges::any_of(steps, [&](const PlannedLoop& s) { return has(plan_.loops, s.rank); });
    if (!is_alone_ || !has(steps, rank) || shared) return;
    plan_.loops.insert(plan_.loops.end(), steps.begin(), steps.end());
    steps.clear();
  }

  void read_branch(NodeId at) {
    std::vector<NodeId> chain{at};
    for (; !children_[at].empty(); chain.push_back(at)) {
      if (children_[at].size() > 1) outside("Einsums share loops that others of the group do not");
      at = children_[at].front();
    }
    read_einsum(chain);
  }

  void read_einsum(const std::vector<NodeId>& chain) {
    const auto& compute = std::get<Compute>(what(chain.back()));
    EinsumPlan plan{compute.einsum, compute.unit, {}, {}, {}, {}};
    const std::string& einsum = cascade_.einsums[compute.einsum].name;
    for (const NodeId node : chain) {
      if (const auto* loop = std::get_if<Loop>(&what(node))) {
        if (loop->spatial && !plan.kept.empty()) outside(fmt::format("lanes of {} below what lanes keep", einsum));
        std::vector<PlannedLoop>& loops = loop->spatial       ? plan.lanes
                                          : plan.kept.empty() ? plan.steps
                                                              : plan.in_lane;
        if (&loops == &plan.steps && frame_.factors[node] > 1) make_room(plan.steps, loop->rank);
        add_loop(loops, node, *loop, "loops of one Einsum");
      } else if (const auto* keep = std::get_if<Keep>(&what(node)); keep != nullptr && frame_.active[node] != 0) {
        if (!is_lane_level(keep->level))
          outside(
              fmt::format("{} keeps tiles within the steps of {} alone", arch_.levels[keep->level].name, einsum));
        for (const TensorId tensor : keep->tensors) plan.kept.push_back({tensor, keep->level, 0});
      }
    }
    plan_.einsums.push_back(std::move(plan));
  }

  // One step in which units run at once, each its Einsums in order.
  void read_schedule(const FusionGroup& group) {
    for (const Step& step : group.steps)
      if (step.bubble_cycles) outside("cycles in which nothing runs");
    if (plan_.einsums.size() == 1) return;
    plan_.pipelined = group.steps.size() == 1;
    if (!plan_.pipelined) outside("Einsums of a group that run one after another");
  }

  void check_keeps(GroupId id) {
    for (const PlannedKeep& keep : plan_.keeps) {
      const auto again = std::ranges::count_if(plan_.keeps, [&](const PlannedKeep& other) {
        return other.tensor == keep.tensor && arch_.levels[other.level].parent;
      });
      if (again > 1) outside(fmt::format("{} is kept in several places", cascade_.tensors[keep.tensor].name));
      if (!arch_.levels[keep.level].parent && keep.below > 0)
        outside(fmt::format("{} is kept in {} below loops", cascade_.tensors[keep.tensor].name,
                            arch_.levels[keep.level].name));
    }
    check_buffers(id);
  }

  // What one Einsum hands to another is held twice, all else once.
  void check_buffers(GroupId id) {
    for (const NodeId node : mapping_.tree.nodes.ids()) {
      const auto* keep = std::get_if<Keep>(&what(node));
      if (keep == nullptr || mapping_.tree.nodes[node].group != id || is_lane_level(keep->level)) continue;
      for (std::size_t k = 0; k < plan_.keeps.size(); ++k)
        if (plan_.keeps[k].level == keep->level && std::ranges::count(keep->tensors, plan_.keeps[k].tensor) > 0 &&
            buffers_of(plan_, k, cascade_) != frame_.factors[node])
          outside(fmt::format("{} is held {} times in {}", cascade_.tensors[plan_.keeps[k].tensor].name,
                              frame_.factors[node], arch_.levels[keep->level].name));
    }
  }

  void require_order() {
    std::size_t next = 0;
    for (const GroupPlan& group : result_.plan.groups)
      for (const EinsumPlan& plan : group.einsums)
        if (plan.einsum.index() != next++) outside("Einsums in another order than that of the cascade");
  }

  const Mapping& mapping_;
  const Frame& frame_;
  const Cascade& cascade_;
  const Arch& arch_;
  ByNode<std::vector<NodeId>> children_;
  GroupPlan plan_;
  bool is_alone_ = false;  // one Einsum in the group
  ReadPlan result_;
};

}  // namespace

ReadPlan plan_of(const Mapping& mapping, const Frame& frame, const Cascade& cascade, const Arch& arch) {
  return Reader(mapping, frame, cascade, arch).read();
}

}  // namespace tilewright

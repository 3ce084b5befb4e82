#include "report/export/accelforge.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "einsum/parse.hpp"
#include "report/export/accelforge_limits.hpp"
#include "report/export/exported_arch.hpp"

namespace tilewright {

namespace {

constexpr double bits_per_byte = 8;

double known(double energy_J) { return std::isnan(energy_J) ? 0 : energy_J; }

std::string access_text(const Cascade& cascade, const Access& access) {
  std::vector<std::string> variables;
  for (const Index& index : access.indices) variables.push_back(cascade.ranks[index.rank].variable);
  return fmt::format("{}[{}]", cascade.tensors[access.tensor].name, fmt::join(variables, ","));
}

std::string einsum_text(const Cascade& cascade, const Einsum& einsum) {
  std::vector<std::string> operands;
  for (const Access* access : accesses(einsum.body)) operands.push_back(access_text(cascade, *access));
  return fmt::format("{} = {}", access_text(cascade, einsum.output), fmt::join(operands, " * "));
}

std::string workload_text(const SizedNest& nest) {
  const Cascade& cascade = nest.cascade;
  std::vector<std::string> sizes;
  std::vector<std::string> bits;
  IdSet<RankId> ranks;
  for (const EinsumId e : cascade.einsums.ids()) ranks |= nest.facts.iteration(e);
  for (const RankId r : cascade.ranks.ids())
    if (ranks.has(r)) sizes.push_back(fmt::format("{}: {}", cascade.ranks[r].name, nest.frame.shapes[r]));
  for (const Tensor& tensor : cascade.tensors) {
    const double each = nest.workload.element_B(tensor.name) * bits_per_byte;
    if (each != std::floor(each))
      throw InputError(
          {nest.workload.file, 0, 0}, "workload",
          fmt::format("cannot be exported: AccelForge has no parts of bits, and an element of '{}' has {}",
                      tensor.name, each));
    bits.push_back(fmt::format("{}: {}", tensor.name, each));
  }
  std::string text = fmt::format("workload:\n  rank_sizes: {{{}}}\n  bits_per_value: {{{}}}\n  einsums:\n",
                                 fmt::join(sizes, ", "), fmt::join(bits, ", "));
  for (const Einsum& einsum : cascade.einsums) {
    const std::string written = einsum_text(cascade, einsum);
    const std::string computed = print_einsum(cascade, einsum);
    text += fmt::format("  - \"{}\"{}\n", written, written == computed ? "" : "  # " + computed);
  }
  return text;
}

class ArchText {
 public:
  ArchText(const SizedNest& nest, const ExportedArch& exported) : nest_(nest), exported_(exported) {}

  std::string text() {
    text_ = "arch:\n  nodes:\n";
    add(exported_.levels.front(), "  ");
    for (const Level& level : nest_.arch.levels)
      if (std::ranges::find(exported_.levels, nest_.arch.level(level.name)) == exported_.levels.end())
        text_ += fmt::format("# {} is left out: the mapping keeps nothing there.\n", level.name);
    return text_;
  }

 private:
  // Units branch off the path by themselves; of the levels below, all but the last do as forks.
  void add(LevelId l, const std::string& indent) {
    add_level(l, indent);
    for (const ExportedUnit& unit : exported_.units)
      if (unit.below == l) add_unit(unit, indent);
    std::vector<LevelId> inner;
    for (const LevelId other : exported_.levels)
      if (exported_.parent[other] == l) inner.push_back(other);
    for (const LevelId other : inner) {
      if (other == inner.back()) return add(other, indent);
      text_ += indent + "- !Fork\n" + indent + "  nodes:\n";
      add(other, indent + "  ");
    }
  }

  void add_level(LevelId l, const std::string& indent) {
    const Level& level = nest_.arch.levels[l];
    const double free_B = level.capacity_B - nest_.frame.reserved(l) / level.instances;
    add_head("Memory", level.name, exported_.fanout[l], indent);
    text_ += fmt::format("{}  size: {}\n", indent, quantity(free_B));
    const std::string each = level.instances > 1 ? fmt::format(" / {}", level.instances) : "";
    const std::string rate = std::isinf(level.bandwidth_B_per_s) ? "inf" : quantity(level.bandwidth_B_per_s) + each;
    add_actions({{"read", energy(level.read_J, level)}, {"write", energy(level.write_J, level)}}, rate, indent);
  }

  void add_unit(const ExportedUnit& unit, const std::string& indent) {
    add_head("Compute", unit.name, unit.fanout, indent);
    const std::string rate = unit.cost.cycles == 0 ? "inf"
                             : unit.cost.cycles == 1
                                 ? fmt::format("{}", nest_.arch.clock_Hz)
                                 : fmt::format("{} / {}", nest_.arch.clock_Hz, unit.cost.cycles);
    add_actions({{"compute", fmt::format("{}", known(unit.cost.energy_J))}}, rate, indent);
  }

  void add_head(const char* kind, const std::string& name, double fanout, const std::string& indent) {
    text_ += fmt::format("{0}- !{1}\n{0}  name: {2}\n", indent, kind, name);
    if (fanout > 1) text_ += fmt::format("{}  spatial: [{{name: lanes, fanout: {}}}]\n", indent, fanout);
    text_ += fmt::format("{0}  leak_power: 0\n{0}  area: 0\n", indent);
  }

  void add_actions(const std::vector<std::pair<std::string, std::string>>& energies, const std::string& rate,
                   const std::string& indent) {
    text_ += indent + "  actions:\n";
    for (const auto& [name, energy_J] : energies)
      text_ += fmt::format("{}  - {{name: {}, energy: {}, throughput: {}}}\n", indent, name, energy_J, rate);
  }

  // In bits, of bytes.
  static std::string quantity(double bytes) {
    return std::isinf(bytes) ? "inf" : fmt::format("{} * {}", bits_per_byte, bytes);
  }
  static std::string energy(double access_J, const Level& level) {
    if (known(access_J) == 0) return "0";
    return fmt::format("{} / {}", access_J, level.access_B * bits_per_byte);
  }

  const SizedNest& nest_;
  const ExportedArch& exported_;
  std::string text_;
};

class MappingText {
 public:
  MappingText(const SizedNest& nest, const ExportedArch& exported) : nest_(nest), exported_(exported) {}

  std::string text(const PlacedNodes& placed, const std::vector<std::string>& notes) {
    for (const std::string& note : notes) text_ += "# " + note + "\n";
    text_ += "mapping:\n  nodes:\n";
    add(placed, nest_.frame.shapes, "  ");
    return text_;
  }

 private:
  // `left`: how much of each rank is below the loops so far.
  void add(const PlacedNodes& nodes, ByRank<double> left, const std::string& indent) {
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (!nodes[i].parts.empty()) {
        text_ += indent + "- !Sequential\n" + indent + "  nodes:\n";
        for (const PlacedNodes& part : nodes[i].parts) {
          text_ += indent + "  - !Nested\n" + indent + "    nodes:\n";
          add(part, left, indent + "    ");
        }
      } else if (nodes[i].is_tile()) {
        i = add_tiles(nodes, i, indent);
      } else if (const auto* loop = std::get_if<Loop>(&nest_.node(nodes[i].node).what)) {
        left[loop->rank] /= nest_.frame.factors[nodes[i].node];
        add_loop(nodes[i].node, *loop, left[loop->rank], indent);
      } else {
        const EinsumId einsum = std::get<Compute>(nest_.node(nodes[i].node).what).einsum;
        text_ += fmt::format("{}- !Compute {{einsum: {}, component: {}}}\n", indent,
                             nest_.cascade.einsums[einsum].name, exported_.units[exported_.unit_of[einsum]].name);
      }
    }
  }

  // Those of one level in a row together; returns where the last of them is.
  std::size_t add_tiles(const PlacedNodes& nodes, std::size_t first, const std::string& indent) {
    const auto level = [&](const PlacedNode& tile) { return std::get<Keep>(nest_.node(tile.node).what).level; };
    std::vector<std::string> tensors;
    std::size_t i = first;
    for (; i < nodes.size() && nodes[i].is_tile() && level(nodes[i]) == level(nodes[first]); ++i)
      tensors.push_back(nest_.name(nodes[i].tensor));
    text_ += fmt::format("{}- !Storage {{tensors: [{}], component: {}}}\n", indent, fmt::join(tensors, ", "),
                         nest_.arch.levels[level(nodes[first])].name);
    return i - 1;
  }

  void add_loop(NodeId node, const Loop& loop, double tile, const std::string& indent) {
    const std::string& variable = nest_.cascade.ranks[loop.rank].variable;
    if (loop.spatial) {
      text_ += fmt::format("{}- !Spatial {{rank_variable: {}, tile_shape: {}, name: lanes, component: {}}}\n",
                           indent, variable, tile, exported_.spread_over[node]);
    } else {
      text_ += fmt::format("{}- !Temporal {{rank_variable: {}, tile_shape: {}}}\n", indent, variable, tile);
    }
  }

  const SizedNest& nest_;
  const ExportedArch& exported_;
  std::string text_;
};

}  // namespace

AccelForgeFiles to_accelforge(const Candidate& candidate) {
  const SizedNest nest(candidate);
  refuse_inexpressible(nest);
  const PlacedNodes placed = place_tiles(nest);
  const ExportedArch exported = export_arch(nest, placed);
  const std::vector<std::string> notes = export_notes(nest);
  return {workload_text(nest), ArchText(nest, exported).text(), MappingText(nest, exported).text(placed, notes),
          notes};
}

}  // namespace tilewright

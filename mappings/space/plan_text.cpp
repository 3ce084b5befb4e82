#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "mappings/space/plan.hpp"

namespace tilewright {

namespace {

// Both texts walk the nest alike; a line has what stands on it and how deep.
struct Line {
  enum class Kind { keep, loops, lanes, compute } kind;
  std::string text;  // [p: 4, m: 8] or {L3: [Q, K]} or the Einsum
  std::string unit = {};
  std::string options = {};  // of a keep
};

class Lines {
 public:
  Lines(const Cascade& cascade, const Arch& arch) : cascade_(cascade), arch_(arch) {}

  // All tensors of one level below the same loops on one line, and all loops up to the next keep.
  [[nodiscard]] std::vector<Line> shared(const GroupPlan& group) const {
    std::vector<Line> lines;
    std::size_t next = 0;
    std::vector<PlannedLoop> run;
    const int depth = static_cast<int>(group.loops.size());
    for (int below = 0; below <= depth; ++below) {
      if (next < group.keeps.size() && group.keeps[next].below == below) {
        add(lines, Line::Kind::loops, run);
        run.clear();
      }
      while (next < group.keeps.size() && group.keeps[next].below == below) lines.push_back(keep(group, next));
      if (below < depth) run.push_back(group.loops[static_cast<std::size_t>(below)]);
    }
    add(lines, Line::Kind::loops, run);
    return lines;
  }

  // `turns`: what lanes keep makes room for other Einsums.
  [[nodiscard]] std::vector<Line> of(const EinsumPlan& plan, bool turns) const {
    std::vector<Line> lines;
    add(lines, Line::Kind::loops, plan.steps);
    add(lines, Line::Kind::lanes, plan.lanes);
    for (std::size_t next = 0; next < plan.kept.size();) {
      const std::size_t first = next;
      while (next < plan.kept.size() && plan.kept[next].level == plan.kept[first].level) ++next;
      lines.push_back(keep(std::span(plan.kept).subspan(first, next - first), turns ? "turns: true" : ""));
    }
    add(lines, Line::Kind::loops, plan.in_lane);
    lines.push_back({Line::Kind::compute, cascade_.einsums[plan.einsum].name, arch_.units[plan.unit].name});
    return lines;
  }

 private:
  [[nodiscard]] Line keep(const GroupPlan& group, std::size_t& next) const {
    const std::size_t first = next;
    const int buffers = buffers_of(group, first, cascade_);
    const auto together = [&](const PlannedKeep& other) {
      return other.level == group.keeps[first].level && other.below == group.keeps[first].below;
    };
    while (next < group.keeps.size() && together(group.keeps[next]) && buffers_of(group, next, cascade_) == buffers)
      ++next;
    return keep(std::span(group.keeps).subspan(first, next - first),
                buffers > 1 ? fmt::format("buffers: {}", buffers) : "");
  }

  [[nodiscard]] Line keep(std::span<const PlannedKeep> keeps, const std::string& options) const {
    std::string tensors;
    for (const PlannedKeep& each : keeps)
      tensors += (tensors.empty() ? "" : ", ") + cascade_.tensors[each.tensor].name;
    return {Line::Kind::keep, arch_.levels[keeps.front().level].name + ": [" + tensors + "]", {}, options};
  }

  void add(std::vector<Line>& lines, Line::Kind kind, const std::vector<PlannedLoop>& loops) const {
    std::string text;
    for (const PlannedLoop& loop : loops)
      text +=
          fmt::format("{}{}: {:.0f}", text.empty() ? "" : ", ", cascade_.ranks[loop.rank].variable, loop.factor);
    if (!text.empty()) lines.push_back({kind, std::move(text)});
  }

  const Cascade& cascade_;
  const Arch& arch_;
};

std::string yaml_of(const Line& line) {
  switch (line.kind) {
    case Line::Kind::keep:
      return line.options.empty() ? "keep: {" + line.text + "}"
                                  : "{keep: {" + line.text + "}, " + line.options + "}";
    case Line::Kind::loops:
      return "for: [" + line.text + "]";
    case Line::Kind::lanes:
      return "spatial: [" + line.text + "]";
    case Line::Kind::compute:
      return "{compute: " + line.text + ", on: " + line.unit + "}";
  }
  return {};
}

std::string words_of(const Line& line) {
  switch (line.kind) {
    case Line::Kind::keep:
      return "keep in " + line.text + (line.options.empty() ? "" : ", " + line.options);
    case Line::Kind::loops:
      return "for " + line.text;
    case Line::Kind::lanes:
      return "lanes " + line.text;
    case Line::Kind::compute:
      return line.text + " on " + line.unit;
  }
  return {};
}

// Tokens that a mask's tiles have at least.
std::string tiles_of(const GroupPlan& group, const Cascade& cascade) {
  std::string text;
  for (const auto& [rank, tokens] : group.tiles)
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", cascade.ranks[rank].name, tokens);
  return text;
}

std::string yaml_of(const GroupPlan& group, const Lines& lines, const Cascade& cascade) {
  std::string text = fmt::format("    - name: {}\n", cascade.einsums[group.einsums.front().einsum].name);
  if (!group.tiles.empty()) text += "      tiles: {" + tiles_of(group, cascade) + "}\n";
  text += "      nest:\n";
  for (const Line& line : lines.shared(group)) text += "        - " + yaml_of(line) + "\n";
  if (group.einsums.size() == 1) {
    for (const Line& line : lines.of(group.einsums.front(), false)) text += "        - " + yaml_of(line) + "\n";
  } else {
    text += "        - each:\n";
    for (const EinsumPlan& einsum : group.einsums) {
      const char* indent = "            - - ";
      for (const Line& line : lines.of(einsum, true)) {
        text += indent + yaml_of(line) + "\n";
        indent = "              - ";
      }
    }
  }
  return text + fmt::format("      schedule: {}\n", group.pipelined ? "pipelined" : "sequential");
}

}  // namespace

std::string to_yaml(const Plan& plan, const PlanNames& names, const Cascade& cascade, const Arch& arch) {
  std::string text = fmt::format("mapping:\n  name: {}\n", names.name);
  if (!names.description.empty()) text += fmt::format("  description: {}\n", names.description);
  text += fmt::format("  cascade: {}\n", names.cascade);
  if (!plan.shapes.empty()) {
    std::string shapes;
    for (const auto& [rank, shape] : plan.shapes)
      shapes += fmt::format("{}{}: {:.0f}", shapes.empty() ? "" : ", ", cascade.ranks[rank].name, shape);
    text += "  shapes: {" + shapes + "}\n";
  }
  text += "  groups:\n";
  const Lines lines(cascade, arch);
  for (const GroupPlan& group : plan.groups) text += yaml_of(group, lines, cascade);
  return text;
}

std::string to_nest(const Plan& plan, const Cascade& cascade, const Arch& arch) {
  const Lines lines(cascade, arch);
  std::string text;
  for (const auto& [rank, shape] : plan.shapes)
    text += fmt::format("{} = {:.0f}\n", cascade.ranks[rank].name, shape);
  for (const GroupPlan& group : plan.groups) {
    text += group.einsums.size() == 1 ? ""
            : group.pipelined         ? "all units at once:\n"
                                      : "one Einsum after another:\n";
    if (!group.tiles.empty()) text += "skips tiles of " + tiles_of(group, cascade) + "\n";
    std::string indent;
    const auto add = [&](const Line& line) {
      text += indent + words_of(line) + "\n";
      if (line.kind != Line::Kind::keep) indent += "  ";
    };
    for (const Line& line : lines.shared(group)) add(line);
    const std::string above = indent;
    for (const EinsumPlan& einsum : group.einsums) {
      indent = above;
      for (const Line& line : lines.of(einsum, group.einsums.size() > 1)) add(line);
    }
  }
  return text;
}

}  // namespace tilewright

#include <fmt/format.h>

#include <algorithm>

#include "mappings/space/plan.hpp"

namespace tilewright {

namespace {

// Both texts walk the nest alike; a line has what stands on it and how deep.
struct Line {
  enum class Kind { keep, loops, lanes, compute } kind;
  std::string text;  // [p: 4, m: 8] or {L3: [Q, K]} or the Einsum
  std::string unit = {};
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
      while (next < group.keeps.size() && group.keeps[next].below == below)
        lines.push_back(keep(group.keeps, next));
      if (below < depth) run.push_back(group.loops[static_cast<std::size_t>(below)]);
    }
    add(lines, Line::Kind::loops, run);
    return lines;
  }

  [[nodiscard]] std::vector<Line> of(const EinsumPlan& plan) const {
    std::vector<Line> lines;
    add(lines, Line::Kind::loops, plan.steps);
    add(lines, Line::Kind::lanes, plan.lanes);
    for (std::size_t next = 0; next < plan.kept.size();) lines.push_back(keep(plan.kept, next));
    add(lines, Line::Kind::loops, plan.in_lane);
    lines.push_back({Line::Kind::compute, cascade_.einsums[plan.einsum].name, arch_.units[plan.unit].name});
    return lines;
  }

 private:
  [[nodiscard]] Line keep(const std::vector<PlannedKeep>& keeps, std::size_t& next) const {
    const PlannedKeep& first = keeps[next];
    std::string tensors;
    for (; next < keeps.size() && keeps[next].level == first.level && keeps[next].below == first.below; ++next)
      tensors += (tensors.empty() ? "" : ", ") + cascade_.tensors[keeps[next].tensor].name;
    return {Line::Kind::keep, arch_.levels[first.level].name + ": [" + tensors + "]"};
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
      return "keep: {" + line.text + "}";
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
      return "keep in " + line.text;
    case Line::Kind::loops:
      return "for " + line.text;
    case Line::Kind::lanes:
      return "lanes " + line.text;
    case Line::Kind::compute:
      return line.text + " on " + line.unit;
  }
  return {};
}

std::string yaml_of(const GroupPlan& group, const Lines& lines, const Cascade& cascade) {
  std::string text =
      fmt::format("    - name: {}\n      nest:\n", cascade.einsums[group.einsums.front().einsum].name);
  for (const Line& line : lines.shared(group)) text += "        - " + yaml_of(line) + "\n";
  if (group.einsums.size() == 1) {
    for (const Line& line : lines.of(group.einsums.front())) text += "        - " + yaml_of(line) + "\n";
  } else {
    text += "        - each:\n";
    for (const EinsumPlan& einsum : group.einsums) {
      const char* indent = "            - - ";
      for (const Line& line : lines.of(einsum)) {
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
    std::string indent;
    const auto add = [&](const Line& line) {
      text += indent + words_of(line) + "\n";
      if (line.kind != Line::Kind::keep) indent += "  ";
    };
    for (const Line& line : lines.shared(group)) add(line);
    const std::string above = indent;
    for (const EinsumPlan& einsum : group.einsums) {
      indent = above;
      for (const Line& line : lines.of(einsum)) add(line);
    }
  }
  return text;
}

}  // namespace tilewright

#include "einsum/taxonomy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "einsum/operation_count.hpp"
#include "einsum/passes.hpp"

namespace tilewright {

namespace {

/// Passes do not depend on shapes.
std::vector<RankPasses> passes_of(const Cascade& cascade) {
  return count_passes(cascade, ByRank<double>(cascade.ranks.size(), 1));
}

using Names = std::set<std::string>;

/// With the parts of a partition as the whole where all of them are there.
Names names_of(const Cascade& cascade, const std::vector<RankId>& ranks) {
  Names names;
  for (const RankId rank : ranks) names.insert(cascade.ranks[rank].name);
  for (const Partition& partition : cascade.partitions) {
    const auto name = [&](RankId part) { return cascade.ranks[part].name; };
    if (!std::ranges::all_of(partition.parts, [&](RankId part) { return names.contains(name(part)); })) continue;
    for (const RankId part : partition.parts) names.erase(name(part));
    names.insert(name(partition.whole));
  }
  return names;
}

/// The ranks of a tensor that are the rank or parts of it.
std::vector<RankId> of_family(const Cascade& cascade, const Tensor& tensor, RankId rank) {
  std::vector<RankId> family{rank};
  for (const Partition& partition : cascade.partitions)
    if (partition.whole == rank) family.insert(family.end(), partition.parts.begin(), partition.parts.end());
  std::vector<RankId> result;
  std::ranges::copy_if(tensor.ranks, std::back_inserter(result),
                       [&](RankId each) { return std::ranges::find(family, each) != family.end(); });
  return result;
}

/// Kinds in the order of the language, with their number at a point.
using Counts = std::map<OperationId, double>;

std::map<Names, Counts> operations_by_ranks(const Cascade& cascade) {
  std::map<Names, Counts> result;
  for (const Einsum& einsum : cascade.einsums)
    for (const auto& [operation, count] : operations_per_point(cascade, einsum))
      result[names_of(cascade, einsum.iteration)][operation] += count;
  return result;
}

Names common_names(const std::map<Names, Counts>& operations) {
  Names common = operations.empty() ? Names() : operations.begin()->first;
  for (const auto& each : operations)
    std::erase_if(common, [&](const std::string& name) { return !each.first.contains(name); });
  return common;
}

std::string counts_text(const Cascade& cascade, const Counts& counts) {
  std::vector<std::string> parts;
  for (const auto& [operation, count] : counts) {
    const std::string& kind = cascade.operations[operation].name;
    parts.push_back(count == 1 ? kind : fmt::format("{} {}", count, kind));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

/// Ranks with more than one pass alone.
std::string more_passes_text(const Cascade& cascade) {
  std::vector<std::string> parts;
  for (const RankPasses& rank : passes_of(cascade))
    if (rank.passes.size() > 1)
      parts.push_back(fmt::format("{} over {}", rank.passes.size(), cascade.ranks[rank.rank].name));
  return parts.empty() ? "1 over every rank" : fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

std::string passes_text(const Cascade& cascade) {
  std::map<std::size_t, Names, std::greater<>> by_passes;
  for (const RankPasses& rank : passes_of(cascade))
    if (!rank.passes.empty()) by_passes[rank.passes.size()].insert(cascade.ranks[rank.rank].name);
  std::vector<std::string> parts;
  for (const auto& [passes, names] : by_passes)
    parts.push_back(fmt::format("{} {}", fmt::join(names, ", "), passes));
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::string live_text(const Cascade& cascade) {
  std::vector<std::string> parts;
  for (const RankPasses& rank : passes_of(cascade))
    for (const Pass& pass : rank.passes)
      for (const LiveTensor& live : pass.live) {
        const Tensor& tensor = cascade.tensors[live.tensor];
        const Names ranks = names_of(cascade, of_family(cascade, tensor, rank.rank));
        const std::string text = fmt::format("{} ({})", tensor.name, fmt::join(ranks, " "));
        if (std::ranges::find(parts, text) == parts.end()) parts.push_back(text);
      }
  return parts.empty() ? "nothing" : fmt::format("{}", fmt::join(parts, ", "));
}

std::string operations_text(const Cascade& cascade) {
  const std::map<Names, Counts> operations = operations_by_ranks(cascade);
  const Names common = common_names(operations);
  std::vector<std::pair<Names, std::string>> rows;
  for (const auto& [names, counts] : operations) {
    Names own = names;
    std::erase_if(own, [&](const std::string& name) { return common.contains(name); });
    rows.emplace_back(std::move(own), counts_text(cascade, counts));
  }
  std::ranges::stable_sort(rows, [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
  std::vector<std::string> parts;
  for (const auto& [names, text] : rows)
    parts.push_back(names.empty() ? text : fmt::format("{} {}", fmt::join(names, " "), text));
  const std::string front = common.empty() ? "" : fmt::format("{} times: ", fmt::join(common, " "));
  return front + fmt::format("{}", fmt::join(parts, "; "));
}

std::string taxonomy_page(const std::vector<Cascade>& cascades) {
  std::string page =
      "# Cascades\n\n"
      "What the shipped cascades are, by analysis: [passes](write-a-cascade.md#what-analyze-says) over their "
      "ranks, "
      "what must\nstay live between two of them with the ranks that its size grows with, and operations: `P times: "
      "M 2 add; exp` is two\nadditions at each point of P and M, and one exponential at each of P. The names of "
      "ranks "
      "are in the files below\n`configs/cascades/`. The command that makes this page:\n\n"
      "```sh\ntilewright generate cascades\n```\n\n"
      "| cascade | passes | live between passes |\n|---|---|---|\n";
  for (const Cascade& cascade : cascades)
    page +=
        fmt::format("| [{0}](#{0}) | {1} | {2} |\n", cascade.name, more_passes_text(cascade), live_text(cascade));
  for (const Cascade& cascade : cascades) {
    page += fmt::format("\n## {}\n\n", cascade.name);
    if (!cascade.description.empty()) page += fmt::format("- {}\n", cascade.description);
    page += fmt::format("- passes: {}\n- operations: {}\n", passes_text(cascade), operations_text(cascade));
    if (!cascade.source.empty()) page += fmt::format("- source: {}\n", cascade.source);
  }
  return page;
}

}  // namespace tilewright

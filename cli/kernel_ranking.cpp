#include "cli/kernel_ranking.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/table.hpp"
#include "common/units.hpp"
#include "common/with_commas.hpp"
#include "sim/kernel/result.hpp"

namespace tilewright::cli {

namespace {

constexpr std::size_t most_rows = 10;

std::string name_of(const RankedKernel& kernel) {
  std::string text = kernel.kernel;
  if (kernel.choice.tiles)
    text += fmt::format(", Q {} by KV {}", to_text(kernel.choice.tiles->query), to_text(kernel.choice.tiles->key));
  if (kernel.choice.splits) text += fmt::format(", {} parts", *kernel.choice.splits);
  if (!kernel.changes.empty()) text += fmt::format(", {}", fmt::join(kernel.changes, ", "));
  return text;
}

double share_s(const Record& record, const ShareField& field) {
  return record.number(std::string("share.") + field.name + ".time_s").value_or(0);
}

// Parts of a time in words, the largest first, as far as each is more than a hundredth of it.
std::string parts_of(const Record& record, const Record* other, double time_s, bool more) {
  std::vector<std::pair<double, std::string>> parts;
  for (const ShareField& field : share_fields) {
    const double part = other == nullptr ? share_s(record, field) : share_s(*other, field) - share_s(record, field);
    if ((more ? part : -part) > time_s / 100) parts.emplace_back(std::abs(part), field.name);
  }
  std::ranges::sort(parts, std::ranges::greater{});
  std::string text;
  for (const auto& [part, name] : parts)
    text += other == nullptr
                ? fmt::format("{}{} {:.0f} %", text.empty() ? "" : ", ", name, 100 * part / time_s)
                : fmt::format("{}{} {}", text.empty() ? "" : ", ", name, pretty(part, dimension::seconds));
  return text;
}

std::string difference(const Record& best, const Record& other) {
  const double time_s = best.number("time_s").value_or(0);
  const std::string more = parts_of(best, &other, time_s, true);
  const std::string less = parts_of(best, &other, time_s, false);
  if (more.empty() && less.empty()) return "alike in every part";
  return (more.empty() ? "" : "more " + more) + (more.empty() || less.empty() ? "" : "; ") +
         (less.empty() ? "" : "less " + less);
}

std::string against(const RankedKernel& kernel, double value, Metric measure) {
  return fmt::format(
      "{}: {}, {:.3f} times the best", name_of(kernel),
      pretty(kernel.score.of(measure), measure == Metric::time ? dimension::seconds : dimension::bytes),
      kernel.score.of(measure) / value);
}

// What padding gains, or that it does not.
std::string padding_of(const KernelRanking& ranking, const Objective& objective) {
  if (!ranking.pad) return "";
  if (ranking.padded_tiles == 0) return "padding    no tile leaves a dimension to pad\n";
  if (objective.measures().size() != 1)
    return fmt::format("padding    {} choices of tiles are tried with it, too\n",
                       with_commas(ranking.padded_tiles));
  const Metric measure = objective.measures().front();
  const double value = ranking.ranked.front().score.of(measure);
  const auto whole = std::ranges::find_if(ranking.ranked, [](const auto& each) { return each.choice.pad.empty(); });
  if (whole == ranking.ranked.begin()) return "padding    no layout of whole tiles is better\n";
  if (whole == ranking.ranked.end()) return "";
  return fmt::format("unpadded   {}\n", against(*whole, value, measure));
}

Table table_of(const std::vector<RankedKernel>& ranked) {
  Table table{{{"kernel"},
               {"Q tile"},
               {"KV tile"},
               {"its own"},
               {"changed"},
               {"time_s", dimension::seconds},
               {"traffic_B", dimension::bytes},
               {"bound by"}},
              {}};
  for (const RankedKernel& each : ranked) {
    if (table.rows.size() == most_rows) break;
    std::vector<std::string> changed = each.changes;
    if (each.choice.splits) changed.push_back(fmt::format("{} parts", *each.choice.splits));
    table.rows.push_back({each.kernel, each.choice.tiles ? to_text(each.choice.tiles->query) : "-",
                          each.choice.tiles ? to_text(each.choice.tiles->key) : "-",
                          std::string(each.has_tiles ? "yes" : "no"), fmt::format("{}", fmt::join(changed, ", ")),
                          each.score.time_s, each.score.traffic_B, each.binding});
  }
  return table;
}

// By reason, in the order in which these come up.
std::string left_out(const std::vector<LeftOutKernel>& kernels) {
  std::vector<std::pair<std::string, std::vector<std::string>>> reasons;
  for (const LeftOutKernel& each : kernels) {
    const auto known = std::ranges::find(reasons, each.why, [](const auto& reason) { return reason.first; });
    if (known == reasons.end())
      reasons.push_back({each.why, {each.name}});
    else
      known->second.push_back(each.name);
  }
  std::string text = kernels.empty() ? "" : "\nleft out, if --kernel does not name them:\n";
  for (const auto& [why, names] : reasons) text += fmt::format("  {}: {}\n", why, fmt::join(names, ", "));
  return text;
}

}  // namespace

std::string space_of(const KernelRanking& ranking) {
  return fmt::format(
      "{} kernel{}, {} choices of tiles, splits, stages and orders: {} priced, {} excluded by a bound, {} do "
      "not fit",
      ranking.searched.size(), ranking.searched.size() == 1 ? "" : "s", with_commas(ranking.candidates),
      with_commas(ranking.priced), with_commas(ranking.excluded), with_commas(ranking.do_not_fit));
}

std::string why_of(const MapResult& result, const Objective& objective) {
  const KernelRanking& ranking = *result.kernels;
  const Record& best = result.found.front().record;
  std::string text;
  if (objective.measures().size() == 1) {
    const Metric measure = objective.measures().front();
    const double value = ranking.ranked.front().score.of(measure);
    const double time_s = best.number("time_s").value_or(0);
    text += fmt::format("why        of the time, {}; bound by {}\n", parts_of(best, nullptr, time_s, true),
                        ranking.ranked.front().binding);
    if (ranking.runner_up)
      text += fmt::format("runner-up  {}: {}\n", against(*ranking.runner_up, value, measure),
                          difference(best, ranking.runner_up_record));
    const auto own = std::ranges::find_if(ranking.ranked, &RankedKernel::as_it_is);
    if (own != ranking.ranked.end() && own != ranking.ranked.begin())
      text += fmt::format("as it is   {}\n", against(*own, value, measure));
  }
  text += padding_of(ranking, objective);
  if (!text.empty()) text += "\n";
  return text + table_of(ranking.ranked).str(Table::Format::table) + left_out(ranking.left_out);
}

}  // namespace tilewright::cli

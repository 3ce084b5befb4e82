#include "explore/analysis/mean.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "common/error.hpp"

namespace tilewright {

namespace {

const std::vector<std::string> kinds = {"arithmetic", "geometric", "harmonic"};

double before_sum(MeanKind kind, double value) {
  return kind == MeanKind::geometric ? std::log(value) : kind == MeanKind::harmonic ? 1 / value : value;
}

double after_sum(MeanKind kind, double mean) {
  return kind == MeanKind::geometric ? std::exp(mean) : kind == MeanKind::harmonic ? 1 / mean : mean;
}

}  // namespace

std::string name_of(MeanKind kind) { return kinds.at(static_cast<std::size_t>(kind)); }

MeanOf parse_mean(const std::string& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos || colon + 1 == text.size())
    throw InputError(fmt::format("'{}': expected KIND:FIELD, as in geometric:time_s", text));
  const std::string kind = text.substr(0, colon);
  const auto found = std::ranges::find(kinds, kind);
  if (found == kinds.end())
    throw InputError(fmt::format("'{}': no mean '{}'{}", text, kind, did_you_mean(kind, kinds)));
  return {static_cast<MeanKind>(found - kinds.begin()), text.substr(colon + 1)};
}

std::vector<GroupMean> means_of(std::span<const Record> rows, const MeanOf& mean,
                                const std::vector<std::string>& by) {
  std::vector<GroupMean> result;
  for (RowGroup& group : groups_of(rows, by)) {
    GroupMean of{std::move(group.key), {}, 0, 0};
    double sum = 0;
    for (const std::size_t row : group.rows) {
      const auto value = rows[row].number(mean.field);
      if (!value) {
        ++of.without_value;
        continue;
      }
      if (mean.kind != MeanKind::arithmetic && *value <= 0)
        throw InputError(
            fmt::format("{} mean of '{}': a value is {}, and not above 0", name_of(mean.kind), mean.field, *value));
      sum += before_sum(mean.kind, *value);
      ++of.values;
    }
    if (of.values > 0) of.mean = after_sum(mean.kind, sum / static_cast<double>(of.values));
    result.push_back(std::move(of));
  }
  return result;
}

}  // namespace tilewright

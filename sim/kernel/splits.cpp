#include "sim/kernel/splits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tilewright {

namespace {

double splits_that_fill_waves(const KernelSplits& rule, const Blocks& blocks, double workers) {
  const double tiles = blocks.count();
  if (tiles >= rule.enough * workers) return 1;
  const double visits = blocks.longest().visits();
  const double most = std::min({rule.most, workers, visits});
  const auto fullness = [&](double splits) {
    const double waves = tiles * splits / workers;
    return waves / std::ceil(waves);
  };
  // As many parts as one less would be equally long are of no use.
  const auto useful = [&](double splits) {
    return splits == 1 || std::ceil(visits / splits) != std::ceil(visits / (splits - 1));
  };
  double best = 0;
  for (double splits = 1; splits <= most; ++splits)
    if (useful(splits)) best = std::max(best, fullness(splits));
  double splits = 1;
  while (splits < most && !(useful(splits) && fullness(splits) >= rule.within * best)) ++splits;
  return splits;
}

// A part of the blocks of a run, the element mask in the last ones.
BlockRun part_of(const BlockRun& run, double part, double splits) {
  const double before = visits_before(part, run.visits(), splits);
  const double visits = visits_before(part + 1, run.visits(), splits) - before;
  const double full = std::clamp(run.full - before, 0.0, visits);
  return {run.count, full, visits - full};
}

std::vector<BlockRun> parts_of(const std::vector<BlockRun>& runs, double splits) {
  std::vector<BlockRun> parts;
  for (double part = 0; part < splits; ++part)
    for (const BlockRun& run : runs) {
      const BlockRun next = part_of(run, part, splits);
      if (!parts.empty() && parts.back().full == next.full && parts.back().partial == next.partial)
        parts.back().count += next.count;
      else
        parts.push_back(next);
    }
  return parts;
}

void split_all(double splits, Blocks& blocks) {
  blocks.splits = splits;
  for (BlockSequence& sequence : blocks.sequences) sequence.runs = parts_of(sequence.runs, splits);
}

void stream(double workers, Blocks& blocks) {
  const double visits = blocks.visits();
  const double tiles = blocks.count();
  const double count = std::min(workers, visits);
  const double each = std::floor(visits / count);
  const double longer = visits - each * count;
  const double masked = blocks.partial() / visits;
  const double tiles_each = tiles / count + (count > tiles ? 0 : 1);  // a block ends in the midst of a Q tile
  BlockSequence sequence;
  for (const auto& [blocks_of, length] : {std::pair(longer, each + 1), std::pair(count - longer, each)})
    if (blocks_of > 0)
      sequence.runs.push_back({blocks_of, length * (1 - masked), length * masked, std::max(1.0, tiles_each)});
  blocks.times = 1;
  blocks.sequences = {std::move(sequence)};
  blocks.splits = std::max(1.0, std::ceil(count / tiles));
}

}  // namespace

double visits_before(double part, double visits, double splits) {
  const double least = std::floor(visits / splits);
  return least * part + std::min(part, visits - least * splits);
}

void split(const Kernel& kernel, const KernelShape& shape, double workers, Blocks& blocks) {
  if (kernel.splits.kind == KernelSplits::Kind::stream) return stream(workers, blocks);
  const double splits = kernel.splits.kind == KernelSplits::Kind::fill_waves
                            ? splits_that_fill_waves(kernel.splits, blocks, workers)
                            : kernel.splits.count.evaluate(slots_of(shape));
  if (!(splits >= 1) || splits != std::floor(splits) || splits > 1e6)
    kernel.splits.count.fail(fmt::format("expected a whole number of at least 1, got {}", splits));
  if (splits > 1) split_all(splits, blocks);
}

}  // namespace tilewright

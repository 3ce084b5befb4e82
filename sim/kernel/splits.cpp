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

double part_count(const Blocks& blocks, const TileParts& parts) {
  double count = 0;
  for (const BlockSequence& sequence : blocks.sequences)
    for (const BlockRun& run : sequence.runs)
      count += blocks.times * sequence.times * run.count * parts.of(run.visits());
  return count;
}

double least_visits_at_once(double least, const Blocks& blocks, double workers) {
  double most = blocks.longest().visits();
  if (blocks.count() >= workers) return most;
  while (least < most) {
    const double middle = std::floor((least + most) / 2);
    if (part_count(blocks, {0, middle}) > workers)
      least = middle + 1;
    else
      most = middle;
  }
  return least;
}

// Those of split_symbols().
std::vector<double> slots_of(const KernelShape& shape, const BlockPlaces& places, const Blocks& blocks) {
  std::vector<double> slots = tilewright::slots_of(shape);
  slots.insert(slots.end(), {blocks.count(), blocks.longest().visits() * shape.kv, places.multiprocessors});
  return slots;
}

double whole(const Expression& expression, const std::vector<double>& slots, Count most) {
  const double value = expression.evaluate(slots);
  if (!(value >= 1) || value != std::floor(value) || value > static_cast<double>(most))
    expression.fail(fmt::format("expected a whole number from 1 to {}, got {}", most, value));
  return value;
}

TileParts parts_of(const KernelSplits& rule, const KernelShape& shape, const BlockPlaces& places,
                   const Blocks& blocks) {
  using Kind = KernelSplits::Kind;
  const std::vector<double> slots = slots_of(shape, places, blocks);
  if (rule.kind == Kind::keys || rule.kind == Kind::fit_keys) {
    const double visits = std::ceil(whole(rule.keys, slots, most_tokens) / shape.kv);
    return {0, rule.kind == Kind::keys ? visits : least_visits_at_once(visits, blocks, places.at_once)};
  }
  const double count = rule.kind == Kind::fill_waves ? splits_that_fill_waves(rule, blocks, places.at_once)
                                                     : whole(rule.count, slots, most_splits);
  return {count, rule.of_longest ? std::ceil(blocks.longest().visits() / count) : 0};
}

// A part of the blocks of a run, the element mask in the last ones.
BlockRun part_of(const BlockRun& run, double part, const TileParts& parts) {
  const double before = parts.before(run.visits(), part);
  const double visits = parts.before(run.visits(), part + 1) - before;
  const double full = std::clamp(run.full - before, 0.0, visits);
  return {run.count, full, visits - full};
}

void append(std::vector<BlockRun>& runs, const BlockRun& next) {
  if (!runs.empty() && runs.back().full == next.full && runs.back().partial == next.partial)
    runs.back().count += next.count;
  else
    runs.push_back(next);
}

// The first parts of all Q tiles, then the second ones of those that have one.
std::vector<BlockRun> split_runs(const std::vector<BlockRun>& runs, const TileParts& parts) {
  std::vector<BlockRun> result;
  double most = 0;
  for (const BlockRun& run : runs) most = std::max(most, parts.of(run.visits()));
  for (double part = 0; part < most; ++part)
    for (const BlockRun& run : runs)
      if (part < parts.of(run.visits())) append(result, part_of(run, part, parts));
  return result;
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
  blocks.parts = {blocks.splits};
}

}  // namespace

void split(const Kernel& kernel, const KernelShape& shape, const BlockPlaces& places, Blocks& blocks) {
  if (kernel.splits.kind == KernelSplits::Kind::stream) return stream(places.at_once, blocks);
  const TileParts parts = parts_of(kernel.splits, shape, places, blocks);
  const double splits = parts.of(blocks.longest().visits());
  if (splits <= 1) return;
  blocks.parts = parts;
  blocks.splits = splits;
  for (BlockSequence& sequence : blocks.sequences) sequence.runs = split_runs(sequence.runs, parts);
}

}  // namespace tilewright

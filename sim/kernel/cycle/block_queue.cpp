#include "sim/kernel/cycle/block_queue.hpp"

namespace tilewright {

std::optional<Block> BlockQueue::next() {
  while (time_ < blocks_.times && sequence_ < blocks_.sequences.size()) {
    const BlockSequence& sequence = blocks_.sequences[sequence_];
    if (repeat_ < sequence.times && run_ < sequence.runs.size()) {
      const BlockRun& run = sequence.runs[run_];
      if (block_ < run.count) {
        ++block_;
        return Block{given_++, run.full, run.partial, run.tiles};
      }
    }
    advance();
  }
  return std::nullopt;
}

std::optional<Block> BlockQueue::take(std::size_t who) {
  if (!served_)
    for (auto& [number, block] : asked_) block = next();
  const std::optional<Block> block = asked_.extract(who).mapped();
  served_ = !asked_.empty();
  return block;
}

void BlockQueue::advance() {
  const BlockSequence& sequence = blocks_.sequences[sequence_];
  block_ = 0;
  if (++run_ < sequence.runs.size()) return;
  run_ = 0;
  if (++repeat_ < sequence.times) return;
  repeat_ = 0;
  if (++sequence_ < blocks_.sequences.size()) return;
  sequence_ = 0;
  ++time_;
}

}  // namespace tilewright

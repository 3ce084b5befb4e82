// Thread blocks as they are handed out: one after another in launch order.
#pragma once

#include <cstddef>
#include <map>
#include <optional>

#include "sim/kernel/blocks.hpp"

namespace tilewright {

struct Block {
  double number = 0;  ///< in launch order, from 0
  double full = 0;    ///< visits without element mask
  double partial = 0;
  double tiles = 1;  ///< Q tiles that it works on
};

class BlockQueue {
 public:
  explicit BlockQueue(const Blocks& blocks) : blocks_(blocks) {}

  /// Nothing after the last.
  std::optional<Block> next();

  /// Those who ask at the same time are served in order of their numbers: all ask, and after that all take.
  void ask(std::size_t who) { asked_.emplace(who, std::nullopt); }
  std::optional<Block> take(std::size_t who);

 private:
  void advance();

  const Blocks& blocks_;
  std::map<std::size_t, std::optional<Block>> asked_;
  bool served_ = false;
  double given_ = 0;
  // Where it stands: which of the times of the whole, which sequence, which of its times, which run, which block.
  double time_ = 0;
  std::size_t sequence_ = 0;
  double repeat_ = 0;
  std::size_t run_ = 0;
  double block_ = 0;
};

}  // namespace tilewright

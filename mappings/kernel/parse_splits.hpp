// The key `splits` of a kernel's model to KernelSplits.
//
//   splits: 4                                           # parts of every Q tile: an expression
//   splits: {count: 4, lengths: longest}                # the same, as long as those of the longest Q tile; or own
//   splits: {enough: 0.8, within: 0.85, most: 128}      # as many as fill waves so well; with lengths too
//   splits: {keys: 2048}                                # parts of so many keys: an expression
//   splits: {least_keys: 128}                           # of so many keys at least, as few as let all run at once
//   splits: stream
#pragma once

#include "common/yaml.hpp"
#include "mappings/kernel/kernel.hpp"

namespace tilewright {

/// Throws InputError for keys that do not go together.
KernelSplits parse_splits(const Yaml& yaml);

}  // namespace tilewright

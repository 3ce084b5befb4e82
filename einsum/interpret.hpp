// Runs a cascade on numbers, in double. It is the oracle that every rewrite, model and kernel is compared with.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "einsum/resolved_einsum.hpp"

namespace tilewright {

/// Values in row-major order over `shape`. A point that a mask filters out is absent: reductions skip it, an
/// operation with an absent operand is absent. present[i] says whether values[i] exists (values[i] is 0 if not).
///
/// The statement of an iterated tensor is a reduction spread over steps (`RM[m1+1] = max(RM[m1], LM[m1])`), so
/// its outermost operation, if it is one that reduces, skips absent operands too: a tile in which everything is
/// masked leaves the running value as it is. An infinite initial value says that nothing is there yet, and is
/// absent: otherwise -inf - (-inf) would turn into NaN in front of the first tile that exists. A coordinate
/// outside its tensor (`X[m-1]` at m = 0) is absent; a fixed one is an InputError.
struct DenseTensor {
  std::vector<std::size_t> shape;
  std::vector<double> values;
  std::vector<char> present;
};

/// Whether an Einsum has a point.
using PointFilter = std::function<bool(EinsumId, const Coordinates&)>;

/// Every tensor of the cascade by name (views left out). `inputs` must have exactly the cascade's inputs, with
/// the shapes that `shapes` gives, else InputError. Refuses more than 2^26 points in one Einsum, or
/// elements in one tensor. `exists` filters points besides the cascade's own filters; empty: all
/// exist.
std::map<std::string, DenseTensor> interpret(const Cascade& cascade, const ByRank<double>& shapes,
                                             const std::map<std::string, std::vector<double>>& inputs,
                                             const PointFilter& exists = {});

}  // namespace tilewright

// Runs a nest of loops with data: every iteration of every loop, every tile in every instance, every point of every
// Einsum, in the order that the tree says. It is the order of execution, without time.
//
//  - Lanes of spatial loops go in step: all of them have done an Einsum's step before the next one begins.
//  - An Einsum below a loop over a rank that it has not runs in the first iteration, or in the last one where it
//    reads what is complete only then.
//  - An Einsum reads each operand in the nearest tile above that keeps the tensor, and writes its result there. A
//    tile that is not the one that the loops select leaves first; the new one is filled from the next tile above
//    (but what is written below it), which must be there itself.
//  - Results go to the tile above when their tile leaves, and before anything reads them there. Partial sums move
//    down with their tile when it comes again, and are added up above where several instances have some.
//  - A running value is the one of its current step; the one before is there, too, for who reads it in this step.
//  - Under a mask a step of an Einsum in which no lane has a pair is skipped; a running value then stays.
//
// Every element that is read is compared with what it should be: an element that was never there, has gone, is not
// yet complete or is of another step is told where it is read, and the run goes on with what it found (NaN where
// nothing was).
#pragma once

#include <string>
#include <vector>

#include "einsum/interpret.hpp"
#include "sim/nest/functional/moved.hpp"
#include "sim/nest/functional/pairs.hpp"

namespace tilewright {

/// All values of a cascade by tensor, as interpret() gives them; views have none.
using TensorValues = ByTensor<DenseTensor>;

struct NestOutcome {
  TensorValues outputs;  ///< only of outputs, the others are empty
  std::string fault;     ///< the first that was found, in words; empty: none
  ElementsMoved moved;
  double points = 0;  ///< that were computed
};

struct NestData {
  const TensorValues& right;  ///< what inputs are, and all other elements should be
  const Pairs* pairs;         ///< that exist; nullptr: all
  const Pairs* skips;         ///< what the run takes for empty: the same, but where a test says otherwise
};

NestOutcome run_with_data(const NestOfLoops& nest, const NestData& data);

}  // namespace tilewright

// What becomes of a cascade's values when some of its tensors are scaled: the law behind all that softmax allows.
#pragma once

#include <optional>
#include <vector>

#include "einsum/cascade.hpp"

namespace tilewright {

/// By tensor: scaling the seeds by a factor c > 0 scales it by c to this power; none: it does something else. The
/// factor may differ along `ranks` and along no other.
///
/// Products add powers, quotients subtract them; sums, max and min keep the power that all operands have; all other
/// operations want operands that stay as they are. A reduction along one of `ranks` mixes factors, and so does an
/// index there that is no plain variable.
ByTensor<std::optional<int>> powers(const Cascade& cascade, const std::vector<TensorId>& seeds,
                                    const std::vector<RankId>& ranks);

}  // namespace tilewright

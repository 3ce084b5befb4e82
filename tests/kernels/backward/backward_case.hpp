// Backward passes under the emulator, and their check against the reference.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "kernels/attention/block.hpp"
#include "kernels/backward/block.hpp"
#include "kernels/backward/finish.hpp"
#include "kernels/backward/params.hpp"
#include "kernels/backward/prepare.hpp"
#include "kernels/emulator/emulate.hpp"
#include "tests/kernels/attention/attention_case.hpp"

namespace tilewright::kernels {

template <class T>
using RunBackward = std::function<void(const BackwardParams<T>&)>;

/// Runs a backward pass on the case, of which O and lse are the reference's, and says what is wrong with the
/// gradients; empty if nothing is. Padding in memory is NaN, of the workspace too, and must stay as it is; the
/// workspace begins as NaN. T is device::bf16 or device::fp16.
template <class T>
std::string wrong_gradients(const AttentionCase& of, const RunBackward<T>& run);

/// The same for a main kernel under the emulator, between what comes before and after it.
template <class Main, class T, int HeadDim, int QTile>
std::string emulated_backward(const AttentionCase& of, std::uint64_t schedule_seed) {
  return wrong_gradients<T>(of, [&](const BackwardParams<T>& params) {
    const Schedule schedule{schedule_seed};
    emulate<BackwardPrepare<T, HeadDim, QTile>>(attention_grid(params.forward), params, schedule);
    emulate<Main>(backward_grid(params), params, schedule);
    emulate<BackwardFinish<T, HeadDim, QTile>>(attention_grid(params.forward), params, schedule);
  });
}

}  // namespace tilewright::kernels

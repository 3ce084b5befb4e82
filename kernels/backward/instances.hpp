// Which kernels of the backward pass are compiled for every GPU from sm_80 on.
#pragma once

#include "kernels/attention/instances.hpp"

namespace tilewright::kernels {

/// KV tiles are those that blocks keep, Q tiles those that visit them.
inline constexpr Instance portable_backward_instances[] = {
    {"tensor-core-backward", 64, 64, 64, "bf16"},
    {"tensor-core-backward", 64, 64, 128, "bf16"},
};

}  // namespace tilewright::kernels
